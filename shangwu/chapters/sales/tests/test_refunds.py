"""Clause 2.6.2: what was paid too much after a credit note is paid back by a record of its own, approved and dated."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shangwu.chapters.sales.accounts import Key, owed_at, quarter_end
from shangwu.chapters.sales.models import Order, Refund
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import attempt, today
from shangwu.chapters.sales.tests.test_credits import issued
from shangwu.chapters.sales.tests.test_statements import invoiced
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.files import storage
from shangwu.foundation.measures.checks import Month, checks
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def paid_then_credited(house: House, amount: str = "50") -> Order:
    """An order of 210 that was paid whole, and credited in part afterwards."""
    order = invoiced(house, today(house))
    act(house.finance, "sales.payment.create", None, {"order": order, "amount": "210", "received_on": today(house)})
    issued(house, order, amount=amount)
    return order.fresh


def approved(house: House, refund: Refund) -> Refund:
    act(house.sales, "sales.refund.submit", refund)
    for by in (house.head, house.finance, house.vice, house.executive):
        if refund.fresh.state == "approval":
            house.decide(by, refund)  # type: ignore[arg-type]
    return refund.fresh


def back(house: House, **values: Any) -> dict[str, Any]:
    return {"paid_on": today(house), "reference": "TT-0001"} | values


def open_of(order: Order, day: datetime.date) -> list[Decimal]:
    """What is open for its customer on a day, order by order."""
    key = Key(order.customer_id or 0, "TWD", day, order.entity_id)
    return [one.open for one in owed_at([key])[key]]


def test_the_refund_lies_ready_and_makes_the_account_even_when_the_money_has_left(house: House) -> None:
    order, day = paid_then_credited(house), quarter_end(today(house) + 92 * DAY)
    refund = Refund.objects.get(order=order)
    assert (refund.state, refund.amount, refund.credit_id, refund.number) == (
        "draft", D(50), order.credit_notes.get().pk, None,
    )  # fmt: skip
    assert open_of(order, day) == [D(-50)], "we owe it, and its paper says why"
    refund = approved(house, refund)
    assert (refund.state, refund.number[:6]) == ("approved", f"RF{today(house).year}")
    assert open_of(order, day) == [D(-50)], "approved is not paid"
    act(house.finance, "sales.refund.pay", refund, back(house))
    assert (order.fresh.refunded, order.fresh.kept, order.fresh.state, order.fresh.base_open) == (
        D(50), D(160), "paid", D(0),
    )  # fmt: skip
    assert open_of(order, day) == [], "nothing stands unexplained"
    assert (refund.fresh.paid_on, refund.fresh.reference) == (today(house), "TT-0001")


def test_who_approves_follows_from_the_amount_and_nobody_pays_before(house: House) -> None:
    order = invoiced(house, today(house), quantity="200")
    act(house.finance, "sales.payment.create", None, {"order": order, "amount": "21000", "received_on": today(house)})
    issued(house, order, amount="20500")
    refund = Refund.objects.get(order=order)
    act(house.sales, "sales.refund.submit", refund)
    asked = []
    while refund.fresh.state == "approval":
        assert attempt(house.finance, "sales.refund.pay", refund, back(house)) == "state"
        waiting = Request.objects.filter(subject_id=refund.public_id).latest("pk").waiting
        name = next(one for one in ("head", "finance", "vice", "executive") if getattr(house, one).person_id in waiting)
        house.decide(getattr(house, name), refund)  # type: ignore[arg-type]
        asked.append(name)
    assert asked == ["head", "finance", "vice"], "20,500 is beyond the head's 20,000"
    assert attempt(house.sales, "sales.refund.pay", refund, back(house)) == "forbidden"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": "51"}, "over_refunded"), ({"amount": "0"}, "precision"), ({"amount": "-1"}, "precision"),
        ({"amount": "1.5"}, "precision"), ({"amount": "50"}, "done"), ({}, "done"),
    ],
)  # fmt: skip
def test_no_more_is_paid_back_than_was_paid_too_much(house: House, values: dict[str, str], code: str) -> None:
    order = paid_then_credited(house)
    assert attempt(house.sales, "sales.refund.create", None, {"order": order} | values) == code


def test_where_nothing_was_paid_too_much_nothing_goes_back(house: House) -> None:
    order = invoiced(house, today(house))
    assert attempt(house.sales, "sales.refund.create", None, {"order": order}) == "nothing"
    other = paid_then_credited(house)
    given = {"order": other, "credit": issued(house, order)}
    assert attempt(house.sales, "sales.refund.create", None, given) == "credit", "another order's note"


def test_money_has_its_day_and_its_reference_and_leaves_once(house: House) -> None:
    order = paid_then_credited(house)
    refund = approved(house, Refund.objects.get(order=order))
    assert attempt(house.finance, "sales.refund.pay", refund, back(house, reference=" ")) in ("reference", "invalid")
    assert attempt(house.finance, "sales.refund.pay", refund, back(house, paid_on=today(house) + DAY)) == "day"
    second = approved(house, act(house.sales, "sales.refund.create", None, {"order": order}).record)
    assert attempt(house.finance, "sales.refund.pay", refund, back(house)) == "done"
    assert attempt(house.finance, "sales.refund.pay", second, back(house)) == "over_refunded"
    payment = order.payments.get()
    assert attempt(house.finance, "sales.payment.void", payment, reason="誤登") == "refunded"


def test_an_order_is_not_closed_while_we_owe_its_customer(house: House) -> None:
    order = paid_then_credited(house)
    assert attempt(house.support, "sales.order.close", order) == "overpaid"
    refund = approved(house, Refund.objects.get(order=order))
    act(house.finance, "sales.refund.pay", refund, back(house))
    assert attempt(house.support, "sales.order.close", order.fresh) == "done"
    assert attempt(house.finance, "sales.refund.void", refund.fresh, reason="退匯") == "closed"


def test_what_came_back_from_the_bank_is_owed_to_the_customer_again(house: House) -> None:
    order = paid_then_credited(house)
    refund = approved(house, Refund.objects.get(order=order))
    act(house.finance, "sales.refund.pay", refund, back(house))
    act(house.finance, "sales.refund.void", refund.fresh, reason="帳號有誤，退匯")
    assert (order.fresh.refunded, order.fresh.overpaid, refund.fresh.state) == (D(0), D(50), "void")
    with pytest.raises(IntegrityError, match="order_refunded_in_bounds"), transaction.atomic(), gate.door():
        Order.objects.filter(pk=order.pk).update(refunded=D(211))


def test_what_was_paid_back_meets_no_instalment_of_another_order(house: House) -> None:
    customer = house.a_customer()
    first, second = house.an_order(customer=customer), house.an_order(customer=customer)
    half = {"due_on": today(house) + 60 * DAY, "amount": D(210)}
    parts = [{"purpose": name, **half} for name in ("首批", "次批")]
    contract = house.in_force(
        first, amount=D(420), covered=[{"order": first}, {"order": second}], instalments=parts,
        deliveries=[{"what": "首批", "order": first, "due_on": today(house) + 30 * DAY}],
    )  # fmt: skip
    for verb in ("make_ready", "ship"):
        act(house.logistics, f"sales.order.{verb}", first)
    act(house.finance, "sales.payment.create", None, {"order": first, "amount": "210", "received_on": today(house)})
    issued(house, first, amount="50")
    assert [one.paid for one in contract.instalments.order_by("position")] == [D(210), D(50)]
    act(house.finance, "sales.refund.pay", approved(house, Refund.objects.get(order=first)), back(house))
    assert [one.paid for one in contract.instalments.order_by("position")] == [D(210), D(0)]


def test_a_refund_is_seen_by_who_sees_the_account(house: House) -> None:
    refund = Refund.objects.get(order=paid_then_credited(house))
    with gate.request_code():
        seen = [
            Refund.objects.visible_to(by).filter(pk=refund.pk).exists()
            for by in (house.sales, house.head, house.finance, house.colleague, house.logistics)
        ]
    assert seen == [True, True, True, False, False]


def test_the_close_of_the_month_finds_what_is_still_to_be_paid_back_and_no_more(house: House) -> None:
    order = paid_then_credited(house)
    month = Month(house.entity.pk, order.ordered_on.replace(day=1), order.ordered_on, house.head.zone)
    found = checks["orders.overpaid"].find
    assert [one.pk for one in found(month)] == [order.pk]
    act(house.finance, "sales.refund.pay", approved(house, Refund.objects.get(order=order)), back(house))
    assert not found(month).exists(), "it was paid back"
