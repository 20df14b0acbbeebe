"""2.7.3: salespeople are assessed on locked data only; they see their results, object, and are answered by another."""

import datetime
from decimal import Decimal

import pytest

from shangwu.chapters.analytics.closing.models import FrozenFacts, MonthClose
from shangwu.chapters.analytics.performance import replays
from shangwu.chapters.analytics.performance.actions.scores import judge
from shangwu.chapters.analytics.performance.duties import performance_is_judged, targets_are_signed
from shangwu.chapters.analytics.performance.events import settle_results
from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.analytics.performance.tests.sheets import (
    DAY,
    REVENUE,
    Team,
    a_scored_sheet,
    a_sheet,
    a_signed_sheet,
    last_month,
    lock,
    person,
    sold,
)
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.rows import set_columns
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters, supposing
from shangwu.foundation.records import clock
from shangwu.foundation.regulation import replaying

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

D = Decimal
State = KpiSheet.State
WEIGHTS = parameters["kpi.weights"].default
MANUAL = {
    "way": "manual", "name": "客戶滿意度", "definition": "問卷平均", "source": "回訪表", "target": "4.5",
}  # fmt: skip


def test_an_open_month_gives_no_number(team: Team) -> None:
    sold(team, "900", last_month(team))
    sheet = a_signed_sheet(team)
    export("performance.credit")
    assert attempt(team.head, "analytics.kpisheet.score", sheet) == "open"
    assert sheet.fresh.lines.get().actual is None
    lock(team, last_month(team))
    assert attempt(team.head, "analytics.kpisheet.score", sheet.fresh) == "done"


def test_a_result_is_what_was_locked_and_stays_so(team: Team) -> None:
    sold(team, "900", last_month(team))
    sold(team, "5000", last_month(team), by=team.colleague)
    sheet = a_scored_sheet(team)
    line = sheet.lines.get()
    assert (line.actual, line.reached, line.score, sheet.score) == (900, D("90.00"), D("90.00"), D("90.00"))
    assert (sheet.cap, len(sheet.snapshot)) == (120, 64)
    sold(team, "700", last_month(team))
    export("performance.credit")
    line.sheet = sheet
    stored = (line.reached, line.score)
    judge(line, sheet, None)
    assert (line.reached, line.score) == stored, "recomputed from what is stored it is the same"


def test_what_is_entered_by_hand_needs_evidence(team: Team) -> None:
    sold(team, "900", last_month(team))
    lines = [{**REVENUE, "weight": "85"}, {**MANUAL, "weight": "15"}]
    sheet = a_signed_sheet(team, lines=lines)
    lock(team, last_month(team))
    assert attempt(team.head, "analytics.kpisheet.score", sheet) == "evidence"
    given = {"line": 2, "actual": "4.6", "evidence": ""}
    assert attempt(team.head, "analytics.kpisheet.enter", sheet.fresh, given) in ("evidence", "invalid")
    measured = given | {"line": 1, "evidence": "x"}
    assert attempt(team.head, "analytics.kpisheet.enter", sheet.fresh, measured) == "measured"
    act(team.head, "analytics.kpisheet.enter", sheet.fresh, given | {"evidence": "十月問卷 42 份"})
    scored = act(team.head, "analytics.kpisheet.score", sheet.fresh).record
    assert scored.score == D("76.50") + D("15.33")


def test_growth_compares_with_the_locked_year_before(team: Team) -> None:
    month = last_month(team)
    before = month.replace(year=month.year - 1)
    sold(team, "1000", before)
    sold(team, "1080", month)
    growth = {"way": "growth", "measure": "performance.revenue", "target": "10", "weight": "100"}
    sheet = a_signed_sheet(team, lines=[growth])
    lock(team, month)
    assert attempt(team.head, "analytics.kpisheet.score", sheet) == "open"
    lock(team, before)
    scored = act(team.head, "analytics.kpisheet.score", sheet.fresh).record
    assert (scored.lines.get().actual, scored.score) == (8, 80)


def test_the_employee_objects_and_another_than_the_scorer_answers(team: Team) -> None:
    sold(team, "900", last_month(team))
    sheet = a_scored_sheet(team)
    said = {"line": 1, "words": "十月的追加訂單沒有算進來"}
    assert attempt(team.colleague, "analytics.kpisheet.object", sheet.fresh, said) == "missing"
    act(team.sales, "analytics.kpisheet.object", sheet.fresh, said)
    assert sheet.lines.get().stopped_on is not None
    assert attempt(team.sales, "analytics.kpisheet.confirm", sheet.fresh) == "objected"
    reply = {"line": 1, "verdict": "kept", "words": "該單十一月才確認"}
    assert attempt(team.head, "analytics.kpisheet.answer", sheet.fresh, reply) == "scorer"
    act(team.personnel, "analytics.kpisheet.answer", sheet.fresh, reply)
    assert sheet.lines.get().stopped_on is None
    assert attempt(team.sales, "analytics.kpisheet.confirm", sheet.fresh) == "done"


