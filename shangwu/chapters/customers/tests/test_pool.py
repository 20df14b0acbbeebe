"""Clause 2.5.1: who has a customer, for how long, and how it comes to the pool and out of it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from shangwu.chapters.customers import pooling
from shangwu.chapters.customers.events.pool import ENDS, ENDS_FOR_ABSENT, ENDS_FOR_MANY, MANY_END_FOR_ABSENT
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import Terms, ends_on
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import Refusal, Row, act, act_many
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source
from tests.builders import HOUSE, a_department, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

Rule = Callable[..., None]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2026-{text}")


def speak(crew: Crew, customer: Customer) -> Customer:
    """Log a call of this moment."""
    said = {"customer": customer, "method": "phone", "at": clock.now(), "summary": "報價說明"}
    act(crew.sales, "customers.communication.create", None, said)
    return customer.fresh


def pooled(crew: Crew) -> Customer:
    """A customer in the pool that nobody here has had."""
    made: Customer = act(HOUSE, "customers.customer.create", None, {"name": a_name(), "owner": None}).record
    return made


def a_name() -> str:
    from tests.builders import unique

    return f"澤川{unique()}有限公司"


def claimed(crew: Crew) -> Customer:
    customer = pooled(crew)
    act(crew.sales, "customers.customer.claim", customer)
    return customer.fresh


def told(by: Any) -> list[str]:
    return [one.message for one in Notice.objects.filter(person_id=by.person_id).order_by("id")]


# The worked example: D=10, U=3, M=20, claimed on 03-25.


def test_the_worked_example_day_by_day(crew: Crew, time: Time, rule: Rule) -> None:
    rule(pool_D=10, pool_U=3, pool_M=20)
    customer = claimed(crew)
    assert (customer.held_on, customer.protected_until) == (day("03-25"), day("04-04"))
    for spoken, until in [("03-28", "04-04"), ("04-02", "04-05"), ("04-05", "04-08"), ("04-08", "04-11"),
                          ("04-11", "04-14"), ("04-13", "04-14")]:  # fmt: skip
        time.to(spoken)
        assert pooling.look_after() in (0, 1), "a warning at most"
        assert speak(crew, customer).protected_until == day(until), spoken
    time.to("04-14", hour=23)
    pooling.look_after()
    assert customer.fresh.owner_id == crew.sales.person_id, "the last day counts to its end"
    time.to("04-15", hour=0)
    pooling.look_after()
    assert customer.fresh.owner_id is None


@pytest.mark.parametrize(
    ("claim", "until"), [("02-13", "02-23"), ("09-25", "10-05")], ids=["spring festival", "national day"]
)
def test_days_are_plain_calendar_days_and_never_roll(
    crew: Crew, time: Time, rule: Rule, claim: str, until: str
) -> None:
    rule(pool_D=10, pool_U=3, pool_M=20)
    time.to(claim)
    assert claimed(crew).protected_until == day(until)


def test_the_days_are_those_of_the_owners_place(time: Time, rule: Rule) -> None:
    """Half past seven in the evening in Berlin is the next day in Taipei."""
    rule(pool_D=10, pool_U=3, pool_M=20)
    crew = Crew()
    berlin = act(HOUSE, "people.entity.edit", crew.entity, {"zone": "Europe/Berlin"}).record
    assert berlin.zone == "Europe/Berlin"
    time.to("03-26", hour=2)
    customer = claimed(crew)
    assert customer.held_on == day("03-25")
    time.to("04-05", hour=4)
    pooling.look_after()
    assert customer.fresh.owner_id is not None, "in Berlin it is still 04-04"
    time.to("04-05", hour=8)
    pooling.look_after()
    assert customer.fresh.owner_id is None


def test_sql_and_python_count_the_same(crew: Crew, time: Time, rule: Rule) -> None:
    customers = [claimed(crew) for _n in range(4)]
    for one, grade in zip(customers, "ABC", strict=False):
        act(crew.sales, "customers.customer.edit", one, {"grade": grade})
    for one, spoken in zip(customers, ["03-26", "04-02", "04-20"], strict=False):
        time.to(spoken)
        speak(crew, one)
    for terms in (Terms(10, 3, 20), Terms(30, 15, 180), Terms(1, 1, 7), Terms(5, 40, 45),
                  Terms(10, 3, 20, first_a=15, first_c=5)):  # fmt: skip
        for one in Customer.objects.annotate(ends=ends_on(terms, "Asia/Taipei")).filter(held_on__isnull=False):
            spoken_at = one.last_contact_at
            spoken_on = spoken_at.astimezone(crew.sales.zone).date() if spoken_at else None
            assert one.held_on is not None
            assert one.ends == terms.end(one.held_on, spoken_on, one.extra_days, one.grade)  # type: ignore[attr-defined]


# Recycling.


def test_recycling_tells_the_former_owner_and_keeps_the_name(crew: Crew, time: Time) -> None:
    customer = claimed(crew)
    act(crew.sales, "customers.customer.share", customer, {"collaborators": [person_of(crew.colleague)]})
    time.to("04-25")
    pooling.look_after()
    customer = customer.fresh
    assert (customer.owner_id, customer.released_by_id) == (None, crew.sales.person_id)
    assert (customer.collaborators, customer.protected_until, customer.held_on) == ([], None, None)
    assert told(crew.sales)[-1].startswith("%(customer)s has gone to the pool")
    assert attempt(crew.sales, "customers.customer.claim", customer) == "reclaim"
    assert attempt(crew.colleague, "customers.customer.claim", customer) == "done"


def test_a_worker_that_slept_catches_up_and_a_second_run_finds_nothing(crew: Crew, time: Time) -> None:
    customers = [claimed(crew) for _n in range(3)]
    time.to("08-01")
    assert pooling.look_after() == 3
    assert pooling.look_after() == 0
    assert {one.fresh.owner_id for one in customers} == {None}
    assert len(told(crew.sales)) == 3, "no warning of what is over"


def test_who_has_ordered_is_exempt(crew: Crew, time: Time) -> None:
    customer = claimed(crew)
    act(HOUSE, "customers.customer.win", customer)
    assert customer.fresh.protected_until is None
    time.to("12-31")
    assert pooling.look_after() == 0
    assert customer.fresh.owner_id == crew.sales.person_id


def test_a_contact_at_the_last_moment_beats_the_clock(crew: Crew, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock has read the list, then somebody speaks with the customer: the door looks again."""
    customer = claimed(crew)
    time.to("04-25")
    read = pooling._portions

    def meanwhile(wanted: Any) -> Any:
        keys = list(read(wanted))
        if keys and Customer.objects.get(pk=keys[0][0]).protected_until < day("04-25"):  # type: ignore[operator]
            speak(crew, customer)
        return keys

    monkeypatch.setattr(pooling, "_portions", meanwhile)
    pooling.look_after()
    assert customer.fresh.owner_id == crew.sales.person_id


