"""The wording of a clause as pages draw it: paragraphs whose values open what is behind them."""

import datetime
from functools import partial
from itertools import groupby
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import dated
from shangwu.foundation.policy.parameters import Parameter, parameters, policy
from shangwu.foundation.policy.reading import written
from shangwu.foundation.policy.saying import said
from shangwu.foundation.regulation import proving
from shangwu.foundation.regulation.texts import Paragraph, Piece, clause_text
from shangwu.foundation.regulation.values import held_on


def wording_of(code: str, on: datetime.date | None = None) -> SafeString:
    """The paragraphs of a clause in the reader's language, with the values in force on a day; today when None."""
    text = clause_text(code, get_language() or "", on)
    draw = partial(_drawn, on)
    return format_html_join(
        "", "{}", ((_block(list(map(draw, part)), item),) for item, part in groupby(text, _is_item))
    )


def _is_item(paragraph: Paragraph) -> bool:
    return paragraph.item


def _block(part: list[SafeString], item: bool) -> SafeString:
    if item:
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((one,) for one in part)))
    return format_html_join("", "<p>{}</p>", ((one,) for one in part))


def _drawn(on: datetime.date | None, paragraph: Paragraph) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece, on),) for piece in paragraph.pieces))


def _piece(piece: Piece, on: datetime.date | None) -> SafeString | str:
    if isinstance(piece, str):
        return piece
    one = piece.parameter
    if proving.holds(one, on):
        return face.parameter(piece.value, address_of(one, on), str(one.label))
    title = _("%(parameter)s: not in effect yet") % {"parameter": one.label}
    return face.parameter(piece.value, address_of(one, on), title, pending=True)


def address_of(one: Parameter, on: datetime.date | None = None) -> str:
    """What is behind a value: since when, within which bounds, and where another is proposed; else its clause."""
    return dated(url("parameter", key=one.key) or url("clause", code=one.clause), on)


def propose_address(one: Parameter) -> str:
    """The form, with the value that holds and the first of next month already in it."""
    first = first_of_next_month()
    entries = {"key": one.key, "written": written(one, policy(one.key, first)), "effective_from": first}
    return f"{url('regulation.proposal.create')}?{urlencode(entries)}"


def first_of_next_month() -> datetime.date:
    """From when a change is proposed unless another day is said."""
    return (formats.today().replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def now(one: Parameter, on: datetime.date | None = None) -> str:
    """The value in force on a day, today when None, with its unit."""
    return said(one, policy(one.key, on))


def parameters_of(code: str, on: datetime.date | None = None) -> list[dict[str, object]]:
    """What a clause leaves open, as it stands on a day; each with its place among all parameters."""
    return [_facts(one, on) for one in parameters.values() if one.clause == code]


def _facts(one: Parameter, on: datetime.date | None) -> dict[str, object]:
    held = held_on(one.key, on)
    return {
        "label": one.label,
        "value": now(one, on),
        "note": one.legal_note,
        "key": one.key,
        "since": held.since if held else None,
        "holds": proving.holds(one, on),
        "url": address_of(one, on),
    }
