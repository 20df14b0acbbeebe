"""Clause 2.6.1: what is open, and from which day it can be kept: stock, reservations, expected goods, first come."""

import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales import open_lines
from shangwu.chapters.sales.arriving import SLIPS
from shangwu.chapters.sales.models import Arrival, Availability, Order, Product
from shangwu.chapters.sales.pages.orders import first_days
from shangwu.chapters.sales.promises import days_of
from shangwu.chapters.sales.promising import RECKON, available, today
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, an_order, attempt
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.jobs.running import run
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def expected(crew: Crew, goods: Product, quantity: str, days: int, **values: Any) -> Arrival:
    given = {"product": goods, "quantity": quantity, "expected_on": today() + days * DAY} | values
    made: Arrival = act(crew.one(Role.PURCHASING), "sales.arrival.create", None, given).record
    return made


def wanting(crew: Crew, goods: Product, quantity: str, **values: Any) -> Order:
    return an_order(crew, [{"product": goods, "quantity": quantity}], **values)


def days(goods: Product, *orders: Order) -> list[int | None]:
    """In how many days each order's line can be kept; None while nothing covers it."""
    known = available([goods.pk])
    found = [known[one.lines.get().pk].available_on for one in orders]
    return [None if day is None else (day - today()).days for day in found]


def test_stock_first_then_what_is_expected_in_the_order_in_which_orders_came(crew: Crew) -> None:
    goods = a_product(stock=10)
    expected(crew, goods, "5", 7)
    expected(crew, goods, "20", 3)
    first, second, third, fourth = (wanting(crew, goods, quantity) for quantity in ("8", "3", "20", "5"))
    # 10 are there; 30 from the third day; 35 from the seventh. They come to 8, 11, 31 and 36.
    assert days(goods, first, second, third, fourth) == [0, 3, 7, None]


def test_what_is_reserved_is_kept_today_and_taken_from_nobody_else(crew: Crew) -> None:
    goods = a_product(stock=10)
    late = wanting(crew, goods, "4")
    sure = a_confirmed_order(crew, [{"product": goods, "quantity": "7"}])
    assert days(goods, late, sure) == [None, 0], "7 of the 10 are reserved: 3 are left for 4"
    expected(crew, goods, "1", 2)
    assert days(goods, late, sure) == [2, 0]


def test_what_does_not_come_promises_nothing(crew: Crew) -> None:
    goods = a_product(stock=0)
    order = wanting(crew, goods, "1")
    arrival = expected(crew, goods, "1", 2)
    assert days(goods, order) == [2]
    act(crew.one(Role.PURCHASING), "sales.arrival.cancel", arrival, reason="供應商停產")
    assert days(goods, order) == [None]
    early = {"product": goods, "quantity": "1", "expected_on": today() - DAY}
    assert attempt(crew.one(Role.PURCHASING), "sales.arrival.create", None, early) == "past"


def test_goods_that_arrive_are_in_stock_in_parts_or_whole(crew: Crew) -> None:
    goods = a_product(stock=0)
    arrival = expected(crew, goods, "5", 2)
    assert attempt(crew.logistics, "sales.arrival.arrive", arrival, {"came": "6"}) == "quantity"
    act(crew.logistics, "sales.arrival.arrive", arrival, {"came": "2"})
    assert (goods.fresh.on_hand, arrival.fresh.quantity, arrival.fresh.state) == (2, 3, "expected")
    act(crew.logistics, "sales.arrival.arrive", arrival.fresh)
    assert (goods.fresh.on_hand, arrival.fresh.came, arrival.fresh.state) == (5, 5, "arrived")
    assert attempt(crew.sales, "sales.arrival.create", None, {"product": goods, "quantity": "1"}) in (
        "forbidden",
        "invalid",
    )


def reckoned(crew: Crew) -> Any:
    done = run(start(crew.support, RECKON, {}).pk)
    assert done is not None
    assert done.state == "done", done.error
    return done


