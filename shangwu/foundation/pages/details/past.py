"""A record as it was on a day, out of its row history: behind the same gates as it is today, and nothing to press."""

import datetime
from typing import Any

from django.db import models

from shangwu.foundation.actions.locking import target_of
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record

Parts = dict[str, list[Any]]


def as_it_was(record: Any, moment: datetime.datetime, actor: Actor) -> tuple[Any, Parts] | None:
    """The record and its parts as they stood at a moment of business time; None where there was nothing yet to see.

    The caller has passed the gate of the record as it is today. What was above the reader's clearance then stays so.
    """
    rows: Any = history_models[type(record)]._default_manager
    with gate.free_reading():
        own = rows.filter(pgh_obj_id=record.pk)
        found = own.filter(changed_at__lte=moment).order_by("-version", "-pgh_id").values().first()
        if found is None or found["secrecy"] > actor.clearance:
            return None
        contexts = list(own.filter(version__lte=found["version"]).values_list("pgh_context_id", flat=True))
        return _row(type(record), found), {
            relation: _parts(target_of(type(record), relation), record, contexts) for relation in record.parts
        }


def _parts(part: Any, record: Record, contexts: list[Any]) -> list[Any]:
    """The parts that stood after these actions; each action on parts goes with one on their record."""
    rows: Any = history_models[part]._default_manager
    events = rows.filter(**{f"{part.parent}_id": record.pk}, pgh_context_id__in=contexts)
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values()
    found = [_row(part, one) for one in latest if one["pgh_label"] != "delete"]
    return sorted(found, key=lambda one: one.position)


def _row(model: type[models.Model], values: dict[str, Any]) -> Any:
    """A row of the table out of a row of its history; generated columns are not kept there."""
    names = [one.attname for one in model._meta.concrete_fields if one.attname in values]
    return model.from_db("default", names, [values[name] for name in names])
