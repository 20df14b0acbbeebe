"""Prices, taxes and totals of an order or a quotation, and how far its discounts go (2.6.1, DESIGN 3a Money)."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.bounds import LARGEST_AMOUNT, LARGEST_QUANTITY, TAX_RATE, is_tax_rate
from shangwu.chapters.sales.models import Line, Order, Price, Product, Quotation
from shangwu.chapters.sales.models.priced import PricedLine
from shangwu.chapters.sales.rates import Rates, Wanted, rates_for, require_no_odd_rate
from shangwu.foundation.money.rounding import product, round_half_up, round_money, total
from shangwu.foundation.money.tax import from_gross, from_net
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Compiled, Keys, once
from shangwu.foundation.records.refusals import Refusal, Sentence

Document = Order | Quotation

ZERO, ONE = Decimal(0), Decimal(1)
_TERMS = ("customer_id", "currency", "rate", "prices_with_tax", "payment_terms", "payment_days")
_PRICED = ("product_id", "quantity", "unit_price", "discount", "tax_rate")
"""What a released quotation's approval covers, of the document and of its lines."""
RANKS = (Role.SALES_SUPPORT, Role.HEAD, Role.VICE_EXECUTIVE, Role.EXECUTIVE)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One price of a list: for one customer or for all, from a quantity on."""

    customer_id: int | None
    currency: str
    least_quantity: Decimal
    price: Decimal
    valid_from: datetime.date


@dataclass(slots=True)
class Prices:
    """The agreed prices of a run's products, dated rates, and the documents as they were before an edit."""

    agreed: dict[int, list[Agreed]] = field(default_factory=lambda: defaultdict(list))
    former: dict[int, "Former"] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    _books: dict[int, str] = field(default_factory=dict)

    def are_in_books_of(self, order: Document, goods: Product) -> bool:
        """Whether a product's own price, cost and tax rate are in the currency that the document's books are kept in:
        another legal entity of the house may keep its own in another."""
        if goods.entity_id is None or goods.entity_id == order.entity_id:
            return True
        if not self._books:
            with gate.free_reading():
                self._books = dict(Entity.objects.values_list("pk", "currency"))
        return self._books.get(goods.entity_id) == order.base_currency

    def of(self, line: PricedLine, order: Document, quantity: Decimal) -> Decimal | None:
        """The reference price of a line at that quantity: the customer's own list, then the general ones, then the
        product's."""
        fitting = [
            one
            for one in self.agreed.get(line.product_id or 0, ())
            if one.currency == order.currency
            and one.least_quantity <= quantity
            and one.customer_id in (None, order.customer_id)
        ]
        if fitting:
            return max(fitting, key=lambda one: (one.customer_id or 0, one.least_quantity, one.valid_from)).price
        assert line.product is not None
        is_own = order.currency == order.base_currency and self.are_in_books_of(order, line.product)
        return line.product.list_price if is_own else None


@dataclass(slots=True)
class Former:
    """A document before the inputs were put in: values by field, its lines' products and values by position, its
    customer."""

    values: dict[str, Any]
    lines: dict[int, tuple[Product | None, dict[str, Any]]]
    given: Sequence[Mapping[str, Any]] | None
    customer: Customer | None = None


