"""2.7.2: what the report shows to whom, on the page and on paper; and a language model that may only find words."""

import datetime
import html
import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from shangwu.chapters.analytics.models import Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports import figures, papers, word_files, writer
from shangwu.chapters.analytics.reports.content import Content, content_of
from shangwu.chapters.analytics.reports.tests.books import NOW, Books, sold
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, attempt
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.files import page_tree
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.measures.exporting import export, export_all
from shangwu.foundation.outgoing.tests.receiver import Receiver, a_receiver
from shangwu.foundation.pages.tests.visiting import a_client, shows
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]

_SECONDS = itertools.count(600)


def visitor(by: Actor) -> Any:
    return a_client(Person.objects.get(pk=by.person_id))


def numbers(content: Content) -> str:
    return " ".join(cell.text for table in content.tables for _label, cells in table.rows for cell in cells)


def test_profit_and_payments_are_for_those_alone_who_may_see_them(house: Books) -> None:
    report = house.report()
    head, business = content_of(report, house.head), content_of(report, house.business)
    assert "820" in numbers(head)
    assert "820" not in numbers(business)
    keys = {one.key for one in business.tables}
    assert "collected" not in keys
    assert {one.key for one in head.tables} - keys == {"collected"}
    answer = visitor(house.business).get(f"/analytics/salesreports/{report.public_id}/read/").content.decode()
    assert not shows(answer, "820")


def test_who_carries_a_proposal_out_sees_it_and_not_the_report(house: Books) -> None:
    report = house.report()
    proposal = Proposal.objects.filter(report=report.pk).first()
    assert proposal is not None
    client = visitor(house.sales)
    assert client.get(f"/analytics/proposals/{proposal.public_id}/").status_code == 404
    person = str(Person.objects.get(pk=house.sales.person_id).public_id)
    act(house.head, "analytics.proposal.assign", proposal, {"person": person, "due_on": "2026-12-18"})
    assert client.get(f"/analytics/proposals/{proposal.public_id}/").status_code == 200
    assert client.get(f"/analytics/salesreports/{report.public_id}/").status_code == 404
    assert client.get(f"/analytics/salesreports/{report.public_id}/figures/sold/").status_code == 404


