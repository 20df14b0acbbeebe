"""2.7.2: reports from locked months; findings that recompute; proposals that somebody answers for."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from shangwu.chapters.analytics.models import Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports import figures, rules, telling
from shangwu.chapters.analytics.reports.content import content_of, rate_of
from shangwu.chapters.analytics.reports.events import draft_reports
from shangwu.chapters.analytics.reports.tests.books import NOVEMBER, OCTOBER, Books
from shangwu.chapters.customers.tests.factories import person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from tests.builders import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]

D = Decimal
SOON = datetime.date(2026, 12, 18)


def said(finding: ReportFinding) -> str:
    return telling.said(finding, "TWD")


def test_a_report_is_made_from_locked_months_only(house: Books) -> None:
    given = {"cadence": "month", "starts_on": "2026-08-01", "secrecy": 1}
    assert attempt(house.business, "analytics.salesreport.create", None, given) == "open"
    given = {"cadence": "quarter", "starts_on": "2026-10-01", "secrecy": 1}
    assert attempt(house.business, "analytics.salesreport.create", None, given) == "open", "December is not locked"


def test_its_figures_are_those_of_the_ledger_and_every_breakdown_agrees(house: Books) -> None:
    report = house.report()
    sold = figures.figure(report.sheet, "sold")
    assert sold is not None
    assert (sold.value("sales.revenue"), sold.value("sales.revenue", "year")) == (D(1000), D(1300))
    assert sold.value("sales.profit") == D(1000) - 3 * 60
    for key in ("customers", "products", "regions", "channels", "people", "returns"):
        broken_down = figures.figure(report.sheet, key)
        assert broken_down is not None
        assert broken_down.total("sales.revenue") == D(1000), key


def test_the_report_tells_who_is_new_stayed_came_back_and_was_lost(house: Books) -> None:
    """Taipei bought in October 2025 and 2026 alone, Kaohsiung in every month; nobody is new in either."""
    october, november = house.report(), house.report(NOVEMBER)
    found = [figures.figure(one.sheet, "moved") for one in (october, november)]
    assert [one.rows() if one else None for one in found] == [
        [["new", 0, "0"], ["kept", 1, "600"], ["back", 1, "400"], ["lost", 0, "0"]],
        [["new", 0, "0"], ["kept", 1, "1000"], ["back", 0, "0"], ["lost", 1, "400"]],
    ]
    lost = house.finding(november, "customers_lost")
    assert lost.facts["values"] == {"count": "1", "bought": "400", "total": "1000", "share": "40"}
    assert not ReportFinding.objects.filter(report=october.pk, rule="customers_lost").exists()
    with translation.override("en"):
        told = content_of(november, house.head)
    assert "Lost: bought in the one before and nothing in this one" in dict(told.basis)["Customers new, kept and lost"]
    (table,) = (one for one in told.tables if one.key == "moved")
    assert "Share" not in table.heads, "those who were lost are no part of those who bought"


def test_customers_are_told_by_their_grade_and_come_to_all_sales(house: Books) -> None:
    grades = figures.figure(house.report().sheet, "grades")
    assert grades is not None
    assert (grades.total("sales.bought"), grades.total("sales.buyers")) == (D(1000), D(2))


def a_target(house: Books, owner: Actor, level: str, **line: str) -> None:
    """A target of October that its owner has signed."""
    one = {"way": "measure", "measure": "performance.revenue", "target": "800", "weight": "100"} | line
    given = {"level": level, "owner": person_of(owner), "cadence": "month", "first": OCTOBER, "lines": [one]}
    by = house.executive if owner is house.head else house.head
    sheet = act(by, "analytics.kpisheet.create", None, given).record
    act(by, "analytics.kpisheet.submit", sheet)
    decider = house.vice if by is house.head else house.executive
    asked = Request.objects.filter(subject_id=sheet.public_id).latest("pk")
    attempt(decider, "approvals.request.approve", asked, {"opinion": "同意"})
    assert attempt(owner, "analytics.kpisheet.sign", sheet.fresh, {"unseen": True}) == "done"


def test_targets_stand_beside_what_was_reached_for_those_who_see_their_sheets(house: Books) -> None:
    assert house.vice
    a_target(house, house.support, "person")
    report = house.report()

    def shown(by: Actor) -> list[list[str]]:
        with translation.override("en"):
            tables = [one for one in content_of(report, by).tables if one.key == "targets"]
        return [[cell.text.removesuffix(".00") for cell in cells] for one in tables for _label, cells in one.rows]

    assert shown(house.head) == [["800", "1,000", "125.00%"]]
    assert shown(house.business) == shown(house.finance) == [], "others' targets are not theirs to read"
    told = asking(house.head).get(f"analytics/salesreport/{report.public_id}/content").data["tables"][-1]
    assert (told["key"], told["figure"]) == ("targets", None)


def test_the_rules_say_what_went_well_and_what_went_wrong(house: Books) -> None:
    report = house.report()
    assert "600" in said(house.finding(report, "region_down"))
    assert house.finding(report, "region_down").facts["values"]["change"] == "-40"
    assert house.finding(report, "sales_down").facts["values"]["change"] == "-23.08"
    late = house.finding(report, "late").facts["values"]
    assert (late["late"], late["shipped"], late["share"]) == ("1", "3", "33.33")
    assert "concentration" not in set(ReportFinding.objects.filter(report=report.pk).values_list("rule", flat=True))


def test_every_figure_recomputes_and_a_forged_one_differs(house: Books) -> None:
    report = house.report()
    keys = [one.key for one in figures.figures(report.sheet)]
    assert {key: figures.again(report.sheet, key).equal for key in keys} == dict.fromkeys(keys, True)
    report.sheet["figures"][0]["rows"]["now"][0][0] = "1001"
    assert not figures.again(report.sheet, "sold").equal


def test_a_wording_keeps_to_the_numbers_of_its_figure(house: Books) -> None:
    report = house.report()
    finding = house.finding(report, "region_down")

    def words(text: str) -> str:
        return attempt(house.head, "analytics.reportfinding.edit", finding.fresh, {"wording": text})

    assert words("高雄 10 月銷售只有 600，較去年 1,000 少了 40%") == "done"
    assert words("高雄銷售約 0.06 萬，同比 -40.0 %") == "done"
    assert words("高雄銷售少了 45 %") == "number"
    assert words("高雄銷售大幅下滑") == "number", "a sentence without a number can't be checked"


def test_a_person_adds_what_they_found_by_the_figures_numbers_alone(house: Books) -> None:
    report = house.report()

    def adds(text: str, figure: str = "regions") -> str:
        given = {"report": report, "kind": "achievement", "figure": figure, "wording": text}
        return attempt(house.head, "analytics.reportfinding.create", None, given)

    assert adds("台北銷售 400，較上年 300 增 33.33 %") == "done"
    own = ReportFinding.objects.get(report=report.pk, rule="")
    assert set(own.facts["values"].values()) >= {"400", "300", "33.33"}
    assert adds("台北銷售 410") == "number"
    assert adds("毛利 820", "sold") == "number", "profit is not for every reader of the report"


def judged(house: Books, report: SalesReport) -> None:
    """All findings accepted, each proposal the salesperson's."""
    for one in ReportFinding.objects.filter(report=report.pk):
        act(house.head, "analytics.reportfinding.accept", one)
    for each in Proposal.objects.filter(report=report.pk):
        act(house.head, "analytics.proposal.assign", each, {"person": person_of(house.sales), "due_on": SOON})