def test_the_job_works_out_all_open_orders_and_forgets_the_others(crew: Crew) -> None:
    goods, made_to_order = a_product(stock=5), a_product(stocked=False)
    order, other = wanting(crew, goods, "4"), wanting(crew, goods, "4")
    wanting(crew, made_to_order, "1")
    assert reckoned(crew).result["lines"] >= 2
    known = {one.line_id: one for one in Availability.objects.all()}
    assert known[order.lines.get().pk].available_on == today()
    assert known[other.lines.get().pk].available_on is None
    assert known[other.lines.get().pk].wanted == 4
    assert not Availability.objects.filter(product_id=made_to_order.pk).exists(), "what is made to order is not counted"
    act(crew.sales, "sales.order.cancel", order, reason="客戶取消")
    reckoned(crew)
    assert set(Availability.objects.filter(product_id=goods.pk).values_list("line_id", "available_on")) == {
        (other.lines.get().pk, today())
    }


def test_the_statement_shows_what_is_open_and_nothing_of_others(crew: Crew) -> None:
    goods, customer = a_product(), a_customer(crew.sales)
    order = a_confirmed_order(crew, [{"product": goods, "quantity": "3"}], customer=customer)
    other = wanting(crew, a_product(), "1")
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    text = client.get("/sales/open/").content.decode()
    assert order.number in text
    assert other.number in text
    text = client.get(f"/sales/open/?customer={customer.public_id}").content.decode()
    assert order.number in text
    assert other.number not in text
    assert order.number not in client.get("/sales/open/?late=1").content.decode()
    stranger = a_client(Person.objects.get(pk=Crew().sales.person_id))
    assert order.number not in stranger.get("/sales/open/").content.decode()


def test_the_statement_is_a_file_with_the_same_lines(crew: Crew) -> None:
    goods, customer = a_product(), a_customer(crew.sales)
    order = a_confirmed_order(crew, [{"product": goods, "quantity": "3"}], customer=customer)
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    answer = client.get(f"/sales/open/?customer={customer.public_id}&form=xlsx")
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    )
    assert len(rows) == 2
    assert rows[1][0] == order.number
    assert (Decimal(str(rows[1][6])), rows[1][4]) == (3, goods.code)


def test_only_who_plans_starts_the_work(crew: Crew) -> None:
    sales, support = (a_client(Person.objects.get(pk=by.person_id)) for by in (crew.sales, crew.support))
    assert sales.post("/sales/open/").status_code == 403
    first, again = support.post("/sales/open/"), support.post("/sales/open/")
    assert first.status_code == 302
    assert again["Location"] == first["Location"], "it is under way already"


def test_purchasing_confirms_the_day_or_another_with_its_reason_and_each_stays_on_record(crew: Crew) -> None:
    arrival = expected(crew, a_product(stock=0), "5", 2)
    buys, first = crew.purchasing, arrival.expected_on
    act(buys, "sales.arrival.confirm", arrival)
    assert (arrival.fresh.expected_on, arrival.fresh.confirmed_by_id) == (first, buys.person_id)
    later = {"expected_on": first + 5 * DAY}
    assert attempt(buys, "sales.arrival.confirm", arrival.fresh, later) == "reason"
    assert attempt(crew.logistics, "sales.arrival.confirm", arrival.fresh) == "forbidden"
    act(buys, "sales.arrival.confirm", arrival.fresh, later | {"why": "鑄件廠停電"})
    found = [(one.day, one.by, one.late, one.why) for one in days_of(arrival)]
    assert found == [
        (first, crew.one(Role.PURCHASING) and arrival.created_by_id, 0, ""),
        (first + 5 * DAY, buys.person_id, 5, "鑄件廠停電"),
    ]
    assert arrival.fresh.first_expected_on == first


