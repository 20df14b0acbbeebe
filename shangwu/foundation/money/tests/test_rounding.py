"""One way to round, and no float ever."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.money.currencies import CURRENCIES, currency
from shangwu.foundation.money.rounding import product, round_half_up, round_money, total

AMOUNTS = some.decimals(-(10**13), 10**13, places=6)


@pytest.mark.parametrize(
    ("amount", "code", "rounded"),
    [
        ("0.125", "CNY", "0.13"),  # half to even would give 0.12
        ("0.135", "CNY", "0.14"),
        ("-2.345", "CNY", "-2.35"),
        ("0.5", "TWD", "1"),
        ("1.4999999", "TWD", "1"),
        ("-0.5", "JPY", "-1"),
        ("2.675", "EUR", "2.68"),
        ("12345678901234.565000", "USD", "12345678901234.57"),
    ],
)
def test_halves_go_away_from_zero(amount: str, code: str, rounded: str) -> None:
    assert str(round_money(Decimal(amount), code)) == rounded


def test_there_is_no_negative_zero() -> None:
    assert str(round_money(Decimal("-0.001"), "CNY")) == "0.00"


@given(AMOUNTS, some.sampled_from(sorted(CURRENCIES)))
def test_rounding_moves_by_at_most_half_a_unit_and_only_once(amount: Decimal, code: str) -> None:
    rounded = round_money(amount, code)
    assert abs(Fraction(rounded) - Fraction(amount)) <= Fraction(currency(code).smallest) / 2
    assert round_money(rounded, code) == rounded
    assert round_money(-amount, code) == -rounded


@pytest.mark.parametrize("wrong", [0.1, 1, "1", None])
def test_only_decimals_are_money(wrong: object) -> None:
    for rule in (lambda: round_money(wrong, "CNY"), lambda: product(wrong), lambda: total([wrong])):
        with pytest.raises(TypeError):
            rule()


@pytest.mark.parametrize("wrong", ["NaN", "Infinity"])
def test_what_is_no_number_is_no_money(wrong: str) -> None:
    with pytest.raises(ValueError, match="number"):
        round_half_up(Decimal(wrong), 2)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_products_and_sums_lose_nothing(one: Decimal, two: Decimal, three: Decimal) -> None:
    assert Fraction(product(one, two, three)) == Fraction(one) * Fraction(two) * Fraction(three)
    assert Fraction(total([one, two, three])) == Fraction(one) + Fraction(two) + Fraction(three)


def test_an_unknown_currency_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValidationError) as refused:
        round_money(Decimal(1), "RMB")
    assert refused.value.code == "currency"
    assert "CNY" in refused.value.messages[0]