def decide(by: Actor, report: SalesReport) -> str:
    asked = Request.objects.filter(subject_id=report.public_id).latest("pk")
    return attempt(by, "approvals.request.approve", asked, {"opinion": "同意"})


def issued(house: Books, month: datetime.date = OCTOBER) -> SalesReport:
    report = house.report(month)
    judged(house, report)
    act(house.business, "analytics.salesreport.submit", report.fresh)
    assert decide(house.head, report) == "done"
    assert decide(house.executive, report) == "done"
    made: SalesReport = act(house.executive, "analytics.salesreport.issue", report.fresh).record
    return made


def test_nothing_undecided_is_put_forward_and_nobody_approves_their_own(house: Books) -> None:
    report = house.report(by=house.head)
    assert attempt(house.head, "analytics.salesreport.submit", report) == "undecided"
    for one in ReportFinding.objects.filter(report=report.pk):
        act(house.head, "analytics.reportfinding.accept", one)
    assert attempt(house.head, "analytics.salesreport.submit", report.fresh) == "unassigned"
    judged_by = {"person": person_of(house.sales), "due_on": SOON}
    for each in Proposal.objects.filter(report=report.pk):
        act(house.head, "analytics.proposal.assign", each, judged_by)
    assert attempt(house.head, "analytics.salesreport.submit", report.fresh) == "done"
    assert decide(house.head, report) != "done"
    finding = house.finding(report, "late")
    assert attempt(house.head, "analytics.reportfinding.reject", finding, reason="x") == "settled"


