"""The word diff: Chinese by characters, English by words, paragraphs and blanks as wholes; nothing gets lost."""

from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.regulation.comparing import Fate, compared, is_same
from shangwu.foundation.regulation.shipped import CODES, LANGUAGES, shipped


def drawn(former: str, now: str) -> str:
    marks = {Fate.KEPT: "{}", Fate.GONE: "[-{}-]", Fate.NEW: "[+{}+]"}
    return "".join(marks[one.fate].format(one.text) for one in compared(former, now))


def test_chinese_is_compared_by_characters() -> None:
    assert drawn("常規訂單限一日內評審。", "常規訂單限三日內評審。") == "常規訂單限[-一-][+三+]日內評審。"
    assert drawn("由銷售內勤核對", "由銷售內勤一次核對") == "由銷售內勤[+一次+]核對"


def test_english_is_compared_by_words() -> None:
    assert drawn("The order is reviewed.", "The orders are reviewed.") == "The [-order is-][+orders are+] reviewed."


def test_a_blank_is_one_word() -> None:
    assert drawn("限 {order.std}。", "限 {order.special}。") == "限 [-{order.std}-][+{order.special}+]。"


def test_a_new_paragraph_is_new_as_a_whole() -> None:
    assert drawn("甲。", "甲。\n\n乙。") == "甲。[+\n\n乙。+]"


def test_what_is_the_same_is_the_same() -> None:
    assert is_same(compared("甲", "甲"))
    assert not is_same(compared("甲", "乙"))
    assert compared("", "") == []


TEXT = st.text(alphabet="訂單評審 ab.\n{}約1", max_size=60)


@given(TEXT, TEXT)
def test_both_texts_can_be_read_back(former: str, now: str) -> None:
    pieces = compared(former, now)
    assert "".join(one.text for one in pieces if one.fate is not Fate.NEW) == former
    assert "".join(one.text for one in pieces if one.fate is not Fate.GONE) == now


def test_every_clause_against_nothing_and_itself() -> None:
    for code in CODES:
        for language in LANGUAGES:
            text = shipped(code, language).text
            assert is_same(compared(text, text))
            assert [one.fate for one in compared("", text)] in ([Fate.NEW], [])
