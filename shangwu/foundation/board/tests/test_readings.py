"""Regulation, parameters, board and bundles through the API, today or as of a day, each within its scope."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.api.readings import Reading, readings
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.board.api import duties as reading_of_duties
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.regulation import editions, values
from shangwu.foundation.regulation.tests.drafting import House, in_days, sign_offs
from tests.builders import HOUSE, a_person, an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("1")]

ADDED = "客戶確認前得以書面撤回。"
CHINESE = {"Accept-Language": "zh-TW"}


@pytest.fixture
def house() -> House:
    return House()


def caller_of(house: House, scopes: str = "read") -> Caller:
    return a_caller(Person.objects.get(pk=house.head.person_id), scopes)


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.data
    return "".join(one["text"] for one in answer.data["text"])


def test_a_clause_reads_as_on_the_day(house: House) -> None:
    edition = house.published(in_days(7))
    caller = caller_of(house)
    now = caller.get("regulation/clauses/2.6.1", CHINESE)
    assert (now.data["on"], now.data["edition"]) == (None, None)
    assert ADDED not in words(now)
    later = caller.get("regulation/clauses/2.6.1", CHINESE, on=in_days(7).isoformat())
    assert later.data["edition"]["number"] == edition.number
    assert ADDED in words(later)
    assert ADDED not in words(caller.get("regulation/clauses/2.6.1", CHINESE, on=in_days(6).isoformat()))
    assert {one["key"] for one in later.data["parameters"]} >= {"order.std"}
    assert any(one["code"] == "2.6.1.1" for one in later.data["duties"])


def test_all_clauses_and_parameters_are_listed(house: House) -> None:
    caller = caller_of(house)
    assert len(caller.get("regulation/clauses").data["clauses"]) == 37
    found = caller.get("regulation/parameters", on="2026-01-15").data
    assert found["on"] == "2026-01-15"
    one = caller.get("regulation/parameters/order.std").data
    assert {**one, "on": "2026-01-15"} in [{**each, "on": found["on"]} for each in found["parameters"]]


def an_employee() -> Person:
    """One whose duties have deadlines: where they work there is a calendar."""
    office = an_entity()
    seed_calendars(HOUSE, range(in_days(0).year, in_days(0).year + 2), [office.jurisdiction])
    return a_person(entity=office)


@pytest.fixture
def weeks_later() -> Iterator[Callable[[], None]]:
    """Lets two weeks pass, so that what is due now stands in a week that has begun."""
    former = clock.replace_source(lambda: datetime.datetime.now(datetime.UTC))

    def pass_() -> None:
        clock.replace_source(lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=14))
        values.forget()
        editions.forget()

    yield pass_
    clock.replace_source(former)


def test_the_board_counts_as_of_the_day(house: House, weeks_later: Callable[[], None]) -> None:
    before = in_days(-1).isoformat()
    clerk = an_employee()
    edition = house.published()
    one = sign_offs(edition)[clerk.pk]
    for verb in ("open", "confirm"):
        act(actor_of(clerk), f"regulation.signoff.{verb}", one.fresh)
    weeks_later()
    caller = a_caller(clerk, "board:read")
    today = caller.get("board", by="clause")
    assert today.status_code == 200
    assert today.data["whole"]["kept"] == 1
    earlier = caller.get("board", by="clause", on=before).data
    assert (earlier["on"], earlier["whole"]["kept"]) == (before, 0)


def test_the_board_names_people_whom_the_reader_sees(house: House, weeks_later: Callable[[], None]) -> None:
    an_employee()
    house.published()
    weeks_later()
    rows = caller_of(house).get("board", by="person").data["rows"]
    assert rows
    assert all(one["public_id"] for one in rows)


def test_what_keeps_a_clause_is_named_as_the_command_names_it(house: House) -> None:
    caller = caller_of(house)
    found = caller.get("regulation/clauses/2.6.1/keepers").data
    assert (found["code"], found["connected"]) == ("2.6.1", True)
    named = {kind: {one["name"] for one in found[kind]} for kind in found if isinstance(found[kind], list)}
    assert named["actions"] >= {"sales.order.confirm"}
    assert named["records"] >= {"sales.order"}
    assert named["duties"] >= {"2.6.1.1"}
    assert named["parameters"] >= {"order.std"}
    assert named["pages"]
    assert "tests" not in found


def test_duties_are_listed_as_their_page_lists_them(house: House, weeks_later: Callable[[], None]) -> None:
    clerk = an_employee()
    house.published()
    weeks_later()
    caller = a_caller(clerk, "duties:read")
    (one,) = caller.get("duties").data["duties"]
    assert (one["rule"], one["holder"]["public_id"]) == ("1.2", str(clerk.public_id))
    assert one["state"] == "missed"
    assert caller.get("duties", state="late", rule="1.2").data["duties"] == [one]
    for asked in ({"state": "done"}, {"rule": "2.6.1.1"}, {"until": in_days(-30).isoformat()}):
        assert caller.get("duties", **asked).data["duties"] == []
    assert caller.get("duties", since=in_days(-30).isoformat(), until=in_days(0).isoformat()).data["duties"] == [one]
    everybodys = caller_of(house).get("duties", whose="all", state="all").data["duties"]
    assert one["duty"] in {each["duty"] for each in everybodys}
    assert {each["duty"] for each in caller.get("duties", whose="all").data["duties"]} == {one["duty"]}


def test_a_page_of_duties_goes_on_where_the_last_one_ended(
    house: House, weeks_later: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(3):
        an_employee()
    house.published()
    weeks_later()
    caller = caller_of(house)
    whole = caller.get("duties", whose="all", rule="1.2").data
    assert whole["after"] is None
    monkeypatch.setattr(reading_of_duties, "MOST", 2)
    found, after = [], {}
    while True:
        page = caller.get("duties", whose="all", rule="1.2", **after).data
        found += [one["duty"] for one in page["duties"]]
        if page["after"] is None:
            break
        after = {"after": page["after"]}
    assert found == [one["duty"] for one in whole["duties"]]
    assert len(found) > 2
    foreign = caller.get("duties", whose="mine", **after)
    assert (foreign.status_code, foreign.data["code"]) == (422, "cursor")


def test_a_duty_is_waived_by_the_name_that_the_reading_gives(house: House) -> None:
    clerk = an_employee()
    house.published()
    caller = a_caller(clerk, "read write")
    (one,) = caller.get("duties").data["duties"]
    asked = caller.post("duties/waiver", {"duty": one["duty"], "reason": "長假"})
    assert asked.status_code == 201, asked.data


def test_the_rules_of_duties_are_listed(house: House) -> None:
    found = {one["code"]: one for one in caller_of(house).get("duties/rules").data["rules"]}
    assert found.keys() == rules.keys()
    assert found["2.7.3.2"]["every"] == "kpi.every"
    assert found["2.6.1.1"]["parameters"] == ["order.std", "order.special"]
    assert not found["2.1.1.2"]["connected"]


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [
        ("duties", {"rule": "9.9.9.9"}, "rule"),
        ("duties", {"whose": "theirs"}, "whose"),
        ("duties", {"state": "moon"}, "state"),
        ("duties", {"since": "soon"}, "since"),
        ("regulation/clauses", {"on": "yesterday"}, "on"),
        ("regulation/clauses/2.6.1", {"on": "2026-02-30"}, "on"),
        ("regulation/parameters", {"on": "0001-01-01"}, "on"),
        ("board", {"on": "2999-01-01"}, "on"),
        ("board", {"by": "moon"}, "by"),
        ("board", {"colour": "red"}, "colour"),
    ],
)
def test_what_is_not_understood_is_refused(house: House, path: str, asked: dict[str, str], field: str) -> None:
    answer = caller_of(house).get(path, **asked)
    assert (answer.status_code, answer.data["code"]) == (422, "invalid")
    assert list(answer.data["fields"]) == [field]


@pytest.mark.parametrize(
    "path",
    [
        "regulation/clauses/9.9.9",
        "regulation/clauses/9.9.9/keepers",
        "regulation/parameters/no.such",
        "evidence/bundle/x/file",
    ],
)
def test_what_is_not_there_is_missing(house: House, path: str) -> None:
    assert caller_of(house).get(path).status_code == 404


@pytest.mark.parametrize("one", readings(), ids=lambda one: one.name)
def test_a_token_reads_only_within_its_scope(house: House, one: Reading) -> None:
    refused = caller_of(house, "sales.order:read").get(one.address())
    assert (refused.status_code, refused.data["code"]) == (403, "forbidden")
    assert one.scope in refused.data["sentence"]
    assert caller_of(house, one.scope).get(one.address()).status_code in (200, 404)
    assert Caller(Client()).get(one.address()).status_code == 401