def test_who_promised_what_can_not_be_kept_any_more_hears_of_it_once(crew: Crew) -> None:
    goods = a_product(stock=4)
    arrival = expected(crew, goods, "10", 3)
    kept = a_confirmed_order(crew, [{"product": goods, "quantity": "4"}])
    late = wanting(crew, goods, "6")
    with gate.door():
        Order.objects.filter(pk=late.pk).update(promised_on=today() + 4 * DAY, first_promised_on=today() + 4 * DAY)
    reckoned(crew)
    moved = {"expected_on": today() + 9 * DAY, "why": "船期延後"}
    act(crew.purchasing, "sales.arrival.confirm", arrival, moved)
    told = [one.params["number"] for one in Notice.objects.filter(person=crew.sales.person_id, message=SLIPS)]
    assert told == [late.number], f"{kept.number} is kept"
    reckoned(crew)
    act(crew.purchasing, "sales.arrival.confirm", arrival.fresh, moved | {"expected_on": today() + 10 * DAY})
    assert Notice.objects.filter(person=crew.sales.person_id, message=SLIPS).count() == 1


def caller(crew: Crew, scopes: str = "sales.open:read") -> Caller:
    return a_caller(Person.objects.get(pk=crew.sales.person_id), scopes)


def test_the_api_tells_what_is_open_page_by_page_and_to_nobody_more_than_the_page(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shangwu.chapters.sales import api

    goods, customer = a_product(), a_customer(crew.sales)
    orders = [
        wanting(crew, goods, "1", customer=customer),
        *(a_confirmed_order(crew, [{"product": goods, "quantity": "2"}] * 2, customer=customer) for _n in range(2)),
    ]
    monkeypatch.setattr(api, "MOST", 2)
    asks, found = caller(crew), []
    given = {"customer": str(customer.public_id)}
    while True:
        answer = asks.get("sales/open", **given)
        assert answer.status_code == 200, answer.data
        found += [(one["number"], one["position"]) for one in answer.data["lines"]]
        if answer.data["after"] is None:
            break
        given["after"] = answer.data["after"]
    first, second, third = (one.number for one in orders)
    assert found == [(second, 1), (second, 2), (third, 1), (third, 2), (first, 1)]
    assert asks.get("sales/open", **given, late="yes").data["code"] == "cursor", "another question"
    stranger = Crew()
    assert caller(stranger).get("sales/open").data["lines"] == []
    assert caller(stranger).get("sales/open", customer=str(customer.public_id)).data["code"] == "invalid"


def test_the_file_of_the_api_is_of_one_moment(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    goods, customer = a_product(), a_customer(crew.sales)
    orders = [a_confirmed_order(crew, [{"product": goods, "quantity": "1"}], customer=customer) for _n in range(3)]
    monkeypatch.setattr(open_lines, "AT_ONCE", 1)
    answer = caller(crew).get("sales/open/file", customer=str(customer.public_id))
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]] == [one.number for one in orders]


# What is expected can be promised (PEERS 2.6.1)


def confirmed(crew: Crew, order: Order, days: int) -> str:
    return attempt(crew.support, "sales.order.confirm", order, {"promised_on": today() + days * DAY})


def held(order: Order) -> tuple[Any, Any]:
    """What is put aside for an order's line, and what it waits for."""
    line = order.lines.get()
    return line.reserved, line.awaited


def test_an_order_that_an_arrival_covers_is_promised_for_its_day_and_not_before(crew: Crew) -> None:
    goods = a_product(stock=3)
    expected(crew, goods, "10", 4)
    order = wanting(crew, goods, "8")
    with pytest.raises(Refusal) as caught:
        act(crew.support, "sales.order.confirm", order, {"promised_on": today() + 3 * DAY})
    assert (caught.value.code, sorted(caught.value.fields)) == ("stock", ["lines.0.quantity", "promised_on"])
    assert caught.value.params["day"] == today() + 4 * DAY, "it says for which day it can be promised"
    assert confirmed(crew, order, 4) == "done"
    assert held(order) == (3, 5)
    assert (goods.fresh.on_hand, goods.fresh.reserved) == (3, 3)
    assert days(goods, order) == [4]


