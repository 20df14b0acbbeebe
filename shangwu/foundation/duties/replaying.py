"""Replay of a proposed deadline: the duties of the last twelve months, and those that are open now, judged again with
the old number and the new. Nothing of them changes: a duty keeps the deadline with which it opened.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.foundation.duties import cadences, directory
from shangwu.foundation.duties.judging import Ended, Judged, judged
from shangwu.foundation.duties.models import OPEN, Duty
from shangwu.foundation.duties.outages import OUTAGE, outages
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.states import State, state_of
from shangwu.foundation.policy.parameters import Parameter, supposing
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import Sentence, filled
from shangwu.foundation.regulation.replaying import Line, explains, replays, whole_days

Key = tuple[int, str]
"""The subject of a duty and its period."""
Subject = tuple[str, str]
"""A record type and the public id of a record."""

PORTION = 2000
NAMED = 10
"""So many of those that would stand otherwise are named."""
JUDGED, LATE = gettext_noop("%(duty)s: duties judged"), gettext_noop("%(duty)s: late or overdue")
OPEN_NOW, OPEN_LATE = gettext_noop("%(duty)s: open now"), gettext_noop("%(duty)s: open now and overdue")
STOOD = gettext_noop("Times that the house stood still for so long that deadlines moved")
NO_DUTY = _("There is nothing to try it on: nothing in the program proves the duty “%(duty)s” yet.")
"""Sentences of the sheet; `duty` is the rule's code, for whoever shows it to name."""


def _rules_of(key: str) -> list[Rule]:
    """The rules whose deadlines read this parameter, and whose records or periods can be judged again."""
    found = (one for one in rules.values() if one.judge is not None or one.prove is not None)
    return [one for one in found if key in one.keys]


@replays(lambda key: bool(_rules_of(key)))
def replay(parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date) -> Iterator[Line]:
    """For each duty with this deadline: how many there were, and how many of them late, before and after.

    Then the same of those that are open now, with the first of those that would stand otherwise.
    """
    for rule in _rules_of(parameter.key):
        counted, still = _opened(rule, since, until), _still_open(rule)
        before, after = (_late(rule, counted | still.keys(), parameter.key, one) for one in (former, value))
        params = {"duty": rule.code}
        yield Line(JUDGED, len(before.keys() & counted), len(after.keys() & counted), params)
        yield Line(LATE, _count(before, counted), _count(after, counted), params)
        if still:
            yield from _of_open(still, before, after, params)


def _of_open(
    still: Mapping[Key, Subject], before: Mapping[Key, bool], after: Mapping[Key, bool], params: dict[str, str]
) -> Iterator[Line]:
    """How many are open, how many of them overdue, and which would no longer be, or would be."""
    moved = [subject for key, subject in still.items() if before.get(key, False) != after.get(key, False)]
    named = tuple(dict.fromkeys(moved))
    yield Line(OPEN_NOW, len(still), len(still), params)
    yield Line(OPEN_LATE, _count(before, still), _count(after, still), params, named[:NAMED], len(named))


def _count(late: Mapping[Key, bool], among: Collection[Key]) -> int:
    return sum(is_late for key, is_late in late.items() if key in among)


def _opened(rule: Rule, since: datetime.date, until: datetime.date) -> set[Key]:
    """Subject and period of the duties opened in those days."""
    rows = Duty.objects.filter(rule=rule.code, opened_at__date__gte=since, opened_at__date__lte=until)
    return set(rows.values_list("subject_id", "period"))


def _still_open(rule: Rule) -> dict[Key, Subject]:
    """Whose duties are open now, by subject and period, the first to be due first."""
    rows = Duty.objects.filter(OPEN, rule=rule.code, opened_at__lte=clock.now()).order_by("due_at", "pk")
    columns = ("subject_id", "period", "subject_type", "subject_key")
    return {(pk, period): (kind, str(public_id)) for pk, period, kind, public_id in rows.values_list(*columns)}


def _late(rule: Rule, wanted: Collection[Key], key: str, value: Any) -> dict[Key, bool]:
    """Of each of these duties whether it is late or overdue, if the parameter had this value."""
    now = clock.now()
    found: dict[Key, bool] = {}
    with directory.supposing(key, value):
        for one in _judged_again(rule, sorted({subject for subject, _period in wanted}), now):
            if isinstance(one, Judged) and (one.subject_id, one.period) in wanted:
                found[one.subject_id, one.period] = _state(one, now) in (State.LATE, State.MISSED)
    return found


def _judged_again(rule: Rule, subjects: list[int], now: datetime.datetime) -> Iterator[Judged | Ended]:
    if rule.prove is not None:
        yield from cadences.judged(rule, now)
        return
    assert rule.model is not None
    for start in range(0, len(subjects), PORTION):
        rows = rule.model._default_manager.filter(pk__in=subjects[start : start + PORTION])
        yield from judged(rule, rows, now)


def _state(one: Judged, now: datetime.datetime) -> State:
    return state_of(
        opened_at=one.opened_at, due_at=one.due_at, done_at=one.done_at, waived_at=None,
        cancelled_at=one.cancelled_at, now=now,
    )  # fmt: skip


@explains
def unproved(parameter: Parameter) -> Sentence:
    """Why a parameter that duties alone read has nothing to replay: none of them has records yet."""
    reading = [one for one in rules.values() if parameter.key in (*one.keys, one.every)]
    if not reading or any(one.is_connected for one in reading):
        return ""
    return filled(NO_DUTY, {"duty": reading[0].label})


@replays(lambda key: key == OUTAGE)
def replay_outages(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """How many times the house stood still for long enough, with each number of hours."""
    first, last = whole_days(since, until)
    counts = []
    for hours in (former, value):
        with supposing(OUTAGE, hours):
            counts.append(sum(first <= one.until and one.since <= last for one in outages()))
    yield Line(STOOD, counts[0], counts[1])
