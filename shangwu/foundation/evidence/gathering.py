"""What belongs into a bundle: duties of a clause in a period, their records, the requests about these, and the log."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.models import Request, Step, Ticket
from shangwu.foundation.audit.models import Entry, EntryRecord
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.evidence.noting import reads_the_log
from shangwu.foundation.evidence.periods import Span
from shangwu.foundation.evidence.sight import Subject, subject_of
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.records import gate, scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.regulation import values
from shangwu.foundation.regulation.models import Proposal
from shangwu.foundation.regulation.shipped import REFERENCE
from shangwu.foundation.regulation.texts import wording
from shangwu.foundation.regulation.values import Held

MOST_DUTIES = 5_000
MOST_ENTRIES = 20_000
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a bundle tells of. records: those that the asker may see. entries: ids of log entries, in order.

    shut: records that the asker may not see although the log's entries about them are theirs to read.
    """

    duties: Sequence[Duty]
    records: dict[Subject, Record]
    requests: Sequence[Request]
    editions: dict[str, list[Held]]
    entries: Sequence[int]
    shut: frozenset[Subject] = frozenset()


def gather(by: Actor, clause: str, span: Span) -> Gathered:
    """Find everything. Raises Refusal `too_much` for a period that holds more than a bundle can."""
    duties = list(duties_of(by, clause, span)[: MOST_DUTIES + 1])
    _require_few(len(duties), MOST_DUTIES)
    editions = {one.key: editions_of(one, span) for one in parameters_of(clause)}
    numbers = [one.by for each in editions.values() for one in each if one.by]
    proposals = Proposal.objects.visible_to(by, archived=True).filter(number__in=numbers).order_by("pk")
    records: dict[Subject, Record] = {(Proposal, one.pk): one for one in proposals}
    subjects = _subjects((one.subject_type, one.subject_id) for one in duties)
    reads_all = reads_the_log(by)
    records |= _visible(by, subjects)
    proving = _proving(clause, {*records, *subjects} if reads_all else records, span)
    records |= _visible(by, proving)
    shut = frozenset((subjects | proving) - set(records)) if reads_all else frozenset()
    requests = list(_requests(by, [*(one.public_id for one in records.values()), *_public_ids(shut)], span))
    records |= {(Request, one.pk): one for one in requests}
    entries = entries_of([*records, *shut], span)
    _require_few(len(entries), MOST_ENTRIES)
    return Gathered(duties, records, requests, editions, entries, shut)


def _require_few(count: int, most: int) -> None:
    if count > most:
        raise Refusal("too_much", _("This is more than one bundle holds. Choose a shorter period."))


def duties_of(by: Actor, clause: str, span: Span) -> "models.QuerySet[Duty]":
    """The duties that were due in the period, or open in it, as far as the asker sees them."""
    codes = [one.code for one in rules.values() if one.clause == clause]
    ended = Coalesce("done_at", "waived_at", "cancelled_at")
    due = Q(due_at__gte=span.since, due_at__lt=span.until)
    open_then = Q(ended__isnull=True) | Q(ended__gte=span.since)
    found = seen_by(by).filter(rule__in=codes, opened_at__lte=span.as_of).annotate(ended=ended)
    return found.filter(due | open_then).order_by("rule", "due_at", "pk")


def parameters_of(clause: str) -> list[Parameter]:
    """The parameters of a clause, those that its text names, and those that its duties count with."""
    named = {*wording(clause, REFERENCE).blanks}
    named.update(key for one in rules.values() if one.clause == clause for key in one.keys)
    return [one for one in parameters.values() if one.clause == clause or one.key in named]


def editions_of(one: Parameter, span: Span) -> list[Held]:
    """The values that a parameter had in the period, each from its day: the one that held at its beginning first."""
    changes = values.history(one.key)
    before = [each for each in changes if each.since <= span.first]
    first = before[-1] if before else Held(span.first, one.default, "")
    return [first, *(each for each in changes if span.first < each.since <= span.last)]


def _proving(clause: str, records: Iterable[Subject], span: Span) -> set[Subject]:
    """The records whose own verbs under the clause touched these: the visit that kept the customer's contact."""
    found: set[tuple[str, int]] = set()
    every = entries_of(records, span)
    for place in range(0, len(every), _CHUNK):
        some = Entry.objects.filter(pk__in=every[place : place + _CHUNK], clause=clause, record_id__isnull=False)
        found.update((kind, key) for kind, key in some.values_list("record_type", "record_id") if key is not None)
    return _subjects(found)


def _subjects(named: Iterable[tuple[str, int]]) -> set[Subject]:
    """Of what is named by type and key: the records that have a gate."""
    found = {subject_of(kind, key) for kind, key in named}
    return {one for one in found if one is not None and one[0] in scopes.declared()}


def _visible(by: Actor, subjects: Iterable[Subject]) -> dict[Subject, Record]:
    found: dict[Subject, Record] = {}
    for model, keys in _by_type(subjects):
        rows = model._default_manager.visible_to(by, archived=True).filter(pk__in=keys).order_by("pk")
        found |= {(model, row.pk): row for row in rows}
    return found


def _public_ids(subjects: Iterable[Subject]) -> Iterator[uuid.UUID]:
    """By which requests name their records."""
    for model, keys in _by_type(subjects):
        with gate.free_reading():
            yield from list(model._default_manager.filter(pk__in=keys).values_list("public_id", flat=True))


def _by_type(subjects: Iterable[Subject]) -> Iterator[tuple[Any, set[int]]]:
    keys: dict[type[models.Model], set[int]] = defaultdict(set)
    for model, key in subjects:
        keys[model].add(key)
    yield from sorted(keys.items(), key=lambda one: one[0]._meta.label_lower)


def _requests(by: Actor, ids: Sequence[uuid.UUID], span: Span) -> "models.QuerySet[Request]":
    found = Request.objects.visible_to(by, archived=True).filter(subject_id__in=ids, created_at__lt=span.until)
    parts = (Prefetch("steps", _parts(Step, by)), Prefetch("tickets", _parts(Ticket, by)))
    return found.prefetch_related(*parts).order_by("pk")


def _parts(model: Any, by: Actor) -> "models.QuerySet[Any]":
    return model.objects.visible_to(by, archived=True).order_by("position")  # type: ignore[no-any-return]


def entries_of(records: Iterable[Subject], span: Span) -> list[int]:
    """Ids of the log entries that touched the records up to the end of the period, in the order of the log."""
    keys: dict[str, list[int]] = defaultdict(list)
    for model, key in records:
        keys[model._meta.label_lower].append(key)
    found: set[int] = set()
    for kind, every in keys.items():
        for place in range(0, len(every), _CHUNK):
            some = every[place : place + _CHUNK]
            found.update(_until(Entry.objects.filter(record_type=kind, record_id__in=some), "", span))
            found.update(_until(EntryRecord.objects.filter(record_type=kind, record_id__in=some), "entry__", span))
    return sorted(found)


def _until(rows: "models.QuerySet[Any]", to_entry: str, span: Span) -> Iterable[int]:
    moment = Coalesce(f"{to_entry}occurred_at", f"{to_entry}at")
    name = "entry_id" if to_entry else "pk"
    return list(rows.annotate(moment=moment).filter(moment__lt=span.until).values_list(name, flat=True))
