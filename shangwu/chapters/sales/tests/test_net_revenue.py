"""Clause 2.7.1: revenue and profit are less by what was credited, to the cent; what is owed is told by its age."""

import datetime
import importlib
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import F, Sum

from shangwu.chapters.sales.accounts import quarter_end
from shangwu.chapters.sales.models import CreditNote, Line, Order
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_product, a_shipped_order, today
from shangwu.chapters.sales.tests.test_credits import issued, put_through
from shangwu.chapters.sales.tests.test_statements import draw, invoiced
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.files import storage
from shangwu.foundation.measures import exporting
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.registry import fact_sets
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.1")]

D = Decimal


@pytest.fixture(autouse=True, params=[exporting.LARGE, 1], ids=["months whole", "records put anew"])
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, request: pytest.FixtureRequest) -> None:
    """Facts and files of each test alone; their months are small, or count as large."""
    monkeypatch.setattr(exporting, "LARGE", request.param)
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    settings.FACTS = tmp_path / "facts"


@pytest.fixture
def house() -> House:
    return House()


def sold(house: House) -> Order:
    """Three valves at 33.33 and seven pumps at 77.77, all shipped, their cost known; no third of it is a round sum."""
    valve = a_product(list_price="33.33", cost="20", category="valves")
    pump = a_product(list_price="77.77", cost="50", category="pumps")
    order, _shipment = a_shipped_order(house, [{"product": valve, "quantity": "3"}, {"product": pump, "quantity": "7"}])
    return order


def figures(by: str = "") -> dict[str, tuple[Decimal, Decimal]]:
    export("sales.lines")
    answer = ask(system(), ["sales.revenue", "sales.profit"], by=[by] if by else [])
    return {str(row[0]) if by else "": (D(row[-2]), D(row[-1])) for row in answer.rows}


def ledger() -> tuple[Decimal, Decimal]:
    lines = Line.objects.aggregate(net=Sum("base_net"), profit=Sum(F("base_net") - F("cost")))
    less = CreditNote.objects.filter(state="issued").aggregate(net=Sum("base_net"))["net"] or D(0)
    return lines["net"] - less, lines["profit"] - less


def test_credit_notes_are_subtracted_to_the_cent_in_every_breakdown(house: House) -> None:
    order = sold(house)
    whole = figures()[""]
    for amount in ("100", "111"):
        issued(house, order, amount=amount)
        assert figures()[""] == ledger()
    assert figures()[""][0] < whole[0]
    parts = figures("category")
    assert sum(one[0] for one in parts.values()) == ledger()[0]
    assert set(parts) == {"valves", "pumps"}


