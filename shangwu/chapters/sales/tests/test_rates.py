"""Clause 2.6.1: a document in another currency takes the dated rate of its day, and is worth so much in our own."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Contract, ExchangeRate, Order, Product
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_product, a_quotation, an_order, attempt, today
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.files import storage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D, DAY = Decimal, datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def crew() -> House:
    return House()


def a_rate(crew: Crew, rate: str, ago: int = 0, currency: str = "USD") -> ExchangeRate:
    given = {"currency": currency, "own": "TWD", "day": today(crew) - ago * DAY, "rate": rate}
    made: ExchangeRate = act(crew.finance, "sales.exchangerate.create", None, given).record
    return made


def priced(price: str = "100") -> list[dict[str, Any]]:
    return [{"product": a_product(tax_rate="0", list_price="90"), "quantity": "3", "unit_price": price}]


def said_again(document: Any) -> list[dict[str, Any]]:
    """The lines as a form sends them along with another currency: the prices were agreed, they are not the list's."""
    lines = document.lines.order_by("position")
    return [{"product": one.product, "quantity": one.quantity, "unit_price": one.unit_price} for one in lines]


def test_an_order_changed_to_another_currency_takes_the_rate_of_its_day_and_not_the_former_one(crew: House) -> None:
    a_rate(crew, "31", ago=3)
    a_rate(crew, "32.15")
    a_rate(crew, "4.5", currency="CNY")
    order = an_order(crew, priced())
    assert (order.rate, order.base_gross) == (D(1), D(300))
    # A form sends the former rate along with the new currency.
    changed: Order = act(crew.sales, "sales.order.edit", order, {
        "currency": "USD", "rate": order.rate, "lines": said_again(order)
    }).record  # fmt: skip
    assert (changed.rate, changed.rated_on, changed.gross, changed.base_gross) == (
        D("32.15"), today(crew), D(300), D("9645"),
    )  # fmt: skip
    assert changed.lines.get().base_net == D("9645")
    earlier = {"currency": "USD", "ordered_on": today(crew) - DAY, "rate": None}
    assert act(crew.sales, "sales.order.create", None, _of(crew, earlier)).record.rate == D(31), "the day before"
    given = {"currency": "CNY", "lines": said_again(changed)}
    again: Order = act(crew.sales, "sales.order.edit", changed, given).record
    assert (again.rate, again.base_gross) == (D("4.5"), D(1350))
    given = {"currency": "TWD", "lines": said_again(again)}
    home: Order = act(crew.sales, "sales.order.edit", again, given).record
    assert (home.rate, home.base_gross) == (D(1), D(300))


def _of(crew: House, values: dict[str, Any]) -> dict[str, Any]:
    return {"customer": a_customer(crew.sales), "lines": priced()} | values


def test_without_a_known_rate_it_says_what_to_do_and_one_that_is_entered_counts(crew: House) -> None:
    order = an_order(crew, priced())
    a_rate(crew, "31", ago=32)
    assert attempt(crew.sales, "sales.order.edit", order, {"currency": "USD"}) == "rate", "a month old at most"
    assert (order.fresh.currency, order.fresh.base_gross) == ("TWD", D(300))
    given = {"currency": "USD", "rate": "33", "lines": said_again(order)}
    entered = act(crew.sales, "sales.order.edit", order, given).record
    assert (entered.rate, entered.rated_on, entered.base_gross) == (D(33), order.ordered_on, D(9900))
    kept = act(crew.sales, "sales.order.edit", entered, {"note": "急件"}).record
    assert kept.rate == D(33), "another change leaves it"


def test_a_quotation_does_the_same(crew: House) -> None:
    a_rate(crew, "32.15", ago=2)
    quotation = a_quotation(crew, priced())
    given = {"currency": "USD", "lines": said_again(quotation)}
    changed = act(crew.sales, "sales.quotation.edit", quotation, given).record
    assert (changed.rate, changed.rated_on, changed.base_gross) == (D("32.15"), today(crew) - 2 * DAY, D("9645"))
    assert attempt(crew.sales, "sales.quotation.edit", changed, {"currency": "JPY"}) == "rate"


def listed(crew: House, product: Product, price: str, currency: str) -> None:
    """A price of the general list in that currency."""
    given = {
        "name": f"價目 {currency}", "currency": currency, "valid_from": today(crew),
        "prices": [{"product": product, "least_quantity": "0", "price": price}],
    }  # fmt: skip
    act(crew.head, "sales.pricelist.create", None, given)


