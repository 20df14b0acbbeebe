"""Clauses 2.4.1 and 2.4.2: nothing is signed before the papers were seen, and cooperation ends with a reason."""

import datetime
from typing import Any

import pytest

from shangwu.chapters.channels.duties import renew
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.foundation.actions.door import act
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import YearEdition
from shangwu.foundation.duties.rules import Facts, rules
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters, policy, supposing
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.regulation import replaying

pytestmark = pytest.mark.django_db


class Channels:
    """A channel with who keeps it and who decides on it."""

    def __init__(self) -> None:
        self.crew = Crew()
        self.keeper = self.crew.one(Role.CHANNELS)
        given = {"name": "華南經銷有限公司", "region": "華南", "authorised_from": "2026-01-01",
                 "authorised_until": "2026-12-31"}  # fmt: skip
        self.channel = act(self.keeper, "channels.channel.create", None, given).record

    def do(self, by: Actor, *verbs: str, **inputs: Any) -> str:
        """The verbs one after the other; the code of the refusal, or the state in the end."""
        try:
            for verb in verbs:
                name = f"channels.channel.{verb}"
                self.channel = act(by, name, self.channel, inputs, reason="看過營業執照").record
        except Refusal as refusal:
            return refusal.code
        return str(self.channel.state)


@pytest.mark.clause("2.4.1")
def test_nothing_is_signed_before_the_head_has_seen_the_papers() -> None:
    house = Channels()
    assert house.do(house.keeper, "approach", "vet") == "vetting"
    assert house.do(house.crew.head, "sign") == "state"
    assert house.do(house.keeper, "pass") == "forbidden", "who talks with the channel does not pass its papers"
    assert house.do(house.crew.head, "pass", "sign") == "signed"
    assert house.channel.signed_by_id == house.crew.head.person_id


@pytest.mark.clause("2.4.2")
def test_what_is_wrong_is_named_and_mended_or_ends_the_channel() -> None:
    house = Channels()
    house.do(house.keeper, "approach", "vet")
    house.do(house.crew.head, "pass", "sign")
    assert house.do(house.keeper, "try_out") == "trial"
    assert house.do(house.crew.head, "activate", "warn") == "mending"
    assert house.do(house.crew.head, "activate") == "active"
    assert house.do(house.keeper, "end") == "forbidden"
    with pytest.raises(Refusal):
        act(house.crew.head, "channels.channel.end", house.channel)
    assert house.do(house.crew.head, "end") == "ended"


@pytest.mark.clause("2.4.2")
@pytest.mark.parametrize(("begins", "due"), [("2026-01-01", "2026-12-01"), ("2026-12-10", "2026-12-31")])
def test_an_authorisation_that_ends_is_decided_by_the_last_reminder(begins: str, due: str) -> None:
    """2.4.2: sixty days before its end somebody is asked, thirty days before it must be renewed or ended; what holds
    no longer than that is decided by its last day."""
    house = Channels()
    given = {"authorised_from": begins}
    house.channel = act(house.keeper, "channels.channel.edit", house.channel, given).record
    found = renew(house.channel)
    assert isinstance(found, Facts)
    assert found.start is not None
    calendar = WorkingCalendar.of("T", "Asia/Taipei", [YearEdition(2026, {})])
    assert f"{rules['2.4.2.5'].due[found.which].at(found.start, calendar, policy):%Y-%m-%d}" == due
    assert f"{found.opened_at:%Y-%m-%d}" == "2026-11-01"


@pytest.mark.clause("2.4.2")
def test_an_earlier_reminder_asks_for_as_many_renewals_as_have_their_duty_then() -> None:
    """Replay before you rule: the sheet counts whose renewal is asked for by now."""
    house = Channels()
    until = clock.now().date() + datetime.timedelta(days=80)
    house.channel = act(house.keeper, "channels.channel.edit", house.channel, {"authorised_until": until}).record
    one, by = parameters["channel.remind_first"], house.crew.executive
    assert [(line.before, line.after) for line in replaying.sheet(one, 60, 90, by)] == [(1, 1), (0, 1)]
    with supposing(one.key, 90):
        facts = renew(house.channel)
    assert facts is not None
    assert facts.opened_at <= clock.now()
