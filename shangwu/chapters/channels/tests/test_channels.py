"""Clauses 2.4.1 and 2.4.2: nothing is signed before the papers were seen, and cooperation ends with a reason."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection

from shangwu.chapters.channels.actions import FORMERLY
from shangwu.chapters.channels.duties import renew
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.numbers import register
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import YearEdition
from shangwu.foundation.duties.rules import Facts, rules
from shangwu.foundation.numbering.series import draw
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters, policy, supposing
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.regulation import replaying
from tests.builders import HOUSE, unique

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


OF_GUANGDONG, OF_THE_STATE = "91440101MA5CAB1C2Q", "91100000MA5CAB1C2G"


@pytest.mark.clause("3.3.1")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"province": "33"}, "33"),
        ({"jurisdiction": "CN", "identity_number": OF_GUANGDONG}, "44"),
        ({"jurisdiction": "CN", "identity_number": OF_GUANGDONG, "province": "33"}, "33"),
        ({"jurisdiction": "CN", "identity_number": OF_THE_STATE}, "00"),
        ({"jurisdiction": "TW"}, "71"),
        ({"jurisdiction": "HK"}, "81"),
        ({}, "00"),
    ],
)
def test_a_channels_number_tells_its_province(given: dict[str, str], code: str) -> None:
    """DOMAIN 2.2: QD-{province}-{000}, counted in each province; the registration number tells it if nobody does."""
    keeper = Crew().one(Role.CHANNELS)
    number = act(keeper, "channels.channel.create", None, {"name": unique("華南經銷")} | given).record.number
    assert re.fullmatch(rf"QD-{code}-[0-9]{{3}}", number)
    following = {"name": unique("華北經銷"), "province": "" if code == "00" else code}
    assert (
        act(keeper, "channels.channel.create", None, following).record.number == f"QD-{code}-{int(number[-3:]) + 1:03d}"
    )


@pytest.mark.clause("3.3.1")
def test_a_channel_that_was_numbered_before_keeps_its_number_and_leaves_no_gap() -> None:
    """Numbers without a province were drawn by a series of their own; the register knows whose they are."""
    channel = act(HOUSE, "channels.channel.create", None, {"name": unique("東部經銷")}).record
    (number,) = draw(FORMERLY, datetime.date(2026, 11, 23))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE channels_channel SET number = %s WHERE id = %s", [number, channel.pk])
    assert number == "QD-0001"
    assert [(one.drawn, one.used, one.gaps) for one in register(FORMERLY)] == [(1, 1, ())]


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