def test_a_logged_call_of_long_ago_protects_nobody(crew: Crew, time: Time) -> None:
    customer = claimed(crew)
    time.to("04-20")
    said = {"customer": customer, "method": "phone", "at": "2026-03-20T10:00:00+08:00", "summary": "補登"}
    act(crew.sales, "customers.communication.create", None, said)
    assert customer.fresh.protected_until == day("04-24"), "spoken with before it was theirs"


# Warnings.


def test_the_owner_is_warned_three_days_and_one_day_before(crew: Crew, time: Time) -> None:
    claimed(crew)  # to 04-24
    for when, count in [("04-20", 0), ("04-21", 1), ("04-22", 1), ("04-23", 2), ("04-24", 2)]:
        time.to(when)
        pooling.look_after()
        pooling.look_after()
        assert len(told(crew.sales)) == count, when


def test_a_new_end_is_warned_of_anew(crew: Crew, time: Time) -> None:
    customer = claimed(crew)
    time.to("04-21")
    pooling.look_after()
    speak(crew, customer)  # to 05-06
    time.to("05-02")
    pooling.look_after()
    assert len(told(crew.sales)) == 1
    time.to("05-03")
    pooling.look_after()
    assert len(told(crew.sales)) == 2


def test_many_warnings_are_one_notice(crew: Crew, time: Time) -> None:
    for _n in range(6):
        claimed(crew)
    time.to("04-21")
    pooling.look_after()
    assert told(crew.sales) == [ENDS_FOR_MANY]


