"""A record as it was on a day: its own values and parts of then, the same gates as today, nothing to press."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties.tests.offices import Time
from shangwu.foundation.exchange.exporting import export
from shangwu.foundation.pages.details.past import as_it_was
from shangwu.foundation.pages.lists import selection
from shangwu.foundation.pages.lists.asked import asked
from shangwu.foundation.pages.lists.counting import count
from shangwu.foundation.pages.lists.cursor import Cursor
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.records import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def time() -> Any:
    moved = Time("2026-09-21 09:00")
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)


def test_values_of_a_day_are_those_that_held_at_its_end(time: Time) -> None:
    crew = Crew()
    customer = a_customer(crew.sales, name="澤川水務")
    time.go("2026-09-22 09:00")
    act(crew.sales, "customers.customer.edit", customer.fresh, {"short_name": "甲"})
    time.go("2026-09-22 18:00")
    act(crew.sales, "customers.customer.edit", customer.fresh, {"short_name": "乙"})
    time.go("2026-09-24 09:00")
    act(crew.sales, "customers.customer.edit", customer.fresh, {"short_name": "丙"})
    client = client_of(crew.sales)
    address = f"/customers/customers/{customer.public_id}/"
    assert "丙" in text_of(client.get(address))
    shown = text_of(client.get(f"{address}?on=2026-09-23"))
    assert "乙" in shown
    assert "丙" not in shown
    assert "甲" not in shown
    assert "Not today: you are looking at 2026-09-23" in shown
    assert "/act/" not in shown.partition("<main")[2].partition("</main")[0], "nothing can be pressed"
    assert "As it was on" in text_of(client.get(f"{address}?tab=history"))
    assert client.get(f"{address}?on=2026-09-20").status_code == 404, "it was not there yet"
    assert "丙" in text_of(client.get(f"{address}?on=2036-01-01")), "what lies ahead is not known"


def test_parts_of_a_day_stand_with_it(time: Time) -> None:
    crew = Crew()
    valve, switch = a_product(name="球閥"), a_product(name="限位開關")
    order: Order = an_order(crew, [{"product": valve, "quantity": "3"}, {"product": switch, "quantity": "1"}])
    time.go("2026-09-23 09:00")
    act(crew.sales, "sales.order.edit", order.fresh, {"lines": [{"product": valve, "quantity": "7"}]})
    at = datetime.datetime(2026, 9, 22, 12, tzinfo=datetime.UTC)
    found = as_it_was(order.fresh, at, crew.sales)
    assert found is not None
    record, parts = found
    assert [(one.product_id, one.quantity) for one in parts["lines"]] == [(valve.pk, 3), (switch.pk, 1)]
    assert record.gross != order.fresh.gross
    now = as_it_was(order.fresh, clock.now(), crew.sales)
    assert now is not None
    assert [(one.product_id, one.quantity) for one in now[1]["lines"]] == [(valve.pk, 7)]
    shown = text_of(client_of(crew.sales).get(f"/sales/orders/{order.public_id}/?on=2026-09-22"))
    assert "限位開關" in shown


def test_the_gates_of_today_hold_for_the_past(time: Time) -> None:
    crew = Crew()
    customer = a_customer(crew.colleague)
    time.go("2026-09-23 09:00")
    client = client_of(crew.sales)
    assert client.get(f"/customers/customers/{customer.public_id}/?on=2026-09-22").status_code == 404
    product = a_product(name="球閥", cost="4321.00")
    time.go("2026-09-25 09:00")
    past = f"/sales/products/{product.public_id}/?on=2026-09-24"
    assert "4,321" not in text_of(client.get(past)), "a field that one may not see today is not told of then"
    assert "4,321" in text_of(client_of(crew.finance).get(past))


def test_what_was_above_the_clearance_then_stays_hidden(time: Time) -> None:
    crew = Crew()
    order: Order = an_order(crew)
    assert as_it_was(order.fresh, clock.now(), crew.sales) is not None
    assert as_it_was(order.fresh, clock.now(), replace(crew.sales, clearance=-1)) is None


@pytest.mark.parametrize("address", ["/", "/analytics/"])
def test_a_page_that_knows_only_today_says_so_when_it_is_asked_as_of_a_day(address: str) -> None:
    client = client_of(Crew().sales)
    said = "This page cannot be shown as of 2026-09-22"
    assert said in text_of(client.get(f"{address}?on=2026-09-22"))
    assert said not in text_of(client.get(address))


@pytest.mark.parametrize(
    "address",
    ["/board/", "/duties/", "/regulation/", "/clause/2.6.1/", "/regulation/parameters/", "/customers/customers/"],
)
def test_a_page_that_can_be_asked_as_of_a_day_says_which_day_it_shows(address: str) -> None:
    shown = text_of(client_of(Crew().sales).get(f"{address}?on=2026-09-22"))
    assert "you are looking at 2026-09-22" in shown
    assert "This page cannot be shown" not in shown


class Then:
    """Customers of a salesperson: one renamed and let go after 22 September, one that came after it."""

    def __init__(self, time: Time) -> None:
        self.crew = crew = Crew()
        self.renamed = a_customer(crew.sales, name="澤川水務", kind="dealer")
        self.steady = a_customer(crew.sales, name="浩宇機電")
        time.go("2026-09-23 09:00")
        act(crew.sales, "customers.customer.edit", self.renamed.fresh, {"name": "長河供水", "kind": "company"})
        self.later = a_customer(crew.sales, name="後來實業")
        time.go("2026-09-24 09:00")
        self.client = client_of(crew.sales)

    def shown(self, query: str) -> str:
        return text_of(self.client.get(f"/customers/customers/?{query}"))


def test_a_list_of_a_day_holds_the_rows_and_values_of_then(time: Time) -> None:
    then = Then(time)
    shown = then.shown("on=2026-09-22")
    assert "you are looking at 2026-09-22" in shown
    assert "澤川水務" in shown
    assert "浩宇機電" in shown
    assert "長河供水" not in shown
    assert "後來實業" not in shown
    main = shown.partition("<main")[2].partition("</main")[0]
    assert "/act/" not in main, "nothing can be pressed"
    assert f"/customers/customers/{then.renamed.public_id}/?from=" in shown
    assert "on=2026-09-22" in main.partition(str(then.renamed.public_id))[2].partition(">")[0], "the record of then"
    today = then.shown("")
    assert "長河供水" in today
    assert "後來實業" in today


def test_conditions_and_words_are_those_of_then(time: Time) -> None:
    then = Then(time)
    assert "澤川水務" in then.shown("on=2026-09-22&kind=dealer")
    assert "浩宇機電" not in then.shown("on=2026-09-22&kind=dealer")
    assert "澤川水務" not in then.shown("on=2026-09-22&kind=company")
    assert "澤川水務" in then.shown("on=2026-09-22&q=澤川")
    assert "澤川水務" not in then.shown("on=2026-09-22&q=長河")
    assert "澤川水務" not in then.shown("on=2026-09-22&archived=yes")


def test_a_list_of_a_day_is_walked_in_its_order_without_loss(time: Time) -> None:
    then = Then(time)
    one = prepared(Customer)
    for sort in ("", "-sort_key", "sort_key"):
        question = asked(one, {"on": ["2026-09-22"], "sort": [sort]}, then.crew.sales)
        seen: list[Any] = []
        place = None
        while place is not None or not seen:
            page = found(one, replace(question, after=place), then.crew.sales, size=1)
            seen += page.rows
            place = page.older
        names = [row.name for row in seen]
        assert names == (["澤川水務", "浩宇機電"] if sort == "-sort_key" else ["浩宇機電", "澤川水務"]), sort
        assert count(one, question, then.crew.sales).number == 2
        back = found(one, replace(question, before=Cursor.at(seen[-1], question.sort, 2)), then.crew.sales, size=1)
        assert [row.name for row in back.rows] == names[:1]


def test_what_was_not_late_then_is_not_called_late(time: Time) -> None:
    then = Then(time)
    ends = then.renamed.fresh.protected_until
    time.go(f"{ends + datetime.timedelta(days=3)} 09:00")
    client = client_of(then.crew.sales)
    assert "sw-late" in text_of(client.get("/customers/customers/"))
    assert "sw-late" not in text_of(client.get("/customers/customers/?on=2026-09-22"))
    assert "澤川水務" in text_of(client.get("/customers/customers/?on=2026-09-22&created_at=last_14")), "days before it"


def test_a_list_of_a_day_passes_the_gates_of_today(time: Time) -> None:
    then = Then(time)
    assert "澤川水務" not in text_of(client_of(then.crew.colleague).get("/customers/customers/?on=2026-09-22"))
    one = prepared(Customer)
    low = replace(then.crew.sales, clearance=-1)
    assert found(one, asked(one, {"on": ["2026-09-22"]}, low), low).rows == []


def test_what_a_list_of_a_day_shows_goes_out_as_it_shows_it(time: Time, tmp_path: Path) -> None:
    then = Then(time)
    assert "export/?" in then.shown("on=2026-09-22")
    file = tmp_path / "then.csv"
    export(then.crew.sales, prepared(Customer), "on=2026-09-22", file, "csv")
    written = file.read_text("utf-8-sig")
    assert "澤川水務" in written
    assert "長河供水" not in written


def test_what_counts_later_counts_the_rows_of_then(time: Time) -> None:
    shown = text_of(Then(time).client.get("/customers/customers/later/?on=2026-09-22"))
    assert "of 2" in shown


def test_lines_of_today_do_not_go_out_beside_orders_of_then(time: Time, tmp_path: Path) -> None:
    crew, valve = Crew(), a_product(name="球閥")
    an_order(crew, [{"product": valve, "quantity": "3"}])
    time.go("2026-09-23 09:00")
    file = tmp_path / "lines.csv"
    export(crew.sales, prepared(Order), "", file, "csv", with_lines=True)
    assert "球閥" in file.read_text("utf-8-sig")
    export(crew.sales, prepared(Order), "on=2026-09-22", file, "csv", with_lines=True)
    written = file.read_text("utf-8-sig")
    assert "球閥" not in written
    assert len(written.splitlines()) == 2


def test_nothing_is_done_to_all_that_stood_on_a_past_day(time: Time) -> None:
    then = Then(time)
    wanted = {"query": "on=2026-09-22", "all": "1"}
    request: Any = RequestFactory().post("/", wanted)
    request.actor = then.crew.sales
    assert selection._whole(prepared(Customer), request) == []
    request = RequestFactory().post("/", wanted | {"query": ""})
    request.actor = then.crew.sales
    assert len(selection._whole(prepared(Customer), request)) == 3
