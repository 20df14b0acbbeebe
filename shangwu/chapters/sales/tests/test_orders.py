"""Clause 2.6.1: an order is priced exactly, reviewed by someone else, confirmed within credit and stock."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, blacklist
from shangwu.chapters.sales.models import Line, Order, Revision
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    an_order,
    attempt,
    decide,
    today,
)
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.preview import preview
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.money.currencies import CURRENCIES
from shangwu.foundation.money.rounding import round_money
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.scopes import hidden_fields
from tests.builders import HOUSE, a_department, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def refused(by: object, name: str, target: object = None, inputs: object = None, **rest: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(by, name, target, inputs, **rest)  # type: ignore[arg-type]
    return caught.value


# Prices, taxes, totals


def test_prices_come_from_the_product_and_add_up_with_tax(crew: Crew) -> None:
    ball, box = a_product(list_price="6850", tax_rate="0.05"), a_product(list_price="2300", tax_rate="0")
    order = an_order(
        crew, [{"product": ball, "quantity": "48"}, {"product": box, "quantity": "12", "discount": "0.05"}]
    )
    assert [(line.net, line.tax, line.gross) for line in order.lines.all()] == [
        (D(328800), D(16440), D(345240)),
        (D(26220), D(0), D(26220)),
    ]
    assert (order.net, order.tax, order.gross) == (D(355020), D(16440), D(371460))


def test_money_is_rounded_per_line_half_up_to_what_the_currency_pays() -> None:
    """TWD has no cents, so 2.5 becomes 3; CNY has two, so 0.125 becomes 0.13."""
    for currency, price, net in (("TWD", "2.5", "3"), ("CNY", "0.125", "0.13"), ("JPY", "1.4", "1")):
        crew = Crew(currency=currency)
        product = a_product(list_price=price, tax_rate="0")
        order = an_order(crew, [{"product": product, "quantity": "1"}])
        assert order.lines.get().net == D(net), currency


def test_prices_with_tax_are_taken_apart_so_that_they_add_up() -> None:
    """DOMAIN §2.5: 11,300 at 13 % is 10,000.00 and 1,300.00; tax is what is left."""
    crew = Crew(currency="CNY", jurisdiction="CN")
    product = a_product(list_price="11300", tax_rate="0.13")
    order = an_order(crew, [{"product": product, "quantity": "1"}], prices_with_tax=True)
    assert (order.net, order.tax, order.gross) == (D("10000.00"), D("1300.00"), D("11300.00"))


@pytest.mark.parametrize("rate", ["1", "1.01", "5", "9", "-0.1"])
@pytest.mark.parametrize("document", ["order", "quotation"])
def test_a_tax_rate_that_is_none_is_refused_at_its_field(crew: Crew, document: str, rate: str) -> None:
    lines = [{"product": a_product(), "quantity": "1", "tax_rate": rate}]
    caught = refused(crew.sales, f"sales.{document}.create", None, {"customer": a_customer(crew.sales), "lines": lines})
    assert (caught.code, list(caught.fields)) == ("invalid", ["lines.0.tax_rate"])


def test_a_form_with_a_hundred_per_cent_of_tax_says_so_and_reckons_the_rest(crew: Crew) -> None:
    lines = [
        {"product": a_product(), "quantity": "1", "tax_rate": "1"}, {"product": a_product(), "quantity": "2"},
    ]  # fmt: skip
    given = {"customer": a_customer(crew.sales), "lines": lines}
    tried = preview(crew.sales, actions["sales.order.create"], None, given)
    assert tried.refusal is not None
    assert (tried.record.net, list(tried.refusal.fields)) == (D(200), ["lines.0.tax_rate"])


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ({"quantity": "99999999999", "unit_price": "99999999999"}, "lines.0.quantity"),
        ({"quantity": "1", "unit_price": "-1"}, "lines.0.unit_price"),
        ({"quantity": "-1"}, "lines.0.quantity"),
        ({"quantity": "0"}, "lines.0.quantity"),
    ],
)
@pytest.mark.parametrize("document", ["order", "quotation"])
def test_what_comes_to_more_or_less_than_can_be_is_refused_at_the_line(
    crew: Crew, document: str, line: dict[str, str], place: str
) -> None:
    given = {"customer": a_customer(crew.sales), "lines": [{"product": a_product()} | line]}
    caught = refused(crew.sales, f"sales.{document}.create", None, given)
    assert (caught.code, list(caught.fields)) == ("invalid", [place])


def test_lines_that_fit_alone_may_be_too_much_together(crew: Crew) -> None:
    one = {"product": a_product(tax_rate="0", cost="1"), "quantity": "6000000", "unit_price": "10000000"}
    caught = refused(crew.sales, "sales.order.create", None, {"customer": a_customer(crew.sales), "lines": [one, one]})
    assert (caught.code, list(caught.fields)) == ("invalid", ["lines"])


def test_a_number_beyond_its_column_is_refused_wherever_it_comes_from() -> None:
    product = a_product(stock="99999999999999")
    assert attempt(HOUSE, "sales.product.receive", product, {"quantity": "99999999999999"}) == "too_large"


def test_freight_and_prices_are_not_below_zero(crew: Crew) -> None:
    given = {"customer": a_customer(crew.sales), "lines": [{"product": a_product(), "quantity": "1"}]}
    caught = refused(crew.sales, "sales.order.create", None, given | {"freight": "-500"})
    assert (caught.code, list(caught.fields)) == ("invalid", ["freight"])
    caught = refused(HOUSE, "sales.product.edit", a_product(), {"list_price": "-1", "tax_rate": "1"})
    assert (caught.code, sorted(caught.fields)) == ("invalid", ["list_price", "tax_rate"])


AMOUNTS = st.decimals(min_value=0, max_value=99999, places=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.tuples(
            st.decimals(min_value="0.0001", max_value=9999, places=4),
            AMOUNTS,
            st.decimals(min_value=0, max_value=1, places=8),
            st.sampled_from([D(0), D("0.05"), D("0.06"), D("0.13")]),
        ),
        min_size=1,
        max_size=6,
    ),
    currency=st.sampled_from(sorted(CURRENCIES)),
    with_tax=st.booleans(),
)
def test_whatever_is_entered_lines_tax_and_total_agree_in_the_database(
    lines: list[tuple[D, D, D, D]], currency: str, with_tax: bool
) -> None:
    """The database keeps this, too: were Python's arithmetic another, the constraint would refuse."""
    crew = _kept(currency)
    given_lines = [
        {"product": a_product(stock=0), "quantity": q, "unit_price": p, "discount": d, "tax_rate": r}
        for q, p, d, r in lines
    ]
    order = an_order(crew, given_lines, prices_with_tax=with_tax, customer=_crews[currency][1])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for line in order.lines.all():
        assert line.gross == line.net + line.tax
        assert line.net == round_money(line.net, currency)
    assert order.gross == sum(line.gross for line in order.lines.all()) == order.net + order.tax


