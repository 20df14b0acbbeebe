"""What is taken out of running text is gone however it was written, and nothing else is."""

import pytest

from shangwu.foundation.text.redaction import pattern_of, without

VALUES = ["譚雀燕", "+886955000137", "canary.bird@example.tw", "wx_9137"]


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("譚雀燕說明天來", "＊說明天來"),
        ("電 0955-000-137 或 +886 955 000 137", "電 ＊ 或 ＊"),
        ("(0)955000137", "＊"),
        ("寄 Canary.Bird@Example.tw，微信 wx_9137。", "寄 ＊，微信 ＊。"),
        ("訂單 10955000137 與 09550001370 無關", "訂單 10955000137 與 09550001370 無關"),
        ("canaryXbird@example.tw", "canaryXbird@example.tw"),
    ],
)
def test_a_value_goes_in_each_spelling_and_alone(written: str, left: str) -> None:
    assert without(written, pattern_of(VALUES), "＊") == left


def test_what_is_too_short_is_not_looked_for() -> None:
    assert pattern_of(["王", " ", ""]) == ""
    assert without("王水洩漏", "", "＊") == "王水洩漏"


def test_the_longest_value_goes_first() -> None:
    assert without("王小美來電", pattern_of(["王小", "王小美"]), "＊") == "＊來電"
