"""Simplified Chinese is drafted by conversion, then read: what the conversion gets wrong does not come back."""

import re

import polib
import pytest

from house.catalogues import catalogue_path

ELSEWHERE = (
    "指针", "存盘", "帐", "客户文件", "渠道文件", "下一列", "上一列", "此列", "保存格", "试算表",
    "栏位", "自订", "身分", "权杖", "稽核", "预设", "品质", "网路", "资讯", "软体",
    "伺服器", "讯息", "登入", "登出", "汇出", "列印", "专案", "萤幕", "滑鼠", "「",
    "」",
)  # fmt: skip
"""Words of Taiwan, and words of programmers that took the place of an office's."""


@pytest.mark.parametrize("word", ELSEWHERE)
def test_simplified_chinese_uses_the_words_of_the_mainland(word: str) -> None:
    entries = polib.pofile(str(catalogue_path("zh_Hans")))
    said = [text for one in entries for text in (one.msgstr, *one.msgstr_plural.values()) if text]
    assert [text for text in said if re.search(word, text)] == []


def test_the_chapter_of_sales_is_named_alike_on_the_rail_and_in_the_regulation() -> None:
    entries = polib.pofile(str(catalogue_path("zh_Hans")))
    assert entries.find("Sales execution").msgstr == "销售业务执行"
    assert entries.find("indicators").msgstr == "指标"