_crews: dict[str, tuple[Crew, object]] = {}


def _kept(currency: str) -> Crew:
    """Hypothesis runs its examples in one transaction: the people of the first serve all."""
    if currency not in _crews:
        crew = Crew(currency=currency)
        _crews[currency] = (crew, a_customer(crew.sales))
    return _crews[currency][0]


@pytest.fixture(autouse=True)
def _forget() -> None:
    _crews.clear()


def test_a_foreign_order_needs_its_rate_and_keeps_the_entitys_amount(crew: Crew) -> None:
    product = a_product()
    lines = [{"product": product, "quantity": "2", "unit_price": "12.34"}]
    assert attempt(crew.sales, "sales.order.create", None, _given(crew, lines, currency="USD")) == "rate"
    order = an_order(crew, lines, currency="USD", rate="31.5")
    assert (order.gross, order.currency) == (D("25.91"), "USD")
    assert (order.base_net, order.base_gross, order.base_currency) == (D(777), D(816), "TWD")
    assert order.rated_on == order.ordered_on


def _given(crew: Crew, lines: object, **values: object) -> dict[str, object]:
    return {"customer": a_customer(crew.sales), "lines": lines} | values


def test_the_nearest_agreed_price_counts(crew: Crew) -> None:
    """By customer before general, by the largest quantity reached, and only while the list is valid."""
    product, customer = a_product(list_price="100"), a_customer(crew.sales)
    day = today(crew)

    def a_list(prices: list[tuple[str, str]], **values: object) -> None:
        rows = [{"product": product, "least_quantity": least, "price": price} for least, price in prices]
        given = {"name": "價目", "currency": "TWD", "valid_from": day, "prices": rows} | values
        act(crew.head, "sales.pricelist.create", None, given)

    a_list([("0", "95"), ("100", "90")])
    a_list([("0", "80")], customer=customer)
    a_list([("0", "10")], valid_from=day - datetime.timedelta(days=9), valid_until=day - datetime.timedelta(days=1))
    a_list([("0", "7")], currency="USD")

    def price(quantity: str, **values: object) -> Decimal:
        line = an_order(crew, [{"product": product, "quantity": quantity}], **values).lines.get()
        assert line.unit_price is not None
        return line.unit_price

    assert (price("99"), price("100"), price("1", customer=customer)) == (D(95), D(90), D(80))
    assert price("1", currency="USD", rate="30") == D(7)


