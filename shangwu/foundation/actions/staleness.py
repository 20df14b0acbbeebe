"""A stale form: someone saved in between. Both versions are answered, so that a person can merge."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records import gate, own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.records.scopes import hidden_fields


def stale(record: Record, version: int, yours: Mapping[str, Any], by: Actor) -> Refusal:
    """The refusal of a stale write, with `base` (what you saw), `theirs` (now) and `yours` per field."""
    hidden = hidden_fields(type(record), by)
    names = [name for name in yours if name not in hidden and hasattr(record, name)]
    base = _as_of(record, version)
    details = {
        name: {
            "base": _plain(base, name),
            "theirs": _plain(record.__dict__, name),
            "yours": getattr(yours[name], "pk", yours[name]),
        }
        for name in names
        if _plain(record.__dict__, name) is not None or not isinstance(yours[name], list)
    }
    return Refusal(
        "stale",
        _("Someone changed this record while you were working. Compare both versions, then save again."),
        details={"version": record.version, "fields": details},
    )


def _plain(values: Mapping[str, Any], name: str) -> Any:
    if own.is_own(name):
        return own.kept(values.get("extra"), name)
    return values.get(name, values.get(f"{name}_id"))


def _as_of(record: Record, version: int) -> Mapping[str, Any]:
    """The record's columns at an earlier version, from its row history."""
    history: Any = history_models[type(record)]
    with gate.free_reading():
        return history.objects.filter(pgh_obj_id=record.pk, version=version).order_by("pgh_id").values().first() or {}
