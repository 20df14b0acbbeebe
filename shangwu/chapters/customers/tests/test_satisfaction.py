"""Clause 2.5.2: contentment is a share and a mean with the number of answers; recommendation is a balance."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.chapters.customers.duties import year_is_known
from shangwu.chapters.customers.models import SatisfactionReport, Survey
from shangwu.chapters.customers.pages.surveys import _signed, result
from shangwu.chapters.customers.satisfaction import balance, mean, top_share
from shangwu.chapters.customers.survey_access import by_link
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_surveys import a_survey, agreed
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from tests.builders import unique

pytestmark = pytest.mark.clause("2.5.2")


def test_sixty_for_us_and_fifteen_against_are_forty_five() -> None:
    assert balance(60, 15, 100) == Decimal("45.0")
    assert balance(12, 3, 20) == Decimal("45.0")
    assert balance(0, 4, 4) == Decimal("-100.0")
    assert [_signed(one) for one in ("45.0", "-12.5", "0.0", None)] == ["+45", "\u221212.5", "0", "—"]


def test_fours_and_fives_of_all_answers_are_content() -> None:
    assert (top_share(2, 3), mean(12, 3)) == (Decimal("66.7"), Decimal("4.00"))


def test_of_no_answers_there_is_no_figure() -> None:
    assert (top_share(0, 0), mean(0, 0), balance(0, 0, 0)) == (None, None, None)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=200))
def test_a_balance_lies_between_all_and_none(answers: list[int]) -> None:
    promoters, detractors = sum(one >= 9 for one in answers), sum(one <= 6 for one in answers)
    found = balance(promoters, detractors, len(answers))
    assert found is not None
    assert -100 <= found <= 100
    assert balance(detractors, promoters, len(answers)) == -found


def answered(desk: Desk, occasion: str, content: int, recommend: int | None = None) -> Survey:
    contact = agreed(desk, a_contact(desk.sales, a_customer(desk.sales), email=f"{unique('a')}@x.example"))
    survey = a_survey(desk, contact, occasion)
    said: dict[str, Any] = {"content": content, "would_recommend": recommend}
    done: Survey = act(by_link(desk.entity, survey.public_id), "customers.survey.answer", survey, said).record
    return done


def a_year(desk: Desk) -> SatisfactionReport:
    given = {"year": 2026, "department": desk.department}
    made: SatisfactionReport = act(desk.service, "customers.satisfactionreport.create", None, given).record
    fresh: SatisfactionReport = made.fresh
    return fresh


@pytest.mark.django_db
def test_the_result_of_a_year_by_occasion_and_never_one_scale_in_the_other(desk: Desk) -> None:
    for content in (5, 4, 2):
        answered(desk, "delivery", content)
    for content, recommend in ((5, 10), (4, 9), (3, 7), (1, 3)):
        answered(desk, "year", content, recommend)
    a_survey(desk)
    answered(Desk(), "delivery", 1)
    found = result(desk.service, a_year(desk))
    lines = [(one["asked"], one["answered"], one["top"], one["mean"]) for one in found["rows"]]
    assert lines == [(4, 3, "66.7%", "3.67"), (4, 4, "50.0%", "3.25"), (8, 7, "57.1%", "3.43")]
    assert (found["balance"], found["recommend"]["answered"]) == ("+25", 4)


@pytest.mark.django_db
def test_a_finished_year_stands_and_proves_the_duty(desk: Desk) -> None:
    report = a_year(desk)
    assert attempt(desk.service, "customers.satisfactionreport.finish", report) == "answers"
    answered(desk, "delivery", 5)
    assert attempt(desk.service, "customers.satisfactionreport.finish", report) == "findings"
    words = {"findings": "交期最受肯定", "measures": "維持"}
    act(desk.service, "customers.satisfactionreport.edit", report, words)
    assert year_is_known(["2026"]) == []
    act(desk.service, "customers.satisfactionreport.finish", report.fresh)
    (proof,) = year_is_known(["2025", "2026"])
    report = report.fresh
    assert (proof.period, proof.department, proof.done_by) == ("2026", desk.department.pk, desk.service.person_id)
    before = report.figures
    answered(desk, "delivery", 1)
    assert attempt(desk.service, "customers.satisfactionreport.redraw", report) == "state"
    assert report.fresh.figures == before


@pytest.mark.django_db
def test_there_is_one_result_of_a_year(desk: Desk) -> None:
    a_year(desk)
    given = {"year": 2026, "department": desk.department}
    assert attempt(desk.service, "customers.satisfactionreport.create", None, given) == "duplicate"
    assert attempt(desk.service, "customers.satisfactionreport.create", None, given | {"year": 2027}) == "future"
    assert attempt(desk.sales, "customers.satisfactionreport.create", None, given) == "forbidden"


@pytest.mark.django_db
def test_the_measures_agree_with_the_result(desk: Desk, settings: Any, tmp_path: Path) -> None:
    settings.FACTS = tmp_path
    for content in (5, 4, 2):
        answered(desk, "delivery", content)
    for content, recommend in ((5, 10), (4, 9), (3, 7), (1, 3)):
        answered(desk, "year", content, recommend)
    export("customers.surveys", everything=True)
    names = ["satisfaction.answers", "satisfaction.content", "satisfaction.mean", "loyalty.recommend"]
    (row,) = ask(desk.service, names).rows
    assert [round(float(one), 3) for one in row] == [7, 0.571, 3.429, 25.0]
