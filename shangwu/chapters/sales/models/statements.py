"""Clause 2.6.2: the statement of account of a quarter, which the customer signs."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models.contracts import a_file
from shangwu.chapters.sales.models.orders import Order
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index
from shangwu.foundation.records.totals import SumsUp


class Statement(Record):
    """What a customer owes one of our legal entities at the end of a quarter, order by order. Its owner is who has the
    customer.

    Drawn up by the house itself; signed by the customer it interrupts the limitation of the debt. until: last day of
    the quarter. balance: sum of the lines, kept by the database. theirs: the balance as the customer sees it.
    drawn_for: key of the file for which it was drawn up, which stays when files are joined: each had its own statement.
    """

    class State(models.TextChoices):
        DRAWN = "drawn", _("Drawn up")
        DISPUTED = "disputed", _("Disputed")
        SIGNED = "signed", _("Signed by the customer")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        signed_at: datetime.datetime | None
        signed_by_id: int | None

    named_by = ("number",)
    parts = ("lines",)

    state = StateField(State, facts=["disputed", "signed"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="statements", db_index=False, verbose_name=_("Customer")
    )
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    drawn_for = models.BigIntegerField(editable=False)
    until = models.DateField(_("As of"))
    currency = CurrencyField()
    balance = AmountField(_("Balance"), default=0, editable=False)
    theirs = AmountField(_("Balance as the customer sees it"), null=True, editable=False)
    difference = models.TextField(_("What is disputed"), max_length=2000, blank=True, editable=False)
    signed_on = models.DateField(_("Signed on"), null=True, editable=False)
    scan = a_file(_("Signed statement"))

    search_text, search_bigrams = searchable("number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("statement of account")
        verbose_name_plural = _("statements of account")
        indexes = [search_index("statement_search"), *scope_indexes("statement", "until")]
        constraints = [
            models.UniqueConstraint(
                fields=["drawn_for", "currency", "until", "entity"],
                nulls_distinct=False,
                name="statement_once",
                violation_error_code="duplicate",
                violation_error_message=_("There is a statement of this quarter already."),
            ),
            promised_when(
                "signed", "signed_on", "scan",
                name="statement_signed_with_scan", say=_("A signed statement has its day and its scan."),
            ),
        ]  # fmt: skip


class StatementLine(Part):
    """One order on a statement: its total, what was paid for it by that day, what is open, and since when it is due.

    credited: by credit notes; where goods came back that were paid for, what is open is below zero: we owe it, until
    it is refunded: paid back.
    """

    parent = "statement"

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines", verbose_name=_("Statement"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("Order"))
    currency = CurrencyField(editable=False)
    gross = AmountField(_("Total"))
    paid = AmountField(_("Paid"))
    credited = AmountField(_("Credited"), default=0)
    refunded = AmountField(_("Paid back"), default=0)
    open = AmountField(_("Open"))
    due_on = models.DateField(_("Due on"), null=True)

    class Meta(Part.Meta):
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(open=F("gross") - F("paid") - F("credited") + F("refunded")) & ~Q(open=0),
                name="statement_line_adds_up",
                violation_error_message=_("Total, paid, credited, paid back and open of a line don't agree."),
            ),
            SumsUp(
                "statement", {"balance": "open"}, same=["currency"], name="statement_is_sum_of_lines",
                violation_error_message=_("The balance differs from the lines."),
            ),
        ]  # fmt: skip
