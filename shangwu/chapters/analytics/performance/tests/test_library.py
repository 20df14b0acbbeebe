"""2.7.3: each post has its usual indicators, kept as a library; a sheet for who holds the post begins with them."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.analytics.performance.models import KpiSheet, KpiTemplate
from shangwu.chapters.analytics.performance.tests.sheets import Team, a_sheet
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Department, Post
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, a_department

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

VISITS = {"way": "measure", "measure": "visits.count", "weight": "70"}
REPORTS = {
    "way": "manual", "name": "競品報告", "definition": "按期提交並採用", "source": "報告臺帳", "weight": "30",
}  # fmt: skip
BY_REGULATION = ["performance.revenue", "performance.profit", "performance.revenue", "satisfaction.mean"]


def a_post(department: Department, name: str = "業務專員") -> Post:
    made: Post = act(HOUSE, "people.post.create", None, {"name": name, "department": department}).record
    return made


def holder(team: Team, post: Post | None) -> Actor:
    """Somebody who holds a post."""
    return team.one(Role.SALES, post=post)


def given(post: Post, *lines: dict[str, Any]) -> dict[str, Any]:
    return {"name": post.name, "post": post, "lines": list(lines or (VISITS, REPORTS))}


def kept(by: Actor, post: Post, *lines: dict[str, Any]) -> KpiTemplate:
    made: KpiTemplate = act(by, "analytics.kpitemplate.create", None, given(post, *lines)).record
    return made


def lines_of(sheet: KpiSheet) -> list[tuple[Any, ...]]:
    return [(one.way, one.measure, one.name, one.weight, one.target) for one in sheet.lines.order_by("position")]


def test_a_sheet_begins_with_the_usual_indicators_of_the_post(team: Team) -> None:
    post, other = a_post(team.department), a_post(team.department, "客服專員")
    kept(team.head, post)
    kept(team.head, other, {**VISITS, "weight": "100"})
    sheet = a_sheet(team, holder(team, post), lines=[])
    assert lines_of(sheet) == [
        ("measure", "visits.count", "", Decimal(70), None), ("manual", "", "競品報告", Decimal(30), None),
    ]  # fmt: skip
    assert (sheet.weight, sheet.lines.get(position=2).definition) == (100, "按期提交並採用")


def test_without_any_it_begins_with_those_of_the_regulation(team: Team) -> None:
    post = a_post(team.department)
    template = kept(team.head, post)
    assert [one[1] for one in lines_of(a_sheet(team, holder(team, None), lines=[]))] == BY_REGULATION
    act(team.head, "analytics.kpitemplate.archive", template)
    assert [one[1] for one in lines_of(a_sheet(team, holder(team, post), lines=[]))] == BY_REGULATION


def test_what_is_set_by_hand_stays(team: Team) -> None:
    post = a_post(team.department)
    kept(team.head, post)
    sheet = a_sheet(team, holder(team, post))
    assert [one[1] for one in lines_of(sheet)] == ["performance.revenue"]


def test_a_sheet_keeps_its_indicators_when_the_library_changes(team: Team) -> None:
    post = a_post(team.department)
    template = kept(team.head, post)
    sheet = a_sheet(team, holder(team, post), lines=[])
    before = lines_of(sheet)
    act(team.head, "analytics.kpitemplate.edit", template, {"lines": [{**VISITS, "weight": "100"}]})
    assert lines_of(sheet.fresh) == before
    assert len(lines_of(a_sheet(team, holder(team, post), lines=[]))) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([VISITS], "weights"),
        ([VISITS, {**REPORTS, "source": ""}], "definition"),
        ([VISITS, {**REPORTS, "name": ""}], "invalid"),
        ([{**VISITS, "measure": "sales.revenue", "weight": "100"}], "invalid"),
        ([VISITS, REPORTS], "done"),
    ],
)
def test_a_template_is_whole(team: Team, lines: list[Any], code: str) -> None:
    assert attempt(team.head, "analytics.kpitemplate.create", None, given(a_post(team.department), *lines)) == code


def test_a_post_has_one_template_and_its_departments_head_keeps_it(team: Team) -> None:
    post = a_post(team.department)
    template = kept(team.head, post)
    assert template.department_id == team.department.pk
    assert attempt(team.head, "analytics.kpitemplate.create", None, given(post)) == "duplicate"
    elsewhere = a_post(a_department())
    assert attempt(team.head, "analytics.kpitemplate.create", None, given(elsewhere)) == "forbidden"
    for by in (team.sales, team.personnel):
        assert attempt(by, "analytics.kpitemplate.edit", template.fresh, {"name": "x"}) == "forbidden"
    assert KpiTemplate.objects.visible_to(team.sales).filter(pk=template.pk).exists(), "everybody reads it"
