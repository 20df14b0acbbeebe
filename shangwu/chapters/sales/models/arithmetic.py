"""The arithmetic of a document's line, as the database checks it (DESIGN 3a, Money).

Rounding is half away from zero to the currency's minor unit, which `round(numeric, int)` of PostgreSQL does.
"""

from django.db.models import Case, DecimalField, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Round

from shangwu.foundation.money.currencies import CURRENCIES

WHOLE_CURRENCIES = tuple(sorted(one.code for one in CURRENCIES.values() if one.minor_units == 0))
"""Currencies in which we write no fraction."""

EXACT = DecimalField(max_digits=40, decimal_places=20)


def _rounded(amount: Combinable) -> Round:
    places = Case(When(currency__in=WHOLE_CURRENCIES, then=Value(0)), default=Value(2))
    return Round(amount, precision=places, output_field=EXACT)  # type: ignore[arg-type]  # PostgreSQL takes an expression


def _issued_by_us() -> Q:
    amount = F("quantity") * F("unit_price") * (Value(1) - F("discount"))
    gross_first = Q(gross=_rounded(amount)) & Q(net=_rounded(F("gross") / (Value(1) + F("tax_rate"))))
    net_first = Q(net=_rounded(amount)) & Q(tax=_rounded(F("net") * F("tax_rate")))
    return Q(prices_with_tax=True) & gross_first | Q(prices_with_tax=False) & net_first


def line_amounts_agree() -> Q:
    """Quantity, price, discount, tax rate and the three amounts agree; what another ledger issued only adds up."""
    return Q(gross=F("net") + F("tax")) & (Q(imported=True) | _issued_by_us())


def issued_amounts_agree() -> Q:
    """The same for a document that only we issue."""
    return Q(gross=F("net") + F("tax")) & _issued_by_us()
