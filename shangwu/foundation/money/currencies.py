"""The currencies we trade in, with the smallest amount that is paid in each."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Currency:
    """code: ISO 4217. minor_units: decimals of an amount that is paid. symbol: unmistakable beside the others."""

    code: str
    minor_units: int
    symbol: str
    name: Promise

    @property
    def smallest(self) -> Decimal:
        """The smallest amount that is paid: 0.01, or 1."""
        return Decimal(1).scaleb(-self.minor_units)


# ISO 4217 gives TWD two decimals; nobody has paid any since the coins went, and the tax office wants whole dollars.
CURRENCIES: dict[str, Currency] = {
    currency.code: currency
    for currency in (
        Currency("CNY", 2, "\u00a5", _("Chinese yuan")),
        Currency("TWD", 0, "NT$", _("New Taiwan dollar")),
        Currency("HKD", 2, "HK$", _("Hong Kong dollar")),
        Currency("USD", 2, "US$", _("US dollar")),
        Currency("EUR", 2, "\u20ac", _("Euro")),
        Currency("JPY", 0, "JP\u00a5", _("Japanese yen")),
        Currency("GBP", 2, "\u00a3", _("Pound sterling")),
        Currency("KRW", 0, "\u20a9", _("South Korean won")),
        Currency("SGD", 2, "S$", _("Singapore dollar")),
        Currency("MYR", 2, "RM", _("Malaysian ringgit")),
        Currency("THB", 2, "\u0e3f", _("Thai baht")),
        Currency("VND", 0, "\u20ab", _("Vietnamese dong")),
        Currency("MOP", 2, "MOP$", _("Macanese pataca")),
        Currency("AUD", 2, "A$", _("Australian dollar")),
        Currency("CAD", 2, "C$", _("Canadian dollar")),
        Currency("CHF", 2, "CHF", _("Swiss franc")),
    )
}


def currency(code: str) -> Currency:
    """The currency with this code. Raises ValidationError `currency`."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise ValidationError(
            _("%(code)s is not a currency that we trade in. Choose one of %(known)s."),
            code="currency",
            params={"code": code, "known": ", ".join(CURRENCIES)},
        ) from None
