"""Amounts in capitals: the official examples, both spellings where two are allowed, and the way back."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.text.capitals import capital_amount, capital_date, read_capital_amount
from tests.support import real_data


def test_official_examples_are_written_and_every_allowed_spelling_is_read() -> None:
    rules = json.loads(real_data("ids_amounts/rmb_official.json").read_text("utf-8"))
    for amount, spellings in rules["amount_accepts_any_of"]:
        assert capital_amount(Decimal(amount)) == spellings[0]
        assert [read_capital_amount(each) for each in spellings] == [Decimal(amount)] * len(spellings)
    for day, written in rules["date_capital"].items():
        month, _, rest = day.partition("月")
        assert capital_date(date(2026, int(month), int(rest.removesuffix("日")))).endswith(f"年{written}")


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("0", "", "零元整"),
        ("0.05", "", "伍分"),
        ("0.50", "", "伍角"),
        ("1", "CNY", "人民币壹元整"),
        ("10", "TWD", "新臺幣壹拾元整"),
        ("100000", "TWD", "新臺幣壹拾萬元整"),
        ("1680.32", "TWD", "新臺幣壹仟陸佰捌拾元零叁角貳分"),
        ("100000001", "", "壹亿零壹元整"),
        ("100010000", "", "壹亿零壹万元整"),
        ("1000000000000", "", "壹万亿元整"),
        ("-5.20", "CNY", "人民币负伍元贰角"),
    ],
)
def test_amounts_are_written_by_the_rules(amount: str, currency: str, written: str) -> None:
    assert capital_amount(Decimal(amount), currency) == written
    assert read_capital_amount(written, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("人民幣貳億零伍拾萬圓正", "200500000"),
        ("人民币 壹佰元整", "100"),
        ("壹拾万零柒仟元伍角叁分", "107000.53"),
        ("壹拾万柒仟元伍角叁分", "107000.53"),
        ("壹仟肆佰零玖元伍角整", "1409.50"),
        ("新台幣壹萬元整", "10000"),
    ],
)
def test_other_allowed_spellings_are_read(written: str, amount: str) -> None:
    assert read_capital_amount(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "壹仟玖元整",
        "壹佰元",
        "壹元伍分",
        "壹元零伍分整",
        "一百元整",
        "壹百元整",
        "",
        "元",
        "亿元整",
        "万" * 3000 + "元整",
        "12元整",
    ],
)
def test_what_breaks_the_rules_is_refused(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_capital_amount(written)
    assert refused.value.code == "capitals"
    assert len(refused.value.messages[0]) < 300


def test_the_refusal_gives_the_right_spelling() -> None:
    with pytest.raises(ValidationError, match="壹仟零玖元整"):
        read_capital_amount("壹仟玖元整")


def test_another_currency_than_the_documents_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        read_capital_amount("新臺幣壹元整", "CNY")
    assert refused.value.code == "currency"


@pytest.mark.parametrize(("amount", "code"), [("1.005", "precision"), ("1e16", "range"), ("NaN", "range")])
def test_amounts_without_a_form_in_capitals_are_refused(amount: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        capital_amount(Decimal(amount))
    assert refused.value.code == code


def test_a_float_is_no_amount() -> None:
    with pytest.raises(TypeError):
        capital_amount(1.5)  # type: ignore[arg-type]


# Many zeros, where the rules are.
CENTS = some.one_of(
    some.integers(0, 10**18 - 1), some.from_regex("[0-9]0{0,6}[0-9]0{0,6}[0-9]0{0,3}", fullmatch=True).map(int)
)


@given(CENTS, some.sampled_from(["", "CNY", "TWD", "HKD"]))
def test_every_amount_survives_the_round_trip(cents: int, currency: str) -> None:
    amount = Decimal(cents).scaleb(-2)
    written = capital_amount(amount, currency)
    assert read_capital_amount(written, currency) == amount
    assert "零零" not in written


@given(some.text("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整", max_size=25))
def test_a_text_is_read_only_as_what_it_is_written_for(text: str) -> None:
    try:
        amount = read_capital_amount(text)
    except ValidationError:
        return
    assert len(capital_amount(amount)) >= len(text) - 2
