"""Replay before you rule: a proposed deadline is tried on the duties that were, and nothing of them changes."""

import datetime

import pytest

from shangwu.foundation.duties import directory, replaying, ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.policy.parameters import parameters

pytestmark = pytest.mark.django_db

CODE = "2.5.1.2"
"""Customers of grade A are looked through again after so many days."""
YEAR = (datetime.date(2025, 12, 1), datetime.date(2026, 12, 31))


def sheet(key: str, former: int, value: int, code: str = CODE) -> dict[str, tuple[int, int]]:
    lines = replaying.replay(parameters[key], former, value, *YEAR)
    return {line.what: (line.before, line.after) for line in lines if line.params == {"duty": code}}


def test_a_shorter_deadline_shows_who_would_have_been_late(office: Office, time: Time) -> None:
    for _n in range(3):
        office.won_customer()
    written = sorted(Duty.objects.filter(rule=CODE).values_list("pk", "due_at"))
    key = next(one for one in rules[CODE].keys if parameters[one].default == 90)
    time.go("2026-11-20 09:00")
    found = sheet(key, 90, 30)
    assert found[replaying.JUDGED] == (3, 3)
    assert found[replaying.LATE] == (0, 3)
    assert sheet(key, 30, 90)[replaying.LATE] == (3, 0)
    assert sorted(Duty.objects.filter(rule=CODE).values_list("pk", "due_at")) == written


def test_what_was_supposed_is_forgotten_afterwards(office: Office) -> None:
    key = rules[CODE].keys[0]
    day = datetime.date(2026, 9, 21)
    holds = directory.present().value(key, day, office.entity.pk)
    with directory.supposing(key, holds + 1):
        assert directory.present().value(key, day, office.entity.pk) == holds + 1
    assert directory.present().value(key, day, office.entity.pk) == holds


def test_a_duty_that_comes_round_is_tried_as_well(office: Office, time: Time) -> None:
    """2.5.3: the complaints of each month are analysed by a day of the next one; nobody has done so yet."""
    key, code = "complaint.analysis", "2.5.3.5"
    ticking.tick()
    time.go("2026-11-20 09:00")
    ticking.tick()
    written = sorted(Duty.objects.filter(rule=code).values_list("pk", "due_at"))
    found = sheet(key, 10, 28, code)
    assert found[replaying.JUDGED] == (len(written), len(written))
    before, after = found[replaying.LATE]
    assert before == after + 1, "that of October is overdue by the 20th of November, and would not be by the 28th"
    assert sheet(key, 10, 10, code)[replaying.LATE] == (before, before)
    assert sorted(Duty.objects.filter(rule=code).values_list("pk", "due_at")) == written