def test_what_is_promised_of_an_arrival_is_promised_once(crew: Crew) -> None:
    goods = a_product(stock=0)
    expected(crew, goods, "10", 4)
    expected(crew, goods, "5", 9)
    first, second, third = (wanting(crew, goods, quantity) for quantity in ("8", "4", "4"))
    assert confirmed(crew, first, 4) == "done"
    assert [confirmed(crew, second, 4), confirmed(crew, second, 9)] == ["stock", "done"], "2 of the 10 are left, then 7"
    assert confirmed(crew, third, 30) == "stock", "of 15 all but 3 are promised, and no later day helps"


def test_a_promise_for_a_near_day_takes_nothing_from_one_for_a_later_day(crew: Crew) -> None:
    goods = a_product(stock=0)
    expected(crew, goods, "10", 2)
    assert confirmed(crew, wanting(crew, goods, "10"), 20) == "done"
    assert confirmed(crew, wanting(crew, goods, "1"), 2) == "stock"


def test_what_no_arrival_covers_is_not_promised_for_any_day(crew: Crew) -> None:
    goods = a_product(stock=1)
    arrival = expected(crew, goods, "1", 2)
    order = wanting(crew, goods, "2")
    act(crew.one(Role.PURCHASING), "sales.arrival.cancel", arrival, reason="供應商停產")
    assert confirmed(crew, order, 30) == "stock"
    assert confirmed(crew, wanting(crew, goods, "1"), 0) == "done"


def test_goods_that_come_in_are_put_aside_for_who_was_promised_them_first(crew: Crew) -> None:
    goods = a_product(stock=0)
    arrival = expected(crew, goods, "9", 4)
    late, early = wanting(crew, goods, "4"), wanting(crew, goods, "5")
    assert [confirmed(crew, late, 8), confirmed(crew, early, 4)] == ["done", "done"]
    assert attempt(crew.logistics, "sales.order.make_ready", early) == "stock", "nothing has come"
    act(crew.logistics, "sales.arrival.arrive", arrival, {"came": "6"})
    assert (held(early), held(late), goods.fresh.reserved) == ((5, 0), (1, 3), 6)
    assert confirmed(crew, wanting(crew, goods, "1"), 4) == "stock", "what has come is promised"
    act(HOUSE, "sales.product.receive", goods.fresh, {"quantity": "1"})
    assert (held(late), goods.fresh.reserved) == ((2, 2), 7)


def test_of_what_is_awaited_only_what_is_there_leaves(crew: Crew) -> None:
    goods = a_product(stock=2)
    arrival = expected(crew, goods, "3", 4)
    order = wanting(crew, goods, "5")
    assert confirmed(crew, order, 4) == "done"
    act(crew.logistics, "sales.order.make_ready", order)
    too_much = {"lines": [{"position": 1, "to_ship": "3"}]}
    assert attempt(crew.logistics, "sales.order.pack", order, too_much) == "stock"
    act(crew.logistics, "sales.order.ship", order)
    assert (order.fresh.state, order.lines.get().shipped) == ("part_shipped", 2)
    assert attempt(crew.logistics, "sales.order.ship", order) == "stock"
    act(crew.logistics, "sales.arrival.arrive", arrival)
    act(crew.logistics, "sales.order.ship", order.fresh)
    assert (order.fresh.state, goods.fresh.on_hand, goods.fresh.reserved) == ("shipped", 0, 0)


def test_what_an_order_waits_for_is_free_again_when_it_is_given_up(crew: Crew) -> None:
    goods = a_product(stock=1)
    expected(crew, goods, "1", 4)
    order, other = wanting(crew, goods, "2"), wanting(crew, goods, "1")
    assert [confirmed(crew, order, 4), confirmed(crew, other, 4)] == ["done", "stock"]
    act(crew.head, "sales.order.cancel", order, reason="客戶取消")
    assert held(order) == (0, 0)
    assert confirmed(crew, other, 4) == "done"


