"""Trash: for drafts that nothing refers to. They leave the lists at once, and the house after 30 days.

Archive hides and keeps; cancel and void are for numbered documents; trash is the only way on which a record ends, and
its row history stays.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate

from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.gone import Gone
from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.actions.rows import Row
from shangwu.foundation.actions.runner import act_many
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source, system
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.records.refusals import Refusal

KEPT = datetime.timedelta(days=30)
"""How long a draft lies in the trash before it is gone."""

BATCH = 500


def trash(
    model: type[Record], *, clause: str, may: Predicate, source: str | Sequence[str] | None = None
) -> tuple[Action, Action, Action]:
    """Register trash, its way back, and the purge that the house does by itself.

    source: the draft states in which a record may be thrown away. A numbered record never may.
    """
    states = frozenset({source} if isinstance(source, str) else source) if source is not None else None
    away = registry.register(
        model, "trash", clause, label=_("Move to trash"), may=may, body=_trash, source=states, icon="trash",
        bulk=True, undo=True, danger=_("It leaves all lists now and is deleted after 30 days."),
        description=(_trash.__doc__ or "").strip(),
    )  # fmt: skip
    back = registry.register(
        model, "put_back", clause, label=_("Take out of the trash"), may=may, body=_put_back, icon="arrow-back-up",
        from_archive=True, bulk=True, description=(_put_back.__doc__ or "").strip(),
    )  # fmt: skip
    gone = registry.register(
        model, "purge", clause, label=_("Delete for good"), may=nobody, body=_purge, reads=model.parts,
        from_archive=True, shown=False, description=(_purge.__doc__ or "").strip(),
    )  # fmt: skip
    return away, back, gone


def _trash(record: Record, by: Actor) -> None:
    """Throw a draft away; for 30 days it can be taken out again. Refuses `numbered` and `in_use`."""
    if record.number:
        raise Refusal("numbered", _("A numbered document is never thrown away. Cancel or archive it."))
    require_unreferenced(record)
    record.archived_at = record.changed_at


def _put_back(record: Record, by: Actor) -> None:
    """Take a draft out of the trash."""
    record.archived_at = None


def _purge(record: Any, by: Actor) -> Iterable[Gone]:
    """Delete a draft that has lain in the trash for 30 days. Refuses `too_early` and `in_use`."""
    if record.archived_at is None or record.changed_at - record.archived_at < KEPT:
        raise Refusal("too_early", _("It stays in the trash for 30 days."))
    require_unreferenced(record)
    return [*(Gone(part) for relation in record.parts for part in getattr(record, relation).all()), Gone(record)]


def require_unreferenced(record: Record) -> None:
    """Refuse `in_use` while a row of another record points here. Asks each referring table once."""
    for referring, column in references_to(type(record)):
        if referring._default_manager.filter(**{column: record.pk}).exists():
            said = _("%(what)s still refer to it. Remove it there first, or archive it.")
            raise Refusal("in_use", said, {"what": referring._meta.verbose_name_plural})


def references_to(model: type[Record]) -> Iterator[tuple[Any, str]]:
    """(referring model, column) of every foreign key that points to `model`, its own parts left out."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and relation.field.concrete and not relation.many_to_many:
            referring: Any = relation.related_model
            own_part = issubclass(referring, Part) and referring.parent == relation.field.name
            if not own_part and not hasattr(referring, "pgh_id"):
                yield referring, relation.field.attname


def purge(*, limit: int = 10_000) -> int:
    """Delete what has lain in the trash for 30 days. Returns how many records went; safe to run twice."""
    gone = 0
    by = system(Source.JOB)
    for one in [one for one in registry.actions.values() if one.verb == "purge"]:
        found = list(_expired(one.model)[:limit])
        for start in range(0, len(found), BATCH):
            rows = [Row({}, record) for record in found[start : start + BATCH]]
            gone += len(act_many(by, one.name, rows).done)
    return gone


def _expired(model: type[Record]) -> "models.QuerySet[Record]":
    """Records whose last verb was `trash`, 30 days ago or earlier. What was archived otherwise stays."""
    verb = f"{record_name(model)}.trash"
    last = Entry.objects.filter(record_type=model._meta.label_lower, record_id=models.OuterRef("pk")).order_by("-id")
    linked = Entry.objects.filter(
        links__record_type=model._meta.label_lower, links__record_id=models.OuterRef("pk")
    ).order_by("-id")
    rows: models.QuerySet[Record] = model.objects.unscoped(reason="the purge of the trash looks at every draft")
    return (
        rows.filter(archived_at__lte=clock.now() - KEPT)
        .annotate(
            single=models.Subquery(last.values("id")[:1]),
            set=models.Subquery(linked.values("id")[:1]),
        )
        .annotate(latest=Greatest("single", "set"))
        .filter(models.Exists(Entry.objects.filter(pk=models.OuterRef("latest"), verb=verb)))
        .order_by("pk")
    )
