"""The columns that money is kept in: numeric(20,6) beside its currency, discounts as numeric(9,8)."""

from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.money.currencies import CURRENCIES
from shangwu.foundation.money.rounding import round_half_up

_Set = TypeVar("_Set", contravariant=True)
_Get = TypeVar("_Get", covariant=True)


class ExactDecimalField(models.DecimalField[_Set, _Get]):
    """A decimal of fixed size that is stored as given or not at all: no floats, no silent rounding."""

    size: ClassVar[tuple[int, int]]

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        digits, places = self.size
        super().__init__(verbose_name, max_digits=digits, decimal_places=places, **kwargs)

    def deconstruct(self) -> Any:
        """Without the size, which the class gives."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Any:
        """Raises TypeError for a float, which has lost the cents already."""
        if isinstance(value, float):
            raise TypeError(f"{self.name} is a Decimal, not a float")
        return super().to_python(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Raises ValidationError `precision` where PostgreSQL would round to the column's places."""
        if value is None:
            return value
        if type(value) is int:
            # Beside the Decimals of other rows, a 0 as int can't travel in one array.
            return Decimal(value)
        if not isinstance(value, Decimal) or not value.is_finite():
            return super().get_db_prep_save(value, connection)
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.size[1] and value != round_half_up(value, self.size[1]):
            raise ValidationError(
                _("%(value)s has more than %(places)s decimals. Round it before it is stored."),
                code="precision",
                params={"value": value, "places": self.size[1]},
            )
        # What Django would give after seven calls: an import writes a dozen amounts per line.
        return value


class UnitPriceField(ExactDecimalField[_Set, _Get]):
    """A price per unit in the row's currency; may be finer than the currency pays."""

    size = (20, 6)


class AmountField(ExactDecimalField[_Set, _Get]):
    """An amount in the row's currency: rounded to its minor unit on documents we issue, as given on imported ones."""

    size = (20, 6)


class QuantityField(ExactDecimalField[_Set, _Get]):
    """So much of something, in the row's unit."""

    size = (18, 4)


class DiscountField(ExactDecimalField[_Set, _Get]):
    """A discount as a fraction from 0 to 1: 0.1 is one tenth off."""

    size = (9, 8)
    default_validators = [
        MinValueValidator(Decimal(0), _("A discount can't be below 0 %. Enter what is taken off.")),
        MaxValueValidator(Decimal(1), _("A discount can't be above 100 %. Enter what is taken off.")),
    ]


class CurrencyField(models.CharField[str, str]):
    """The currency of the amounts beside it (ISO 4217)."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [(each.code, each.name) for each in CURRENCIES.values()])
        kwargs["max_length"] = 3
        kwargs.setdefault("db_collation", "C")
        super().__init__(verbose_name or _("Currency"), **kwargs)

    def deconstruct(self) -> Any:
        """Without the choices: another currency needs no migration."""
        name, path, args, kwargs = super().deconstruct()
        for given in ("choices", "max_length"):
            kwargs.pop(given, None)
        return name, path, args, kwargs
