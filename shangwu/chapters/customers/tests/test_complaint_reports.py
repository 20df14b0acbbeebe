"""Clause 2.5.3: by the tenth of each month the complaints of the month before are analysed."""

import datetime
from decimal import Decimal

import pytest

from shangwu.chapters.customers import papers
from shangwu.chapters.customers.actions.complaint_reports import draft_reports
from shangwu.chapters.customers.models import ComplaintReport
from shangwu.chapters.customers.pareto import MOST, by_product, pareto, share
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.sales.models import Product
from shangwu.chapters.sales.tests.factories import a_product, attempt
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Beat, Duty
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.models import Secrecy
from tests.builders import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]

D = Decimal
SEPTEMBER = datetime.date(2026, 9, 1)


def test_the_most_frequent_kind_comes_first_and_shares_run_to_a_hundred() -> None:
    kinds = ["quality"] * 3 + ["delivery"] * 3 + ["price"]
    assert pareto(kinds) == [
        ("delivery", 3, D("42.9"), D("42.9")),
        ("quality", 3, D("42.9"), D("85.7")),
        ("price", 1, D("14.3"), D("100.0")),
    ]
    assert (pareto([]), share(1, 0)) == ([], 0)


@pytest.fixture
def month(desk: Desk, moment: Time) -> Desk:
    """September: three complaints, one answered in time, one late, one refused."""
    desk.brought_to("watching")
    late = desk.brought_to("carrying_out")
    desk.does("decline", desk.complaint(category="price"), by=desk.head, reason="非本公司產品")
    desk.complaint(category="delivery", level="urgent")
    moment.go("2026-10-15 10:00")
    desk.brought_to("replied", late)
    return desk


def test_the_analysis_drafts_itself_once(month: Desk) -> None:
    assert draft_reports() >= 1
    assert draft_reports() == 0, "a second night makes no second one"
    report = ComplaintReport.objects.get(department=month.department, month=SEPTEMBER)
    assert report.state == "draft"
    assert report.figures["count"] == 3
    assert report.figures["refused"] == 1
    assert report.figures["rows"] == [["quality", 2, "66.7", "66.7"], ["delivery", 1, "33.3", "100.0"]]
    assert report.figures["replies"] == [1, 3], "one in time, one late, one overdue and not answered"
    assert (report.figures["urgent"], report.figures["open"]) == (1, 3)


def test_a_month_is_analysed_when_it_is_over_at_our_place(month: Desk, moment: Time) -> None:
    for at, drafted in (("2026-09-30 23:30", False), ("2026-10-01 00:30", True)):
        moment.go(at)
        draft_reports()
        assert ComplaintReport.objects.filter(department=month.department, month=SEPTEMBER).exists() == drafted


def test_people_finish_it_and_that_closes_the_duty(month: Desk, moment: Time) -> None:
    Beat.objects.create(since=clock.now() - datetime.timedelta(days=30), until=clock.now())  # at work since September
    draft_reports()
    report = ComplaintReport.objects.get(department=month.department, month=SEPTEMBER)
    assert attempt(month.service, "customers.complaintreport.finish", report) == "findings"
    given = {"findings": "品質佔三分之二", "measures": "回火爐加裝警示，11 月底前"}
    act(month.service, "customers.complaintreport.edit", report, given)
    assert attempt(month.sales, "customers.complaintreport.finish", report) != "done"
    ticking.tick()
    duty = Duty.objects.get(rule="2.5.3.5", period="2026-09", department=month.department)
    assert (duty.done_at, f"{duty.due_at.astimezone(Time.zone):%m-%d}") == (None, "10-10"), "a Saturday that is worked"
    assert attempt(month.head, "customers.complaintreport.finish", report) == "done"
    moment.go("2026-10-15 11:00")
    ticking.tick()
    duty.refresh_from_db()
    assert duty.done_at == report.fresh.finished_at
    assert attempt(month.head, "customers.complaintreport.redraw", report) == "state", "what is finished stands"


def test_a_month_is_finished_when_it_is_over(desk: Desk) -> None:
    report = act(desk.service, "customers.complaintreport.create", None, {"month": "2026-09-15"}).record
    assert report.month == SEPTEMBER
    act(desk.service, "customers.complaintreport.edit", report, {"findings": "x", "measures": "y"})
    assert attempt(desk.service, "customers.complaintreport.finish", report) == "early"
    assert attempt(desk.service, "customers.complaintreport.create", None, {"month": "2026-09-01"}) == "duplicate"
    assert attempt(desk.service, "customers.complaintreport.create", None, {"month": "2026-11-01"}) == "future"


