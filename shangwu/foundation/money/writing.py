"""How figures are written for people, on pages and in sentences: grouped, the minus a minus."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError

from shangwu.foundation.money.currencies import currency

MINUS = "\u2212"

Number = Decimal | int


def number(value: Number, places: int | None = None) -> str:
    """Grouped digits. `places`: exactly so many decimals; None: as many as the value has, without empty ones."""
    if places is not None:
        value = round_to(value, places)
        text = f"{value:,.{places}f}"
    else:
        text = f"{value:,}" if isinstance(value, int) else _plain(value)
    return MINUS + text[1:] if text.startswith("-") else text


def round_to(value: Number, places: int) -> Decimal:
    """Half up, for showing. Money is rounded by the money room, before it is stored."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Number, code: str = "", *, exact: bool = False) -> str:
    """An amount in the decimals that its currency is paid in; `exact` keeps further ones (unit prices)."""
    places = minor_units(code)
    if exact and isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        places = max(places, -exponent if isinstance(exponent, int) else 0)
    return number(value, places)


@lru_cache(maxsize=64)
def minor_units(code: str) -> int:
    """Decimals of a currency; 2 for one that we do not know."""
    try:
        return currency(code).minor_units
    except ValidationError:
        return 2
