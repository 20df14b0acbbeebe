"""How small and how large what is entered for an order, its goods and their way may be (2.6.1, 2.6.3)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, fillable, from_field
from shangwu.foundation.money.fields import AmountField, QuantityField

ZERO, ONE = Decimal(0), Decimal(1)
LARGEST_AMOUNT = Decimal(10) ** (AmountField.size[0] - AmountField.size[1])
"""The first amount that no column holds any more."""
LARGEST_QUANTITY = Decimal(10) ** (QuantityField.size[0] - QuantityField.size[1])
"""The same of a quantity."""
TAX_RATE = _("A tax rate is from zero to below a hundred per cent (as a number: from 0 to below 1).")
_LEAST = {
    "freight": ZERO, "weight": ZERO, "insured": ZERO, "packages": 1, "unit_price": ZERO, "list_price": ZERO,
    "minimum_price": ZERO, "cost": ZERO, "price": ZERO, "least_quantity": ZERO,
}  # fmt: skip


def is_tax_rate(rate: Decimal) -> bool:
    """Whether it is a fraction that tax can be reckoned with."""
    return ZERO <= rate < ONE


def _require_tax_rate(rate: Decimal) -> None:
    if not is_tax_rate(rate):
        raise ValidationError(TAX_RATE)


def bounded(model: type[models.Model], names: Sequence[str] | None = None) -> list[Input]:
    """The inputs that these fields take, or all that a person fills in, within what each of them can be."""
    return [_within(from_field(model, name)) for name in (fillable(model) if names is None else names)]


def _within(one: Input) -> Input:
    if one.name == "tax_rate":
        return replace(one, validators=(*one.validators, _require_tax_rate))
    return replace(one, least=_LEAST[one.name]) if one.name in _LEAST else one
