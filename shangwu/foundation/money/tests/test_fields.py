"""The columns of money keep what they are given, or refuse it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models

from shangwu.foundation.money.fields import AmountField, CurrencyField, DiscountField, UnitPriceField


@pytest.mark.parametrize(
    ("field", "column"),
    [(UnitPriceField(), "numeric(20, 6)"), (AmountField(), "numeric(20, 6)"), (DiscountField(), "numeric(9, 8)"),
     (CurrencyField(), "varchar(3)")],
)  # fmt: skip
def test_columns_have_their_size_and_migrations_only_their_class(field: models.Field, column: str) -> None:
    assert field.db_type(connection) == column
    _name, path, arguments, options = field.deconstruct()
    assert path == f"shangwu.foundation.money.fields.{type(field).__name__}"
    assert arguments == []
    assert not {"max_digits", "decimal_places", "max_length", "choices"} & options.keys()
    assert type(field)(**options).db_type(connection) == column


def test_a_float_is_refused_on_the_way_in() -> None:
    with pytest.raises(TypeError):
        AmountField().to_python(0.1)


def test_text_and_whole_numbers_become_decimals() -> None:
    assert AmountField().to_python("12.50") == Decimal("12.50")


@pytest.mark.parametrize(("field", "value"), [(AmountField(), "0.0000001"), (DiscountField(), "0.123456789")])
def test_what_the_column_would_round_is_refused(field: models.Field, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field.get_db_prep_save(Decimal(value), connection)
    assert refused.value.code == "precision"


def test_what_fits_is_stored_as_given() -> None:
    assert AmountField().get_db_prep_save(Decimal("1234.500000"), connection) == Decimal("1234.5")
    assert AmountField(null=True).get_db_prep_save(None, connection) is None


@pytest.mark.parametrize(
    ("value", "is_valid"), [("0", True), ("1", True), ("0.1", True), ("-0.1", False), ("1.1", False)]
)
def test_a_discount_is_a_fraction(value: str, is_valid: bool) -> None:
    if is_valid:
        assert DiscountField().clean(Decimal(value), None) == Decimal(value)
    else:
        with pytest.raises(ValidationError):
            DiscountField().clean(Decimal(value), None)


def test_a_currency_is_one_we_trade_in() -> None:
    assert CurrencyField().clean("TWD", None) == "TWD"
    with pytest.raises(ValidationError):
        CurrencyField().clean("RMB", None)