def away(crew: Crew, since: str, until: str, **given: Any) -> None:
    """The owner is on leave, and the colleague stands in."""
    days = {"starts_on": day(since), "ends_on": day(until)}
    persons = {"absent": person_of(crew.sales), "deputy": person_of(crew.colleague)}
    act(HOUSE, "people.delegation.create", None, persons | days | given)


def test_who_stands_in_is_warned_too_while_the_owner_is_away(crew: Crew, time: Time) -> None:
    customer = claimed(crew)  # to 04-24
    away(crew, "04-22", "04-30")
    time.to("04-21")
    pooling.look_after()
    assert (told(crew.sales), told(crew.colleague)) == ([ENDS], []), "the owner is here"
    time.to("04-23")
    pooling.look_after()
    assert (told(crew.sales), told(crew.colleague)) == ([ENDS, ENDS], [ENDS_FOR_ABSENT])
    heard = Notice.objects.get(person=crew.colleague.person_id)
    assert (heard.params["day"], heard.record_public_id) == ("2026-04-24", customer.public_id)
    assert heard.params["owner"] == str(Person.objects.get(pk=crew.sales.person_id))


def test_who_only_decides_in_the_owners_place_is_not_warned(crew: Crew, time: Time) -> None:
    claimed(crew)
    away(crew, "04-01", "04-30", only_for="customers.customer.blacklisting")
    time.to("04-21")
    pooling.look_after()
    assert (told(crew.sales), told(crew.colleague)) == ([ENDS], [])


def test_many_warnings_are_one_notice_to_who_stands_in(crew: Crew, time: Time) -> None:
    for _n in range(6):
        claimed(crew)
    away(crew, "04-01", "04-30")
    time.to("04-21")
    pooling.look_after()
    assert told(crew.colleague) == [MANY_END_FOR_ABSENT]


# By grade.


def test_the_protection_differs_by_grade_and_is_the_plain_one_while_none_is_set(
    crew: Crew, time: Time, rule: Rule
) -> None:
    def held(grade: str) -> datetime.date | None:
        made: Customer = act(crew.sales, "customers.customer.create", None, {"name": a_name(), "grade": grade}).record
        return made.protected_until

    assert {held(grade) for grade in ("", "A", "B", "C")} == {day("04-24")}, "as before"
    rule(pool_D_a=60, pool_D_c=10)
    assert [held(grade) for grade in ("", "A", "B", "C")] == [day("04-24"), day("05-24"), day("04-24"), day("04-04")]


def test_a_lower_grade_leaves_the_days_of_the_warning(crew: Crew, time: Time, rule: Rule) -> None:
    rule(pool_D_a=60, pool_D_c=10)
    customer = claimed(crew)
    act(crew.sales, "customers.customer.edit", customer, {"grade": "A"})
    pooling.look_after()
    assert customer.fresh.protected_until == day("05-24"), "what it gives is there at once"
    time.to("04-10")
    act(crew.sales, "customers.customer.edit", customer.fresh, {"grade": "C"})
    pooling.look_after()
    assert customer.fresh.protected_until == day("04-13")


def test_no_grade_is_protected_for_longer_than_the_most(crew: Crew, time: Time) -> None:
    assert Terms(10, 3, 20, first_a=40).of_grade("A") == 20
    assert attempt(crew.executive, "regulation.proposal.create", None, {"key": "pool.D_a", "written": "181"}) != "done"


# Changed values.