def prices_for(orders: Sequence[Document], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Prices:
    """What the bodies need to price these orders or quotations: one query for all, one more for foreign currencies."""
    prices = Prices()
    customers: set[int | None] = set()
    products: set[int | None] = set()
    for order, given in zip(orders, inputs, strict=True):
        lines = list(order.lines.all())
        if not order._state.adding:
            prices.former[order.pk] = former_of(order, lines, given.get("lines"))
        customers.add(given["customer"].pk if given.get("customer") else order.customer_id)
        products |= {line.product_id for line in lines}
        products |= {one["product"].pk for one in given.get("lines", ()) if one.get("product")}
    today = clock.today(by.zone)
    prices.rates = rates_for(_wanted(order, by, given, today) for order, given in zip(orders, inputs, strict=True))
    rows = _agreed(today).values(sorted(products - {None}), sorted(customers - {None}))
    for product_id, customer_id, currency, least, amount, valid_from in rows:
        prices.agreed[product_id].append(Agreed(customer_id, currency, least, amount, valid_from))
    return prices


def _wanted(order: Document, by: Actor, given: Mapping[str, Any], today: datetime.date) -> Wanted:
    """Which rate a document may need once the inputs are put in."""
    customer = given.get("customer") or order._state.fields_cache.get("customer")
    usual = getattr(customer, "currency", "")
    own = order.base_currency or by.currency or usual
    day = (given.get("ordered_on") or order.ordered_on or today) if isinstance(order, Order) else today
    return given.get("currency") or order.currency or usual or own, own, day


def _agreed(today: datetime.date) -> Compiled:
    """The prices in force on a day: of these products, for these customers or for all."""

    def draw() -> QuerySet[Price, Any]:
        in_force = Q(price_list__valid_until__isnull=True) | Q(price_list__valid_until__gte=today)
        found = Price.objects.filter(product__any=Keys())
        found = found.filter(Q(price_list__customer__any=Keys()) | Q(price_list__customer__isnull=True))
        found = found.filter(in_force, price_list__valid_from__lte=today, price_list__archived_at__isnull=True)
        return found.order_by().values_list(
            "product", "price_list__customer", "price_list__currency", "least_quantity", "price",
            "price_list__valid_from",
        )  # fmt: skip

    return once((Price, today), draw)


def former_of(order: Document, lines: Iterable[PricedLine], given: Sequence[Mapping[str, Any]] | None) -> Former:
    """What a change is compared with."""
    rows = {line.position: (line.product, dict(line.__dict__)) for line in lines}
    return Former(dict(order.__dict__), rows, given, order._state.fields_cache.get("customer"))


def price(order: Document, prices: Prices) -> None:
    """Fill in prices, taxes, amounts and totals of all lines. Refuses `price`, `quantity`, `product`, `rate`."""
    _settle_currency(order, prices)
    lines = list(order.lines.all())
    if not lines:
        raise Refusal("invalid", _("At least one line is needed."), fields={"lines": [_("Add a line.")]})
    former = prices.former.get(order.pk)
    for line in lines:
        if former is not None:
            _forget_other_product(line, former)
            _forget_other_list(line, order, former, prices)
        _price_line(line, order, prices)
    add_up(order, lines)
    if max(order.gross, order.base_gross) >= LARGEST_AMOUNT or order.quantity >= LARGEST_QUANTITY:
        said = _("All lines together come to more than can be kept. Enter them as several documents.")
        raise Refusal("invalid", said, fields={"lines": [said]})
    if former is not None and isinstance(order, Order) and order.covered_because and not _as_released(order, former):
        order.covered_because = []
    judge(order, lines)


def _as_released(order: Order, former: Former) -> bool:
    """Whether prices and terms are still those that were released with the quotation."""
    if any(getattr(order, name) != former.values[name] for name in _TERMS):
        return False
    lines = {line.position: line for line in order.lines.all()}
    return lines.keys() == former.lines.keys() and all(
        getattr(line, name) == former.lines[position][1][name] for position, line in lines.items() for name in _PRICED
    )


def _settle_currency(order: Document, prices: Prices) -> None:
    """The rate that was entered for this currency, else the dated one of the document's day. Refuses `rate`."""
    former = prices.former.get(order.pk)
    # A form sends the former currency's rate along: it says nothing about another currency.
    is_stale = (
        former is not None and former.values["currency"] != order.currency and former.values["rate"] == order.rate
    )
    order.rated_on = order.priced_on
    if order.currency == order.base_currency:
        require_no_odd_rate(order.rate, order.currency)
        order.rate = ONE
    elif order.rate is None or is_stale:
        order.rated_on, order.rate = prices.rates.require(order.currency, order.base_currency, order.priced_on)
    elif order.rate <= 0:
        said = _("A document in %(currency)s needs its rate: how many %(base)s one %(currency)s is worth.")
        params = {"currency": order.currency, "base": order.base_currency}
        raise Refusal("rate", said, params, fields={"rate": [str(said) % params]})
    elif former is not None and former.values["rate"] == order.rate and former.values["rated_on"] is not None:
        order.rated_on = min(former.values["rated_on"], order.priced_on)


def _forget_other_product(line: PricedLine, former: Former) -> None:
    """When a line's product changes, what was filled in from the old product goes, unless it was given anew."""
    before = former.lines.get(line.position)
    if before is None or before[1]["product_id"] == line.product_id or former.given is None:
        return
    given = former.given[line.position - 1]
    for name, blank in (("description", ""), ("unit", ""), ("unit_price", None), ("tax_rate", None)):
        if name not in given:
            setattr(line, name, blank)


def _forget_other_list(line: PricedLine, order: Document, former: Former, prices: Prices) -> None:
    """When the customer or the currency changes, a price that the list gave goes: another customer has other prices.
    In another currency so does one that is not said again: a hundred of ours are no hundred dollars. So does the
    list's price of a quantity that reaches another step of the list. What somebody agreed by hand counts."""
    if line.unit_price is None or (isinstance(line, Line) and line.shipped):
        return  # what has left of a line has its price
    is_foreign = former.values["currency"] != order.currency
    is_other = is_foreign or former.values["customer_id"] != order.customer_id
    is_said = not is_foreign or (former.given is not None and "unit_price" in former.given[line.position - 1])
    for before in _left_of(line, former):
        is_listed = not is_said or before["unit_price"] == before["list_price"]
        if is_listed and (is_other or _is_other_step(line, order, before["quantity"], prices)):
            line.unit_price = None
            return


def _left_of(line: PricedLine, former: Former) -> list[dict[str, Any]]:
    """The former lines whose product and price a line still has: those of its quantity, else the one at its place, else
    all of them."""
    wanted = (line.product_id, line.unit_price)
    left = {at: one for at, (_goods, one) in former.lines.items() if (one["product_id"], one["unit_price"]) == wanted}
    alike = [one for one in left.values() if one["quantity"] == line.quantity]
    return alike or ([left[line.position]] if line.position in left else list(left.values()))


def _is_other_step(line: PricedLine, order: Document, quantity: Decimal, prices: Prices) -> bool:
    """Whether the lists have another price for the line's quantity than for the former one."""
    if line.product is None or not line.quantity or line.quantity == quantity:
        return False
    price = prices.of(line, order, line.quantity)
    return price is not None and price != prices.of(line, order, quantity)


def _price_line(line: PricedLine, order: Document, prices: Prices) -> None:
    goods = line.product
    if goods is None:
        raise _at(line, "product", _("Choose a product."))
    if not goods.active and line._state.adding:
        raise _at(line, "product", _("This product is no longer sold. Choose another."))
    if line.quantity is None or line.quantity <= 0:
        raise _at(line, "quantity", _("A quantity is above zero."))
    line.currency, line.prices_with_tax = order.currency, order.prices_with_tax
    line.list_price = prices.of(line, order, line.quantity)
    if line.unit_price is None:
        if line.list_price is None:
            said = _("The lists have no price in %(currency)s. Enter one.") % {"currency": order.currency}
            raise _at(line, "unit_price", said)
        line.unit_price = line.list_price
    if line.unit_price < 0:
        raise _at(line, "unit_price", _("A price is not below zero."))
    is_own = prices.are_in_books_of(order, goods)
    if line.tax_rate is None:
        if not is_own:
            raise _at(line, "tax_rate", _("This product is another legal entity's, with its tax rate. Enter yours."))
        line.tax_rate = goods.tax_rate
    if not is_tax_rate(line.tax_rate):
        raise _at(line, "tax_rate", TAX_RATE)
    line.unit, line.description = line.unit or goods.unit, line.description or goods.name
    amounts(line, order)
    line.cost = round_half_up(product(goods.cost, line.quantity), 6) if goods.cost is not None and is_own else None
    if max(line.gross or ZERO, line.base_net, line.cost or ZERO) >= LARGEST_AMOUNT:
        raise _at(line, "quantity", _("This comes to more than can be kept. Enter a smaller quantity or price."))


def amounts(line: PricedLine, order: Document) -> None:
    """What a line comes to, by its quantity, price, discount and tax rate."""
    assert line.unit_price is not None
    assert line.tax_rate is not None
    amount = round_money(product(line.quantity, line.unit_price, ONE - line.discount), line.currency)
    taxed = (from_gross if line.prices_with_tax else from_net)(amount, line.tax_rate, line.currency)
    line.net, line.tax, line.gross = taxed.net, taxed.tax, taxed.gross
    line.base_net = in_base(taxed.net, order)


def _at(line: PricedLine, name: str, said: Sentence) -> Refusal:
    return Refusal("invalid", said, fields={f"lines.{line.position - 1}.{name}": [said]})


def in_base(amount: Decimal, order: Document) -> Decimal:
    """An amount of the document in the entity's currency, at the document's rate."""
    assert order.rate is not None
    return amount if order.rate == ONE else round_money(product(amount, order.rate), order.base_currency)


def add_up(order: Document, lines: Sequence[PricedLine]) -> None:
    """The totals that the lines give."""
    order.net = total(line.net or ZERO for line in lines)
    order.tax = total(line.tax or ZERO for line in lines)
    order.gross = total(line.gross or ZERO for line in lines)
    order.base_net = total(line.base_net for line in lines)
    order.base_gross = in_base(order.gross, order)
    order.quantity = total(line.quantity for line in lines)


def judge(order: Document, lines: Sequence[PricedLine]) -> None:
    """Why it needs a special review, if it does, and who must accept it (authority matrix, DOMAIN §2.1).

    What was released with an order's quotation is not asked a second time.
    """
    because: dict[str, Role] = {}
    for line in lines:
        for reason, role in _objections(line, order):
            if reason not in because or RANKS.index(role) > RANKS.index(because[reason]):
                because[reason] = role
    assert order.customer is not None
    if order.payment_days is not None and order.payment_days > order.customer.payment_days:
        because["terms"] = Role.EXECUTIVE
    if isinstance(order, Order):
        if any(is_made_otherwise(line) for line in lines):
            because["spec"] = Role.SALES_SUPPORT
        because = {reason: role for reason, role in because.items() if reason not in order.covered_because}
    order.special_because = sorted(because)
    order.authority = max(because.values(), key=RANKS.index).value if because else ""


def authority_over(lines: Sequence[PricedLine], order: Document, reasons: Collection[str]) -> str:
    """Whose consent these prices need, by the reasons that are named; "" where the salesperson's own suffices."""
    roles = [role for line in lines for reason, role in _objections(line, order) if reason in reasons]
    return max(roles, key=RANKS.index).value if roles else ""


def is_made_otherwise(line: PricedLine) -> bool:
    """Whether it is made to order, and described otherwise than we sell it: the customer wants something of their own,
    which engineering and quality have to know before we take the order."""
    goods = line.product
    return goods is not None and goods.made and line.description.strip() not in ("", goods.name)


def discount_of(line: PricedLine) -> Decimal:
    """How far a line's price lies below its list price, as a share; its own discount where there is no list price."""
    assert line.unit_price is not None
    return ONE - product(line.unit_price, ONE - line.discount) / line.list_price if line.list_price else line.discount


def _objections(line: PricedLine, order: Document) -> Iterable[tuple[str, Role]]:
    goods, rate = line.product, line.tax_rate
    assert goods is not None
    assert line.unit_price is not None
    assert order.rate is not None
    assert rate is not None
    paid = product(line.unit_price, ONE - line.discount)
    off = discount_of(line)
    if off > policy("discount.sales"):
        head, vice = policy("discount.head"), policy("discount.vice")
        yield "discount", Role.HEAD if off <= head else Role.VICE_EXECUTIVE if off <= vice else Role.EXECUTIVE
    if goods.entity_id not in (None, order.entity_id) and line.list_price is None and line.cost is None:
        return  # its cost and lowest price are in the books of another legal entity, in another currency
    per_unit = product(paid / (ONE + rate) if line.prices_with_tax else paid, order.rate)
    if goods.minimum_price is not None and per_unit < goods.minimum_price:
        yield "minimum", Role.EXECUTIVE
    if goods.cost is not None and per_unit < goods.cost:
        yield "cost", Role.EXECUTIVE
