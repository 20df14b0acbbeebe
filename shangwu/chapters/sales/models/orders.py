"""Clause 2.6.1: the sales order."""

import datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models import Contact, Customer
from shangwu.foundation.money.fields import AmountField, CurrencyField, QuantityField
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index

OPEN = ["received", "review", "accepted", "confirmed", "scheduled", "ready", "part_shipped"]
"""States of an order on which work is still to be done."""
PROMISED = ["confirmed", "scheduled", "ready", "part_shipped"]
"""Those in which goods are promised for a day, and have not all left."""


class Order(Record):
    """A customer's order. Its owner is the salesperson. Amounts are in `currency`, `base_*` in the entity's.

    imported: another ledger's document. Its amounts stand as given, and its total is their exact sum; it takes no
    stock and no credit.
    rate: entity's currency for one unit of `currency`, as of `rated_on`.
    first_promised_on, promised_on: the first and the last delivery day ever told.
    special_because: why the review is special; empty for a routine order. authority: the role that must accept it.
    covered_because: the same reasons of the released quotation that it was made of; they are not judged a second time
    while its prices and terms stay as they were released.
    given_up: what was given up of it, tax included, after a part had left; gross is what is still wanted.
    countersign, countersigned_on: the file of our confirmation as the customer has signed it, and the day. It is of the
    text as it stands: a change asks for another.
    told_at: when the customer last heard how it stands; repromised_at: when another day was last promised;
    open_again_at: when goods of it were last to be shipped once more, in place of such as came back or did not arrive.
    sheet_signature, sheet_columns: how the customer's own sheet, from which it was taken, was read. unread: rows of
    that sheet that became no line, each with its reason.
    revised_at: when it was last changed after its acceptance, so that it is reviewed anew.
    excess_allowed: total up to which the executive has let the credit limit be passed.
    cancel_cost: what was spent on it until it was given up; cancel_charged: what the customer bears of that.
    cancel_asked_at: since when the executive is asked to give it up at that cost; None when nobody asks.
    base_open: what the customer still owes for it, in the entity's currency, from confirmation on. credited: by credit
    notes that were issued; so much less is to be paid. settled_at: since when nothing of it is owed.
    under_contract: a signed contract stands over it, and says what is to be paid when.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        REVIEW = "review", _("In review")
        ACCEPTED = "accepted", _("Accepted")
        CONFIRMED = "confirmed", _("Confirmed")
        SCHEDULED = "scheduled", _("Scheduled")
        READY = "ready", _("Ready to ship")
        PART_SHIPPED = "part_shipped", _("Partly shipped")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")
        INVOICED = "invoiced", _("Invoiced")
        PAID = "paid", _("Paid")
        CLOSED = "closed", _("Closed")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    named_by = ("number",)
    classes = {"ship_to_name": "personal", "ship_to_phone": "personal", "unread": "personal"}
    parts = ("lines", "revisions")

    state = StateField(
        State,
        facts=[
            "accepted", "confirmed", "scheduled", "ready", "shipped", "delivered", "closed", "refused", "cancelled",
        ],
    )  # fmt: skip
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="orders", verbose_name=_("Customer"), db_index=False
    )
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Contact")
    )
    channel = models.ForeignKey(
        "channels.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Channel")
    )
    po_number = models.CharField(_("Customer's order number"), max_length=60, blank=True)
    ordered_on = models.DateField(_("Ordered on"), blank=True)
    requested_on = models.DateField(_("Requested for"), null=True, blank=True)
    first_promised_on = models.DateField(_("First promised for"), null=True, editable=False)
    promised_on = models.DateField(_("Promised for"), null=True, editable=False)
    shipped_on = models.DateField(_("Shipped on"), null=True, blank=True, editable=False)
    delivered_on = models.DateField(_("Delivered on"), null=True, blank=True, editable=False)
    ship_to_name = models.CharField(_("Goods to"), max_length=60, blank=True)
    ship_to_phone = models.CharField(_("Phone for deliveries"), max_length=40, blank=True)
    ship_to_address = models.CharField(_("Delivery address"), max_length=200, blank=True)
    region = models.CharField(_("Region"), max_length=60, blank=True)
    ship_method = models.CharField(_("Way of shipping"), max_length=60, blank=True)
    freight = AmountField(_("Freight"), null=True, blank=True)
    payment_terms = models.CharField(_("Terms of payment"), max_length=100, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment days"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    imported = models.BooleanField(_("From another ledger"), default=False, editable=False)
    prices_with_tax = models.BooleanField(_("Prices include tax"), default=False)
    currency = CurrencyField(blank=True)
    base_currency = CurrencyField(_("Own currency"), editable=False)
    rate = models.DecimalField(_("Exchange rate"), max_digits=18, decimal_places=8, null=True, blank=True)
    rated_on = models.DateField(_("Rate of"), null=True, editable=False)
    net = AmountField(_("Net"), default=0, editable=False)
    tax = AmountField(_("Tax"), default=0, editable=False)
    gross = AmountField(_("Total"), default=0, editable=False)
    paid = AmountField(_("Paid"), default=0, editable=False)
    credited = AmountField(_("Credited"), default=0, editable=False)
    refunded = AmountField(_("Paid back"), default=0, editable=False)
    given_up = AmountField(pgettext_lazy("goods", "Given up"), default=0, editable=False)
    base_credited = AmountField(_("Credited, net in own currency"), default=0, editable=False)
    base_net = AmountField(_("Net in own currency"), default=0, editable=False)
    base_gross = AmountField(_("Total in own currency"), default=0, editable=False)
    base_open = AmountField(_("Still owed"), default=0, editable=False)
    settled_at = models.DateTimeField(_("Settled at"), null=True, editable=False)
    under_contract = models.BooleanField(_("Under a signed contract"), default=False, editable=False)
    quantity = QuantityField(_("Quantity"), default=0, editable=False)
    allotted_quantity = QuantityField(_("Quantity being prepared"), default=0, editable=False)
    shipped_quantity = QuantityField(_("Quantity shipped"), default=0, editable=False)
    delivered_quantity = QuantityField(_("Quantity delivered"), default=0, editable=False)
    special_because = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, editable=False, verbose_name=_("Special because")
    )
    authority = models.CharField(_("To be accepted by"), max_length=8, choices=Role.choices, blank=True, editable=False)
    covered_because = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, editable=False,
        verbose_name=_("Approved with the quotation"),
    )  # fmt: skip
    review_round = models.PositiveSmallIntegerField(_("Review round"), default=0, editable=False)
    conditions = models.CharField(_("Accepted on condition"), max_length=500, blank=True, editable=False)
    excess_allowed = AmountField(_("Credit excess allowed up to"), null=True, editable=False)
    revision = models.PositiveSmallIntegerField(_("Revision"), default=0, editable=False)
    revised_at = models.DateTimeField(_("Revised at"), null=True, editable=False)
    invoice_number = models.CharField(_("Invoice number"), max_length=40, blank=True, editable=False)
    invoiced_on = models.DateField(_("Invoiced on"), null=True, blank=True, editable=False)
    cancel_cost = AmountField(_("Cost of cancelling"), null=True, editable=False)
    cancel_charged = AmountField(_("Charged for cancelling"), null=True, editable=False)
    cancel_asked_at = models.DateTimeField(_("Cancelling put forward at"), null=True, editable=False)
    countersign = models.CharField(_("Signed confirmation"), max_length=200, blank=True, editable=False)
    countersigned_on = models.DateField(_("Countersigned on"), null=True, editable=False)
    told_at = models.DateTimeField(_("Customer told at"), null=True, editable=False)
    repromised_at = models.DateTimeField(_("Another day promised at"), null=True, editable=False)
    open_again_at = models.DateTimeField(_("To be shipped once more since"), null=True, editable=False)
    sheet_signature = models.CharField(
        _("Signature of the columns"), max_length=64, blank=True, editable=False, db_collation="C"
    )
    sheet_columns = models.JSONField(_("Which column is which"), default=dict, blank=True, editable=False)
    unread = models.JSONField(_("Rows that were not read"), default=list, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", "po_number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            search_index("order_search"),
            *scope_indexes("order", "ordered_on", "promised_on", "gross", by_state=True, choices=("currency",)),
            models.Index(fields=["customer", "-id"], name="order_customer"),
            # The few open ones have the latest days: the scope's index would read all closed ones in front of them.
            models.Index(
                fields=["owner", "promised_on", "id"],
                condition=Q(state__in=OPEN, archived_at__isnull=True),
                name="order_open_promise",
            ),
            models.Index(
                fields=["customer", "sheet_signature", "-id"], condition=~Q(sheet_signature=""), name="order_sheet"
            ),
            models.Index(fields=["customer"], include=["base_open"], condition=Q(base_open__gt=0), name="order_owing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported=True) | Q(customer__isnull=False),
                name="order_has_customer",
                violation_error_message=_("An order needs its customer."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ~Q(
                    state__in=[
                        "confirmed", "scheduled", "ready", "part_shipped", "shipped", "delivered", "invoiced", "paid",
                    ]
                )
                | Q(promised_on__isnull=False, first_promised_on__isnull=False),
                name="order_confirmed_with_day",
                violation_error_message=_("A confirmed order needs a delivery day."),
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=False, rate__gt=0, rated_on__isnull=False),
                name="order_rate_dated",
                violation_error_code="rate",
                violation_error_message=_("An amount in a foreign currency needs a rate and its day."),
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | (Q(paid__gte=0) & Q(paid__lte=F("gross") + F("given_up") + F("refunded"))),
                name="order_paid_in_bounds",
                violation_error_code="overpaid",
                violation_error_message=_("More would be paid than the order is worth. Correct the amount."),
            ),
            models.CheckConstraint(
                condition=Q(cancel_charged__isnull=True)
                | (Q(cancel_charged__gte=0) & Q(cancel_charged__lte=F("cancel_cost"))),
                name="order_cancel_charged_in_bounds",
                violation_error_message=_("A customer bears no more than what cancelling costs."),
            ),
            models.CheckConstraint(
                condition=Q(credited=0) | (Q(credited__gt=0) & Q(credited__lte=F("gross"))),
                name="order_credited_in_bounds",
                violation_error_code="over_credited",
                violation_error_message=_("More would be credited than the order is worth. Correct the amount."),
            ),
            models.CheckConstraint(
                condition=Q(refunded=0) | (Q(refunded__gt=0) & Q(refunded__lte=F("paid"))),
                name="order_refunded_in_bounds",
                violation_error_code="over_refunded",
                violation_error_message=_("More would be paid back than came in. Correct the amount."),
            ),
            models.CheckConstraint(
                condition=Q(base_open__gte=0),
                name="order_open_positive",
                violation_error_message=_("What is owed is not below zero."),
            ),
        ]  # fmt: skip

    @property
    def priced_on(self) -> datetime.date:
        """The day whose exchange rate it takes."""
        return self.ordered_on

    @property
    def due(self) -> Decimal:
        """What is to be paid in all, in its currency: the total less what was credited."""
        return self.gross - self.credited

    @property
    def kept(self) -> Decimal:
        """What came in for it and was not paid back."""
        return self.paid - self.refunded

    @property
    def overpaid(self) -> Decimal:
        """What was paid beyond what is due: we owe it to the customer. Zero if nothing is."""
        return max(self.kept - self.due, Decimal(0))

    @property
    def still_open(self) -> Decimal:
        """Quantity neither shipped nor given up."""
        return self.quantity - self.shipped_quantity
