"""Personal and secret values around log entries, which hold only commitments of them: read from the row history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from shangwu.foundation.pages.details.changes import Change
from shangwu.foundation.pages.details.logged import Logged
from shangwu.foundation.records import gate, own
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import hidden_fields


def closed_changes(record: Record, shown: Sequence[Logged]) -> dict[UUID, list[Change]]:
    """What each entry did to the record's classed columns, by the entry's context: two queries for all of them.

    The caller shows them through the reader's gate (`changes.shown_changes`). What was erased differs no more.
    """
    closed = {one.entry.context: one.closed for one in shown if one.closed}
    if not closed:
        return {}
    rows: Any = history_models[type(record)]._default_manager
    of_record = rows.filter(pgh_obj_id=record.pk)
    former = of_record.filter(pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id").values("pgh_id")[:1]
    with gate.free_reading():
        asked = of_record.filter(pgh_context_id__in=closed).annotate(former=Subquery(former)).order_by("pgh_id")
        after = {row["pgh_context_id"]: row for row in asked.values()}
        earlier = {row["former"] for row in after.values()} - {None}
        before = {row["pgh_id"]: row for row in of_record.filter(pgh_id__in=earlier).values()}
    return {
        context: [
            (name, was, now)
            for name in closed[context]
            if (was := _held(before.get(row["former"], {}), name)) != (now := _held(row, name))
        ]
        for context, row in after.items()
    }


def holds_back(record: Record, one: Logged, actor: Any) -> bool:
    """Whether an entry changed something classed that this reader may not see."""
    hidden = hidden_fields(type(record), actor)
    return any(name in hidden or name.removesuffix("_id") in hidden for name in one.closed)


def _held(row: Mapping[str, Any], name: str) -> Any:
    return own.kept(row.get("extra"), name) if own.is_own(name) else row.get(name)