def test_an_objection_stops_the_clock_of_its_line(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = a_scored_sheet(team)
    line = sheet.lines.get()
    term = line.objectable_until
    act(team.sales, "analytics.kpisheet.object", sheet.fresh, {"line": 1, "words": "請再核對"})
    real = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: real + datetime.timedelta(days=30))
        settle_results()
        assert sheet.fresh.state == State.SCORED, "an open objection keeps the result from standing"
        act(team.personnel, "analytics.kpisheet.answer", sheet.fresh, {"line": 1, "verdict": "kept", "words": "無誤"})
        assert sheet.lines.get().objectable_until > term
        settle_results()
        assert sheet.fresh.state == State.SCORED, "the days that were left run now"
        patch.setattr(clock, "now", lambda: real + datetime.timedelta(days=60))
        assert settle_results() >= 1
    assert (sheet.fresh.state, sheet.fresh.confirmed_by_id) == (State.CONFIRMED, None)


def test_a_result_stands_once_the_last_day_for_objections_is_over_at_the_entitys_place(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = a_scored_sheet(team)
    last = sheet.lines.get().objectable_until
    midnight = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), team.sales.zone)
    for minutes, state in ((-30, State.SCORED), (30, State.CONFIRMED)):
        monkeypatch.setattr(clock, "now", lambda now=midnight + datetime.timedelta(minutes=minutes): now)
        settle_results()
        assert sheet.fresh.state == state, "in Taipei it is tomorrow before it is in Greenwich"


def test_an_objection_that_is_upheld_scores_its_line_anew(team: Team) -> None:
    sheet = a_signed_sheet(team, lines=[{**MANUAL, "weight": "100"}])
    act(team.head, "analytics.kpisheet.enter", sheet, {"line": 1, "actual": "4.05", "evidence": "問卷"})
    act(team.head, "analytics.kpisheet.score", sheet.fresh)
    act(team.sales, "analytics.kpisheet.object", sheet.fresh, {"line": 1, "words": "漏計 B 客戶"})
    given = {"line": 1, "verdict": "upheld", "words": "補計", "actual": "4.5", "evidence": "B 客戶回函"}
    act(team.personnel, "analytics.kpisheet.answer", sheet.fresh, given)
    after = sheet.fresh
    assert (after.score, after.lines.get().evidence) == (100, "B 客戶回函")
    assert after.objections.get().verdict == "upheld"


def test_an_objection_to_a_measured_line_is_upheld_by_an_adjustment_beside_what_was_locked(team: Team) -> None:
    sold(team, "900", last_month(team))
    sheet = a_scored_sheet(team)
    snapshot = sheet.snapshot
    act(team.sales, "analytics.kpisheet.object", sheet.fresh, {"line": 1, "words": "該單已於月內簽收，記帳晚了一天"})
    given = {"line": 1, "verdict": "upheld", "words": "簽收單為憑，補計 100", "actual": "1000"}
    assert attempt(team.personnel, "analytics.kpisheet.answer", sheet.fresh, given) == "evidence"
    act(team.personnel, "analytics.kpisheet.answer", sheet.fresh, given | {"evidence": "簽收單 20 號"})
    after = sheet.fresh
    line, entry = after.lines.get(), after.objections.get()
    assert (after.score, line.actual, entry.adjustment) == (100, 1000, 100)
    assert after.snapshot == snapshot, "what was locked stays as it is"
    page = a_client(person(team.sales)).get(f"/analytics/kpisheets/{sheet.public_id}/lines/1/").content.decode()
    assert "900" in page
    assert "+ 100" in page, "the locked result, the adjustment and what they come to"
    act(team.sales, "analytics.kpisheet.object", after, {"line": 1, "words": "請再核對"})
    again = {"line": 1, "verdict": "upheld", "words": "以鎖定數據加調整為準"}
    act(team.personnel, "analytics.kpisheet.answer", after.fresh, again)
    assert after.fresh.lines.get().actual == 1000, "a former adjustment is kept"


def test_a_line_says_when_its_month_was_locked_under_a_former_definition(team: Team) -> None:
    sold(team, "900", last_month(team))
    sheet = a_scored_sheet(team)
    address = f"/analytics/kpisheets/{sheet.public_id}/lines/1/"
    client = a_client(person(team.sales))
    assert "former definition" not in client.get(address).content.decode()
    close = MonthClose.objects.get(entity=team.entity, month=last_month(team))
    set_columns(FrozenFacts.objects.get(close=close, fact_set="performance.credit"), definition="0123456789abcdef")
    page = client.get(address).content.decode()
    assert f"which their figures keep: {close.month:%Y-%m}" in page
    assert "01234567" in page
    months = a_client(person(team.executive)).get(f"/analytics/monthcloses/{close.public_id}/").content.decode()
    assert "a former one (01234567)" in months


