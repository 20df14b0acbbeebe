"""What a foreign currency is worth on a document's day, by the dated rates that finance keeps (2.6.1)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import ExchangeRate
from shangwu.foundation.money.rounding import EXACT, product, round_money
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.refusals import Refusal


class Dated(NamedTuple):
    """A rate and its day."""

    day: datetime.date
    rate: Decimal


@dataclass(slots=True)
class Rates:
    """The rates that a run may need: (currency, own currency) -> the latest first."""

    known: dict[tuple[str, str], list[Dated]] = field(default_factory=lambda: defaultdict(list))

    def on(self, currency: str, own: str, day: datetime.date) -> Dated | None:
        """The rate of a day, or the latest before it that still counts; None if none is known."""
        earliest = day - datetime.timedelta(days=policy("rate.age"))
        return next((one for one in self.known.get((currency, own), ()) if earliest <= one.day <= day), None)

    def require(self, currency: str, own: str, day: datetime.date) -> Dated:
        """The same. Raises Refusal("rate") with what to do where none is known."""
        if (found := self.on(currency, own, day)) is not None:
            return found
        said = _(
            "No rate of %(currency)s in %(own)s is known for %(day)s. Enter here how many %(own)s one %(currency)s is "
            "worth, or have finance enter the rate of that day."
        )
        params = {"currency": currency, "own": own, "day": day}
        raise Refusal("rate", said, params, fields={"rate": [str(said) % params]})

    def into(self, amount: Decimal, currency: str, own: str, day: datetime.date) -> Decimal | None:
        """What an amount is worth in another currency on a day, by the rate of the two or else of the two the other way
        round; None where neither is known."""
        if currency == own:
            return amount
        if (one := self.on(currency, own, day)) is not None:
            return round_money(product(amount, one.rate), own)
        if (one := self.on(own, currency, day)) is not None:
            return round_money(EXACT.divide(amount, one.rate), own)
        return None


def require_no_odd_rate(rate: Decimal | None, own: str) -> None:
    """Raises Refusal("rate") for a rate of zero or below that was entered for our own currency, which needs none. One
    above zero may have been left in the form from another currency: it is taken as 1."""
    if rate is not None and rate <= 0:
        said = _("%(currency)s is your own currency: it needs no rate. Leave the rate empty.")
        params = {"currency": own}
        raise Refusal("rate", said, params, fields={"rate": [str(said) % params]})


Wanted = tuple[str, str, datetime.date]
"""Currency, own currency, day."""


def rates_for(wanted: Iterable[Wanted]) -> Rates:
    """The rates for these: one query, none where all of it is in our own currency."""
    foreign = {one for one in wanted if one[0] and one[1] and one[0] != one[1]}
    found = Rates()
    if not foreign:
        return found
    first = min(day for *_pair, day in foreign) - datetime.timedelta(days=policy("rate.age"))
    rows = ExchangeRate.objects.filter(
        currency__in={one[0] for one in foreign}, own__in={one[1] for one in foreign}, archived_at__isnull=True,
        day__range=(first, max(day for *_pair, day in foreign)),
    )  # fmt: skip
    for currency, own, day, rate in rows.order_by("-day").values_list("currency", "own", "day", "rate"):
        found.known[currency, own].append(Dated(day, rate))
    return found