def test_sales_hears_when_what_was_promised_of_an_arrival_comes_later_or_not_at_all(crew: Crew) -> None:
    goods = a_product(stock=0)
    arrival = expected(crew, goods, "5", 4)
    order = wanting(crew, goods, "5")
    wanting(crew, goods, "5")
    assert confirmed(crew, order, 4) == "done"
    before = Notice.objects.filter(person=crew.sales.person_id).count()
    act(crew.one(Role.PURCHASING), "sales.arrival.cancel", arrival, reason="供應商停產")
    assert Notice.objects.filter(person=crew.sales.person_id).count() == before + 1


def test_the_confirmation_proposes_the_first_day_by_which_all_is_there(crew: Crew) -> None:
    goods = a_product(stock=1)
    expected(crew, goods, "10", 4)
    order = wanting(crew, goods, "5")
    assert first_days(crew.support, order, {}) == {"promised_on": [(today() + 4 * DAY).isoformat()]}
    asked = wanting(crew, goods, "1", requested_on=today() + 2 * DAY)
    assert first_days(crew.support, asked, {}) == {"promised_on": [(today() + 2 * DAY).isoformat()]}
    assert first_days(crew.support, wanting(crew, goods, "50"), {}) == {}
    person = Person.objects.get(pk=crew.support.person_id)
    page = a_client(person).get(f"/act/sales.order.confirm/{order.public_id}/")
    assert (today() + 4 * DAY).isoformat() in page.content.decode()


def moved_to(crew: Crew, order: Order, days: int) -> str:
    given = {"promised_on": today() + days * DAY}
    return attempt(crew.planning, "sales.order.promise", order.fresh, given, reason="船期改了")


def test_another_day_is_promised_like_the_first_only_if_the_goods_are_there_by_then(crew: Crew) -> None:
    """Ten come in four days and five in nine; two orders wait for all of them."""
    goods = a_product(stock=0)
    expected(crew, goods, "10", 4)
    expected(crew, goods, "5", 9)
    first, second = wanting(crew, goods, "10"), wanting(crew, goods, "5")
    assert (confirmed(crew, first, 4), confirmed(crew, second, 9)) == ("done", "done")
    assert moved_to(crew, second, 5) == "stock", "what comes in four days is promised to another"
    assert moved_to(crew, first, 3) == "stock", "nothing has come by then"
    assert moved_to(crew, second, -1) == "past"
    assert moved_to(crew, first, 12) == "done", "a later day can be kept all the more"
    assert moved_to(crew, second, 5) == "done", "and leaves the near one to another"
    assert [held(one) for one in (first, second)] == [(0, 10), (0, 5)]


def test_what_has_come_free_meanwhile_is_put_aside_when_another_day_is_promised(crew: Crew) -> None:
    goods = a_product(stock=5)
    expected(crew, goods, "5", 9)
    other, order = wanting(crew, goods, "5"), wanting(crew, goods, "5")
    assert (confirmed(crew, other, 1), confirmed(crew, order, 9)) == ("done", "done")
    assert moved_to(crew, order, 2) == "stock"
    act(crew.head, "sales.order.cancel", other.fresh, reason="客戶取消")
    assert moved_to(crew, order, 2) == "done"
    assert (held(order), goods.fresh.reserved) == ((5, 0), 5)


def test_a_day_that_an_arrival_no_longer_keeps_needs_the_next_arrival_first(crew: Crew) -> None:
    goods = a_product(stock=0)
    arrival = expected(crew, goods, "5", 4)
    order = wanting(crew, goods, "5")
    assert confirmed(crew, order, 4) == "done"
    act(crew.purchasing, "sales.arrival.cancel", arrival, reason="供應商停產")
    assert moved_to(crew, order, 20) == "stock"
    expected(crew, goods, "5", 15)
    assert moved_to(crew, order, 20) == "done"
