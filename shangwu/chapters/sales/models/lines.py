"""Clause 2.6.1: the lines of an order."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.arithmetic import line_amounts_agree
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.priced import PricedLine
from shangwu.foundation.money.fields import QuantityField
from shangwu.foundation.records.totals import SumsUp


class Line(PricedLine):
    """One product of an order.

    given_up: so much less than was confirmed, after a part of the order had left; quantity is what is still wanted.
    awaited: promised out of goods that are still to come; put aside, so reserved, once they are there.
    unreleased: still to be made for this order, or made and not yet released by quality. allotted: in shipments that
    are being prepared; shipped: gone out; returned: come back.
    """

    parent = "order"
    told_profit: Decimal | None = None

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("Order"), db_index=False)
    imported = models.BooleanField(default=False, editable=False)
    given_up = QuantityField(pgettext_lazy("goods", "Given up"), default=0, editable=False)
    reserved = QuantityField(_("Reserved"), default=0, editable=False)
    awaited = QuantityField(_("Still to come"), default=0, editable=False)
    unreleased = QuantityField(_("Not yet released"), default=0, editable=False)
    allotted = QuantityField(_("Being prepared"), default=0, editable=False)
    shipped = QuantityField(_("Shipped"), default=0, editable=False)
    delivered = QuantityField(_("Delivered"), default=0, editable=False)
    returned = QuantityField(_("Returned"), default=0, editable=False)

    class Meta(PricedLine.Meta):
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        indexes = [models.Index(fields=["product"], condition=Q(awaited__gt=0), name="line_awaited")]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(
                condition=Q(net__isnull=False, tax__isnull=False, gross__isnull=False, tax_rate__isnull=False)
                & (Q(imported=True) | Q(product__isnull=False, unit_price__isnull=False)),
                name="line_is_priced",
                violation_error_message=_("A line needs a product, a price and a tax rate."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ((Q(quantity__gt=0) | Q(quantity=0, given_up__gt=0)) & Q(unit_price__gte=0) & Q(given_up__gte=0)),
                name="line_quantity_positive",
                violation_error_message=_("A quantity is above zero, and a price is not below it."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | (Q(discount__gte=0) & Q(discount__lte=1) & Q(tax_rate__gte=0)),
                name="line_discount_in_bounds",
                violation_error_message=_("A discount lies between 0 and 1, and a tax rate is not below zero."),
            ),
            models.CheckConstraint(
                condition=line_amounts_agree(),
                name="line_adds_up",
                violation_error_message=_("Price, tax and total of a line don't agree. Enter the line again."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | (
                    Q(reserved__gte=0) & Q(allotted__gte=0) & Q(delivered__gte=0) & Q(returned__gte=0)
                    & Q(delivered__lte=F("shipped")) & Q(returned__lte=F("shipped"))
                    & Q(quantity__gte=F("shipped") + F("allotted")) & Q(quantity__gte=F("reserved") + F("shipped"))
                ),
                name="line_ships_what_was_ordered",
                violation_error_code="overshipped",
                violation_error_message=_("More would be shipped than was ordered. Correct the quantity."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | Q(unreleased=0)
                | (Q(unreleased__gt=0) & Q(quantity__gte=F("shipped") + F("allotted") + F("unreleased"))),
                name="line_ships_what_is_released",
                violation_error_code="unreleased",
                violation_error_message=_("Quality has not released these goods yet. Ship them when it has."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | Q(awaited=0)
                | (Q(awaited__gt=0) & Q(quantity__gte=F("shipped") + F("reserved") + F("awaited"))),
                name="line_awaits_what_was_ordered",
                violation_error_code="stock",
                violation_error_message=_("What was promised out of the next delivery has not come yet. Ship it then."),
            ),
            SumsUp(
                "order",
                {
                    "net": "net", "tax": "tax", "gross": "gross", "base_net": "base_net", "quantity": "quantity",
                    "allotted_quantity": "allotted",
                    "shipped_quantity": "shipped", "delivered_quantity": "delivered",
                },
                same=["currency", "imported", "prices_with_tax"],
                name="order_is_sum_of_lines",
                violation_error_message=_("The order's totals differ from its lines. Save it again."),
            ),
        ]  # fmt: skip

    @property
    def profit(self) -> Decimal | None:
        """Net less cost, in the entity's currency; None when the cost is not known."""
        return None if self.cost is None else self.base_net - self.cost

    @profit.setter
    def profit(self, value: Decimal | None) -> None:
        # Other ledgers tell the profit of a line, not its cost, which follows when the line is settled.
        self.told_profit = value

    @property
    def to_leave(self) -> Decimal:
        """Wanted, and not shipped yet."""
        left: Decimal = self.quantity - self.shipped
        return left

    @property
    def to_ship(self) -> Decimal:
        """Neither shipped nor in a shipment that is being prepared; released where it is made for the order, and there
        where it was promised before it had come."""
        return self.quantity - self.shipped - self.allotted - self.unreleased - self.awaited
