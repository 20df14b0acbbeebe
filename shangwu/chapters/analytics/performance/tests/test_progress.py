"""2.7.3: employees see how they stand as it moves; the head sees the team; a hidden cost shows through nothing."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet
from shangwu.chapters.analytics.performance.progress import progress_of
from shangwu.chapters.analytics.performance.tests.sheets import (
    REVENUE,
    Team,
    a_scored_sheet,
    a_sheet,
    a_signed_sheet,
    last_month,
    person,
    sold,
    this_month,
)
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import shows
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

PROFIT = {"way": "measure", "measure": "performance.profit", "target": "777", "weight": "100"}


def signed_in(actor: Actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    account = Account.objects.filter(person_id=actor.person_id).first()
    client.force_login(account or Account.objects.create_user(unique("u"), person_id=actor.person_id, language="en"))
    return client


def page(actor: Actor, address: str) -> str:
    answer = signed_in(actor).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_ones_own_score_moves_with_each_order(team: Team) -> None:
    sheet = a_signed_sheet(team, first=this_month(team))
    today = clock.today(team.sales.zone)
    export("performance.credit")
    with gate.free_reading():
        assert progress_of([sheet], today)[0].score == 0
    sold(team, "400", today)
    export("performance.credit")
    (now,) = progress_of([sheet], today)
    assert (now.score, now.is_provisional) == (40, True)
    assert 0 < now.passed <= 100
    assert sheet.fresh.lines.get().actual is None, "what is provisional is kept nowhere"
    shown = page(team.sales, f"/analytics/kpisheets/{sheet.public_id}/")
    assert "provisional" in shown
    assert "400 ÷ 1,000 = 40%, × weight 100 = 40.00" in shown
    assert "My targets" in page(team.sales, "/my-day/later/")


def test_a_line_opens_the_orders_behind_it(team: Team) -> None:
    order = sold(team, "900", last_month(team))
    sheet = a_scored_sheet(team)
    shown = page(team.sales, f"/analytics/kpisheets/{sheet.public_id}/lines/1/")
    assert str(order.number) in shown
    assert "900 ÷ 1,000 = 90%, × weight 100 = 90.00" in shown
    assert "provisional" not in shown


def test_the_table_of_the_team_asks_the_same_number_of_questions_for_more_people(team: Team) -> None:
    a_signed_sheet(team, first=this_month(team))
    export("performance.credit")
    client, address = signed_in(team.head), f"/analytics/team/?period={this_month(team):%Y-%m}"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for _each in range(3):
        a_sheet(team, team.one(Role.SALES), first=this_month(team))
    with CaptureQueriesContext(connection) as many:
        shown = client.get(address).content.decode()
    assert shown.count("/analytics/kpisheets/") >= 4
    assert len(many) <= len(few)


def test_a_salesperson_finds_nobody_else_in_the_table(team: Team) -> None:
    mine = a_signed_sheet(team, first=this_month(team))
    other = a_signed_sheet(team, team.colleague, first=this_month(team))
    export("performance.credit")
    shown = page(team.sales, f"/analytics/team/?period={this_month(team):%Y-%m}")
    assert str(mine.public_id) in shown
    assert str(other.public_id) not in shown
    assert str(other.public_id) in page(team.head, f"/analytics/team/?period={this_month(team):%Y-%m}")


def test_a_hidden_cost_shows_through_no_target_result_or_formula(team: Team) -> None:
    sold(team, "900", last_month(team), cost="111")
    sheet = a_scored_sheet(team, lines=[PROFIT])
    line = sheet.lines.get()
    assert (line.target, line.actual, line.closed_target, line.closed_actual) == (None, None, 777, 789)
    assert line.score == Decimal("101.54")
    for address in (f"/analytics/kpisheets/{sheet.public_id}/", f"/analytics/kpisheets/{sheet.public_id}/lines/1/"):
        shown = page(team.sales, address)
        assert not shows(shown, "777")
        assert not shows(shown, "789")
        assert "101.54" in shown
        assert shows(page(team.head, address), "789"), "the control: who may see the cost reads it"
    with gate.request_code():
        (seen,) = KpiLine.objects.visible_to(team.sales).filter(sheet=sheet)
        assert seen.score == line.score


def test_the_page_says_that_amounts_are_not_shown_before_they_are_signed(team: Team) -> None:
    said = "Some amounts are for those alone who may see costs"
    sheet = a_signed_sheet(team, lines=[PROFIT])
    address = f"/analytics/kpisheets/{sheet.public_id}/"
    assert said in page(team.sales, address)
    assert said not in page(team.head, address), "the control: nothing is hidden from the head"


def test_a_changed_line_says_how_its_target_came_about(team: Team) -> None:
    from shangwu.chapters.analytics.performance.tests.sheets import approve
    from shangwu.foundation.actions.door import act

    sheet = a_signed_sheet(team, first=this_month(team), lines=[{**REVENUE}])
    day: datetime.date = sheet.first + datetime.timedelta(days=15)
    act(team.head, "analytics.kpisheet.change_target", sheet, {"line": 1, "target": "800", "since": day, "why": "歲修"})
    approve(team, sheet)
    export("performance.credit")
    shown = page(team.sales, f"/analytics/kpisheets/{sheet.public_id}/")
    assert "Target over time" in shown
    assert "1,000 ×" in shown
    assert "800 ×" in shown


def test_a_program_reads_how_a_sheet_stands_and_no_hidden_cost(team: Team) -> None:
    def standing(by: Actor, sheet: KpiSheet) -> Any:
        caller = a_caller(person(by), "analytics.kpisheet:read")
        return caller.get(f"analytics/kpisheet/{sheet.public_id}/standing")

    sheet = a_signed_sheet(
        team, first=this_month(team), lines=[{**REVENUE, "weight": "60"}, {**PROFIT, "weight": "40"}]
    )
    sold(team, "400", clock.today(team.sales.zone), cost="111")
    export("performance.credit")
    mine = standing(team.sales, sheet).data
    revenue, profit = mine["lines"]
    assert (mine["provisional"], Decimal(revenue["result"]), Decimal(revenue["points"])) == (True, 400, 24)
    assert revenue["formula"] == "400 ÷ 1,000 = 40%, × weight 60 = 24.00"
    assert (profit["target"], profit["result"], profit["reached"]) == (None, None, "37.19")
    assert Decimal(standing(team.head, sheet).data["lines"][1]["result"]) == 289, "the control: who may see the cost"
    assert standing(team.colleague, sheet).status_code == 404


def test_what_counts_at_most_the_cap_says_what_it_would_have_been(team: Team) -> None:
    """1,300 of 1,000 are 130 per cent, and count as 120: the formula that is shown has to be true."""
    sold(team, "1300", last_month(team))
    shown = page(team.sales, f"/analytics/kpisheets/{a_scored_sheet(team).public_id}/lines/1/")
    assert "1,300 ÷ 1,000 = 130%, counted as 120%, × weight 100 = 120.00" in shown
    assert "as shipped with the program" in shown
