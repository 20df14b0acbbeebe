"""2.7.3: satisfaction and new customers are read from locked data; a mean of nothing is no number, and parts of it are
never added up."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.figures import figures
from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.analytics.performance.tests.sheets import (
    CONTENT,
    Team,
    a_scored_sheet,
    a_sheet,
    a_signed_sheet,
    answered,
    last_month,
    lock,
    sold,
    this_month,
)
from shangwu.chapters.analytics.performance.tests.test_progress import page
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import a_department, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

D = Decimal


def test_satisfaction_is_what_customers_have_answered(team: Team) -> None:
    month = last_month(team)
    survey = answered(team, 5, month)
    answered(team, 4, month)
    answered(team, 1, month, by=team.colleague)
    sold(team, "900", month)
    sheet = a_scored_sheet(team, lines=[CONTENT])
    line = sheet.lines.get()
    assert (line.actual, line.reached, sheet.score) == (D("4.5"), 100, 100), "a colleague's customers are not theirs"
    shown = page(team.sales, f"/analytics/kpisheets/{sheet.public_id}/lines/1/")
    assert str(survey.number) in shown, "the line opens what it was read from"
    assert "4.5 ÷ 4.5 = 100%" in shown


def test_where_nobody_answered_there_is_no_result_and_it_is_entered_with_evidence(team: Team) -> None:
    sold(team, "900", last_month(team))
    answered(team, 5, last_month(team), by=team.colleague)
    sheet = a_signed_sheet(team, lines=[CONTENT])
    lock(team, last_month(team))
    assert attempt(team.head, "analytics.kpisheet.score", sheet) == "evidence"
    given = {"line": 1, "actual": "4.5", "evidence": "回訪記錄"}
    act(team.head, "analytics.kpisheet.enter", sheet.fresh, given)
    assert act(team.head, "analytics.kpisheet.score", sheet.fresh).record.score == 100


def test_what_was_entered_does_not_count_where_customers_answered(team: Team) -> None:
    sold(team, "900", last_month(team))
    answered(team, 3, last_month(team))
    sheet = a_signed_sheet(team, lines=[CONTENT])
    act(team.head, "analytics.kpisheet.enter", sheet, {"line": 1, "actual": "5", "evidence": "印象"})
    lock(team, last_month(team))
    scored: KpiSheet = act(team.head, "analytics.kpisheet.score", sheet.fresh).record
    assert (scored.lines.get().actual, scored.lines.get().evidence) == (3, "")


def test_a_departments_mean_is_that_of_all_answers_below_it(team: Team) -> None:
    below = a_department(parent=team.department)
    their = actor_of(a_person(Role.SALES, department=below, entity=team.entity, superior=team.leader))
    today = clock.today(team.sales.zone)
    for content in (5, 5, 5):
        answered(team, content, today)
    answered(team, 1, today, by=their)
    export("customers.surveys")
    given = {"level": "department", "department": team.department, "lines": [CONTENT]}
    sheet = a_sheet(team, team.head, by=team.executive, first=this_month(team), **given)
    found = figures([(sheet, list(sheet.lines.all()))], until=today)
    assert found.of == {(sheet.pk, 1): D(4)}, "neither 5 + 1 nor their half"


def test_new_customers_count_for_who_looks_after_them(team: Team) -> None:
    today = clock.today(team.sales.zone)
    first = sold(team, "900", today)
    sold(team, "300", today, by=team.colleague)
    assert Customer.objects.get(pk=first.customer_id).won_at is not None
    export("customers.won")
    line: dict[str, Any] = {"way": "measure", "measure": "customers.won", "target": "2", "weight": "100"}
    sheet = a_sheet(team, first=this_month(team), lines=[line])
    found = figures([(sheet, list(sheet.lines.all()))], until=today)
    assert found.of == {(sheet.pk, 1): 1}


def test_every_indicator_that_is_shared_out_is_a_sum() -> None:
    """Whatever divides is a mean: its parts do not come to the whole."""
    for one in indicators.measurable():
        if indicators.adds_up(one.name, "measure"):
            assert one.unit in (Unit.MONEY, Unit.COUNT, Unit.QUANTITY)
            assert one.formula is None or one.formula.adds, one.name
    assert indicators.is_mean("satisfaction.mean")
    assert indicators.is_mean("shipments.days")
    assert not indicators.is_mean("performance.revenue"), "the control"
    assert {"satisfaction.mean", "customers.won", "visits.count"} <= {one.name for one in indicators.measurable()}
    assert measures["satisfaction.mean"].gate is not None
    assert not indicators.is_closed("satisfaction.mean"), "one's own is shown to oneself"
    assert indicators.is_closed("performance.profit"), "the control"


GROWTH = {"way": "growth", "measure": "performance.revenue", "target": "10", "weight": "100"}


def test_growth_opens_the_records_of_both_years(team: Team) -> None:
    month = last_month(team)
    before = month.replace(year=month.year - 1)
    now = [sold(team, price, month) for price in ("900", "300")]
    then = sold(team, "1000", before)
    other = sold(team, "5000", before, by=team.colleague)
    lock(team, before)
    sheet = a_scored_sheet(team, lines=[GROWTH])
    assert sheet.lines.get().actual == 20
    shown = page(team.sales, f"/analytics/kpisheets/{sheet.public_id}/lines/1/")
    assert "(1,200 − 1,000) ÷ 1,000 = 20%" in shown
    assert all(one.number in shown for one in (*now, then))
    assert other.number not in shown, "a colleague's order is not theirs"


def test_growth_over_nothing_says_why_there_is_none(team: Team) -> None:
    month = last_month(team)
    order = sold(team, "900", month)
    lock(team, month.replace(year=month.year - 1))
    lock(team, month)
    sheet = a_signed_sheet(team, lines=[GROWTH])
    export("performance.credit")
    shown = page(team.sales, f"/analytics/kpisheets/{sheet.public_id}/lines/1/")
    assert "growth is counted only over what was above nought" in shown
    assert order.number in shown
