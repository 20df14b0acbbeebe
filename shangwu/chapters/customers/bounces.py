"""Reports that a mail of ours could not be delivered (2.5.2): which mail, and whether it is the end of it.

Most servers write a report of its own kind (RFC 3464); some only name the addresses that failed in a header. Which mail
it was is told by its Message-ID, in the headers that come back or in those that name what is answered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

MOST_PARTS = 50
LONGEST_HEADERS = 20_000

_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s@]+@[^<>\s@]+>)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNKNOWN_ADDRESS = re.compile(r"^5\.(?:1|7)\.")
"""Statuses of an address that does not exist, and of a server that does not want our mail (RFC 3463)."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail came back. ids: Message-IDs that it may be, the surest first. status: such as 5.1.1; empty if not told."""

    ids: tuple[str, ...]
    status: str = ""

    @property
    def is_address(self) -> bool:
        """Whether the address itself is refused, so that it is no use to send there again."""
        return bool(_UNKNOWN_ADDRESS.match(self.status))


def bounce_of(message: Message, answers: Sequence[str]) -> Bounce | None:
    """What came back, if the mail says that something did for good; a delay is none. Never raises.

    answers: Message-IDs that the mail answers, the nearest first.
    """
    try:
        parts = [part for _place, part in zip(range(MOST_PARTS), message.walk(), strict=False)]
        status = _failed(message, parts)
        if status is None:
            return None
        ids = dict.fromkeys([*_came_back(parts), *answers])
    except (AttributeError, IndexError, KeyError, LookupError, TypeError, UnicodeError, ValueError):
        return None
    return Bounce(tuple(ids), status) if ids else None


def _failed(message: Message, parts: Sequence[Message]) -> str | None:
    """The status of what has failed for good; None if nothing has."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _inside(part):
            if str(block.get("Action") or "").strip().lower() == "failed":
                told = _STATUS.search(str(block.get("Status") or ""))
                return told[0] if told else ""
    if message.get("X-Failed-Recipients") is None:
        return None
    told = next((found for part in parts if (found := _STATUS.search(_text(part)))), None)
    return told[0] if told else ""


def _came_back(parts: Sequence[Message]) -> Iterator[str]:
    """Message-IDs of mails, or of their headers, that the report carries."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            for one in _inside(part):
                yield from _MESSAGE_ID.findall(f"Message-ID: {one.get('Message-ID') or ''}")
        elif kind == "text/rfc822-headers":
            yield from _MESSAGE_ID.findall(_text(part))


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _text(part: Message) -> str:
    if part.is_multipart() or part.get_content_maintype() != "text":
        return ""
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace")[:LONGEST_HEADERS] if isinstance(data, bytes) else ""
