"""Clause 2.6.1: what a foreign currency was worth on a day; documents take the rate of theirs."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.foundation.money.fields import CurrencyField
from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.models import Record, search_index


class ExchangeRate(Record):
    """So many of our own currency for one of another, from a day on until the next rate. A document keeps what it took.

    own: the currency of a legal entity of ours. source: who published it.
    """

    named_by = ("currency", "own", "day")

    currency = CurrencyField()
    own = CurrencyField(_("Own currency"), blank=True)
    day = models.DateField(pgettext_lazy("exchange rate", "Day"))
    rate = models.DecimalField(_("Exchange rate"), max_digits=18, decimal_places=8)
    source = models.CharField(pgettext_lazy("exchange rate", "Published by"), max_length=100, blank=True)

    search_text, search_bigrams = searchable("currency", "own", "source")

    class Meta(Record.Meta):
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        indexes = [
            search_index("exchange_rate_search"),
            models.Index(fields=["day", "id"], name="exchange_rate_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "own", "day"],
                condition=Q(archived_at__isnull=True),
                name="exchange_rate_once_a_day",
                violation_error_code="duplicate",
                violation_error_message=_("There is a rate of this day already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0) & ~Q(currency=F("own")),
                name="exchange_rate_positive",
                violation_error_message=_("A rate is above zero, between two different currencies."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency}/{self.own} {self.day}"
