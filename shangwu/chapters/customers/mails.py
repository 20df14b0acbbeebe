"""Reading a mail that anybody may have sent: headers, text and attachments, whatever is broken in it (2.5.2, 2.5.3).

The standard library parses; what it raises on hostile input is caught here, part by part, so that one bad part never
loses the rest.
"""

import datetime
import email
import email.policy
import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from shangwu.chapters.customers.bounces import Bounce, bounce_of
from shangwu.foundation.text.encodings import decode

MOST_PARTS, MOST_ATTACHMENTS, MOST_DEPTH = 200, 20, 20
LONGEST_TEXT = 8000
MOST_ANSWERED = 50

_MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
_BLANK_LINES = re.compile(r"\n{3,}")
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)
_UNSTORABLE = {"Cc", "Cs", "Co", "Cn"}
_HARMLESS = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail: its name as the sender says, and its bytes."""

    name: str
    data: bytes


@dataclass(slots=True)
class Mail:
    """What a mail says, fit to be stored. message_id: the sender's, else one made of its content.

    answers: Message-IDs of the mails that it answers, the nearest first. bounce: what it says could not be delivered.
    """

    message_id: str
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    at: datetime.datetime | None = None
    is_automatic: bool = False
    answers: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    left_out: int = 0
    bounce: Bounce | None = None


def parsed(message: Message | bytes) -> tuple[Mail, bytes]:
    """The mail, and its bytes for keeping. Never raises for what a sender has written."""
    raw = message if isinstance(message, bytes) else bytes_of(message)
    found = email.message_from_bytes(raw, policy=email.policy.compat32) if isinstance(message, bytes) else message
    name, address = parseaddr(_header(found, "From"))
    mail = Mail(
        message_id=_message_id(found, raw),
        sender=fit(address, 254),
        sender_name=fit(name, 60),
        subject=fit(_header(found, "Subject"), 250),
        at=_date(found),
        is_automatic=_is_automatic(found),
        answers=_answers(found),
    )
    _read_parts(found, mail)
    mail.bounce = bounce_of(found, mail.answers)
    if mail.bounce is not None:
        mail.is_automatic, mail.answers = True, list(mail.bounce.ids)
    return mail, raw


def bytes_of(message: Message) -> bytes:
    """A message as bytes; a broken one as far as it can be written out."""
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError):
        lines = [f"{name}: {value}" for name, value in message.raw_items()] if hasattr(message, "raw_items") else []
        return "\n".join(lines).encode("utf-8", "replace") + b"\n\n"


def fit(text: str, longest: int, *, lines: bool = False) -> str:
    """Text without what neither database nor page can carry, cut to a length."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        one
        for one in text
        if (one in _HARMLESS or unicodedata.category(one) not in _UNSTORABLE) and one != "\N{REPLACEMENT CHARACTER}"
    )
    if not lines:
        kept = " ".join(kept.split())
    return kept.strip()[:longest].strip()


def _header(message: Message, name: str) -> str:
    """A header in plain text, whatever its encodings claim."""
    try:
        value = str(message.get(name) or "")
        pieces = decode_header(value)
    except (ValueError, LookupError, UnicodeError, IndexError, AttributeError, TypeError):
        raw = dict(message.raw_items()).get(name, "") if hasattr(message, "raw_items") else ""
        return str(raw)
    return "".join(one if isinstance(one, str) else _decoded(one, charset) for one, charset in pieces)


def _decoded(data: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset that is claimed, else by weighing what they can be, else what remains."""
    if charset and charset.lower() not in ("unknown-8bit", "us-ascii"):
        try:
            return data.decode(charset.strip().strip("'\""))
        except (LookupError, UnicodeError, ValueError):
            pass
    try:
        return decode(data).text
    except ValidationError:
        return data.decode("utf-8", "ignore")


def _answers(message: Message) -> list[str]:
    """In-Reply-To first, then References from the last to the first; of an endless list the nearest."""
    nearest = _MESSAGE_ID.findall(_header(message, "In-Reply-To")[:LONGEST_TEXT])
    further = _MESSAGE_ID.findall(_header(message, "References")[-LONGEST_TEXT:])
    return [one for one in dict.fromkeys([*nearest, *reversed(further)]) if len(one) <= 250][:MOST_ANSWERED]


def _message_id(message: Message, raw: bytes) -> str:
    found = _MESSAGE_ID.search(_header(message, "Message-ID"))
    said = fit(found[0], 250) if found else ""
    return said or f"<{hashlib.sha256(raw).hexdigest()}@none>"


def _date(message: Message) -> datetime.datetime | None:
    try:
        found = parsedate_to_datetime(_header(message, "Date"))
        return found.astimezone(datetime.UTC) if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    """Out-of-office words and reports of delivery are answers of machines: none of them complains."""
    said = _header(message, "Auto-Submitted").strip().lower()
    return (said not in ("", "no")) or message.get_content_type() == "multipart/report"


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that hold something, in order; what is nested too deeply is left."""
    if message.is_multipart() and depth < MOST_DEPTH:
        payload = message.get_payload()
        for part in payload if isinstance(payload, list) else ():
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)
    elif not message.is_multipart():
        yield message


def _read_parts(message: Message, mail: Mail) -> None:
    plain, marked = "", ""
    for count, part in enumerate(_leaves(message)):
        if count >= MOST_PARTS:
            mail.left_out += 1
            break
        data, name = _bytes(part), _filename(part)
        kind = part.get_content_type()
        is_text = kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment"
        if not is_text:
            _attach(mail, name, kind, data)
        elif kind == "text/plain" and not plain:
            plain = _decoded(data, part.get_content_charset())
        elif kind == "text/html" and not marked:
            marked = without_markup(_decoded(data, part.get_content_charset()))
    said = plain if plain.strip() else marked
    mail.text = fit(_BLANK_LINES.sub("\n\n", said), LONGEST_TEXT, lines=True)


def _bytes(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError, AssertionError, TypeError):
        return b""
    return data if isinstance(data, bytes) else b""


def _filename(part: Message) -> str:
    try:
        return fit(_plain(part.get_filename() or ""), 180)
    except (ValueError, LookupError, UnicodeError, TypeError, AttributeError, IndexError):
        return "file"


def _plain(name: str) -> str:
    """A file name whose encoded words stand where RFC 2047 allows none, as Chinese programs write them."""
    return "".join(one if isinstance(one, str) else _decoded(one, charset) for one, charset in decode_header(name))


def _attach(mail: Mail, name: str, kind: str, data: bytes) -> None:
    if not data:
        return
    if len(mail.attachments) >= MOST_ATTACHMENTS:
        mail.left_out += 1
        return
    mail.attachments.append(Attachment(name or f"file.{kind.rpartition('/')[2]}", data))


def is_address(text: str) -> bool:
    """Whether a text is an email address that can be written to."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def without_markup(marked: str) -> str:
    """The words of an HTML text: no tags, scripts or styles."""
    import nh3

    bare = nh3.clean(_BREAKS.sub("\n", marked), tags=set(), clean_content_tags={"script", "style", "head", "title"})
    return html.unescape(bare)
