"""Organisation numbers of three places: right ones pass as they are stored, wrong ones say what is wrong."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.text.identity_numbers import (
    credit_code,
    explain_credit_code,
    hong_kong_business_registration,
    organisation_number,
    taiwan_business_number,
)
from tests.support import real_data

RULES = {"cn_uscc": credit_code, "tw_ubn": taiwan_business_number}
# The library behind the data takes no letter in front; GB 32100 does (A: military staffing office). The number is
# refused all the same, by its check character.
OTHER_REASON = {"A1110000600037341L": "checksum"}


@pytest.fixture(scope="module")
def numbers() -> Any:
    return json.loads(real_data("ids_amounts/org_ids.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", RULES)
def test_every_real_verdict(kind: str, numbers: Any) -> None:
    rule = RULES[kind]
    assert [number for number in numbers[f"{kind}_valid"] if rule(number) != number] == []
    for number, reason in numbers[f"{kind}_invalid"].items():
        with pytest.raises(ValidationError) as refused:
            rule(number)
        assert refused.value.code == OTHER_REASON.get(number, reason.split(" ")[0])
    for written, stored in numbers[f"{kind}_normalise"].items():
        assert rule(written) == stored


def test_a_changed_character_of_a_credit_code_is_found() -> None:
    right = "91110000600037341L"
    assert credit_code("９１１１００００６０００３７３４１l") == right
    for position, replacement in enumerate("23456789ABCDEFGHJK"):
        changed = right[:position] + replacement + right[position + 1 :]
        if changed != right:
            with pytest.raises(ValidationError):
                credit_code(changed)


def test_the_refusal_names_the_expected_character() -> None:
    with pytest.raises(ValidationError) as refused:
        credit_code("91110000600037341N")
    assert refused.value.params == {"expected": "L", "found": "N"}


def test_a_credit_code_tells_who_registered_it_and_where() -> None:
    code = explain_credit_code("91110000600037341L")
    assert (code.region, code.body) == ("110000", "600037341")
    assert str(code.registrar) != str(code.business)


@pytest.mark.parametrize(("number", "is_valid"), [("22099131", True), ("12345670", True), ("12222270", False)])
def test_taiwan_counts_by_five_and_lets_a_seven_pass(number: str, is_valid: bool) -> None:
    if is_valid:
        assert taiwan_business_number(number) == number
    else:
        with pytest.raises(ValidationError, match="5"):
            taiwan_business_number(number)


def test_hong_kong_takes_the_number_or_the_whole_certificate() -> None:
    assert hong_kong_business_registration("1234 5678") == "12345678"
    assert hong_kong_business_registration("12345678-000-01-24-A") == "12345678"
    with pytest.raises(ValidationError):
        hong_kong_business_registration("1234567")


def test_the_place_chooses_the_rule() -> None:
    assert organisation_number("TW", "22099131") == "22099131"
    with pytest.raises(ValidationError):
        organisation_number("CN", "22099131")