@pytest.mark.parametrize("record", ["order", "quotation"])
def test_a_price_of_the_list_is_never_the_same_number_in_another_currency(crew: House, record: str) -> None:
    a_rate(crew, "32")
    ball = a_product(tax_rate="0")
    lines = [{"product": ball, "quantity": "3"}]
    made = an_order(crew, lines) if record == "order" else a_quotation(crew, lines)
    edit, given = f"sales.{record}.edit", {"currency": "USD", "lines": said_again(made)}
    with pytest.raises(Refusal) as asked:
        act(crew.sales, edit, made, given)
    assert "lines.0.unit_price" in asked.value.fields, "the lists have none: it is asked where it is to be entered"
    listed(crew, ball, "3.2", "USD")
    changed = act(crew.sales, edit, made, given).record
    assert (changed.currency, changed.gross, changed.base_gross) == ("USD", D("9.60"), D(307))
    line = changed.lines.get()
    assert (line.unit_price, line.list_price) == (D("3.2"), D("3.2"))
    home = act(crew.sales, edit, changed, {"currency": "TWD", "lines": said_again(changed)}).record
    assert home.gross == D(300), "and back again"


def test_a_price_that_nobody_says_anew_is_asked_and_one_that_is_entered_counts(crew: House) -> None:
    a_rate(crew, "32")
    order = an_order(crew, priced("95"))
    assert attempt(crew.sales, "sales.order.edit", order, {"currency": "USD"}) == "invalid", "95 of ours are no 95 USD"
    given = {"currency": "USD", "lines": [said_again(order)[0] | {"unit_price": "2.97"}]}
    changed = act(crew.sales, "sales.order.edit", order, given).record
    assert changed.gross == D("8.91")
    assert attempt(crew.sales, "sales.order.edit", changed, {"note": "急件"}) == "done", "it stays"
    assert changed.fresh.gross == D("8.91")


@pytest.mark.clause("2.6.2")
def test_a_contract_does_the_same_and_follows_the_rate_of_its_order(crew: House) -> None:
    a_rate(crew, "32")
    a_rate(crew, "4.5", currency="CNY")
    home = crew.an_order()
    contract = crew.a_draft(home, customer=home.customer)
    alone = {"covered": [], "deliveries": [], "currency": "CNY", "amount_words": ""}
    changed: Contract = act(crew.sales, "sales.contract.edit", contract, alone).record
    assert (changed.rate, changed.base_amount) == (D("4.5"), D(945))
    dollars = an_order(crew, priced(), customer=home.customer, currency="USD", rate="31.5")
    given = {"covered": [{"order": dollars}], "currency": "USD", "rate": changed.rate, "amount_words": ""}
    changed = act(crew.sales, "sales.contract.edit", changed, given).record
    assert (changed.rate, changed.base_amount) == (D("31.5"), D(6615)), (
        "the order's own rate, not the former currency's"
    )


def test_finance_alone_enters_rates_one_a_day_and_none_of_tomorrow(crew: House) -> None:
    a_rate(crew, "32")
    given = {"currency": "USD", "own": "TWD", "day": today(crew), "rate": "33"}
    assert attempt(crew.finance, "sales.exchangerate.create", None, given) == "duplicate"
    assert attempt(crew.sales, "sales.exchangerate.create", None, given) == "forbidden"
    for values in ({"day": today(crew) + DAY}, {"rate": "0"}, {"currency": "TWD"}):
        assert attempt(crew.finance, "sales.exchangerate.create", None, given | values) == "invalid"


@pytest.mark.parametrize("rate", ["-31", "0"])
def test_no_rate_of_zero_or_below_is_taken_for_our_own_currency(crew: House, rate: str) -> None:
    given = {"customer": a_customer(crew.sales), "currency": "TWD", "rate": rate, "lines": priced()}
    for name in ("sales.order.create", "sales.quotation.create"):
        with translation.override("en"), pytest.raises(Refusal, match="needs no rate") as refused:
            act(crew.sales, name, None, given)
        assert (refused.value.code, list(refused.value.fields)) == ("rate", ["rate"])
    order = an_order(crew, priced(), rate="31")
    assert order.rate == D(1), "one that was left from another currency counts for nothing"
    assert attempt(crew.sales, "sales.order.edit", order, {"rate": rate}) == "rate"
    assert attempt(crew.sales, "sales.contract.create", None, crew.terms(crew.an_order(), rate=rate)) == "rate"
