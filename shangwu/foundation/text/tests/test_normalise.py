"""What may be stored as text, and what is refused with a reason."""

import json
import unicodedata
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.text.normalise import comparable, stored_line, stored_lines
from tests.support import real_data

ANYTHING = some.text(some.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  岳澄精密　", "岳澄精密"),
        ("Cafe\u0301", "Café"),
        ("first\r\nsecond\tthird", "first second third"),
        ("\ufeffname\u200b", "name"),
        ("\u202dcall 138\u202c", "call 138"),
        ("神社 \ufa19", "神社 \ufa19"),  # a compatibility ideograph: the form on the identity card
        ("👩\u200d👧", "👩\u200d👧"),  # the joint makes one picture of two
        ("", ""),
    ],
)
def test_a_line_is_trimmed_composed_and_freed_of_unseen_characters(typed: str, stored: str) -> None:
    assert stored_line(typed) == stored


def test_lines_keep_their_breaks_and_tabs() -> None:
    assert stored_lines(" one\r\ntwo\rthree\u2028four\tfive \n") == "one\ntwo\nthree\nfour\tfive"


@pytest.mark.parametrize("store", [stored_line, stored_lines])
@pytest.mark.parametrize(
    ("typed", "code", "position"),
    [
        ("ab\0c", "control", 3),
        ("\x07", "control", 1),
        ("文\x9f", "control", 2),
        ("文\uffff", "control", 2),
        ("\U0002fffe", "control", 1),
        ("客\ufffd", "garbled", 2),
        ("客戶\ud800", "garbled", 3),
    ],
)
def test_what_no_table_can_hold_is_refused_with_its_place(store, typed: str, code: str, position: int) -> None:
    with pytest.raises(ValidationError) as refused:
        store(typed)
    assert refused.value.code == code
    assert refused.value.params["position"] == position
    assert f"{position}" in refused.value.messages[0]


def outcome(text: str) -> str:
    try:
        stored = stored_lines(text)
    except ValidationError as refused:
        return str(refused.code)
    stored.encode()  # fails on a lone surrogate
    return "shown" if all(unicodedata.category(each) != "Cc" or each in "\n\t" for each in stored) else "control left"


def test_each_naughty_string_is_stored_or_refused() -> None:
    naughty = json.loads(real_data("csv_quirks/blns/blns.json").read_text("utf-8"))
    outcomes = Counter(outcome(text) for text in naughty)
    assert outcomes.keys() == {"shown", "control"}
    assert outcomes.total() == 485
    assert outcomes["shown"] > 450


@given(ANYTHING)
def test_storing_twice_changes_nothing(text: str) -> None:
    for store in (stored_line, stored_lines):
        try:
            once = store(text)
        except ValidationError:
            continue
        assert store(once) == once


@given(ANYTHING.filter(lambda text: not any(unicodedata.category(each) == "Cs" for each in text)))
def test_comparing_folds_once_and_for_all(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


def test_width_case_and_spaces_compare_equal() -> None:
    assert comparable(" ＡＣＭＥ　 Ltd ") == comparable("acme ltd")