def test_the_document_is_a_pdf_with_a_chinese_font_of_our_own(month: Desk) -> None:
    draft_reports()
    report = ComplaintReport.objects.get(department=month.department, month=SEPTEMBER)
    client = a_client(Person.objects.get(pk=month.service.person_id), "zh-hant")
    shown = client.get(f"/customers/complaintreports/{report.public_id}/")
    assert shown.status_code == 200
    assert "<svg" in shown.content.decode()
    answer = client.get(f"/customers/complaintreports/{report.public_id}/paper/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"NotoSansCJK" in answer.content, "without the font typst prints empty boxes and says nothing"


def test_what_people_write_is_text_on_the_paper_and_never_a_command(month: Desk) -> None:
    draft_reports()
    report = ComplaintReport.objects.get(department=month.department, month=SEPTEMBER)
    report.findings = '#panic("gotcha") *bold* $x$ #read("/etc/passwd") \\ " ' + "<b>"
    assert papers.paper(report, "岳澄 #eval", month.service).startswith(b"%PDF")


def test_who_sees_a_part_of_the_complaints_gets_no_figures(month: Desk) -> None:
    export("customers.complaints", everything=True)
    with pytest.raises(Refusal):
        ask(month.sales, ["complaints.count"])


def test_the_measures_agree_with_the_report(month: Desk) -> None:
    export("customers.complaints", everything=True)
    names = ["complaints.count", "complaints.repeats", "complaints.reply_on_time"]
    until = datetime.date(2026, 9, 30)
    whole = ask(month.service, names, since=SEPTEMBER, until=until)
    assert int(whole.total(0)) == 3
    assert round(float(whole.total(2)), 4) == round(1 / 3, 4)
    by_kind = ask(month.service, ["complaints.count"], by=["complaint_category"], since=SEPTEMBER, until=until)
    assert {row[0]: int(row[1]) for row in by_kind.rows} == {"quality": 2, "delivery": 1}


def test_products_are_counted_whatever_they_are_called_and_the_rest_stand_together() -> None:
    named = [("7a", "BRG-1", "那顆培林"), ("7a", "BRG-1", ""), ("", "", "密封圈"), ("", "", "密封圈 "), ("", "", "")]
    assert by_product(named) == [
        ["7a", "", 2, "40.0", "40.0"],
        ["words", "密封圈", 2, "40.0", "80.0"],
        ["", "", 1, "20.0", "100.0"],
    ]
    many = by_product(("", "", f"品{n:02d}") for n in range(MOST + 3))
    assert many[-1] == ["others", "", 3, "23.1", "100.0"]
    assert sum(int(row[2]) for row in many) == MOST + 3
    assert by_product([]) == []


def test_the_analysis_tells_by_product_and_names_it_to_who_may_see_it(desk: Desk, moment: Time) -> None:
    bearing = a_product(code="BRG-6204", name="深溝球軸承 6204")
    hidden = a_product(code="X-1", name="未發布的閥")
    for words in ("BRG-6204", "brg-6204", "X-1", "密封圈"):
        desk.complaint(product=words)
    with gate.door():
        Product.objects.filter(pk=hidden.pk).update(secrecy=Secrecy.CORE)
    reader = desk.one(Role.SERVICE, clearance=1)
    moment.go("2026-10-05 10:00")
    report = act(desk.service, "customers.complaintreport.create", None, {"month": "2026-09-01"}).record
    rows = [(row["label"], row["count"]) for row in papers.products_of(report, reader)]
    assert rows == [("深溝球軸承 6204", 2), ("•••", 1), ("密封圈", 1)]
    assert "未發布的閥" in [row["label"] for row in papers.products_of(report, desk.service)], "the control: who may"
    page = a_client(Person.objects.get(pk=reader.person_id), "zh-hant").get(
        f"/customers/complaintreports/{report.public_id}/"
    ).content.decode()  # fmt: skip
    assert str(bearing.public_id) in page
    assert "密封圈" in page
    assert "未發布的閥" not in page
    told = a_caller(Person.objects.get(pk=reader.person_id), "read").get(
        f"customers/complaintreport/{report.public_id}/pareto"
    )
    assert [one["product"] for one in told.data["products"]] == ["深溝球軸承 6204", "•••", "密封圈"]
    export("customers.complaints", everything=True)
    by_article = ask(desk.service, ["complaints.count"], by=["complaint_product"], since=SEPTEMBER).rows
    assert {row[0]: int(row[1]) for row in by_article}[bearing.pk] == 2


def test_a_form_whose_department_is_left_empty_means_ones_own(desk: Desk, moment: Time) -> None:
    """Of who answers for one department alone; whose role reaches further means the whole company."""
    given = {"month": "2026-08-01", "department": None}
    for by in (desk.service, desk.head):
        made = attempt(by, "customers.complaintreport.create", None, given)
        assert made == ("done" if by is desk.service else "duplicate")
    assert ComplaintReport.objects.get(month="2026-08-01").department_id == desk.department.pk
    assert attempt(desk.sales, "customers.complaintreport.create", None, given) == "forbidden", "the control"
    whole = actor_of(a_person(Role.HEAD, whole_company=True, entity=desk.entity))
    assert attempt(whole, "customers.complaintreport.create", None, given) == "done"
    assert ComplaintReport.objects.filter(month="2026-08-01", department=None).exists()
    year = {"year": 2026, "department": None}
    assert act(desk.service, "customers.satisfactionreport.create", None, year).record.department_id == (
        desk.department.pk
    )
