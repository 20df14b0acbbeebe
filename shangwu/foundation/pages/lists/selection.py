"""The rows that a bulk action means: those ticked, or everything that the filter finds."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.counting import keys_of
from shangwu.foundation.pages.lists.find import deferred
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

MOST = 5_000
"""More rows in one go would hold their locks for long; narrow the filter, or do it in parts."""


@dataclass(frozen=True, slots=True)
class Selection:
    """rows: what may be acted on, as it is now. whole: the filter was chosen, not single rows."""

    rows: list[Any]
    whole: bool

    def fitting(self, one: Action, actor: Actor) -> list[Any]:
        """Rows that the action fits."""
        return [row for row in self.rows if one.offered_to(actor, row)]

    def misfits(self, one: Action, actor: Actor) -> list[tuple[Any, str]]:
        """Rows that it does not fit, each with the reason."""
        return [(row, _reason(one, actor, row)) for row in self.rows if not one.offered_to(actor, row)]


def _reason(one: Action, actor: Actor, row: Any) -> str:
    if not one.may(actor, row):
        return _("not among your duties")
    if (row.archived_at is not None) != one.from_archive:
        return _("in the archive") if row.archived_at else _("not in the archive")
    return _("state is “%(state)s”") % {"state": getattr(row, "get_state_display", str)()}


def selection(prepared: Prepared, request: Request) -> Selection:
    """Read the selection that a form sends. Raises Refusal when nothing, or too much, was chosen."""
    whole = request.POST.get("all") == "1"
    rows = _whole(prepared, request) if whole else _ticked(prepared, request)
    if not rows:
        raise Refusal("invalid", gettext_lazy("No rows are selected. Tick the rows that you mean."))
    if len(rows) > MOST:
        raise Refusal(
            "invalid",
            gettext_lazy("That is more than %(most)s rows. Narrow the filter, or do it in parts."),
            {"most": MOST},
        )
    return Selection(rows, whole)


def _ticked(prepared: Prepared, request: Request) -> list[Any]:
    keys: list[uuid.UUID] = []
    for text in request.POST.getlist("row")[: MOST + 1]:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    return _read(prepared, request.actor, {"public_id__in": keys})


def _whole(prepared: Prepared, request: Request) -> list[Any]:
    question = asked(prepared, lists_of(request.POST.get("query", "")[:4000]), request.actor)
    if question.on is not None:  # what stood on a past day is looked at, not worked on
        return []
    keys = keys_of(prepared, question, request.actor, MOST + 1)
    return _read(prepared, request.actor, {"pk__in": [key for (key,) in keys or ()]})


def _read(prepared: Prepared, actor: Actor, chosen: dict[str, Sequence[Any]]) -> list[Any]:
    rows = prepared.model.objects.visible_to(actor, archived=True).filter(**chosen)
    return list(rows.defer(*deferred(prepared.model)).order_by("-pk")[: MOST + 1])
