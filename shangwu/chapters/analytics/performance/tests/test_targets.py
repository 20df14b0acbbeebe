"""2.7.3: targets are set, shared out, approved, signed; a changed one is approved and the old one kept."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.models import KpiSheet, TargetChange
from shangwu.chapters.analytics.performance.tests.sheets import (
    CONTENT,
    REVENUE,
    Team,
    a_sheet,
    a_signed_sheet,
    approve,
    last_month,
    person,
    request_of,
)
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import a_department, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

D = Decimal
State = KpiSheet.State
MANUAL = {"way": "manual", "name": "客戶滿意度", "target": "4.5", "weight": "40"}


def department_sheet(team: Team, target: str = "1000", **values: Any) -> KpiSheet:
    lines = [{**REVENUE, "target": target, "weight": "60"}, {**MANUAL, "definition": "問卷平均", "source": "回訪表"}]
    given = {"level": "department", "department": team.department, "lines": lines} | values
    return a_sheet(team, team.head, by=team.executive, **given)


def test_the_head_sets_targets_the_route_approves_the_employee_signs(team: Team) -> None:
    sheet = a_signed_sheet(team)
    assert (sheet.state, sheet.weight, sheet.period) == (State.SIGNED, 100, f"{sheet.first:%Y-%m}")
    assert sheet.owner_id == team.sales.person_id
    assert sheet.number


def test_nobody_signs_in_anothers_place(team: Team) -> None:
    assert team.vice
    sheet = a_sheet(team)
    act(team.head, "analytics.kpisheet.submit", sheet)
    approve(team, sheet)
    for other in (team.head, team.colleague, team.executive):
        assert attempt(other, "analytics.kpisheet.sign", sheet.fresh) in ("forbidden", "missing")
    assert attempt(team.sales, "analytics.kpisheet.hand_back", sheet.fresh, reason="目標過高") == "done"
    assert sheet.fresh.state == State.DRAFT


def test_who_put_targets_forward_does_not_approve_them(team: Team) -> None:
    assert team.vice
    sheet = a_sheet(team)
    act(team.head, "analytics.kpisheet.submit", sheet)
    assert attempt(team.head, "approvals.request.approve", request_of(sheet), {"opinion": "ok"}) == "forbidden"
    assert sheet.fresh.state == State.APPROVAL


def test_nobody_sets_their_own_targets(team: Team) -> None:
    given = {"owner": person(team.head), "cadence": "month", "first": last_month(team), "lines": [REVENUE]}
    assert attempt(team.head, "analytics.kpisheet.create", None, given) == "forbidden"
    assert attempt(team.sales, "analytics.kpisheet.create", None, given) == "forbidden"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{**REVENUE, "weight": "99"}], "weights"),
        ([{**REVENUE, "target": None}], "target"),
        ([{**MANUAL, "weight": "100"}], "definition"),
    ],
)
def test_targets_without_weight_value_or_definition_are_not_put_forward(team: Team, lines: Any, code: str) -> None:
    sheet = a_sheet(team, lines=lines)
    assert attempt(team.head, "analytics.kpisheet.submit", sheet) == code


def test_the_database_keeps_weights_at_a_hundred(team: Team) -> None:
    sheet = a_signed_sheet(team)
    with gate.door(), connection.cursor() as cursor:
        sheet.lines.update(weight=D(90))
        with pytest.raises(IntegrityError, match="differ from its lines"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_department_is_shared_out_to_the_last_dollar(team: Team) -> None:
    whole = department_sheet(team, "1000")
    third = team.one(Role.SALES)
    persons = [person(team.sales), person(team.colleague), person(third)]
    act(team.head, "analytics.kpisheet.cascade", whole, {"persons": [str(one.public_id) for one in persons]})
    children = list(KpiSheet.objects.filter(parent=whole).order_by("pk"))
    assert [one.owner_id for one in children] == [one.pk for one in persons]
    assert [one.lines.get(position=1).target for one in children] == [334, 333, 333]
    assert {one.lines.get(position=2).target for one in children} == {D("4.5")}
    assert all(one.number and one.weight == 100 and one.state == State.DRAFT for one in children)


def test_a_mean_is_the_same_for_everybody_and_is_not_shared_out(team: Team) -> None:
    whole = department_sheet(team, lines=[{**REVENUE, "weight": "60"}, {**CONTENT, "weight": "40"}])
    among = [str(person(one).public_id) for one in (team.sales, team.colleague)]
    act(team.head, "analytics.kpisheet.cascade", whole, {"persons": among})
    children = KpiSheet.objects.filter(parent=whole)
    assert {one.lines.get(position=1).target for one in children} == {500}, "the control: amounts are shared out"
    assert {one.lines.get(position=2).target for one in children} == {D("4.5")}
    assert not indicators.adds_up("sales.price", "measure"), "a mean price is no sum either"


def test_who_signs_what_is_not_shown_to_them_does_so_knowingly(team: Team) -> None:
    assert team.vice
    profit = {"way": "measure", "measure": "performance.profit", "target": "777", "weight": "100"}
    sheet = a_sheet(team, lines=[profit])
    act(team.head, "analytics.kpisheet.submit", sheet)
    approve(team, sheet)
    assert attempt(team.sales, "analytics.kpisheet.sign", sheet.fresh) == "unseen"
    assert attempt(team.sales, "analytics.kpisheet.sign", sheet.fresh, {"unseen": True}) == "done"
    plain = a_sheet(team, team.colleague)
    act(team.head, "analytics.kpisheet.submit", plain)
    approve(team, plain)
    assert attempt(team.colleague, "analytics.kpisheet.sign", plain.fresh) == "done", "nothing is hidden from them"


def test_parts_come_to_the_whole_or_say_why(team: Team) -> None:
    assert team.vice
    whole = department_sheet(team, "1000")
    act(team.head, "analytics.kpisheet.cascade", whole, {"persons": [str(person(team.sales).public_id)]})
    child = KpiSheet.objects.get(parent=whole)
    lines = [{**REVENUE, "target": "900", "weight": "60"}, {**MANUAL, "definition": "問卷平均", "source": "回訪表"}]
    act(team.head, "analytics.kpisheet.edit", child, {"lines": lines})
    assert attempt(team.head, "analytics.kpisheet.submit", child.fresh) == "rollup"
    lines[0] = {**lines[0], "reason": "新人試用期"}
    act(team.head, "analytics.kpisheet.edit", child.fresh, {"lines": lines})
    assert attempt(team.head, "analytics.kpisheet.submit", child.fresh) == "done"


def test_a_changed_target_counts_once_it_is_approved_and_the_old_one_stays(team: Team) -> None:
    sheet = a_signed_sheet(team)
    day = sheet.first + datetime.timedelta(days=15)
    given = {"line": 1, "target": "800", "since": day, "why": "產線歲修"}
    act(team.head, "analytics.kpisheet.change_target", sheet, given)
    assert attempt(team.head, "analytics.kpisheet.change_target", sheet.fresh, given) == "pending"
    approve(team, sheet)
    (change,) = sheet.changes.all()
    assert (change.state, change.amount, change.since) == (TargetChange.State.IN_FORCE, 800, day)
    assert sheet.lines.get().target == 1000
    assert attempt(team.head, "analytics.kpisheet.change_target", sheet.fresh, given) == "duplicate"


def test_persons_are_judged_by_the_span_that_the_regulation_says(team: Team) -> None:
    given = {"owner": person(team.sales), "cadence": "quarter", "first": datetime.date(2026, 1, 1), "lines": [REVENUE]}
    assert attempt(team.head, "analytics.kpisheet.create", None, given) == "cadence"
    assert attempt(team.head, "analytics.kpisheet.create", None, given | {"cadence": "year"}) == "done"


def test_a_sheet_without_lines_begins_with_the_regulations_indicators(team: Team) -> None:
    sheet = a_sheet(team, lines=[])
    found = [(line.way, line.measure, line.weight) for line in sheet.fresh.lines.order_by("position")]
    assert found == [
        ("measure", "performance.revenue", 50), ("measure", "performance.profit", 20),
        ("growth", "performance.revenue", 15), ("measure", "satisfaction.mean", 15),
    ]  # fmt: skip
    assert attempt(team.head, "analytics.kpisheet.submit", sheet.fresh) == "target"


def test_the_companys_targets_go_to_departments_and_from_there_to_persons(team: Team) -> None:
    other = a_department()
    assert team.head
    a_person(Role.HEAD, department=other, entity=team.entity)
    chief = actor_of(a_person(Role.EXECUTIVE, department=team.department, entity=team.entity, whole_company=True))
    lines = [{**REVENUE, "target": "1000", "weight": "100"}]
    whole = a_sheet(team, chief, by=chief, level="company", lines=lines)

    def shared(among: list[Any]) -> str:
        return attempt(chief, "analytics.kpisheet.cascade", whole.fresh, {"departments": among})

    headless = a_department()
    assert shared([team.department, headless]) == "head"
    assert shared([]) == "invalid"
    assert shared([team.department, other]) == "done"
    mine, theirs = KpiSheet.objects.filter(parent=whole).order_by("pk")
    assert {(one.level, one.state) for one in (mine, theirs)} == {("department", State.DRAFT)}
    assert (mine.department_id, mine.owner_id) == (team.department.pk, team.head.person_id)
    assert [one.lines.get().target for one in (mine, theirs)] == [500, 500]
    given = {"persons": [str(person(one).public_id) for one in (team.sales, team.colleague)]}
    assert attempt(team.head, "analytics.kpisheet.cascade", mine, given) == "done"
    assert [one.lines.get().target for one in KpiSheet.objects.filter(parent=mine)] == [250, 250]


def test_nobody_shares_out_to_a_department_that_is_their_own(team: Team) -> None:
    whole = department_sheet(team, "1000")
    given = {"departments": [team.department]}
    assert attempt(team.head, "analytics.kpisheet.cascade", whole, given) == "forbidden"
    assert attempt(team.executive, "analytics.kpisheet.cascade", whole.fresh, given) != "forbidden"
