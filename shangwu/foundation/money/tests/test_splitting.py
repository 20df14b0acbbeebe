"""A split adds up to the amount exactly, whatever the weights."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.money.currencies import currency
from shangwu.foundation.money.splitting import split_evenly, split_money

CODES = some.sampled_from(["CNY", "TWD", "JPY", "HKD"])
WEIGHTS = some.lists(some.decimals(0, 10**9, places=6), min_size=1, max_size=20)


def decimals(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("amount", "weights", "code", "shares"),
    [
        ("50", ("180", "150", "70"), "CNY", ("22.50", "18.75", "8.75")),
        ("100", ("100", "100", "100"), "CNY", ("33.34", "33.33", "33.33")),
        ("-100", ("1", "1", "1"), "CNY", ("-33.34", "-33.33", "-33.33")),
        ("100", ("1", "1", "1"), "TWD", ("34", "33", "33")),
        ("0.01", ("1", "2", "3"), "CNY", ("0.00", "0.00", "0.01")),
        ("0", ("0", "0"), "CNY", ("0.00", "0.00")),
        ("5", ("0", "1"), "TWD", ("0", "5")),
    ],
)
def test_examples(amount: str, weights: tuple[str, ...], code: str, shares: tuple[str, ...]) -> None:
    assert [str(share) for share in split_money(Decimal(amount), decimals(*weights), code)] == list(shares)


def test_equal_remainders_go_to_the_earlier_line() -> None:
    assert split_evenly(Decimal(2), 3, "TWD") == decimals("1", "1", "0")


@given(some.integers(-(10**12), 10**12), WEIGHTS.filter(any), CODES)
def test_parts_add_up_and_lie_within_a_unit_of_their_share(units: int, weights: list[Decimal], code: str) -> None:
    smallest = currency(code).smallest
    amount = units * smallest
    shares = split_money(amount, weights, code)
    assert sum(shares) == amount
    whole = Fraction(sum(weights))
    for share, weight in zip(shares, weights, strict=True):
        assert abs(Fraction(share) - Fraction(amount) * Fraction(weight) / whole) < smallest
        assert share % smallest == 0


@given(some.lists(some.integers(0, 10**6), min_size=1, max_size=12).filter(any), some.data())
def test_no_line_is_discounted_below_zero(weights: list[int], data: some.DataObject) -> None:
    amount = Decimal(data.draw(some.integers(0, sum(weights))))
    shares = split_money(amount, [Decimal(weight) for weight in weights], "TWD")
    assert all(share <= weight for share, weight in zip(shares, weights, strict=True))


@pytest.mark.parametrize(
    ("amount", "weights", "code"),
    [
        ("10.001", ("1",), "precision"),
        ("1", ("0", "0"), "weights"),
        ("1", ("2", "-1"), "weights"),
        ("1", (), "weights"),
    ],
)
def test_what_can_not_be_split_is_refused(amount: str, weights: tuple[str, ...], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        split_money(Decimal(amount), decimals(*weights), "CNY")
    assert refused.value.code == code
