"""Clause 2.6.2: each quarter the customer signs what is owed."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.accounts import ends_quarter, quarter_end
from shangwu.chapters.sales.actions.statements import draw_statements
from shangwu.chapters.sales.models import Order, Shipment, Statement
from shangwu.chapters.sales.tests.contracting import House, a_pdf
from shangwu.chapters.sales.tests.factories import attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.files import intake, storage
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def until(house: House) -> datetime.date:
    return quarter_end(today(house))


def invoiced(house: House, on: datetime.date, **values: Any) -> Order:
    """An order of 210 that arrived, and was invoiced on a day."""
    order = house.an_order(**values)
    for verb in ("make_ready", "ship"):
        act(house.logistics, f"sales.order.{verb}", order)
    shipment = Shipment.objects.get(order=order)
    act(house.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(house)})
    given = {"invoice_number": f"AB{order.pk:08d}", "invoiced_on": on}
    act(house.finance, "sales.order.invoice", order, given)
    made: Order = order.fresh
    return made


def draw(house: House, order: Order, until: datetime.date) -> Any:
    given = {"customer": order.customer, "currency": "TWD", "until": until}
    return act(house.finance, "sales.statement.create", None, given).record


def paper(house: House, statement: Statement) -> str:
    taken = intake.take([a_pdf(1)], "對帳單.pdf", entity=house.sales.entity_id or 0)
    given = {"record_type": "sales.statement", "note": str(statement.public_id), "name": receipt(taken, house.sales)}
    return str(act(house.sales, "files.storedfile.create", None, given).record.public_id)


@pytest.mark.parametrize(
    ("day", "end"),
    [("2026-01-01", "2025-12-31"), ("2026-03-31", "2025-12-31"), ("2026-04-01", "2026-03-31"),
     ("2026-12-31", "2026-09-30")],
)  # fmt: skip
def test_quarters(day: str, end: str) -> None:
    found = quarter_end(datetime.date.fromisoformat(day))
    assert found.isoformat() == end
    assert ends_quarter(found)
    assert not ends_quarter(found + DAY)


def test_the_house_draws_up_what_was_owed_and_nothing_twice(house: House, until: datetime.date) -> None:
    customer = house.a_customer()
    owed = invoiced(house, until, customer=customer)
    partly = invoiced(house, until, customer=customer)
    invoiced(house, until + DAY, customer=customer)  # of the next quarter, as is its delivery
    given = {"order": partly, "amount": "50", "received_on": until}
    act(house.finance, "sales.payment.create", None, given)
    act(house.finance, "sales.payment.create", None, given | {"amount": "60", "received_on": until + DAY})
    assert draw_statements() >= 1
    statement = Statement.objects.get(customer=customer)
    lines = [(one.order_id, one.paid, one.open) for one in statement.lines.all()]
    assert lines == [(owed.pk, D(0), D(210)), (partly.pk, D(50), D(160))]
    assert (statement.balance, statement.owner_id) == (D(370), house.sales.person_id)
    assert draw_statements() == 0


def test_a_statement_is_of_a_quarter_that_is_over_and_of_something_owed(house: House, until: datetime.date) -> None:
    order = invoiced(house, until)
    given = {"customer": order.customer, "currency": "TWD"}
    for day, code in ((today(house), "quarter"), (until - DAY, "quarter"), (quarter_end(until), "nothing")):
        assert attempt(house.finance, "sales.statement.create", None, given | {"until": day}) == code
    assert attempt(house.finance, "sales.statement.create", None, given | {"until": until}) == "done"
    assert attempt(house.finance, "sales.statement.create", None, given | {"until": until}) == "duplicate"


def test_the_signed_paper_closes_the_duty(house: House, until: datetime.date) -> None:
    statement = draw(house, invoiced(house, until), until)
    found = Duty.objects.get(rule="2.6.2.5", subject_id=statement.pk)
    assert (found.holder_id, found.done_at) == (house.sales.person_id, None)
    file = paper(house, statement)
    given = {"file": file, "signed_on": today(house)}
    assert attempt(house.sales, "sales.statement.sign", statement, given | {"signed_on": until - DAY}) == "day"
    assert attempt(house.sales, "sales.statement.sign", statement, given | {"file": "無"}) != "done"
    assert attempt(house.sales, "sales.statement.sign", statement, given) == "done"
    found.refresh_from_db()
    assert found.done_at == statement.fresh.signed_at


def test_what_is_disputed_stands_beside_ours_until_it_is_cleared_up(house: House, until: datetime.date) -> None:
    order = invoiced(house, until)
    statement = draw(house, order, until)
    given = {"theirs": "160", "difference": "50 已付"}
    assert attempt(house.sales, "sales.statement.dispute", statement, given | {"theirs": "210"}) == "same"
    assert attempt(house.sales, "sales.statement.dispute", statement, given | {"difference": " "}) == "invalid"
    act(house.sales, "sales.statement.dispute", statement, given)
    assert (statement.fresh.state, statement.fresh.theirs) == ("disputed", D(160))
    payment = {"order": order, "amount": "50", "received_on": until}
    act(house.finance, "sales.payment.create", None, payment)
    act(house.sales, "sales.statement.redraw", statement)
    statement = statement.fresh
    assert (statement.state, statement.balance, statement.theirs) == ("drawn", D(160), None)
    act(house.finance, "sales.payment.create", None, payment | {"amount": "160"})
    act(house.sales, "sales.statement.redraw", statement)
    assert (statement.fresh.balance, list(statement.lines.all())) == (D(0), [])
    ours = {"theirs": "-50", "difference": "50 溢付未退"}
    assert attempt(house.sales, "sales.statement.dispute", statement.fresh, ours) == "done", "we may be who owes"
    assert statement.fresh.theirs == D(-50)


def test_who_sees_statements(house: House, until: datetime.date) -> None:
    statement = draw(house, invoiced(house, until), until)
    with gate.request_code():
        seen = [
            Statement.objects.visible_to(by).filter(pk=statement.pk).exists()
            for by in (house.sales, house.head, house.finance, house.colleague, house.legal)
        ]
    assert seen == [True, True, True, False, False]
    assert attempt(house.legal, "sales.statement.redraw", statement) in ("missing", "forbidden")


@pytest.mark.parametrize(("at", "drawn"), [("15:20", False), ("17:20", True)])
def test_a_quarter_is_drawn_up_on_its_first_night_at_the_customers_place(
    house: House, monkeypatch: pytest.MonkeyPatch, at: str, drawn: bool
) -> None:
    """New Year in Taipei is at 16:00 UTC."""
    order = invoiced(house, today(house))
    eve = datetime.datetime(clock.now().year, 12, 31, tzinfo=datetime.UTC)
    moment = datetime.datetime.combine(eve, datetime.time.fromisoformat(at), datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    draw_statements()
    assert Statement.objects.filter(customer=order.customer, until=eve.date()).exists() == drawn


def test_each_legal_entity_has_a_statement_of_its_own(house: House, until: datetime.date) -> None:
    """A customer owes 210 to one of our companies and 210 to another: none of them claims what is the other's."""
    customer, other = house.a_customer(), House()
    kept = {name: getattr(other, name) for name in ("currency", "jurisdiction", "entity")}
    other.__dict__ = kept | {"department": house.department, "leader": house.leader}
    ours = invoiced(house, until, customer=customer)
    theirs = invoiced(other, until, customer=customer, by=other.one(Role.SALES_SUPPORT))
    assert draw_statements() >= 2
    found = {one.entity_id: one for one in Statement.objects.filter(customer=customer)}
    lines = {key: [line.order_id for line in one.lines.all()] for key, one in found.items()}
    assert lines == {house.entity.pk: [ours.pk], other.entity.pk: [theirs.pk]}
    assert draw_statements() == 0
    given = {"customer": customer, "currency": "TWD", "until": until}
    assert attempt(house.finance, "sales.statement.create", None, given) == "duplicate"
    act(house.finance, "sales.statement.redraw", found[house.entity.pk])
    assert found[house.entity.pk].fresh.balance == D(210)


