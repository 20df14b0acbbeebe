"""Pasting from a spreadsheet into the line grid of a form: the block goes to the server, which answers line by line."""

import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action, actions_of
from shangwu.foundation.exchange.pasting import Block, read, table_of
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.forms.form import offered_inputs
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages, Route, family
from shangwu.foundation.records.refusals import Refusal, from_validation, missing

KEY = {"public_id": "public_id"}


@family
def routes_of(pages: RecordPages) -> Iterable[Route]:
    """One address for each form that has a line grid."""
    for one in actions_of(pages.model):
        if one.shown and any(each.kind is Kind.PARTS for each in one.inputs):
            target, sample = ("", {}) if one.makes else ("<uuid:public_id>/", KEY)
            yield Route(
                f"paste.{one.name}", f"paste/{one.name}/{target}", partial(show, one=one), pages.model, one.name,
                ("POST",), clause=one.clause, sample=sample,
            )  # fmt: skip


def show(request: Request, *, one: Action, public_id: uuid.UUID | None = None) -> HttpResponse:
    """What a pasted block means. Posted: `lines`, the grid; `text`; `from`, the fields from the one it begins in."""
    record = record_of(request.actor, one.model, public_id) if public_id is not None else None
    if not one.may(request.actor, record):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    grid = _grid(request, one)
    try:
        table = table_of(request.POST.get("text", ""))
    except ValidationError as error:
        raise from_validation(error) from error
    start = [name for name in request.POST.get("from", "").split(",") if name]
    return JsonResponse(_told(read(request.actor, grid, table, start=start)))


def _grid(request: Request, one: Action) -> Input:
    wanted = request.POST.get("lines", "")
    for each in offered_inputs(one, request.actor):
        if each.kind is Kind.PARTS and each.name == wanted:
            return each
    raise missing()


def _told(block: Block) -> dict[str, Any]:
    """The block for the script: for each row its fields as they are to be shown, and what is wrong with it."""
    wrong = sum(bool(row.said) for row in block.rows)
    count = len(block.rows)
    said = ngettext("%(count)s row was read.", "%(count)s rows were read.", count) % {"count": count}
    if wrong:
        said = f"{said} " + ngettext(
            "%(count)s needs your attention: the reason stands beside it.",
            "%(count)s need your attention: the reasons stand beside them.",
            wrong,
        ) % {"count": wrong}
    return {
        "said": " ".join([said, *block.notes]),
        "rows": [
            {
                "line": row.line,
                "said": row.said,
                "fields": {
                    name: {"value": value.shown, "label": value.label} for name, value in row.values.items()
                },
            }
            for row in block.rows
        ],
    }  # fmt: skip
