"""The wording of a clause as pages draw it: paragraphs whose parameters open their own clause."""

import datetime
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shangwu.foundation.pages import face
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.policy.parameters import Parameter, parameters, policy
from shangwu.foundation.policy.saying import said
from shangwu.foundation.regulation.texts import Paragraph, Piece, clause_text


def wording_of(code: str, on: datetime.date | None = None) -> SafeString:
    """The paragraphs of a clause in the reader's language, with the values in force on a day; today when None."""
    text = clause_text(code, get_language() or "", on)
    return format_html_join("", "{}", ((_block(list(part), item),) for item, part in groupby(text, _is_item)))


def _is_item(paragraph: Paragraph) -> bool:
    return paragraph.item


def _block(part: list[Paragraph], item: bool) -> SafeString:
    if item:
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((_drawn(one),) for one in part)))
    return format_html_join("", "<p>{}</p>", ((_drawn(one),) for one in part))


def _drawn(paragraph: Paragraph) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece),) for piece in paragraph.pieces))


def _piece(piece: Piece) -> SafeString | str:
    if isinstance(piece, str):
        return piece
    one = piece.parameter
    return face.parameter(piece.value, url("clause", code=one.clause), str(one.label))


def now(one: Parameter, on: datetime.date | None = None) -> str:
    """The value in force on a day, today when None, with its unit."""
    return said(one, policy(one.key, on))


def parameters_of(code: str, on: datetime.date | None = None) -> list[dict[str, object]]:
    """What a clause leaves open, as it stands on a day; each with its place among all parameters."""
    return [
        {"label": one.label, "value": now(one, on), "note": one.legal_note, "key": one.key}
        for one in parameters.values()
        if one.clause == code
    ]
