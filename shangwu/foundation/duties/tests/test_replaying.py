"""Replay before you rule: a proposed deadline is tried on the duties that were, and nothing of them changes."""

import datetime

import pytest

from shangwu.foundation.duties import directory, replaying, ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.outages import outages
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.policy.parameters import parameters, supposing
from shangwu.foundation.regulation.replaying import can_replay, why_nothing

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


def test_what_is_open_now_is_counted_and_who_would_no_longer_be_late_is_named(office: Office, time: Time) -> None:
    """Issue 4: before it is proposed the screen says what it would change of what is open."""
    for _n in range(12):
        office.won_customer()
    key = next(one for one in rules[CODE].keys if parameters[one].default == 90)
    time.go("2026-11-20 09:00")
    still = Duty.objects.filter(rule=CODE, done_at=None, cancelled_at=None, waived_at=None)
    written = sorted(still.values_list("pk", "due_at"))
    lines = {one.what: one for one in replaying.replay(parameters[key], 30, 90, *YEAR) if one.params == {"duty": CODE}}
    assert (lines[replaying.OPEN_NOW].before, lines[replaying.OPEN_NOW].after) == (12, 12)
    late = lines[replaying.OPEN_LATE]
    assert (late.before, late.after, late.changed) == (12, 0, 12)
    assert len(late.named) == replaying.NAMED
    assert set(late.named) <= {("customers.customer", str(key)) for key in still.values_list("subject_key", flat=True)}
    assert sorted(still.values_list("pk", "due_at")) == written, "what is open keeps its deadline"
    again = [one for one in replaying.replay(parameters[key], 90, 90, *YEAR) if one.params == {"duty": CODE}]
    assert not any(one.named or one.changed for one in again)


def test_how_often_the_house_stood_still_is_counted_with_each_number_of_hours(office: Office, time: Time) -> None:
    ticking.tick()
    for later in ("2026-09-22 09:30", "2026-09-22 14:30"):
        time.go(later)
        ticking.tick()
    counts = []
    for hours in (1, 6):
        with supposing("outage.hours", hours):
            counts.append(len(outages()))
    (line,) = replaying.replay_outages(parameters["outage.hours"], 1, 6, *YEAR)
    assert (line.before, line.after) == tuple(counts)
    assert counts[0] > counts[1]


@pytest.mark.clause("1")
def test_every_parameter_is_tried_on_records_or_says_why_there_are_none() -> None:
    """Issue 4: replay before you rule. Nobody is told that nothing would change where nobody has looked."""
    tried = {key for key in parameters if can_replay(key)}
    silent = [key for key, one in parameters.items() if key not in tried and not why_nothing(one)]
    assert silent == []
    assert len(tried) >= 110
