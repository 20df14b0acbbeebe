"""Clause 2.6.1: a part has left and the rest does not come: it is given up line by line, with a reason, and the order
goes on with what has left."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shangwu.chapters.sales.models import Line, Order, ProductionRequest, Refund, Revision, Shipment
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_ready_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal
GIVE_UP = "sales.order.give_up_rest"
WHY = "客戶不再需要"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    settings.FACTS = tmp_path / "facts"


@pytest.fixture
def crew() -> House:
    return House()


def part_shipped(crew: House, *quantities: str, gone: str = "3", **values: Any) -> Order:
    """Lines at 100 a piece, 5 % tax, their cost 60; of the first so many have left."""
    lines = [{"product": a_product(stock=100, cost="60"), "quantity": one} for one in quantities or ("4", "2")]
    order = a_ready_order(crew, lines, **values)
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": gone}]})
    act(crew.logistics, "sales.shipment.send", Shipment.objects.get(order=order))
    return order.fresh


def given_up(crew: House, order: Order, **values: Any) -> Order:
    act(crew.head, GIVE_UP, order.fresh, values, reason=WHY)
    return order.fresh


def test_the_order_goes_on_with_what_has_left(crew: House) -> None:
    order = part_shipped(crew)
    goods = [line.product for line in order.lines.order_by("position")]
    assert (order.gross, order.base_open) == (D(630), D(630))
    order = given_up(crew, order)
    assert (order.state, order.quantity, order.gross, order.base_open) == ("shipped", D(3), D(315), D(315))
    assert order.given_up == D(315)
    first, second = order.lines.order_by("position")
    assert [(one.quantity, one.given_up, one.net, one.cost) for one in (first, second)] == [
        (D(3), D(1), D(300), D(180)), (D(0), D(2), D(0), D(0)),
    ]  # fmt: skip
    assert [one.fresh.reserved for one in goods] == [D(0), D(0)], "what was held for it is free"
    act(crew.logistics, "sales.shipment.deliver", Shipment.objects.get(order=order), {"delivered_on": today(crew)})
    given = {"order": order.fresh, "amount": "315", "received_on": today(crew)}
    act(crew.finance, "sales.payment.create", None, given)
    act(crew.support, "sales.order.close", order.fresh)
    assert order.fresh.state == "closed", "no dead end"


def test_what_differs_is_kept_with_who_and_why(crew: House) -> None:
    order = part_shipped(crew)
    given_up(crew, order)
    revision = Revision.objects.get(order=order)
    assert (revision.gross_before, revision.gross_after, revision.made_by_id) == (
        D(630), D(315), crew.head.person_id,
    )  # fmt: skip
    said = [(one["line"], one["before"], one["after"]) for one in revision.changes if one["what"] == "quantity"]
    assert said == [(1, "4", "3"), (2, "2", "0")]


def test_one_line_or_a_part_of_it_and_the_others_stay_open(crew: House) -> None:
    order = given_up(crew, part_shipped(crew), lines=[{"position": 2, "quantity": "1"}])
    assert (order.state, order.quantity, order.gross, order.given_up) == ("part_shipped", D(5), D(525), D(105))
    act(crew.logistics, "sales.order.ship", order)
    assert (order.fresh.state, order.fresh.shipped_quantity) == ("shipped", D(5))
    assert attempt(crew.head, GIVE_UP, order.fresh, reason=WHY) == "state", "nothing is left"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"position": 1, "quantity": "2"}, "packed"), ({"position": 2, "quantity": "0"}, "packed"),
        ({"position": 2, "quantity": "-1"}, "packed"), ({"position": 9, "quantity": "1"}, "invalid"),
        ({"position": 1, "quantity": "1"}, "done"),
    ],
)  # fmt: skip
def test_no_more_is_given_up_than_is_left(crew: House, line: dict[str, Any], code: str) -> None:
    assert attempt(crew.head, GIVE_UP, part_shipped(crew), {"lines": [line]}, reason=WHY) == code


def test_what_is_packed_is_not_given_up(crew: House) -> None:
    order = part_shipped(crew)
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 2, "to_ship": "2"}]})
    order = given_up(crew, order)
    assert (order.state, order.quantity, order.allotted_quantity) == ("part_shipped", D(5), D(2))
    assert attempt(crew.head, GIVE_UP, order, reason=WHY) == "empty"
    act(crew.logistics, "sales.shipment.send", Shipment.objects.get(order=order, state="prepared"))
    assert order.fresh.state == "shipped"


def test_it_costs_as_an_order_that_is_ready_and_the_head_decides_up_to_a_limit(crew: House) -> None:
    order = given_up(crew, part_shipped(crew))
    assert (order.cancel_cost, order.cancel_charged) == (D(60), D(0)), "a fifth of the 300 that are given up"
    assert attempt(crew.sales, GIVE_UP, part_shipped(crew), reason=WHY) == "forbidden"
    assert attempt(crew.head, GIVE_UP, part_shipped(crew), {"cost": "59"}, reason=WHY) == "stage"
    large = part_shipped(crew, "4", "60")
    assert attempt(crew.head, GIVE_UP, large, {"cost": "10001"}, reason=WHY) == "authority"
    assert (large.fresh.quantity, large.fresh.given_up) == (D(64), D(0)), "nothing has changed"
    assert attempt(crew.head, GIVE_UP, large.fresh, {"cost": "10001", "charged": "1"}, reason=WHY) == "done"
    other = part_shipped(crew, "4", "60")
    assert attempt(crew.executive, GIVE_UP, other, {"cost": "10001"}, reason=WHY) == "done"


def test_what_was_paid_before_is_owed_to_the_customer(crew: House) -> None:
    order = part_shipped(crew)
    act(crew.finance, "sales.payment.create", None, {"order": order, "amount": "630", "received_on": today(crew)})
    order = given_up(crew, order)
    assert (order.overpaid, order.base_open) == (D(315), D(0))
    refund = Refund.objects.get(order=order)
    assert (refund.amount, refund.currency, refund.state) == (D(315), "TWD", "draft"), "its refund lies ready"


def test_what_is_made_for_it_is_recalled_whole_or_not_at_all(crew: House) -> None:
    made = a_product(made=True)
    lines = [{"product": a_product(), "quantity": "2"}, {"product": made, "quantity": "5"}]
    order = a_confirmed_order(crew, lines)
    act(crew.planning, "sales.order.schedule", order)
    act(crew.logistics, "sales.order.make_ready", order.fresh)
    act(crew.logistics, "sales.order.ship", order.fresh)
    order, request = order.fresh, ProductionRequest.objects.get(order=order)
    assert order.state == "part_shipped"
    part = {"lines": [{"position": 2, "quantity": "1"}]}
    assert attempt(crew.head, GIVE_UP, order, part, reason=WHY) == "in_production"
    assert request.fresh.state == "requested"
    order = given_up(crew, order)
    assert (order.state, request.fresh.state) == ("shipped", "cancelled")
    assert Line.objects.get(order=order, position=2).unreleased == 0


@pytest.mark.clause("2.6.3")
def test_what_was_given_up_is_not_in_full(crew: House) -> None:
    order = given_up(crew, part_shipped(crew))
    act(crew.logistics, "sales.shipment.deliver", Shipment.objects.get(order=order), {"delivered_on": today(crew)})
    whole = part_shipped(crew)
    act(crew.logistics, "sales.order.ship", whole)
    for one in Shipment.objects.filter(order=whole):
        act(crew.logistics, "sales.shipment.deliver", one, {"delivered_on": today(crew)})
    export("sales.promised")
    assert ask(system(), ["sales.promised"]).total() == 2
    assert ask(system(), ["sales.otif"]).total() == pytest.approx(0.5), "the control is the other order"


def test_the_database_lets_no_line_be_empty_that_was_not_given_up(crew: House) -> None:
    """The control: beside the door the promise still holds."""
    order = part_shipped(crew)
    with pytest.raises(IntegrityError), transaction.atomic(), gate.door():
        Line.objects.filter(order=order, position=2).update(
            quantity=0, net=0, tax=0, gross=0, reserved=0, base_net=0, cost=0
        )


def test_the_day_of_the_promise_stays(crew: House) -> None:
    order = part_shipped(crew)
    promised = order.promised_on
    assert isinstance(promised, datetime.date)
    assert given_up(crew, order).promised_on == promised


# The rest is changed: what has left stays


def lines_of(order: Order, *quantities: str, **first: Any) -> list[dict[str, Any]]:
    """The lines as a form sends them, with other quantities; `first`: what differs in the first one."""
    rows = [
        {"product": one.product, "quantity": quantity, "unit_price": one.unit_price}
        for one, quantity in zip(order.lines.order_by("position"), quantities, strict=False)
    ]
    rows[0] |= first
    return rows


def change(crew: House, order: Order, lines: list[dict[str, Any]], **values: Any) -> str:
    given = {"lines": lines} | values
    return attempt(crew.sales, "sales.order.change", order.fresh, given, reason="客戶改單")


def test_what_has_not_left_may_change_and_is_reviewed_again(crew: House) -> None:
    """Three of four have left: six are wanted now, one instead of two of the second product, and a third besides."""
    order = part_shipped(crew)
    first, second = (line.product for line in order.lines.order_by("position"))
    third = a_product(stock=5)
    wanted = [*lines_of(order, "6", "1"), {"product": third, "quantity": "2"}]
    assert change(crew, order, wanted) == "done"
    order = order.fresh
    assert (order.state, order.gross, order.shipped_quantity) == ("review", D(945), D(3))
    assert order.base_open == D(945), "what is with the customer is owed all along"
    assert [one.fresh.reserved for one in (first, second)] == [D(0), D(0)]
    revision = Revision.objects.get(order=order)
    assert ("quantity", 1, "4", "6") in [
        (one["what"], one["line"], one["before"], one["after"]) for one in revision.changes
    ]
    assert crew.decide_order(order) == "done"
    act(crew.support, "sales.order.confirm", order.fresh, {"promised_on": today(crew)})
    reserved = [one.reserved for one in order.lines.order_by("position")]
    assert (reserved, order.fresh.base_open) == ([D(3), D(1), D(2)], D(945))
    for verb in ("make_ready", "ship"):
        act(crew.logistics, f"sales.order.{verb}", order.fresh)
    assert (order.fresh.state, order.fresh.shipped_quantity) == ("shipped", D(9))
    assert [one.fresh.reserved for one in (first, second, third)] == [D(0), D(0), D(0)]


def test_what_has_left_stays_with_its_price_and_its_place(crew: House) -> None:
    order = part_shipped(crew)
    other = a_product()
    assert change(crew, order, lines_of(order, "2", "2")) == "shipped", "three have left"
    assert change(crew, order, lines_of(order, "5", "2", unit_price="90")) == "shipped"
    assert change(crew, order, lines_of(order, "5", "2", product=other)) == "shipped"
    assert change(crew, order, lines_of(order, "5", "2", discount="0.1")) == "shipped"
    assert change(crew, order, lines_of(order, "4", "2")[1:]) == "shipped", "its line is gone"
    assert change(crew, order, lines_of(order, "4", "3"), prices_with_tax=True) == "shipped"
    assert change(crew, order, lines_of(order, "3")) == "rest", "that is giving up what is left"
    assert change(crew, order, lines_of(order, "3", "2")) == "done"


def test_the_price_of_the_rest_may_change(crew: House) -> None:
    order = part_shipped(crew)
    rows = lines_of(order, "4", "2")
    rows[1]["unit_price"] = "95"
    assert change(crew, order, rows) == "done"
    assert [one.net for one in order.lines.order_by("position")] == [D(400), D(190)]


def test_a_change_that_is_refused_ends_with_what_has_left_not_with_the_order(crew: House) -> None:
    order = part_shipped(crew)
    assert change(crew, order, lines_of(order, "9", "2")) == "done"
    assert crew.decide_order(order, "reject") == "done"
    order = order.fresh
    assert (order.state, order.refused_at is not None, order.base_open) == ("received", True, D(1155))
    assert attempt(crew.head, "sales.order.cancel", order, reason="不接") == "shipping"
    wrong = {"lines": lines_of(order, "2", "2")}
    assert attempt(crew.sales, "sales.order.edit", order, wrong) == "shipped", "what has left stays here too"
    one_line = {"lines": [{"position": 2, "quantity": "1"}]}
    assert attempt(crew.head, GIVE_UP, order, one_line, reason=WHY) == "changing"
    order = given_up(crew, order)
    assert (order.state, order.quantity, order.base_open) == ("shipped", D(3), D(315))


def test_money_and_goods_go_on_while_the_rest_is_changed(crew: House) -> None:
    order = part_shipped(crew)
    assert change(crew, order, lines_of(order, "5", "2")) == "done"
    paid = {"order": order.fresh, "amount": "315", "received_on": today(crew)}
    act(crew.finance, "sales.payment.create", None, paid)
    assert order.fresh.base_open == D(735 - 315)
    act(crew.logistics, "sales.shipment.deliver", Shipment.objects.get(order=order), {"delivered_on": today(crew)})
    assert (order.fresh.state, order.fresh.delivered_quantity) == ("review", D(3))
    assert attempt(crew.logistics, "sales.order.ship", order.fresh) == "state"


def test_the_credit_that_an_order_uses_is_not_counted_twice_when_its_rest_is_changed(crew: House) -> None:
    """A limit of 740, 630 of it used by this order: another piece fits in, two do not."""
    customer = crew.a_customer()
    act(crew.finance, "customers.customer.set_terms", customer, {"credit_limit": "740"})
    order = part_shipped(crew, customer=customer)
    assert change(crew, order, lines_of(order, "5", "2")) == "done"
    assert "credit" not in order.fresh.special_because
    assert crew.decide_order(order) == "done"
    act(crew.support, "sales.order.confirm", order.fresh, {"promised_on": today(crew)})
    assert change(crew, order, lines_of(order, "6", "2")) == "done"
    assert "credit" in order.fresh.special_because
