"""Clause 2.6.1: what the bank's statement shows is allotted to orders, whole or in parts, and none of it twice."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.actions.transfers import ALLOT
from shangwu.chapters.sales.models import Order, Payment
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, attempt, today
from shangwu.chapters.sales.transfers import proposed, read_statement, transfers_in
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal
ADDRESS = "/sales/payments/transfers/"
HEAD = "交易日期\t存入金額\t對方戶名\t交易序號\t摘要"


@pytest.fixture
def crew() -> Crew:
    return Crew()


@pytest.fixture
def finance(crew: Crew) -> Client:
    return a_client(Person.objects.get(pk=crew.finance.person_id or 0))


def an_order_of(crew: Crew, amount: str, customer: Customer | None = None) -> Order:
    """A confirmed order of so much, tax included."""
    lines = [{"product": a_product(tax_rate="0", list_price=amount), "quantity": "1"}]
    return a_confirmed_order(crew, lines, customer=customer or a_customer(crew.sales))


def allotted(crew: Crew, order: Order, amount: str, reference: str, transferred: str) -> str:
    given = {
        "order": order, "amount": amount, "received_on": today(crew), "reference": reference,
        "transferred": transferred,
    }  # fmt: skip
    return attempt(crew.finance, ALLOT, None, given)


def statement(crew: Crew, *rows: tuple[str, str, str, str]) -> str:
    """Rows as the bank lists them: amount, payer, reference, purpose."""
    return "\n".join([HEAD, *("\t".join((today(crew).isoformat(), *row)) for row in rows)])


def proposals(crew: Crew, text: str) -> dict[str, list[tuple[int, Decimal, str]]]:
    """Bank reference -> orders, amounts and reasons that are proposed."""
    known = transfers_in(crew.finance, read_statement(crew.finance, text), "TWD")
    found = proposed(crew.finance, known.values(), "TWD")
    return {
        str(known[line].said("reference")): [(one.order.pk, one.amount, str(one.why)) for one in each]
        for line, each in found.items()
    }


def test_a_transfer_is_shared_out_and_never_beyond_what_came_in(crew: Crew) -> None:
    first, second, reference = an_order_of(crew, "300"), an_order_of(crew, "500"), unique("T")
    assert allotted(crew, first, "300", "  ", "600") == "reference"
    assert allotted(crew, first, "300", reference, "600") == "done"
    assert allotted(crew, second, "301", reference, "600") == "allotted"
    assert allotted(crew, second, "300", reference, "600") == "done"
    assert allotted(crew, an_order_of(crew, "10"), "1", reference, "600") == "allotted", "the same transfer again"
    assert (first.fresh.paid, second.fresh.paid) == (D(300), D(300))
    assert allotted(crew, second, "200", unique("T"), "200") == "done", "the control: another transfer"


def test_in_one_run_no_more_is_allotted_either(crew: Crew) -> None:
    orders, reference = [an_order_of(crew, "300") for _n in range(3)], unique("T")
    rows = [
        Row({"order": one, "amount": "250", "received_on": today(crew), "reference": reference, "transferred": "500"})
        for one in orders
    ]
    outcome = act_many(crew.finance, ALLOT, rows)
    assert [(place, refusal.code) for place, refusal in outcome.refused] == [(2, "allotted")]
    assert orders[2].fresh.paid == 0


def test_a_payment_that_is_void_frees_its_transfer(crew: Crew) -> None:
    order, other, reference = an_order_of(crew, "300"), an_order_of(crew, "300"), unique("T")
    allotted(crew, order, "300", reference, "300")
    assert allotted(crew, other, "300", reference, "300") == "allotted"
    act(crew.finance, "sales.payment.void", Payment.objects.get(order=order), reason="認列錯誤")
    assert allotted(crew, other, "300", reference, "300") == "done"


def test_by_hand_a_transfer_counts_once_too(crew: Crew) -> None:
    first, second, third, reference = *(an_order_of(crew, "300") for _n in range(3)), unique("T")

    def entered(order: Order, amount: str, **more: str) -> str:
        given = {"order": order, "amount": amount, "received_on": today(crew), "reference": reference} | more
        return attempt(crew.finance, "sales.payment.create", None, given)

    assert entered(first, "300") == "done"
    assert entered(second, "100", reference=f" {reference} ") == "duplicate", "asked whether it is the same transfer"
    assert entered(second, "200", transferred="450") == "allotted"
    assert entered(second, "100", transferred="450") == "done"
    assert entered(third, "51") == "allotted", "by now it is known how much came in"
    assert entered(third, "50") == "done"
    assert entered(third, "1", transferred="500") == "duplicate", "an order has a reference once"
    assert [one.fresh.paid for one in (first, second, third)] == [D(300), D(100), D(50)]
    assert entered(third, "1", reference=unique("T")) == "done", "the control: another transfer"


def test_a_reference_in_another_currency_is_another_transfer(crew: Crew) -> None:
    reference = unique("T")
    lines = [{"product": a_product(), "quantity": "3", "unit_price": "3.33"}]
    foreign = a_confirmed_order(crew, lines, currency="USD", rate="31.37")
    for order, amount in ((an_order_of(crew, "300"), "300"), (foreign, "1")):
        given = {"order": order, "amount": amount, "received_on": today(crew), "reference": reference}
        assert attempt(crew.finance, "sales.payment.create", None, given) == "done"


def test_only_finance_allots(crew: Crew) -> None:
    given = {"order": an_order_of(crew, "5"), "amount": "5", "received_on": today(crew), "transferred": "5"}
    for by in (crew.sales, crew.support, crew.head):
        assert attempt(by, ALLOT, None, given | {"reference": unique("T")}) == "forbidden"


def test_orders_are_proposed_by_number_by_payer_and_by_amount(crew: Crew) -> None:
    named, mine, alone = an_order_of(crew, "700"), a_customer(crew.sales), an_order_of(crew, "4321")
    old, young = an_order_of(crew, "100", mine), an_order_of(crew, "250", mine)
    found = proposals(
        crew,
        statement(
            crew,
            ("4,321", "不詳", "A-1", ""),
            ("900", "他人代付", "A-2", f"貨款{named.number}"),
            ("180", mine.name, "A-3", ""),
            ("77", "不詳", "A-4", "利息"),
        ),
    )
    assert [one[:2] for one in found["A-1"]] == [(alone.pk, D(4321))]
    assert [one[:2] for one in found["A-2"]] == [(named.pk, D(700))], "no more than is open of it"
    assert [one[:2] for one in found["A-3"]] == [(old.pk, D(100)), (young.pk, D(80))], "the older first"
    assert "A-4" not in found
    assert len({one[2] for each in found.values() for one in each}) == 3, "each says why"


def test_a_payers_order_of_just_that_amount_comes_before_the_older_one(crew: Crew) -> None:
    mine = a_customer(crew.sales)
    an_order_of(crew, "100", mine)
    young = an_order_of(crew, "250", mine)
    found = proposals(crew, statement(crew, ("250", mine.name, "A-1", "")))
    assert [one[:2] for one in found["A-1"]] == [(young.pk, D(250))]


def test_of_two_orders_of_one_amount_neither_is_proposed_by_it(crew: Crew) -> None:
    for _n in range(2):
        an_order_of(crew, "4321")
    assert proposals(crew, statement(crew, ("4321", "不詳", "A-1", ""))) == {}


def test_rows_that_are_no_receipt_or_stand_twice_say_so(crew: Crew) -> None:
    rows = [("-20", "銀行", "A-1", "手續費"), ("30", "甲", "A-2", ""), ("30", "甲", "A-2", ""), ("x", "乙", "A-3", "")]
    block = read_statement(crew.finance, statement(crew, *rows, ("30", "丙", "", "")))
    assert [bool(row.said) for row in block.rows] == [True, False, True, True, True]
    assert "3" in block.rows[2].said[0]


def fields(page: str) -> dict[str, str]:
    """What stands in the fields that say for which order, and how much."""
    found = re.findall(r'name="((?:order|amount)-[\d-]+)"[^>]*?value="([^"]*)"', page)
    return {name: value for name, value in found if value}


def test_the_page_proposes_and_enters_all_at_once(crew: Crew, finance: Client) -> None:
    mine = a_customer(crew.sales)
    first, second, third = (an_order_of(crew, amount, mine) for amount in ("100", "250", "800"))
    tag = unique("T")
    sent = {
        "currency": "TWD",
        "sheet": statement(crew, ("350", mine.name, f"{tag}1", "貨款"), ("500", "不詳", f"{tag}2", f"{third.number}")),
    }
    looked = finance.post(ADDRESS, sent | {"step": "look"})
    assert looked.status_code == 200
    given = fields(looked.content.decode())
    assert sorted(given.values()) == sorted(
        [str(first.public_id), "100", str(second.public_id), "250", str(third.public_id), "500"]
    )
    done = finance.post(ADDRESS, sent | given | {"step": "enter", "form_token": "T" + "1" * 32})
    assert (done.status_code, done["Location"]) == (303, "/sales/payments/")
    assert [one.fresh.paid for one in (first, second, third)] == [D(100), D(250), D(500)]
    assert Payment.objects.filter(reference=f"{tag}1", note__contains=mine.name).count() == 2
    again = finance.post(ADDRESS, sent | {"step": "look"}).content.decode()
    assert fields(again) == {}, "the same statement pasted again has nothing left to allot"
    assert again.count("entered already") >= 2


def test_one_row_that_is_refused_stops_all_and_says_why_at_its_place(crew: Crew, finance: Client) -> None:
    good, bad = an_order_of(crew, "100"), an_order_of(crew, "200")
    tag = unique("T")
    sent = {
        "currency": "TWD", "step": "enter", "form_token": "T" + "2" * 32,
        "sheet": statement(crew, ("100", "", f"{tag}1", ""), ("300", "", f"{tag}2", "")),
        "order-2-0": str(good.public_id), "amount-2-0": "100",
        "order-3-0": str(bad.public_id), "amount-3-0": "300",
    }  # fmt: skip
    page = finance.post(ADDRESS, sent)
    assert page.status_code == 422
    told = page.content.decode()
    assert "Only 200" in told
    assert fields(told)["order-2-0"] == str(good.public_id), "what was entered stands there still"
    assert (good.fresh.paid, bad.fresh.paid) == (0, 0), "nothing half-written"
    assert Payment.objects.filter(reference__startswith=tag).count() == 0
    assert finance.post(ADDRESS, sent | {"amount-3-0": "150"}).status_code == 303, "the control"
    assert (good.fresh.paid, bad.fresh.paid) == (D(100), D(150))
    rest = finance.post(ADDRESS, {"currency": "TWD", "sheet": sent["sheet"], "step": "look"}).content.decode()
    assert "150 entered before" in rest


def test_an_order_may_be_named_by_its_number_and_takes_what_is_left(crew: Crew, finance: Client) -> None:
    order, tag = an_order_of(crew, "500"), unique("T")
    sent = {"currency": "TWD", "sheet": statement(crew, ("120", "", tag, "")), "step": "enter"}
    assert finance.post(ADDRESS, sent | {"order-2-0_text": "SO19990101-0001"}).status_code == 422
    assert finance.post(ADDRESS, sent | {"order-2-0_text": str(order.number)}).status_code == 303
    assert order.fresh.paid == D(120)


@pytest.mark.parametrize(
    "given",
    [
        {"sheet": ""}, {"sheet": HEAD + "\nx" * 300}, {"sheet": HEAD, "currency": "XXX"},
        {"sheet": "a\tb", "step": "enter"}, {"sheet": "a\tb", "step": "again", "named_in": "0", "column-0": "nothing"},
        {"sheet": "a\tb", "step": "enter", "order-1-0": "x", "amount-1-0": "y", "column-0": "amount"},
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_a_sentence(crew: Crew, finance: Client, given: dict[str, Any]) -> None:
    page = finance.post(ADDRESS, {"currency": "TWD", "step": "look"} | given)
    assert page.status_code in (200, 422)
    assert Payment.objects.filter(owner=crew.sales.person_id).count() == 0


def test_the_page_is_finances(crew: Crew, finance: Client) -> None:
    assert finance.get(ADDRESS).status_code == 200
    seller = a_client(Person.objects.get(pk=crew.sales.person_id or 0))
    assert seller.get(ADDRESS).status_code == 403