def collecting(order: Order) -> Duty:
    return Duty.objects.get(rule="2.6.2.6", subject_id=order.pk)


def test_what_an_order_alone_is_late_with_is_collected_by_the_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invoiced on Monday, 23 March, to be paid within five days: who has the customer collects it by the day after,
    which is a Sunday, so by Monday; what comes in closes the duty."""
    monday = datetime.datetime(2026, 3, 23, 13, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: monday)
    seed_calendars(HOUSE, [2026], ["TW"])
    directory.forget()
    house = House()
    customer = house.a_customer()
    act(house.finance, "customers.customer.set_terms", customer, {"payment_days": 5})
    order = invoiced(house, today(house), customer=customer)
    found = collecting(order)
    assert found.due_at is not None
    assert found.due_at.astimezone(house.sales.zone).date() == datetime.date(2026, 3, 30)
    assert (found.holder_id, found.done_at) == (house.sales.person_id, None)
    given = {"order": order, "amount": "110", "received_on": today(house)}
    act(house.finance, "sales.payment.create", None, given)
    assert collecting(order).done_at is None, "100 are still owed"
    rest = act(house.finance, "sales.payment.create", None, given | {"amount": "100"}).record
    assert order.fresh.settled_at is not None
    assert collecting(order).done_at == order.fresh.settled_at
    act(house.finance, "sales.payment.void", rest, reason="退票")
    assert collecting(order).done_at is None, "it is owed again"


def test_what_was_paid_before_it_arrived_is_collected_from_nobody(house: House) -> None:
    order = house.an_order()
    act(house.finance, "sales.payment.create", None, {"order": order, "amount": "210", "received_on": today(house)})
    assert not Duty.objects.filter(rule="2.6.2.6", subject_id=order.pk).exists()
    for verb in ("make_ready", "ship"):
        act(house.logistics, f"sales.order.{verb}", order)
    act(house.logistics, "sales.shipment.deliver", Shipment.objects.get(order=order), {"delivered_on": today(house)})
    assert collecting(order).done_at is not None


def test_a_signed_contract_collects_for_its_orders_until_it_is_terminated(house: House) -> None:
    order = house.an_order()
    contract = house.in_force(order)
    for verb in ("make_ready", "ship"):
        act(house.logistics, f"sales.order.{verb}", order)
    act(house.logistics, "sales.shipment.deliver", Shipment.objects.get(order=order), {"delivered_on": today(house)})
    assert not Duty.objects.filter(rule="2.6.2.6", subject_id=order.pk).exists(), "its milestones do"
    act(house.executive, "sales.contract.terminate", contract, reason="雙方同意")
    assert collecting(order).done_at is None
    other = house.an_order(customer=order.customer)
    late = invoiced(house, today(house), customer=order.customer)
    assert collecting(late).cancelled_at is None
    frame = house.in_force(other, kind="framework")
    covered = [{"order": other}, {"order": late}]
    act(house.sales, "sales.contract.cover", frame, {"covered": covered})
    assert collecting(late).cancelled_at is not None
