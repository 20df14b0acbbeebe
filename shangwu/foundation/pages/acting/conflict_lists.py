"""Conflicts of whole lists: parts and named persons are chosen as one, theirs or yours, never mixed row by row."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.locking import target_of
from shangwu.foundation.pages.details.logged import Logged, logged
from shangwu.foundation.pages.details.part_changes import add_names, part_changes, part_events
from shangwu.foundation.pages.forms.entries import TAKE, Entries, given, names_by_key, show
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models

LOOK_BACK = 50
"""How many entries are looked through for what others did to the parts."""


def part_conflicts(
    actor: Actor, record: Any, seen: int, inputs: Sequence[Input], entries: Entries
) -> list[dict[str, Any]]:
    """A row of the choice for each table of parts that others have changed since version `seen`.

    A list that an action only asks for is no part of the record: nobody else can have changed it.
    """
    contexts = _contexts_after(record, seen)
    done = [one for one in logged(record, LOOK_BACK) if one.entry.context in contexts]
    found = []
    for one in inputs:
        if one.name in record.parts and f"{one.name}-TOTAL_FORMS" in entries and _touched(record, one, done):
            found.append(_row(actor, record, one, done, entries, contexts))
    return found


def persons_conflict(
    actor: Actor, one: Input, versions: dict[str, Any], entries: Entries, names: Names
) -> dict[str, Any]:
    """A row of the choice for a list of persons."""
    assert one.model is not None
    model = one.model
    texts = [_(", ").join(names.of(model, key).label for key in versions[which] or ()) for which in ("base", "theirs")]
    keys = [key for key in entries.get(one.name, []) if key]
    known = names_by_key(actor, ((model, key) for key in keys))
    yours = _(", ").join(known.get((model, key), key) for key in keys)
    base = {names.of(model, key).public_id for key in versions["base"] or ()}
    return _choice(one, texts[0], texts[1], yours, "theirs" if base == set(keys) else "yours")


def _choice(one: Input, base: str, theirs: str, yours: str, prefer: str) -> dict[str, Any]:
    return {
        "name": f"{TAKE}{one.name}",
        "label": one.label,
        "base": base,
        "theirs": theirs,
        "yours": yours,
        "theirs_value": "theirs",
        "yours_value": "yours",
        "prefer": prefer,
    }


def _contexts_after(record: Any, seen: int) -> set[UUID]:
    """The actions that came after the version that the person saw."""
    rows: Any = history_models[type(record)]._default_manager
    with gate.free_reading():
        later = rows.filter(pgh_obj_id=record.pk, version__gt=seen)
        return {context for context in later.values_list("pgh_context_id", flat=True) if context is not None}


def _touched(record: Any, one: Input, done: Sequence[Logged]) -> bool:
    label = target_of(type(record), one.name)._meta.label_lower
    return any(label in each.entry.touched for each in done)


def _row(
    actor: Actor, record: Any, one: Input, done: Sequence[Logged], entries: Entries, contexts: set[UUID]
) -> dict[str, Any]:
    """What they did to the parts, in words; and whether the person has changed the parts at all."""
    part = target_of(type(record), one.name)
    changes = part_changes(type(record), record, actor, done)
    names = Names()
    add_names(names, actor, changes)
    told = [line for group in changes.values() for each in group if each.model is part for line in each.drawn(names)]
    before = _before(actor, one, part_events(part, record), contexts)
    yours, base = given([one], entries, actor).inputs, given([one], before, actor).inputs
    count = len(yours.get(one.name, []))
    return _choice(
        one,
        _("%(count)s rows") % {"count": len(base.get(one.name, []))},
        format_html_join("", "<div>{}</div>", ((line,) for line in told)),
        _("your %(count)s rows") % {"count": count},
        "theirs" if yours == base else "yours",
    )


def _before(actor: Actor, one: Input, events: Any, contexts: set[UUID]) -> Entries:
    """The parts as the person's form began with them, as entries."""
    last: dict[Any, dict[str, Any]] = {}
    for row, _previous in events:
        if row["pgh_context_id"] not in contexts:
            last[row["pgh_obj_id"]] = row
    rows = sorted((row for row in last.values() if row["pgh_label"] != "delete"), key=lambda row: row["position"])
    names = Names()
    for each in one.parts:
        if each.kind is Kind.REFERENCE and each.model is not None:
            names.add(actor, each.model, {row[f"{each.name}_id"] for row in rows})
    found: Entries = {f"{one.name}-TOTAL_FORMS": [str(len(rows))]}
    for place, row in enumerate(rows):
        for each in one.parts:
            show(each, SimpleNamespace(**row), f"{one.name}-{place}-{each.name}", found, names, set(), actor)
    return found
