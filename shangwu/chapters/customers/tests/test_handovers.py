"""Clause 2.5.1: who leaves hands over by a sheet that both sign; then all of it moves, promises included."""

import pytest

from shangwu.chapters.customers.models import Communication, Customer, Handover
from shangwu.chapters.customers.tests.factories import Crew, a_customer, person_of
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import an_order, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def a_promise(crew: Crew, customer: Customer) -> Communication:
    given = {
        "customer": customer, "method": "phone", "at": "2026-01-05T10:00:00+08:00", "summary": "詢價",
        "next_step": "送樣", "next_on": "2026-12-01",
    }  # fmt: skip
    made: Communication = act(crew.sales, "customers.communication.create", None, given).record
    return made


def given(crew: Crew) -> dict[str, object]:
    return {"giver": person_of(crew.sales), "taker": person_of(crew.colleague), "because": "離職"}


def drawn_up(crew: Crew, by: Actor | None = None) -> Handover:
    made: Handover = act(by or crew.head, "customers.handover.create", None, given(crew)).record
    return made


def sign(by: Actor, verb: str, sheet: Handover) -> str:
    return attempt(by, f"customers.handover.{verb}", sheet)


def test_the_sheet_lists_customers_open_orders_and_promises(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    order, promise = an_order(crew, customer=customer), a_promise(crew, customer)
    a_customer(crew.colleague)
    sheet = drawn_up(crew).fresh
    listed = {(one.kind, str(one.key)) for one in sheet.items.all()}
    assert listed == {
        ("customers.customer", str(customer.public_id)), ("sales.order", str(order.public_id)),
        ("customers.communication", str(promise.public_id)),
    }  # fmt: skip
    assert (sheet.count, sheet.number is not None) == (3, True)
    assert [one.due_on.isoformat() for one in sheet.items.all() if one.due_on] == ["2026-12-01"]


def test_nothing_moves_before_both_have_signed_and_then_all_of_it_does(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    order, promise = an_order(crew, customer=customer), a_promise(crew, customer)
    sheet = drawn_up(crew)
    assert sign(crew.colleague, "take", sheet) == "state", "the giver signs first"
    assert sign(crew.sales, "give", sheet) == "done"
    assert customer.fresh.owner_id == crew.sales.person_id
    assert Notice.objects.filter(person_id=crew.colleague.person_id).count() == 1
    assert sign(crew.colleague, "take", sheet) == "done"
    taker = crew.colleague.person_id
    assert (customer.fresh.owner_id, order.fresh.owner_id) == (taker, taker)
    assert (promise.fresh.next_by_id, promise.fresh.owner_id) == (taker, crew.sales.person_id), "its author stays"
    assert attempt(crew.colleague, "customers.communication.finish", promise) == "done"
    sheet = sheet.fresh
    assert (sheet.state, sheet.given_by_id, sheet.taken_by_id) == ("taken", crew.sales.person_id, taker)


def test_each_signs_for_oneself_only(crew: Crew) -> None:
    a_customer(crew.sales)
    sheet = drawn_up(crew)
    assert sign(crew.colleague, "give", sheet) == "forbidden"
    assert sign(crew.sales, "give", sheet) == "done"
    assert sign(crew.sales, "take", sheet) == "forbidden"
    assert sign(crew.head, "take", sheet) == "forbidden"


def test_for_one_who_has_left_the_head_signs(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    sheet = drawn_up(crew)
    act(HOUSE, "people.person.leave", Person.objects.get(pk=crew.sales.person_id), {"left_on": "2026-01-31"})
    assert sign(crew.head, "give", sheet) == "done"
    assert sign(crew.colleague, "take", sheet) == "done"
    assert customer.fresh.owner_id == crew.colleague.person_id


def test_what_the_giver_no_longer_has_is_passed_over(crew: Crew) -> None:
    kept, gone = a_customer(crew.sales), a_customer(crew.sales)
    sheet = drawn_up(crew)
    act(crew.sales, "customers.customer.release", gone, reason="不再跟進")
    sign(crew.sales, "give", sheet)
    assert sign(crew.colleague, "take", sheet) == "done"
    assert (kept.fresh.owner_id, gone.fresh.owner_id) == (crew.colleague.person_id, None)


def test_more_than_one_may_hold_is_refused_at_the_signature_and_nothing_moves(crew: Crew, rule: object) -> None:
    customers = [a_customer(crew.sales) for _n in range(3)]
    sheet = drawn_up(crew)
    sign(crew.sales, "give", sheet)
    rule(pool_limit=2)  # type: ignore[operator]
    assert sign(crew.colleague, "take", sheet) == "limit"
    assert {one.fresh.owner_id for one in customers} == {crew.sales.person_id}
    assert sheet.fresh.state == "given"


def test_only_oneself_or_the_head_draws_it_up_and_only_if_there_is_something(crew: Crew) -> None:
    assert attempt(crew.head, "customers.handover.create", None, given(crew)) == "nothing"
    a_customer(crew.sales)
    assert attempt(crew.support, "customers.handover.create", None, given(crew)) == "forbidden"
    assert drawn_up(crew, by=crew.sales).owner_id == crew.sales.person_id
    same = given(crew) | {"taker": person_of(crew.sales)}
    assert attempt(crew.head, "customers.handover.create", None, same) == "constraint"


def test_it_is_seen_by_the_two_and_the_head(crew: Crew) -> None:
    a_customer(crew.sales)
    sheet = drawn_up(crew)
    seen = [
        Handover.objects.visible_to(by).filter(pk=sheet.pk).exists()
        for by in (crew.sales, crew.colleague, crew.head, crew.executive, crew.support)
    ]
    assert seen == [True, True, True, True, False]


def test_a_dropped_sheet_moves_nothing(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    sheet = drawn_up(crew)
    assert attempt(crew.colleague, "customers.handover.drop", sheet, reason="改由他人接手") == "done"
    assert sign(crew.sales, "give", sheet) == "state"
    assert customer.fresh.owner_id == crew.sales.person_id
    assert Order.objects.count() == 0
