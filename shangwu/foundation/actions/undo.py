"""Undo: a new action with the inverse change, allowed while every touched record still has the version it left.

An edit is taken back by `<record>.undo`, which puts the former values back; an archiving by bringing back; a creation
by trash or archive. Each goes through the door like any other action, with a log entry of its own.
"""

import datetime
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import predicate
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.former import Former, former_of, touched_elsewhere
from shangwu.foundation.actions.gone import Gone
from shangwu.foundation.actions.inputs import Ask, from_signature
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.actions.registry import Action, actions_of, record_name
from shangwu.foundation.actions.rows import Outcome, Row
from shangwu.foundation.actions.runner import act_many
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import clock, own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal, missing
from shangwu.foundation.records.scopes import hidden_fields

WINDOW = datetime.timedelta(days=1)
"""How long after an action its undo is offered: a day's work can be taken back, history can't."""

_INVERSES = {"archive": ("unarchive",), "unarchive": ("archive",), "trash": ("put_back", "unarchive")}

_found: ContextVar[tuple[int, dict[int, Former]] | None] = ContextVar("found", default=None)


def undo(by: Actor, entry_id: int, *, key: str | None = None, whole: bool = True) -> Outcome:
    """Take an entry back, whole or not at all; without `whole`, records that went on from there are left and refused.

    Raises Refusal: "missing", "too_late" (after a day), "not_undoable" (this verb has no way back, or changed other
    records too), "changed_since" (someone went on from there), and what the door refuses.
    """
    entry = Entry.objects.filter(pk=entry_id).first()
    done = registry.actions.get(entry.verb) if entry is not None else None
    if entry is None or done is None:
        raise missing()
    inverse = _require_inverse(entry, done)
    former = former_of(entry, done.model)
    inputs = {"entry": entry_id} if inverse.verb == "undo" else {}
    rows = [Row(inputs, target, version=left) for target, left in _targets(done, former)]
    token = _found.set((entry_id, former))
    try:
        return act_many(by, inverse.name, rows, key=key, whole=whole)
    except Refusal as refusal:
        if refusal.code == "stale":
            raise _changed_since() from refusal
        raise
    finally:
        _found.reset(token)


def inverse_of(done: Action) -> Action | None:
    """The action that takes `done` back; None when there is no way back."""
    if done.makes:
        names: Sequence[str] = ("trash", "archive")
    elif done.verb in _INVERSES:
        names = _INVERSES[done.verb]
    else:
        names = ("undo",) if done.undo else ()
    found = (registry.actions.get(f"{record_name(done.model)}.{name}") for name in names)
    return next((one for one in found if one is not None), None)


def undoable(done: Action, *, changed_others: bool = False) -> bool:
    """Whether an undo is worth offering right after `done`."""
    return inverse_of(done) is not None and not changed_others


def _require_inverse(entry: Entry, done: Action) -> Action:
    inverse = inverse_of(done)
    if inverse is None or touched_elsewhere(entry, done.model):
        said = _("“%(action)s” can't be undone. Change the record itself.")
        raise Refusal("not_undoable", said, {"action": done.label})
    if clock.now() - entry.at > WINDOW:
        raise Refusal("too_late", _("This is more than a day old and can't be undone. Change the record itself."))
    return inverse


def _targets(done: Action, former: dict[int, Former]) -> list[tuple[Any, int]]:
    """(public id, version left) of the records. Unknown and unseen ones are refused by the door."""
    rows = done.model.objects.unscoped(reason="an undo names its records by public id; the door gates them")
    known = dict(rows.filter(pk__in=list(former)).values_list("pk", "public_id"))
    if len(known) < len(former) or not known:
        raise missing()
    return [(known[pk], one.left) for pk, one in former.items()]


def _changed_since() -> Refusal:
    said = _("The record was changed after that, so it can't be undone. Open it and change it by hand.")
    return Refusal("changed_since", said)


@predicate
def may_undo(by: Actor, record: Any) -> bool:
    """Whoever may do one of the record's undoable verbs; which one it was is checked in the body."""
    if record is None:
        return True
    return any(one.may(by, record) for one in actions_of(type(record)) if one.undo and one.verb != "undo")


def _restore(record: Any, by: Actor, *, entry: Annotated[int, Ask(_("Log entry"))]) -> list[Any]:
    """Put back what a log entry changed, as it was before.

    Refuses `changed_since` when the record has gone on from there, `forbidden` when the entry's verb or one of its
    fields is not among the actor's rights.
    """
    former = _former(entry, record)
    if former.left != record.version:
        raise _changed_since()
    hidden = hidden_fields(type(record), by)
    touches_hidden = any(name.removesuffix("_id") in hidden or name in hidden for name in former.values)
    if touches_hidden or _touches_others(former, record, by):
        raise Refusal("forbidden", _("It holds entries that are not yours to see. Ask the one who changed it."))
    for name, value in former.values.items():
        setattr(record, name, value)
    return [moved for relation in record.parts for moved in _restore_parts(record, relation, former)]


def _touches_others(former: Former, record: Any, by: Actor) -> bool:
    """Whether own fields were changed that the actor may not see or change."""
    moved = own.changes(former.values.get("extra", record.extra), record.extra)
    fields = [own.named(type(record), name) for name in moved]
    return any(one is not None and not one.is_kept_by(by) for one in fields)


def _restore_parts(record: Any, relation: str, former: Former) -> list[Any]:
    present = list(getattr(record, relation).all())
    moved: list[Any] = []
    for part in present:
        key = (type(part), part.pk)
        if key in former.added:
            moved.append(Gone(part))
        for name, value in former.changed.get(key, {}).items():
            setattr(part, name, value)
    part_type = getattr(record, relation).model
    back = [part_type(**values) for model, values in former.removed if model is part_type]
    kept = [part for part in present if (type(part), part.pk) not in former.added]
    set_parts(record, relation, sorted([*kept, *back], key=lambda part: part.position))
    return [*moved, *back]


def _former(entry_id: int, record: Record) -> Former:
    """The record as the entry found it. Checks the entry itself when the call did not come from `undo`."""
    found = _found.get()
    if found is None or found[0] != entry_id:
        entry = Entry.objects.filter(pk=entry_id, record_type=record._meta.label_lower).first()
        if entry is None:
            raise missing()
        if _require_inverse(entry, registry.actions[entry.verb]).verb != "undo":
            raise Refusal("not_undoable", _("This is taken back by its own verb, such as “bring back”."))
        found = (entry_id, former_of(entry, type(record)))
    if record.pk not in found[1]:
        raise missing()
    return found[1][record.pk]


def _follow(done: Action) -> None:
    """Register `<record>.undo` beside the first verb of a record type that it can take back."""
    name = f"{record_name(done.model)}.undo"
    if not done.undo or done.verb in _INVERSES or name in registry.actions:
        return
    registry.register(
        done.model,
        "undo",
        done.clause,
        label=_("Undo"),
        may=may_undo,
        body=_restore,
        inputs=from_signature(_restore),
        description=(_restore.__doc__ or "").strip(),
        reads=done.model.parts,
        undo=True,
        shown=False,
        icon="arrow-back-up",
    )


registry.followers.append(_follow)