def test_the_duty_to_judge_is_kept_when_every_sheet_is_scored(team: Team) -> None:
    mine, other = a_scored_sheet(team), a_signed_sheet(team, team.colleague)
    ours = team.department.pk
    assert not [one for one in performance_is_judged([mine.period]) if one.department == ours]
    act(team.head, "analytics.kpisheet.score", other.fresh)
    (proof,) = [one for one in performance_is_judged([mine.period]) if one.department == ours]
    assert proof.done_at == other.fresh.scored_at


def test_the_duty_to_have_targets_signed_asks_for_each_salesperson(team: Team) -> None:
    year = clock.today(team.sales.zone).year
    for owner in (team.sales, team.colleague):
        assert not [one for one in targets_are_signed([str(year)]) if one.department == team.department.pk]
        a_signed_sheet(team, owner, cadence="year", first=datetime.date(year, 1, 1))
    (proof,) = [one for one in targets_are_signed([str(year)]) if one.department == team.department.pk]
    assert proof.done_at == KpiSheet.objects.latest("pk").signed_at


def test_duty_roles_see_scores_and_nobody_else(team: Team) -> None:
    sheet = a_scored_sheet(team)
    boss = team.one(Role.SALES)
    act_of = {"sales": team.sales, "head": team.head, "personnel": team.personnel, "executive": team.executive}
    for one in act_of.values():
        assert KpiSheet.objects.visible_to(one).filter(pk=sheet.pk).exists()
    for one in (team.colleague, boss, team.support, team.finance):
        assert not KpiSheet.objects.visible_to(one).filter(pk=sheet.pk).exists()


def test_a_ratio_of_nothing_is_entered_with_evidence_and_no_number_is_made_up(team: Team) -> None:
    on_time = {"way": "measure", "measure": "sales.on_time", "target": "95", "weight": "100"}
    sheet = a_signed_sheet(team, lines=[on_time])
    sold(team, "900", last_month(team))
    lock(team, last_month(team))
    assert attempt(team.head, "analytics.kpisheet.score", sheet) == "evidence"
    given = {"line": 1, "actual": "95", "evidence": "本月無出貨，依主管說明"}
    act(team.head, "analytics.kpisheet.enter", sheet.fresh, given)
    assert act(team.head, "analytics.kpisheet.score", sheet.fresh).record.score == 100


# Replay before you rule.


def lines_of(team: Team, key: str, former: object, value: object) -> list[tuple[object, object]]:
    sheet = replaying.sheet(parameters[key], former, value, team.executive)
    return [(line.before, line.after) for line in sheet]


def test_another_limit_is_replayed_as_if_the_sheets_were_scored_with_it(team: Team) -> None:
    sold(team, "1500", last_month(team))
    sold(team, "900", last_month(team), by=team.colleague)
    first = a_scored_sheet(team)
    second = a_scored_sheet(team, owner=team.colleague)
    found = lines_of(team, "kpi.cap", 120, 200)
    assert (first.score, second.score) == (120, 90)
    assert found == [(2, 2), (D("105.00"), D("120.00")), (1, 0)]
    line = first.lines.get()
    first.cap, line.sheet = 200, first
    judge(line, first, None)
    assert (line.score + second.score) / 2 == found[1][1]
    assert first.fresh.score == 120, "what was scored stays"


def test_other_weights_are_replayed_on_the_sheets_that_take_them(team: Team) -> None:
    """A sheet whose indicators are its own is left as it is."""
    sold(team, "900", last_month(team))
    a_scored_sheet(team)
    assert lines_of(team, "kpi.weights", WEIGHTS, WEIGHTS | {"revenue": 40, "profit": 30}) == [(0, 0)]
    sheet = a_sheet(team, owner=team.colleague, lines=[])
    sheet.cap = 120
    lines = list(sheet.lines.order_by("position"))
    for line, (aim, actual) in zip(lines, (("1000", "500"), ("400", "400"), ("10", "10"), ("4", "5")), strict=True):
        line.sheet = sheet
        line.put("aim", D(aim))
        line.put("actual", D(actual))
    for weights, score in ((WEIGHTS, "78"), (WEIGHTS | {"revenue": 40, "profit": 30}, "83")):
        with supposing("kpi.weights", weights):
            assert replays._by_regulation(sheet, lines) == D(score), (
                "half, all, all, and a quarter more up to the limit"
            )


def test_another_cadence_counts_the_sheets_that_people_would_have(team: Team) -> None:
    month = last_month(team)
    for _n in range(3):
        a_sheet(team, first=month)
        month = (month - DAY).replace(day=1)
    quarters = {(day.year, (day.month - 1) // 3) for day in KpiSheet.objects.values_list("first", flat=True)}
    assert lines_of(team, "kpi.every", "month", "quarter") == [(3, len(quarters))]


def test_an_objection_after_a_shorter_term_counts_as_refused(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    sold(team, "900", last_month(team))
    sheet = a_scored_sheet(team)
    later = clock.now() + 2 * DAY
    monkeypatch.setattr(clock, "_source", lambda: later)
    act(team.sales, "analytics.kpisheet.object", sheet.fresh, {"line": 1, "words": "少算一筆"})
    assert lines_of(team, "kpi.objection", 3, 1) == [(1, 1), (0, 1)]