BAD_LINES = [
    ({"quantity": "0"}, "lines.0.quantity"), ({"quantity": "-1"}, "lines.0.quantity"),
    ({"quantity": "1e30"}, "lines.0.quantity"), ({"quantity": "NaN"}, "lines.0.quantity"),
    ({"unit_price": "1.1234567"}, "lines.0.unit_price"), ({"unit_price": "-5"}, "lines.0.unit_price"),
    ({"discount": "1.5"}, "lines.0.discount"),
    ({"product": None}, "lines.0.product"), ({"product": "no such thing"}, "lines.0.product"),
    ({"quantity": "twelve"}, "lines.0.quantity"), ({"surprise": "1"}, "lines.0.surprise"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "place"), BAD_LINES)
def test_a_bad_line_is_refused_at_its_place(crew: Crew, entry: dict[str, object], place: str) -> None:
    line = {"product": a_product(), "quantity": "1"} | entry
    said = refused(crew.sales, "sales.order.create", None, _given(crew, [line]))
    assert (said.code, list(said.fields)) == ("invalid", [place])


def test_states_amounts_and_flags_are_nobodys_to_enter(crew: Crew) -> None:
    lines = [{"product": a_product(), "quantity": "1"}]
    for name, value in {"state": "confirmed", "gross": "1", "paid": "1", "imported": True, "number": "X"}.items():
        said = refused(crew.sales, "sales.order.create", None, _given(crew, lines, **{name: value}))
        assert (said.code, list(said.fields)) == ("invalid", [name])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sales_order SET net = net + 1, gross = gross + 1 WHERE id = %s",
        "UPDATE sales_line SET net = net + 1, gross = gross + 1 WHERE order_id = %s",
        "UPDATE sales_line SET imported = true WHERE order_id = %s",
        "DELETE FROM sales_line WHERE order_id = %s",
        "UPDATE sales_order SET shipped_quantity = 1 WHERE id = %s",
    ],
)
def test_the_database_keeps_totals_and_lines_together_against_any_statement(crew: Crew, statement: str) -> None:
    order = an_order(crew)
    with pytest.raises(IntegrityError):
        at_once(statement, order.pk)


