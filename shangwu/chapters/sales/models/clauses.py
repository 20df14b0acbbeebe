"""Clause 2.6.2: the library of clauses in legal's own words, from which contracts are drafted and held against."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.contracts import Contract
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class StandardClause(Record):
    """The text of one clause for one kind of contract, as legal has released it; of each there is one at a time.

    subject: the name of the contract's field that it fills.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", _("Released")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Subject(models.TextChoices):
        RIGHTS = "rights", _("Rights and duties of both sides")
        SPECIFICATION = "specification", _("Goods and specification")
        QUANTITY = "quantity_terms", _("Quantity")
        PRICE = "price_terms", _("Price")
        DELIVERY = "delivery_terms", _("Delivery")
        PAYMENT = "payment_terms", _("Terms of payment")
        WARRANTY = "warranty", _("Warranty")
        BREACH = "breach", _("Breach of contract")
        DISPUTES = "disputes", _("Settling of disputes")

    state = StateField(State, facts=["released", "withdrawn"])
    kind = models.CharField(_("Kind"), max_length=10, choices=Contract.Kind.choices, default=Contract.Kind.SALE)
    subject = models.CharField(_("Clause"), max_length=16, choices=Subject.choices)
    text = models.TextField(_("Text"), max_length=1000)

    search_text, search_bigrams = searchable("subject", Cast("text", models.CharField()))

    class Meta(Record.Meta):
        verbose_name = _("standard clause")
        verbose_name_plural = _("standard clauses")
        indexes = [search_index("standard_clause_search"), *scope_indexes("standard_clause")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state="released") & Q(archived_at__isnull=True),
                name="standard_clause_released_once",
                violation_error_code="duplicate",
                violation_error_message=_("This clause has a released text already. Withdraw that one first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} ({self.get_kind_display()})"
