"""What the review of an order is going to look at, told while the order is entered (2.6.1).

It judges with the review's own rules, and tells nobody what they may not see: where the lowest price is hidden, only
the discount is spoken of.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.sales.credit import credit_of
from shangwu.chapters.sales.models import Line, Order, Product
from shangwu.chapters.sales.pricing import authority_over
from shangwu.chapters.sales.stock import lacking
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import Checked
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence
from shangwu.foundation.records.scopes import hidden_fields

CREDIT, WITHIN = gettext_lazy("Within the credit limit"), gettext_lazy("Prices within your authority")
IN_STOCK = gettext_lazy("All goods are in stock")
ADDRESS, NUMBER = gettext_lazy("Delivery address"), gettext_lazy("Customer's order number")
PRICES = ("discount",)
"""The reasons of `pricing.judge` that anybody may know, who enters prices."""


def before_review(by: Actor, order: Order | None) -> list[Checked]:
    """How an order stands that is being entered: credit, prices, terms, stock, and what is still missing of it."""
    if order is None:
        labels = (CREDIT, WITHIN, IN_STOCK, ADDRESS, NUMBER)
        return [Checked(label) for label in labels]
    lines = [line for line in order.lines.all() if None not in (line.product, line.unit_price, line.tax_rate)]
    return [
        _credit(by, order),
        _prices(by, order, lines),
        *_terms(order),
        *_stock(lines),
        _filled(ADDRESS, order.ship_to_address),
        _filled(NUMBER, order.po_number),
    ]


def _credit(by: Actor, order: Order) -> Checked:
    if order.customer is None:
        return Checked(CREDIT)
    try:
        left = credit_of([order], by, []).left(order)
    except Refusal as refusal:
        return Checked(refusal.sentence, "late")
    if left is None:
        return Checked(_("No credit limit holds"), "done")
    told = {"left": f"{formats.symbol(order.base_currency)} {formats.money(left, order.base_currency)}"}
    if order.base_gross <= left:
        return Checked(_("Within the credit limit: %(left)s left") % told, "done")
    return Checked(_("Beyond the credit limit (%(left)s left): the executive decides") % told, "late")


def _prices(by: Actor, order: Order, lines: Sequence[Line]) -> Checked:
    if not lines or order.customer is None or order.rate is None:
        return Checked(WITHIN)
    known = PRICES if "minimum_price" in hidden_fields(Product, by) else (*PRICES, "minimum", "cost")
    asked = authority_over(lines, order, known)
    if not asked:
        return Checked(WITHIN, "done")
    return Checked(_("Prices to be accepted by: %(role)s") % {"role": Role(asked).label}, "late")


def _terms(order: Order) -> list[Checked]:
    agreed = order.customer.payment_days if order.customer else None
    if agreed is None or order.payment_days is None or order.payment_days <= agreed:
        return []
    said = _("Payment days beyond the agreed %(days)s: the executive decides") % {"days": agreed}
    return [Checked(said, "late")]


def _stock(lines: Sequence[Line]) -> list[Checked]:
    short = lacking(lines)
    if not short:
        return [Checked(IN_STOCK, "done" if lines else "")]
    return [
        Checked(
            _("%(product)s: %(free)s in stock and free")
            % {"product": line.product, "free": formats.number(line.product.on_hand - line.product.reserved)},
            "late",
        )
        for line in short
        if line.product is not None
    ]


def _filled(label: Sentence, value: str) -> Checked:
    return Checked(label, "done" if value else "")