def at_once(statement: str, key: int) -> None:
    """Run a statement round the door, with the deferred rules checked behind it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, [key])


# Taking orders


def test_the_order_takes_over_what_the_customers_file_says(crew: Crew) -> None:
    customer = a_customer(crew.sales, region="高雄", ship_to_address="高雄市大寮區", ship_to_name="何玉玲")
    order = an_order(crew, customer=customer)
    assert (order.region, order.ship_to_address, order.ship_to_name) == ("高雄", "高雄市大寮區", "何玉玲")
    assert (order.customer_name, order.owner_id) == (customer.name, crew.sales.person_id)


def test_support_takes_orders_for_the_salesperson(crew: Crew) -> None:
    order = an_order(crew, by=crew.support, customer=a_customer(crew.sales))
    assert (order.owner_id, order.created_by_id) == (crew.sales.person_id, crew.support.person_id)


def test_nobody_takes_an_order_of_a_customer_they_do_not_see(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    given = {"customer": str(customer.public_id), "lines": [{"product": a_product(), "quantity": "1"}]}
    said = refused(crew.colleague, "sales.order.create", None, given)
    assert (said.code, list(said.fields)) == ("invalid", ["customer"])


def test_a_blacklisted_customer_buys_nothing(crew: Crew) -> None:
    order = an_order(crew)
    blacklist(crew, order.customer)
    again = {"customer": order.customer, "lines": [{"product": a_product(), "quantity": "1"}]}
    assert attempt(crew.sales, "sales.order.create", None, again) == "blacklisted"
    assert attempt(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}) == "blacklisted"


def test_the_contact_is_one_of_the_customer(crew: Crew) -> None:
    stranger = a_contact(crew.sales, a_customer(crew.sales))
    given = _given(crew, [{"product": a_product(), "quantity": "1"}], contact=stranger)
    assert list(refused(crew.sales, "sales.order.create", None, given).fields) == ["contact"]


def test_what_is_no_longer_sold_is_not_ordered(crew: Crew) -> None:
    product = a_product()
    act(HOUSE, "sales.product.edit", product, {"active": False})
    assert (
        attempt(crew.sales, "sales.order.create", None, _given(crew, [{"product": product, "quantity": "1"}]))
        == "invalid"
    )


def test_lines_are_edited_as_a_whole_and_priced_again(crew: Crew) -> None:
    first, second = a_product(list_price="100"), a_product(list_price="300", name="別的")
    order = an_order(crew, [{"product": first, "quantity": "2"}, {"product": first, "quantity": "5"}])
    order = act(crew.sales, "sales.order.edit", order, {"lines": [{"product": second, "quantity": "1"}]}).record
    (line,) = Line.objects.filter(order=order)
    assert (line.description, line.unit_price, order.fresh.gross) == ("別的", D(300), D(315))
    assert order.version == 2


def test_a_stale_form_is_answered_with_both_versions(crew: Crew) -> None:
    order = an_order(crew)
    act(crew.sales, "sales.order.edit", order, {"po_number": "A"}, version=1)
    said = refused(crew.sales, "sales.order.edit", order, {"po_number": "B"}, version=1)
    assert (said.code, said.details["fields"]["po_number"]) == ("stale", {"base": "", "theirs": "A", "yours": "B"})


def test_cost_and_profit_are_hidden_from_sales(crew: Crew) -> None:
    assert hidden_fields(Line, crew.sales) == {"cost", "profit"}
    assert not hidden_fields(Line, crew.finance)
    assert attempt(crew.support, "sales.product.edit", a_product(), {"cost": "1"}) == "invalid"


# Credit and stock at confirmation


@pytest.mark.parametrize(("total", "outcome"), [("1000.00", "done"), ("1000.01", "credit")])
def test_the_credit_limit_holds_to_the_cent(total: str, outcome: str) -> None:
    crew = Crew(currency="CNY", jurisdiction="CN")
    customer = a_customer(crew.sales, credit="1000.00")
    lines = [{"product": a_product(tax_rate="0", list_price=total), "quantity": "1"}]
    order = an_order(crew, lines, customer=customer)
    assert attempt(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}) == outcome
    assert order.fresh.state == ("confirmed" if outcome == "done" else "received")


def test_confirmed_orders_use_credit_and_payments_give_it_back(crew: Crew) -> None:
    customer = a_customer(crew.sales, credit="315")
    lines = [{"product": a_product(), "quantity": "2"}]
    first = a_confirmed_order(crew, lines, customer=customer)
    second = an_order(crew, lines, customer=customer)
    confirm = (crew.support, "sales.order.confirm", second, {"promised_on": today(crew)})
    assert attempt(*confirm) == "credit"
    act(crew.finance, "sales.payment.create", None, {"order": first, "amount": "105", "received_on": today(crew)})
    assert attempt(*confirm) == "done"


def test_confirming_reserves_stock_and_never_more_than_there_is(crew: Crew) -> None:
    product = a_product(stock=3)
    a_confirmed_order(crew, [{"product": product, "quantity": "2"}])
    assert (product.fresh.on_hand, product.fresh.reserved) == (D(3), D(2))
    order = an_order(crew, [{"product": product, "quantity": "1"}, {"product": product, "quantity": "1"}])
    said = refused(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)})
    assert (said.code, list(said.fields)) == ("stock", ["lines.1.quantity"])
    assert product.fresh.reserved == D(2), "a refused order reserves nothing"


def test_reserving_makes_no_open_product_form_stale(crew: Crew) -> None:
    product = a_product()
    a_confirmed_order(crew, [{"product": product, "quantity": "2"}])
    assert attempt(HOUSE, "sales.product.edit", product, {"name": "新名"}, version=product.version) == "done"
    assert product.fresh.reserved == D(2), "and the form does not put the stock back"


def test_what_is_made_to_order_needs_no_stock(crew: Crew) -> None:
    assert (
        a_confirmed_order(crew, [{"product": a_product(stock=0, stocked=False), "quantity": "9"}]).state == "confirmed"
    )


def test_a_count_below_what_is_promised_is_refused(crew: Crew) -> None:
    product = a_product(stock=3, by=crew.head)
    a_confirmed_order(crew, [{"product": product, "quantity": "2"}])
    assert attempt(crew.logistics, "sales.product.count", product, {"quantity": "1"}, reason="盤點") == "reserved"
    assert attempt(crew.logistics, "sales.product.count", product, {"quantity": "2"}, reason="盤點") == "done"


def test_the_promise_is_today_or_later_and_the_first_one_stays(crew: Crew) -> None:
    order, day = an_order(crew), today(crew)
    yesterday, later = day - datetime.timedelta(days=1), day + datetime.timedelta(days=30)
    assert attempt(crew.support, "sales.order.confirm", order, {"promised_on": yesterday}) == "past"
    act(crew.support, "sales.order.confirm", order, {"promised_on": day})
    act(crew.planning, "sales.order.promise", order, {"promised_on": later}, reason="缺料")
    order = order.fresh
    assert (order.first_promised_on, order.promised_on) == (day, later)


def test_a_first_order_wins_the_customer(crew: Crew) -> None:
    order = a_confirmed_order(crew)
    assert order.customer is not None
    assert order.customer.fresh.state == "won"


# Change and cancel


def test_a_change_goes_back_to_review_with_its_differences(crew: Crew) -> None:
    product = a_product(stock=10)
    order = a_confirmed_order(crew, [{"product": product, "quantity": "4"}])
    change = {"lines": [{"product": product, "quantity": "6"}], "po_number": "PO-2"}
    assert attempt(crew.sales, "sales.order.change", order, change) == "invalid", "a reason is needed"
    order = act(crew.sales, "sales.order.change", order, change, reason="客戶加量").record
    assert (order.state, order.revision, order.gross, product.fresh.reserved) == ("review", 1, D(630), D(0))
    revision = Revision.objects.get(order=order)
    assert (revision.gross_before, revision.gross_after) == (D(420), D(630))
    told = {(one["what"], one["line"]): (one["before"], one["after"]) for one in revision.changes}
    assert told[("quantity", 1)] == ("4", "6")
    assert told[("po_number", None)] == ("", "PO-2")
    assert decide(crew.support, "approve", order) == "done"
    act(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)})
    assert product.fresh.reserved == D(6)


def test_a_change_may_swap_products_and_gives_back_the_right_stock(crew: Crew) -> None:
    old, new = a_product(stock=10), a_product(stock=10)
    order = a_confirmed_order(crew, [{"product": old, "quantity": "4"}])
    act(crew.sales, "sales.order.change", order, {"lines": [{"product": new, "quantity": "1"}]}, reason="改型號")
    assert (old.fresh.reserved, new.fresh.reserved) == (D(0), D(0))


def test_a_change_that_changes_nothing_is_refused(crew: Crew) -> None:
    order = a_confirmed_order(crew)
    assert attempt(crew.sales, "sales.order.change", order, {"po_number": ""}, reason="x") == "same"


def test_before_confirmation_sales_cancels_after_it_the_head(crew: Crew) -> None:
    early = an_order(crew)
    assert attempt(crew.sales, "sales.order.cancel", early, reason="客戶取消") == "done"
    product = a_product(stock=5)
    late = a_confirmed_order(crew, [{"product": product, "quantity": "2"}])
    assert attempt(crew.sales, "sales.order.cancel", late, reason="客戶取消") == "forbidden"
    assert attempt(crew.head, "sales.order.cancel", late, {"cost": "500"}, reason="客戶取消") == "done"
    late = late.fresh
    assert (late.state, late.cancel_cost, late.base_open, product.fresh.reserved) == ("cancelled", D(500), D(0), D(0))


def test_what_has_left_is_not_cancelled(crew: Crew) -> None:
    order = a_ready_order(crew)
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "1"}]})
    assert attempt(crew.head, "sales.order.cancel", order, reason="x") == "shipping"
    assert attempt(crew.sales, "sales.order.change", order, {"po_number": "9"}, reason="x") == "shipping"


# Who sees


def test_sales_see_their_own_orders_and_heads_the_departments(crew: Crew) -> None:
    order = an_order(crew)
    stranger = an_actor(Role.HEAD, department=a_department())
    seen = [
        Order.objects.visible_to(by).filter(pk=order.pk).exists()
        for by in (crew.sales, crew.colleague, crew.support, crew.head, crew.logistics, crew.executive, stranger)
    ]
    assert seen == [True, False, True, True, True, True, False]
    assert attempt(crew.colleague, "sales.order.edit", order, {"po_number": "x"}) == "missing"


def test_an_order_of_five_lines_takes_no_more_than_fourteen_statements(crew: Crew) -> None:
    lines = [{"product": a_product(), "quantity": "1"} for _n in range(5)]
    customer = a_customer(crew.sales)
    an_order(crew)  # from here on the process knows who reviews orders
    with CaptureQueriesContext(connection) as queries:
        an_order(crew, lines, customer=customer)
    assert len(queries) <= 14, [one["sql"][:80] for one in queries.captured_queries]
