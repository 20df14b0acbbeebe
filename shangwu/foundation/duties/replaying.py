"""Replay of a proposed deadline: the duties of the last twelve months judged again, with the old number and the new."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from shangwu.foundation.duties import cadences, directory
from shangwu.foundation.duties.judging import Ended, Judged, judged
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.states import State, state_of
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.records import clock
from shangwu.foundation.regulation.replaying import Line, replays

PORTION = 2000
JUDGED, LATE = gettext_noop("%(duty)s: duties judged"), gettext_noop("%(duty)s: late or overdue")
"""Sentences of the sheet; `duty` is the rule's code, for whoever shows it to name."""


def _rules_of(key: str) -> list[Rule]:
    """The rules whose deadlines read this parameter, and whose records or periods can be judged again."""
    found = (one for one in rules.values() if one.judge is not None or one.prove is not None)
    return [one for one in found if key in one.keys]


@replays(lambda key: bool(_rules_of(key)))
def replay(parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date) -> Iterator[Line]:
    """For each duty with this deadline: how many there were, and how many of them late, before and after."""
    for rule in _rules_of(parameter.key):
        periods = _opened(rule, since, until)
        before, after = (_late(rule, periods, parameter.key, one) for one in (former, value))
        params = {"duty": rule.code}
        yield Line(JUDGED, before[0], after[0], params)
        yield Line(LATE, before[1], after[1], params)


def _opened(rule: Rule, since: datetime.date, until: datetime.date) -> set[tuple[int, str]]:
    """Subject and period of the duties opened in those days."""
    rows = Duty.objects.filter(rule=rule.code, opened_at__date__gte=since, opened_at__date__lte=until)
    return set(rows.values_list("subject_id", "period"))


def _late(rule: Rule, opened: set[tuple[int, str]], key: str, value: Any) -> tuple[int, int]:
    """How many of these duties there are, and how many are late or overdue, if the parameter had this value."""
    now = clock.now()
    count = late = 0
    with directory.supposing(key, value):
        for one in _judged_again(rule, sorted({subject for subject, _period in opened}), now):
            if isinstance(one, Judged) and (one.subject_id, one.period) in opened:
                count += 1
                late += _state(one, now) in (State.LATE, State.MISSED)
    return count, late


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