def test_a_shorter_protection_leaves_the_days_of_the_warning(crew: Crew, time: Time, rule: Rule) -> None:
    customer = claimed(crew)  # to 04-24
    time.to("04-10")
    rule(pool_D=10, pool_U=3, pool_M=20)
    pooling.look_after()
    assert customer.fresh.protected_until == day("04-13"), "it would have ended on 04-04"
    assert len(told(crew.sales)) == 1
    for when in ("04-11", "04-13"):
        time.to(when)
        pooling.look_after()
    assert customer.fresh.protected_until == day("04-13")
    time.to("04-14")
    pooling.look_after()
    assert customer.fresh.owner_id is None


def test_a_longer_protection_holds_at_once(crew: Crew, time: Time, rule: Rule) -> None:
    customer = claimed(crew)
    rule(pool_D=60)
    pooling.look_after()
    assert customer.fresh.protected_until == day("05-24")


# Extension.


def test_the_head_lengthens_once_with_a_reason_even_beyond_the_most(crew: Crew, time: Time, rule: Rule) -> None:
    rule(pool_D=10, pool_U=3, pool_M=20, pool_extension=5)
    customer = claimed(crew)
    assert attempt(crew.sales, "customers.customer.extend", customer, reason="招標中") == "forbidden"
    assert attempt(crew.head, "customers.customer.extend", customer) == "invalid"
    assert attempt(crew.head, "customers.customer.extend", customer, reason="招標中") == "done"
    assert customer.fresh.protected_until == day("04-09")
    assert attempt(crew.head, "customers.customer.extend", customer, reason="又來") == "extended"
    time.to("04-09")
    assert speak(crew, customer).protected_until == day("04-17"), "the contact counts, and the extension beside it"
    assert attempt(crew.head, "customers.customer.extend", pooled(crew), reason="x") in ("exempt", "forbidden")


# Limits.


def test_nobody_has_more_than_the_limit(crew: Crew, time: Time, rule: Rule) -> None:
    rule(pool_limit=2)
    first, _second = claimed(crew), claimed(crew)
    assert attempt(crew.sales, "customers.customer.claim", pooled(crew)) == "limit"
    assert attempt(crew.sales, "customers.customer.create", None, {"name": a_name()}) == "limit"
    given = a_customer(crew.colleague)
    to = {"to": person_of(crew.sales)}
    assert attempt(crew.head, "customers.customer.transfer", given, to, reason="分工") == "limit"
    act(HOUSE, "customers.customer.win", first)
    assert attempt(crew.sales, "customers.customer.claim", pooled(crew)) == "done", "who has ordered does not count"


def test_a_set_of_claims_stops_at_the_limit(crew: Crew, time: Time, rule: Rule) -> None:
    rule(pool_limit=2)
    outcome = act_many(crew.sales, "customers.customer.claim", [Row(target=pooled(crew)) for _n in range(3)])
    assert [isinstance(one, Refusal) for one in outcome.results] == [False, False, True]


# Ways in and out.


def test_a_transfer_begins_a_new_protection(crew: Crew, time: Time) -> None:
    customer = claimed(crew)
    time.to("04-10")
    act(crew.head, "customers.customer.transfer", customer, {"to": person_of(crew.colleague)}, reason="分工")
    customer = customer.fresh
    assert (customer.owner_id, customer.protected_until) == (crew.colleague.person_id, day("05-10"))


def test_a_release_ends_it_and_the_pool_is_for_all_of_sales(crew: Crew, time: Time) -> None:
    customer = claimed(crew)
    act(crew.sales, "customers.customer.release", customer, reason="不再跟進")
    assert customer.fresh.protected_until is None
    outsider = an_actor(Role.SALES, department=a_department())
    assert attempt(outsider, "customers.customer.claim", customer) == "done"


def test_an_imported_file_is_protected_from_the_day_on_which_it_came(crew: Crew, time: Time) -> None:
    by = crew.support.by_way_of(Source.IMPORT)
    old = datetime.datetime(2019, 5, 1, tzinfo=datetime.UTC)
    row = Row({"name": a_name(), "owner": person_of(crew.sales)}, occurred_at=old)
    (made,) = act_many(by, "customers.customer.create", [row]).done
    assert made.record.protected_until == day("04-24")
