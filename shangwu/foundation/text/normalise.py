"""Text as it may be stored, and as it is compared.

Stored text is in Unicode form NFC, without outer spaces and without characters that a database, a sheet or
a reader's eye can't carry. Compared text is in form NFKC, folded, and is never shown.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.tables.blocks import COMPATIBILITY

# Line ends of all systems, with the vertical tab and form feed that Word leaves in copied text.
_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_LINE_ENDS_AND_TABS = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
# Characters without a shape that hide in pasted text: joints, byte order marks, and the embeddings that turn
# the direction of what follows, so that a name can pass for another.
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
# Unicode promises that the last two of each plane and U+FDD0 to U+FDEF never become characters; XML can't hold them.
_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff" + "".join(
    chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)
)
_REFUSED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd" + _NONCHARACTERS + "]")
# NFC would replace these by their unified look-alikes and so rewrite a person's name.
_COMPATIBILITY_IDEOGRAPHS = re.compile(f"([{COMPATIBILITY}]+)")


def stored_line(text: str) -> str:
    """`text` as a field of one line stores it: NFC, trimmed, line breaks and tabs become one space.

    Raises ValidationError: `garbled` (U+FFFD, a lone surrogate), `control` (a control character, NUL).
    """
    return text.strip() if _is_plain(text) else _stored(_LINE_ENDS_AND_TABS.sub(" ", text))


def stored_lines(text: str) -> str:
    """`text` as a field of many lines stores it: as `stored_line`, but line breaks (as LF) and tabs stay."""
    return text.strip() if _is_plain(text) else _stored(_LINE_END.sub("\n", text))


def comparable(text: str) -> str:
    """`text` as it is compared: width, case and the number of spaces make no difference (NFKC, casefold)."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.casefold().split())


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _stored(text: str) -> str:
    text = _UNSEEN.sub("", text)
    _refuse_unstorable(text)
    if not unicodedata.is_normalized("NFC", text):
        parts = _COMPATIBILITY_IDEOGRAPHS.split(text)
        parts[::2] = [unicodedata.normalize("NFC", part) for part in parts[::2]]
        text = "".join(parts)
    return text.strip()


def _refuse_unstorable(text: str) -> None:
    found = _REFUSED.search(text)
    if found is None:
        return
    character = found[0]
    where = {"code": f"U+{ord(character):04X}", "position": found.start() + 1}
    if character == "\ufffd" or unicodedata.category(character) == "Cs":
        raise ValidationError(
            _(
                "Character %(position)s is damaged (%(code)s): the text was read in a wrong encoding before it came "
                "here. Type it again, or import the original file."
            ),
            code="garbled",
            params=where,
        )
    raise ValidationError(
        _("Character %(position)s is a control character (%(code)s) that no page can show. Delete it and try again."),
        code="control",
        params=where,
    )