def test_what_is_credited_whole_in_parts_leaves_no_revenue(house: House) -> None:
    order = sold(house)
    left = order.gross
    for part in (D(1), left // 3, left - 1 - left // 3):
        issued(house, order, amount=part)
    assert figures()[""][0] == 0
    last = order.credit_notes.latest("pk")
    act(house.finance, "sales.creditnote.void", last, reason="誤開")
    assert figures()[""] == ledger()
    assert figures()[""][0] == last.base_net


def test_goods_that_came_back_lower_their_own_category_alone(house: House) -> None:
    order = sold(house)
    before = figures("category")
    given = {"lines": [{"position": 2, "quantity": "2"}], "reason": "defect"}
    act(house.sales, "sales.order.take_goods_back", order, given)
    act(house.logistics, "sales.return.receive", order.returns.get(), {"fit": False})
    credit = put_through(house, CreditNote.objects.get(order=order))
    after = figures("category")
    assert after["valves"] == before["valves"]
    assert before["pumps"][0] - after["pumps"][0] == credit.base_net > 0


def taken_back(house: House, order: Order, quantity: str, *, fit: bool) -> None:
    """So many pumps come back, and their credit note is issued."""
    given = {"lines": [{"position": 2, "quantity": quantity}], "reason": "surplus"}
    act(house.sales, "sales.order.take_goods_back", order.fresh, given)
    back = order.returns.latest("pk")
    act(house.logistics, "sales.return.receive", back, {"fit": fit})
    put_through(house, CreditNote.objects.get(back=back))


def test_goods_that_lie_in_stock_again_have_cost_nothing(house: House) -> None:
    order = sold(house)
    before = figures("category")["pumps"]
    taken_back(house, order, "2", fit=True)
    credit = order.credit_notes.latest("pk")
    after = figures("category")["pumps"]
    assert before[0] - after[0] == credit.base_net
    assert before[1] - after[1] == credit.base_net - D(100), "two at 50 are ours again"
    taken_back(house, order, "1", fit=False)
    broken = order.credit_notes.latest("pk")
    assert after[1] - figures("category")["pumps"][1] == broken.base_net, "the control: what is broken has cost its 50"
    kinds = figures("line_kind")
    assert set(kinds) == {"sold", "back"}, "what is given back is no gift"


def test_what_comes_back_whole_in_parts_leaves_no_cost(house: House) -> None:
    pump = a_product(list_price="77.77", cost="33.333333", category="pumps")
    order, _shipment = a_shipped_order(house, [{"product": pump, "quantity": "7"}])
    export("sales.lines")
    for part in ("3", "1", "3"):
        given = {"lines": [{"position": 1, "quantity": part}], "reason": "surplus"}
        act(house.sales, "sales.order.take_goods_back", order.fresh, given)
        back = order.returns.latest("pk")
        act(house.logistics, "sales.return.receive", back, {"fit": True})
        put_through(house, CreditNote.objects.get(back=back))
    assert figures()[""] == (D(0), D(0))


def test_what_is_back_in_stock_shows_at_once_though_nothing_is_credited_yet(house: House) -> None:
    order = sold(house)
    before = figures()[""]
    given = {"lines": [{"position": 2, "quantity": "2"}], "reason": "surplus"}
    act(house.sales, "sales.order.take_goods_back", order, given)
    figures()
    act(house.logistics, "sales.return.receive", order.returns.get(), {"fit": True})
    assert figures()[""] == (before[0], before[1] + D(100))


def test_credit_notes_of_a_former_release_count_too(house: House) -> None:
    """They were issued before a note kept by how much the revenue is less."""
    migration = importlib.import_module("shangwu.chapters.sales.migrations.0009_codes_rests_replacements")
    order = sold(house)
    for amount in ("100", "111"):
        issued(house, order, amount=amount)
    kept, whole = {one.pk: one.base_net for one in order.credit_notes.all()}, order.fresh.base_credited
    with gate.door():
        CreditNote.objects.filter(order=order).update(base_net=0)
        Order.objects.filter(pk=order.pk).update(base_credited=0)
    with connection.cursor() as cursor:
        cursor.execute(migration.MENDED)
    assert {one.pk: one.base_net for one in order.credit_notes.all()} == kept
    assert order.fresh.base_credited == whole > 0


@pytest.mark.clause("2.6.2")
def test_what_is_owed_is_told_by_how_long_it_is_overdue(house: House) -> None:
    days = {0: "not_due", 30: "30", 31: "60", 366: "older"}
    orders = {}
    for late in days:
        order = invoiced(house, today(house))
        orders[late] = order
        since = today(house) - datetime.timedelta(days=late + (order.payment_days or 0))
        _redate(order, since)
    export("sales.receivable")
    rows = ask(house.finance, ["sales.receivable"], by=["age"]).rows
    found = {row[0]: D(row[1]) for row in rows}
    assert found == {name: D(210) for name in days.values()}
    assert ask(house.finance, ["sales.overdue"]).total() == D(630)
    only = ask(house.finance, ["sales.receivable"], where={"age": ["30", "60"]})
    assert only.total() == D(420)
    payment = {"order": orders[31], "amount": "210", "received_on": today(house)}
    act(house.finance, "sales.payment.create", None, payment)
    export("sales.receivable")
    assert ask(house.finance, ["sales.receivable"]).total() == D(630)


def _redate(order: Order, day: datetime.date) -> None:
    with gate.door():
        Order.objects.filter(pk=order.pk).update(invoiced_on=day)


@pytest.mark.clause("2.6.2")
def test_sums_of_what_is_owed_are_behind_the_gate_of_the_accounts(house: House) -> None:
    until = quarter_end(today(house))
    statement = draw(house, invoiced(house, until), until)
    for name in ("sales.receivable", "sales.statements"):
        export(name)
    assert (
        ask(house.finance, ["sales.statement_balance"], by=["statement_state"]).total() == statement.balance == D(210)
    )
    assert ask(house.colleague, ["sales.receivable"]).total() == 0, "another's customers"
    for name in ("sales.receivable", "sales.overdue", "sales.statement_balance"):
        with pytest.raises(Refusal):
            ask(house.logistics, [name])


@pytest.mark.clause("2.7.1")
def test_another_rate_of_an_order_shows_in_the_statements_that_list_it(house: House) -> None:
    until = quarter_end(today(house))
    order = invoiced(house, until)
    statement = draw(house, order, until)
    facts = fact_sets["sales.statements"]
    release = export(facts.name)
    with gate.door():
        Order.objects.filter(pk=order.pk).update(rated_on=until)
    assert not exporting.has_changed(facts, release, f"{statement.until:%Y-%m}"), "the day of a rate is not in it"
    with gate.door():
        Order.objects.filter(pk=order.pk).update(rate=D(2))
    assert exporting.has_changed(facts, release, f"{statement.until:%Y-%m}")


@pytest.mark.clause("2.7.2")
def test_what_fell_due_is_told_by_the_day_on_which_it_was_to_be_paid(house: House) -> None:
    paid, half, open_one = (invoiced(house, today(house)) for _each in range(3))
    day = today(house) - datetime.timedelta(days=40)
    for order in (paid, half, open_one):
        _redate(order, day)
    for order, amount in ((paid, "210"), (half, "100")):
        payment = {"order": order, "amount": amount, "received_on": today(house)}
        act(house.finance, "sales.payment.create", None, payment)
    export("sales.dues")
    fell_due = day + datetime.timedelta(days=paid.payment_days or 0)
    names = ["sales.due", "sales.due_open", "sales.collection_rate"]
    ((due, left, rate),) = ask(house.finance, names, since=fell_due, until=fell_due).rows
    assert (due, left, round(rate, 6)) == (D(630), D(320), round(310 / 630, 6))
    after = fell_due + datetime.timedelta(days=1)
    assert ask(house.finance, ["sales.due"], since=after).total() == 0, "it is due on no other day"
    with pytest.raises(Refusal):
        ask(house.logistics, ["sales.due"])


@pytest.mark.clause("2.7.2")
def test_a_figure_of_an_age_leads_to_the_orders_of_that_age(house: House) -> None:
    late, now = invoiced(house, today(house)), invoiced(house, today(house))
    _redate(late, today(house) - datetime.timedelta(days=45 + (late.payment_days or 0)))
    export("sales.receivable")
    client = a_client(Person.objects.get(pk=house.finance.person_id))
    query = urlencode({"figure": "m=sales.receivable&period=all&is.age=60"})
    shown = client.get(f"/sales/orders/?{query}").content.decode()
    assert str(late.number) in shown
    assert str(now.number) not in shown
    assert client.get("/analytics/figure/?m=sales.receivable&period=all&is.age=60&again=1").status_code == 200


@pytest.mark.clause("2.6.2")
def test_what_is_owed_in_two_currencies_is_never_one_sum(house: House) -> None:
    """The executive of each legal entity sees the orders of both: 210 Taiwan dollars, and twice 210 yuan."""
    mainland = House(currency="CNY", jurisdiction="CN")
    ours = invoiced(house, today(house))
    theirs = [invoiced(mainland, today(mainland)) for _n in range(2)]
    for name in ("sales.receivable", "sales.dues"):
        export(name)
    for measure in ("sales.receivable", "sales.due", "sales.due_open"):
        assert ask(house.executive, [measure]).total() == D(210), measure
        assert ask(mainland.executive, [measure]).total() == D(420), measure
    by_entity = {row[0]: D(row[1]) for row in ask(system(), ["sales.receivable"], by=["entity"]).rows}
    assert by_entity == {house.entity.pk: D(210), mainland.entity.pk: D(420)}, "the control: both are there"
    client = a_client(Person.objects.get(pk=house.executive.person_id), "en")
    shown = client.get(f"/sales/orders/?{urlencode({'figure': 'm=sales.receivable&period=all'})}").content.decode()
    assert str(ours.number) in shown
    assert all(str(one.number) not in shown for one in theirs)
    again = client.get("/analytics/figure/?m=sales.receivable&period=all&again=1").content.decode()
    assert "It is the same." in again