def test_it_is_issued_under_its_number_and_proves_the_duty(house: Books) -> None:
    ticking.tick()
    duty = Duty.objects.get(rule="2.7.2.1", period="2026-10", department=house.department)
    assert f"{duty.due_at.astimezone(house.head.zone):%m-%d}" == "11-11", "the eighth working day of November"
    report = issued(house)
    assert report.number == "SW-BG-2026-0001"
    assert len(report.sha256) == 64
    ticking.tick()
    duty.refresh_from_db()
    assert (duty.done_at, duty.done_by_id) == (report.issued_at, house.executive.person_id)


def test_a_proposal_is_done_by_its_owner_and_confirmed_by_another(house: Books) -> None:
    report = issued(house)
    proposal = Proposal.objects.filter(report=report.pk, rule="region_down").get()
    assert proposal.state == Proposal.State.OPEN
    ticking.tick()
    duty = Duty.objects.get(rule="2.7.2.2", subject_type="analytics.proposal", subject_id=proposal.pk)
    assert duty.due_at.astimezone(house.head.zone).date() == SOON
    assert attempt(house.head, "analytics.proposal.finish", proposal, {"note": "x"}) == "forbidden"
    note = {"note": "已走訪三家，見聯絡記錄"}
    assert attempt(house.sales, "analytics.proposal.finish", proposal, note) == "done"
    assert attempt(house.sales, "analytics.proposal.confirm", proposal.fresh) == "forbidden"
    assert attempt(house.head, "analytics.proposal.confirm", proposal.fresh) == "done"
    duty.refresh_from_db()
    assert duty.done_at == proposal.fresh.confirmed_at


def test_the_next_report_says_whether_it_worked(house: Books) -> None:
    issued(house)
    november = house.report(NOVEMBER)
    followed = house.finding(november, "region_down")
    assert followed.former is not None
    assert (followed.outcome, followed.kind) == ("better", "achievement")
    assert (followed.facts["former"], followed.facts["values"]["change"]) == ("-40", "11.11")
    assert "−40.00%" in telling.worded(followed, "TWD")
    late = house.finding(november, "late")
    assert (late.outcome, late.facts["values"]["share"]) == ("better", "0")


def test_it_is_sent_to_named_people_who_confirm_and_to_nobody_who_may_not_see_it(house: Books) -> None:
    report = issued(house)
    outsider = a_person(department=house.department)
    to = {"receivers": [person_of(house.finance), person_of(house.head)]}
    both = {"receivers": [*to["receivers"], str(outsider.public_id)]}
    assert attempt(house.executive, "analytics.salesreport.send", report, both) == "blind"
    assert attempt(house.executive, "analytics.salesreport.send", report.fresh, to) == "done"
    told = Notice.objects.filter(record_public_id=report.public_id, must_read=True)
    assert set(told.values_list("person_id", flat=True)) == {house.finance.person_id, house.head.person_id}
    assert set(told.values_list("sender_id", flat=True)) == {house.executive.person_id}


