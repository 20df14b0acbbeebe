"""Clause 2.6.1: finance enters what a foreign currency is worth; documents made from then on take it."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import keeps_rates
from shangwu.chapters.sales.models import ExchangeRate
from shangwu.foundation.actions.door import Refusal, keep
from shangwu.foundation.records.actors import Actor


def complete(rate: ExchangeRate, by: Actor) -> None:
    """2.6.1: rates are the whole company's; what documents took stays. Refuses `invalid`."""
    rate.owner_id = rate.department_id = rate.entity_id = None
    rate.own = rate.own or by.currency
    if rate.currency == rate.own:
        said = _("A rate stands between two different currencies.")
        raise Refusal("invalid", said, fields={"currency": [said]})
    if rate.rate <= 0:
        said = _("A rate is above zero.")
        raise Refusal("invalid", said, fields={"rate": [said]})
    if rate.day > rate.changed_at.astimezone(by.zone).date():
        said = _("A rate is known on its day, not before.")
        raise Refusal("invalid", said, fields={"day": [said]})


keep(
    ExchangeRate, clause="2.6.1", may=keeps_rates, fields=["currency", "own", "day", "rate", "source"], body=complete,
)  # fmt: skip