def test_each_number_leads_to_its_proof_and_from_there_to_the_orders(house: Books) -> None:
    report, client = house.report(), visitor(house.head)
    page = client.get(f"/analytics/salesreports/{report.public_id}/read/").content.decode()
    where = f"/analytics/salesreports/{report.public_id}/figures/regions/"
    assert f'href="{where}#row-高雄"' in page
    figure = client.get(f"{where}?again").content.decode()
    assert "every number is the same" in figure
    assert "Sum of the lines" in figure
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/sales/orders/\?[^"]+)"', figure)]
    orders = client.get(links[0]).content.decode()
    mine = [one.number for one in house.orders if str(one.ordered_on).startswith("2026-10") and one.region == "高雄"]
    assert len(mine) == 2
    assert all(number and number in orders for number in mine)
    assert client.get(f"/analytics/salesreports/{report.public_id}/figures/nothing/").status_code == 200


def next_moment() -> Callable[[], datetime.datetime]:
    """Readers keep the facts of a moment, so each test that exports some has its own, and another for each export."""
    at = NOW.astimezone(datetime.UTC) + datetime.timedelta(seconds=next(_SECONDS))
    return clock.replace_source(lambda: at)


@pytest.fixture
def own_moment() -> Iterator[None]:
    former = next_moment()
    yield
    clock.replace_source(former)


def another_department(house: Books) -> Order:
    """A department of the same legal entity, which has sold in October as well."""
    other = Crew()
    other.__dict__["entity"] = house.entity
    product = a_product(by=replace(HOUSE, department_id=other.department.pk), cost="60", category="valves")
    customer = a_customer(other.sales, region="高雄")
    return sold(other, customer, product, datetime.date(2026, 10, 7), "5000")


def test_what_is_owed_stands_by_its_age_as_of_the_cut_off(house: Books, own_moment: None) -> None:
    """Delivered on 1 August, due on the 11th: on 3 December it is 114 days overdue."""
    order = a_confirmed_order(house, [{"product": a_product(list_price="500", stock=9), "quantity": "1"}])
    with gate.door():
        Order.objects.filter(pk=order.pk).update(delivered_on=datetime.date(2026, 8, 1), payment_days=10)
    export("sales.receivable")
    report = house.report()
    owed = figures.figure(report.sheet, "owed")
    assert owed is not None
    assert [(row, Decimal(amount)) for row, amount in owed.rows() or ()] == [("180", order.fresh.base_open)]
    assert house.finding(report, "old_debts").facts["values"]["share"] == "100"
    assert figures.again(report.sheet, "owed").equal is None, "it is no matter of locked months"
    client = visitor(house.head)
    page = client.get(f"/analytics/salesreports/{report.public_id}/figures/owed/?again").content.decode()
    assert "of the moment at which the report was drawn" in page
    (link,) = set(re.findall(r'href="(/sales/orders/\?figure=[^"]+)"', page))
    assert order.number in client.get(html.unescape(link)).content.decode()


def test_what_was_entered_after_the_lock_stands_apart_from_the_figures(house: Books, own_moment: None) -> None:
    report = house.report()
    export_all()
    assert "corrections" not in {one.key for one in content_of(report, house.head).tables}
    house.sold("2026-10-09", "高雄", "55", 0)
    next_moment()
    export_all()
    with translation.override("en"):
        tables = {one.key: one for one in content_of(report, house.head).tables}
    assert tables["sold"].rows[0][1][0].text.removesuffix(".00") == "1,000", "the report says what was locked"
    corrected = {
        label: [cell.text.removesuffix(".00") for cell in cells] for label, cells in tables["corrections"].rows
    }
    assert corrected["Revenue"] == ["1,000", "1,055", "55"]
    assert corrected["Orders"] == ["3", "4", "1"]
    page = visitor(house.head).get(tables["corrections"].rows[0][1][0].url).content.decode()
    assert "1,055" in page


@pytest.mark.parametrize("key", ["sold", "regions", "trend"])
def test_each_number_of_a_part_of_the_company_works_out_to_the_same_and_leads_to_its_own_rows(
    house: Books, own_moment: None, key: str
) -> None:
    report, theirs = house.report(), another_department(house)
    export("sales.lines")
    client = visitor(house.executive)
    figure = html.unescape(client.get(f"/analytics/salesreports/{report.public_id}/figures/{key}/").content.decode())
    anew = re.findall(r'href="(/analytics/figure/\?[^"]+)"', figure)
    asked_of = {parse_qs(urlsplit(one).query)["m"][0] for one in anew}
    assert asked_of >= {"sales.revenue", "sales.profit"}, "of every measure"
    for one in anew[:4]:
        assert "It is the same." in client.get(f"{one}&again=1").content.decode(), one
    pages = [client.get(one).content.decode() for one in re.findall(r'href="(/sales/orders/\?figure=[^"]+)"', figure)]
    assert pages
    assert not [one for one in pages if theirs.number and theirs.number in one]
    if key == "sold":
        (ours,) = re.findall(r'href="(/analytics/figure/\?m=sales.revenue&since=2026-10-01[^"]+)"', figure)
        assert "1,000" in client.get(ours).content.decode()


def test_a_figure_is_told_with_its_formula_shares_and_changes_filled_in(house: Books) -> None:
    report, client = house.report(), visitor(house.head)
    of = f"/analytics/salesreports/{report.public_id}/figures"
    sold_page, regions = (
        html.unescape(client.get(f"{of}/{key}/").content.decode()).replace(".00", "") for key in ("sold", "regions")
    )
    assert "1,000 − 180 = 820" in sold_page, "profit"
    assert "over 3 records: 1,000" in sold_page
    assert "Change on the year before: (1,000 − 1,300) ÷ 1,300 = −23.08%" in sold_page
    assert "Share: 600 ÷ 1,000 = 60%" in regions
    assert "Change on the year before: (600 − 1,000) ÷ 1,000 = −40%" in regions


@pytest.mark.parametrize("key", ["channels", "people", "returns", "orders", "trend", "grades"])
def test_the_rows_of_every_kind_of_figure_lead_to_the_records_that_they_count(house: Books, key: str) -> None:
    report, client = house.report(), visitor(house.head)
    figure = client.get(f"/analytics/salesreports/{report.public_id}/figures/{key}/").content.decode()
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/[a-z]+/[a-z]+/\?figure=[^"]+)"', figure)]
    assert links
    first = client.get(links[0])
    assert first.status_code == 200
    october = [one for one in house.orders if f"{one.ordered_on:%Y-%m}" == "2026-10"]
    if key != "trend":
        shown = first.content.decode()
        assert {one.number for one in house.orders if one.number in shown} == {one.number for one in october}


def test_the_customers_of_a_kind_are_listed_behind_their_number(house: Books, own_moment: None) -> None:
    export("sales.loyalty")
    report, client = house.report(), visitor(house.head)
    export("sales.lines")
    figure = client.get(f"/analytics/salesreports/{report.public_id}/figures/moved/").content.decode()
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/customers/customers/\?counted=[^"]+)"', figure)]
    back = [one for one in links if "moved.back.2026-10-01.2026-10-31" in one]
    assert back, (links, figure[-6000:])
    listed = client.get(back[0]).content.decode()
    assert str(house.customers["台北"].public_id) in listed
    assert str(house.customers["高雄"].public_id) not in listed


def test_the_papers_say_what_the_page_says_and_take_no_commands(house: Books) -> None:
    report = house.report()
    finding = house.finding(report, "region_down")
    wild = '高雄 600 #panic("gotcha") *bold* $x$ \\ " <b>'
    act(house.head, "analytics.reportfinding.edit", finding, {"wording": wild})
    with translation.override("zh-hant"):
        content = content_of(report, house.head)
        pdf, word = papers.paper(content), word_files.word(content)
    assert pdf.startswith(b"%PDF")
    assert b"NotoSansCJK" in pdf
    assert 3 < page_tree.count(io.BytesIO(pdf), {})["pages"] < 2 + len(content.tables), "short figures share a page"
    import docx

    made = docx.Document(io.BytesIO(word))
    assert any('#panic("gotcha")' in one.text for one in made.paragraphs)
    cells = {cell.text for table in made.tables for row in table.rows for cell in row.cells}
    assert {"1,000", "1,300"} <= {one.removesuffix(".00") for one in cells}


def test_a_job_makes_the_paper_with_the_rights_of_who_wants_it(house: Books) -> None:
    report, client = house.report(), visitor(house.business)
    answer = client.post(f"/analytics/salesreports/{report.public_id}/paper/pdf/")
    assert answer.status_code == 303
    job = Job.objects.latest("pk")
    assert running.run(job.pk) is not None
    job.refresh_from_db()
    assert (job.state, job.file_name) == ("done", f"Sales report {report.period}.pdf")
    assert visitor(house.sales).post(f"/analytics/salesreports/{report.public_id}/paper/pdf/").status_code == 404


@pytest.fixture
def model(settings: Any) -> Iterator[Receiver]:
    """A language model played on loopback."""
    with a_receiver() as found:
        settings.OUTGOING_LOOPBACK = True
        settings.WRITER_ADDRESS = found.url.removesuffix("/hook") + "/v1"
        settings.WRITER_MODEL, settings.WRITER_KEY, settings.WRITER_CLEARANCE = "test", "secret-key", 0
        yield found


def answers(model: Receiver, text: str) -> None:
    model.answers(200, body=json.dumps({"choices": [{"message": {"content": text}}]}).encode())


def reworded(house: Books, finding: ReportFinding) -> str:
    """What the model makes of a finding, or the code of the refusal."""
    finding.report = SalesReport.objects.get(pk=finding.report_id)
    try:
        return writer.reworded(finding, house.head)
    except Refusal as refusal:
        return refusal.code


def test_without_a_model_nothing_is_asked(house: Books, settings: Any) -> None:
    settings.WRITER_ADDRESS = ""
    finding = house.finding(house.report(), "region_down")
    assert reworded(house, finding) == "off"
    assert writer.chosen(finding.entity_id) is None


def test_the_model_is_told_no_more_than_it_is_cleared_for(house: Books, model: Receiver, settings: Any) -> None:
    finding = house.finding(house.report(), "region_down")
    answers(model, "In [[D]] we sold [[A]], [[C]] against [[B]].")
    text = reworded(house, finding)
    got = model.received[-1]
    sent = json.loads(got.body)["messages"][1]["content"]
    assert not set("0123456789") & set(sent)
    assert "高雄" not in sent
    assert (got.path, got.headers["Authorization"]) == ("/v1/chat/completions", "Bearer secret-key")
    assert text == "In 高雄 we sold 600, −40.00% against 1,000."
    settings.WRITER_CLEARANCE = 1
    answers(model, "高雄只賣 600，年減 −40.00%（1,000）")
    assert reworded(house, finding) == "高雄只賣 600，年減 −40.00%（1,000）"
    sent = json.loads(model.received[-1].body)["messages"][1]["content"]
    assert "高雄" in sent
    assert "600" in sent


def test_the_administrator_names_the_model_and_takes_it_away_again(
    house: Books, model: Receiver, settings: Any
) -> None:
    address, settings.WRITER_ADDRESS = settings.WRITER_ADDRESS, "https://operator.example/v1"
    settings.WRITER_MODEL = ""
    finding = house.finding(house.report(), "region_down")
    keeper = replace(an_actor(Role.ADMINISTRATOR, whole_company=True), entity_id=house.entity.pk)
    given = {"address": f"{address}/", "model": "ours", "clearance": 0}
    assert attempt(house.head, "analytics.languagemodel.create", None, given) == "forbidden"
    assert reworded(house, finding) == "off"
    assert attempt(keeper, "analytics.languagemodel.create", None, given | {"address": "file:///etc"}) == "invalid"
    named = act(keeper, "analytics.languagemodel.create", None, given).record
    answers(model, "In [[D]] we sold [[A]], [[C]] against [[B]].")
    assert reworded(house, finding) == "In 高雄 we sold 600, −40.00% against 1,000."
    got = model.received[-1]
    assert json.loads(got.body)["model"] == "ours"
    assert "高雄" not in json.loads(got.body)["messages"][1]["content"], "it is cleared for nothing"
    assert "Authorization" not in got.headers, "the operator's key goes to the operator's own server alone"
    answers(model, "In [[D]] we sold [[A]] of 77, [[C]] against [[B]].")
    assert reworded(house, finding) == "wording", "its numbers are checked as before"
    act(keeper, "analytics.languagemodel.archive", named.fresh)
    assert reworded(house, finding) == "off"


@pytest.mark.parametrize(
    "text", ["[[A]] [[B]] [[C]] [[D]] 99", "[[A]] [[B]] [[C]]", "[[A]] [[A]] [[B]] [[C]] [[D]]", "[[E]]", "", "x" * 700]
)
def test_what_the_model_makes_up_or_leaves_out_is_refused(house: Books, model: Receiver, text: str) -> None:
    finding = house.finding(house.report(), "region_down")
    answers(model, text)
    assert reworded(house, finding) == "wording"


def test_a_model_that_fails_leaves_the_rules_sentence(house: Books, model: Receiver) -> None:
    finding = house.finding(house.report(), "region_down")
    act(house.head, "analytics.reportfinding.reword", finding)
    job = Job.objects.latest("pk")
    model.answers(500)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert finding.fresh.wording == ""
    answers(model, "In [[D]] we sold [[A]], [[C]] against [[B]].")
    act(house.head, "analytics.reportfinding.reword", finding.fresh)
    assert running.run(Job.objects.latest("pk").pk) is not None
    assert "高雄" in finding.fresh.wording