def test_a_withdrawn_report_asks_nobody_for_anything_and_the_month_is_reported_anew(house: Books) -> None:
    report = issued(house)
    given = {"cadence": "month", "starts_on": OCTOBER, "secrecy": 1}
    assert attempt(house.business, "analytics.salesreport.create", None, given) == "duplicate"
    act(house.head, "analytics.salesreport.withdraw", report, reason="口徑有誤")
    assert set(Proposal.objects.filter(report=report.pk).values_list("state", flat=True)) == {"dropped"}
    assert attempt(house.business, "analytics.salesreport.create", None, given) == "done"


def test_the_newest_locked_month_is_drafted_by_itself_once(house: Books) -> None:
    assert house.business
    before = SalesReport.objects.count()
    assert draft_reports() == 1
    assert draft_reports() == 0
    made: Any = SalesReport.objects.latest("pk")
    assert (SalesReport.objects.count(), made.starts_on, made.department_id, made.state) == (
        before + 1, NOVEMBER, house.department.pk, "draft",
    )  # fmt: skip


def test_a_sentence_is_for_who_may_see_its_numbers(house: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    report = house.report()
    late = house.finding(report, "late")

    def seen(known: Actor) -> list[bool]:
        by = replace(known)  # as at the next request
        told = content_of(report, by)
        return [
            ReportFinding.objects.visible_to(by).filter(pk=late.pk).exists(),
            Proposal.objects.visible_to(by).filter(finding=late.pk).exists(),
            any(one.figure == "Delivery" for one in told.problems),
        ]

    with translation.override("en"):
        assert seen(house.finance) == [True] * 3
        closed = replace(rules.RULE["late"], measures=("satisfaction.content",))
        monkeypatch.setattr(rules, "RULES", [closed if one.code == "late" else one for one in rules.RULES])
        assert seen(house.finance) == [False] * 3
        assert seen(house.head) == [True] * 3


def test_figures_stand_against_the_period_before_and_the_year_before(house: Books) -> None:
    """Against nothing there is no rate, against less than nothing the difference alone."""
    with translation.override("en"):
        (sold,) = (one for one in content_of(house.report(NOVEMBER), house.head).tables if one.key == "sold")
    label, cells = sold.rows[0]
    assert list(sold.heads) == [
        "This period", "Period before", "Year before", "Change on the period before", "Change on the year before",
    ]  # fmt: skip
    assert (label, [cell.text.removesuffix(".00") for cell in cells]) == (
        "Revenue", ["1,000", "1,000", "900", "+0.00%", "+11.11%"],
    )  # fmt: skip
    below = figures.Figure({"by": "", "names": ["sales.revenue"], "spans": {"now": ["2026-10-01", "2026-10-31"]},
                            "rows": {"now": [["5"]], "prior": [["-10"]], "year": [["0"]]}})  # fmt: skip
    assert rate_of(below, "sales.revenue", before="prior", currency="TWD") == "+15"
    assert rate_of(below, "sales.revenue") == "—"


def heard(by: Actor, proposal: Proposal) -> list[str]:
    """What somebody was told about a proposal, in order."""
    rows = Notice.objects.filter(person_id=by.person_id, record_public_id=proposal.public_id)
    return [message.partition(":")[0] for message in rows.order_by("pk").values_list("message", flat=True)]


def test_who_gets_a_proposal_later_and_whose_came_back_hear_of_it_and_so_does_who_confirms(house: Books) -> None:
    report = issued(house)
    proposal = Proposal.objects.filter(report=report.pk, rule="region_down").get()
    yours, back = "A proposal of a sales report is yours to carry out", "A proposal of a sales report came back"
    assert heard(house.sales, proposal) == [yours], "while it was a draft nobody had to do anything"
    given = {"person": person_of(house.colleague), "due_on": SOON}
    act(house.head, "analytics.proposal.assign", proposal, given)
    assert heard(house.colleague, proposal) == [yours]
    act(house.colleague, "analytics.proposal.finish", proposal.fresh, {"note": "已走訪三家"})
    assert heard(house.head, proposal) == ["A proposal of a sales report is done, and waits for your confirmation"]
    act(house.head, "analytics.proposal.send_back", proposal.fresh, reason="未附記錄")
    assert heard(house.colleague, proposal)[1].startswith(back)
    assert heard(house.sales, proposal) == [yours]


def asking(by: Actor) -> Caller:
    return a_caller(Person.objects.get(pk=by.person_id), "analytics.salesreport:read")


def test_a_program_reads_what_the_page_says_with_each_findings_id(house: Books) -> None:
    report = house.report()
    path = f"analytics/salesreport/{report.public_id}"
    found = asking(house.head).get(f"{path}/content")
    assert found.status_code == 200, found.data
    told = {one["public_id"]: one for one in (*found.data["achievements"], *found.data["problems"])}
    fallen = told[str(house.finding(report, "region_down").public_id)]
    assert (fallen["state"], fallen["from"]) == ("drafted", "10%")
    assert "600" in fallen["text"]
    (proposal,) = fallen["proposals"]
    assert Proposal.objects.get(public_id=proposal["public_id"]).rule == "region_down"
    assert proposal["owner"] is None
    figure = asking(house.head).get(f"{path}/figures/regions", again="yes").data
    now = next(one for one in figure["spans"] if one["span"] == "now")
    rows = {one["value"]: one["values"]["sales.revenue"] for one in now["rows"]}
    assert rows == {"高雄": "600", "台北": "400"}
    assert (figure["again"]["equal"], figure["snapshot"]) == (True, report.snapshot)
    assert {one["figure"] for one in found.data["tables"]} >= {f"/api/v1/{path}/figures/regions/"}


def test_a_program_reads_no_number_that_is_not_its_callers(house: Books) -> None:
    report = house.report()
    path = f"analytics/salesreport/{report.public_id}"
    names = [
        {one["name"] for one in asking(by).get(f"{path}/figures/sold").data["measures"]}
        for by in (house.head, house.business)
    ]
    assert names[0] - names[1] == {"sales.profit"}
    assert asking(house.business).get(f"{path}/figures/collected").status_code == 404
    assert asking(house.head).get(f"{path}/figures/collected").status_code == 200
    for rest in ("content", "figures/sold", "paper/pdf"):
        assert asking(house.sales).get(f"{path}/{rest}").status_code == 404
    assert asking(house.head).get(f"{path}/figures/nothing").status_code == 404
    assert asking(house.head).get(f"{path}/figures/sold", again="x").status_code == 422


def test_a_program_takes_the_papers_away(house: Books) -> None:
    report = house.report()
    client = asking(house.business).client
    key = asking(house.business).headers
    for form, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = client.get(f"/api/v1/analytics/salesreport/{report.public_id}/paper/{form}/", headers=key)
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
        assert f".{form}" in answer.headers["Content-Disposition"]
    answer = client.get(f"/api/v1/analytics/salesreport/{report.public_id}/paper/odt/", headers=key)
    assert answer.status_code == 404


def test_the_cut_off_is_told_by_the_readers_clock(house: Books) -> None:
    report = house.report()
    with translation.override("en"):
        told = [
            dict(content_of(report, replace(house.head, zone=ZoneInfo(name))).basis)["Cut-off"]
            for name in ("Asia/Taipei", "UTC")
        ]
    assert told == ["2026-12-03 10:00", "2026-12-03 02:00"]
