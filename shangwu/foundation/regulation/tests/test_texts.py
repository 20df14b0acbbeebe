"""The regulation is whole, says the same in three languages, and shows its parameters as they stand."""

import datetime
import re

import pytest

from shangwu.foundation.policy import parameters as policies
from shangwu.foundation.policy.clauses import CHAPTERS, CLAUSES
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.regulation import shipped
from shangwu.foundation.regulation.texts import LANGUAGES, Blank, Paragraph, chapter_title, clause_text, codes, wording

_CHINESE = re.compile(r"[\u3400-\u9fff]")
# One form of a character that only the other script writes: a text in the wrong script has some of them.
_TRADITIONAL, _SIMPLIFIED = "務責規說個經與為應時處員", "务责规说个经与为应时处员"


def test_there_are_36_clauses_and_the_introduction() -> None:
    assert len(CLAUSES) == 36
    assert codes() == ("1", *CLAUSES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", codes())
def test_every_clause_is_worded_in_every_language(code: str, language: str) -> None:
    one = wording(code, language)
    assert one.title
    assert one.paragraphs
    text = one.title + "".join(one.paragraphs)
    assert bool(_CHINESE.search(text)) is (language != "en")
    assert not set(text) & set({"zh-hant": _SIMPLIFIED, "zh-hans": _TRADITIONAL}.get(language, ""))


@pytest.mark.parametrize("code", codes())
def test_the_languages_say_the_same_point_by_point(code: str) -> None:
    reference, *others = (wording(code, language) for language in LANGUAGES)
    assert reference.blanks <= set(parameters)
    for other in others:
        assert other.blanks == reference.blanks
        assert [one.startswith("- ") for one in other.paragraphs] == [
            one.startswith("- ") for one in reference.paragraphs
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_file_has_its_own_clauses_in_order_and_no_other(language: str) -> None:
    for chapter in CHAPTERS:
        assert chapter_title(chapter.code, language)
        found = shipped.read(shipped.text_file(chapter.code, language))
        assert list(found) == [chapter.code, *(code for code, _ in chapter.clauses)]


def test_a_written_blank_of_the_source_stands_in_the_text_of_its_clause() -> None:
    assert {"att.days_per_week", "att.shift"} <= wording("3.1.1", "en").blanks
    assert {"att.T1", "att.fine_tier1", "att.T2", "att.half_absent_pct", "att.warn_count"} <= wording(
        "3.1.3", "en"
    ).blanks
    assert "loan.days" in wording("3.3.4", "en").blanks


def test_the_value_now_in_force_stands_in_the_text() -> None:
    assert "a loan is for at most 10 working days" in _plain("3.3.4", "en").lower()
    assert "一般不得超過 10 個工作日" in _plain("3.3.4", "zh-hant")
    assert "一般不得超过 10 个工作日" in _plain("3.3.4", "zh-hans")


def test_another_language_reads_the_reference() -> None:
    assert clause_text("3.3.4", "fr") == clause_text("3.3.4", "zh-hant")


def test_a_text_can_be_asked_as_of_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def dated(one: Parameter, on: datetime.date | None) -> object:
        return 7 if one.key == "loan.days" and on and on >= datetime.date(2026, 12, 1) else one.default

    monkeypatch.setattr(policies, "_reader", dated)
    assert "10 working days" in _plain("3.3.4", "en", datetime.date(2026, 11, 30))
    assert "7 working days" in _plain("3.3.4", "en", datetime.date(2026, 12, 1))


def test_html_is_escaped_and_values_are_marked() -> None:
    one = Parameter("loan.days", "3.3.4", "", 10)
    drawn = Paragraph(("a < b ", Blank(one, "<10>"))).html
    assert drawn == 'a &lt; b <mark data-parameter="loan.days">&lt;10&gt;</mark>'


def test_an_unknown_clause_is_no_text() -> None:
    with pytest.raises(KeyError):
        clause_text("9.9.9", "en")
    with pytest.raises(KeyError):
        clause_text("2.6.9", "en")


def _plain(code: str, language: str, on: datetime.date | None = None) -> str:
    return "\n".join(one.plain for one in clause_text(code, language, on))
