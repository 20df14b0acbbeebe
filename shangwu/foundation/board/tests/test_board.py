"""The board counts what is there, for each reader what they may see, on any day; each cell opens its duties."""

import datetime
import html
import io
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from python_calamine import CalamineWorkbook

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.board import counting, reporting
from shangwu.foundation.board.asking import asked
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import OPEN, Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.states import State, state_of
from shangwu.foundation.duties.tests.conftest import office, time  # noqa: F401 -- their fixtures
from shangwu.foundation.duties.tests.offices import Office, Time, at
from shangwu.foundation.duties.threads import deadline_of
from shangwu.foundation.exchange.models import Export
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CLAUSES
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records import clock
from tests.builders import a_department, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(office: Office, time: Time) -> Office:  # noqa: F811
    """Two months of an office: contacts in time and late, one customer forgotten."""
    customers = [office.won_customer(name=f"客戶{place}有限公司") for place in range(4)]
    for moment, who in (("2026-10-05 10:00", 0), ("2026-10-28 10:00", 1), ("2026-11-10 10:00", 2)):
        time.go(moment)
        given = {"customer": customers[who], "at": clock.now(), "summary": "電話"}
        act(office.by(office.sales), "customers.communication.create", None, given)
    time.go("2026-11-24 09:00")
    return office


def by_hand(actor: Any, span: counting.Span) -> dict[tuple[str, datetime.date], tuple[int, int, int]]:
    """The same counts, one duty after the other, from the states alone."""
    found: dict[tuple[str, datetime.date], tuple[int, int, int]] = {}
    for one in seen_by(actor):
        names = ("opened_at", "due_at", "done_at", "waived_at", "cancelled_at")
        state = state_of(**{name: getattr(one, name) for name in names}, now=span.as_of)
        if one.week is None or not span.first <= one.week <= span.last:
            continue
        kept, late, still = found.get((rules[one.rule].chapter, one.week), (0, 0, 0))
        kept += state is State.DONE
        late += state in (State.LATE, State.MISSED)
        still += state in (State.OPEN, State.SOON)
        if (kept, late, still) != (0, 0, 0):
            found[rules[one.rule].chapter, one.week] = (kept, late, still)
    return found


@pytest.mark.parametrize("moment", ["2026-11-24 09:00", "2026-11-01 12:00", "2026-10-21 17:59", "2026-09-30 00:00"])
def test_the_map_equals_the_states_counted_one_by_one_on_any_day(lived: Office, moment: str) -> None:
    actor = actor_of(lived.head)
    span = counting.span_until(datetime.date(2026, 11, 24), at(moment))
    heat = counting.heat(actor, span)
    cells = {
        (key, week): (one.kept, one.late, one.open) for key, row in heat.cells.items() for week, one in row.items()
    }
    assert cells == by_hand(actor, span)
    assert cells


def test_the_rows_of_every_breakdown_add_up_to_the_same(lived: Office) -> None:
    actor = actor_of(lived.head)
    span = counting.span_until(datetime.date(2026, 11, 24), clock.now())
    wholes = [counting.heat(actor, span, by).whole for by in counting.BREAKDOWNS]
    assert len({(one.kept, one.late, one.open) for one in wholes}) == 1
    assert wholes[0].late > 0
    assert wholes[0].kept > 0


def test_everybody_sees_their_own_and_a_head_the_departments(lived: Office) -> None:
    stranger = a_person(Role.SALES, department=lived.department, entity=lived.entity)
    elsewhere = a_person(Role.HEAD, department=a_department(), entity=lived.entity)
    every = Duty.objects.filter(subject_type="customers.customer").count()
    seen = [
        seen_by(actor_of(one)).filter(subject_type="customers.customer").count()
        for one in (lived.sales, lived.head, lived.executive, stranger, elsewhere)
    ]
    assert seen == [every, every, every, 0, 0]


def test_a_secret_records_duty_stays_with_those_who_may_read_it(lived: Office) -> None:
    one = Duty.objects.filter(subject_type="customers.customer").first()
    assert one is not None
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE duties_duty SET secrecy = 3 WHERE id = %s", [one.pk])
    assert not seen_by(actor_of(lived.head)).filter(pk=one.pk).exists()


def test_each_cell_opens_the_duties_that_it_counts(lived: Office) -> None:
    client = a_client(lived.head)
    page = client.get("/board/").content.decode()
    cells = re.findall(
        r'<a href="(\?[^"]+)" aria-label="[^"]*?: (\d+) of (\d+) in time, \d+ late"[^>]*>(\d*)</a>', page
    )
    assert cells
    for address, kept, settled, late in cells:
        shown = client.get("/board/" + address.replace("&amp;", "&").partition("#")[0]).content.decode()
        lines = shown.partition('id="duties"')[2]
        assert lines.count("sw-state is-done") == int(kept)
        assert lines.count('sw-state is-wait">done late') + lines.count("sw-state is-bad") == int(settled) - int(kept)
        assert int(late or 0) == int(settled) - int(kept)


@pytest.mark.parametrize(
    "address",
    ["/board/", "/board/?by=person", "/board/?by=department&as_of=2026-10-15", "/board/?by=clause&row=2.5.2",
     "/board/?week=2026-10-19&row=2.5", "/board/?show=table&by=person",
     "/board/export/?show=table&by=clause", "/board/report/?month=2026-10", "/duties/", "/duties/?whose=all&show=late",
     "/duties/?show=done", "/duties/2.5.2.2/", "/duties/2.1.1.1/", "/board/export/?row=2.5",
     "/board/?as_of=x&week=2026-99-99&row=%00&by=y", "/board/report/?month=0000-13", "/board/?by=person&row=9e9"],
)  # fmt: skip
def test_every_page_answers_every_reader(lived: Office, address: str) -> None:
    for person in (lived.head, lived.sales, lived.support):
        assert a_client(person).get(address).status_code == 200


def test_what_is_not_connected_is_said_so_and_never_counts_as_kept(
    lived: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same duties, once nothing can prove their rule any more: neither kept nor late, and said plainly."""
    actor, span = actor_of(lived.head), counting.span_until(datetime.date(2026, 11, 24), clock.now())
    client = a_client(lived.head)
    assert counting.heat(actor, span, "clause").row("2.5.2").kept > 0
    assert any(one["code"] == "2.5.2" and one["tally"].settled for one in reporting.report(actor, "2026-10")["rows"])
    for rule in rules.values():
        if rule.clause == "2.5.2":
            monkeypatch.setattr(rule, "judge", None)
            monkeypatch.setattr(rule, "prove", None)
            monkeypatch.setattr(rule, "blocks", "")
    for by in counting.BREAKDOWNS:
        whole = counting.heat(actor, span, by).whole
        assert (whole.kept, whole.rate) == (0, None) or "2.5.2" not in counting.heat(actor, span, by).cells
    (row,) = [one for one in reporting.report(actor, "2026-10")["rows"] if one["code"] == "2.5.2"]
    assert (row["tally"].kept, row["rate"], row["connected"]) == (0, "—", False)
    assert "not yet connected" in client.get("/board/report/?month=2026-10").content.decode()
    assert "not yet connected" in client.get("/duties/2.5.2.2/").content.decode()
    assert "never counts as kept" in client.get("/duties/3.1.1.1/").content.decode()


def test_the_table_behind_the_map_says_the_same(lived: Office) -> None:
    client, actor = a_client(lived.head), actor_of(lived.head)
    whole = counting.heat(actor, counting.span_until(datetime.date(2026, 11, 24), clock.now()), "clause").row("2.5.2")
    page = client.get("/board/?by=clause&show=table").content.decode()
    row = page.partition("2.5.2 ")[2].partition("</tr>")[0]
    assert re.findall(r'<td class="sw-num">(\d+)</td>', row) == [str(whole.kept), str(whole.late), str(whole.open)]
    weeks = [tuple(map(int, one)) for one in re.findall(r">(\d+)/(\d+)</a>", row)]
    assert (sum(kept for kept, _all in weeks), sum(every for _kept, every in weeks)) == (whole.kept, whole.settled)
    answer = client.get("/board/export/?by=clause&show=table")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer)))  # type: ignore[arg-type]
    lines = book.get_sheet_by_index(0).to_python()
    (line,) = [one for one in lines if str(one[0]).startswith("2.5.2 ")]
    assert [str(one).removesuffix(".0") for one in line[-4:-1]] == [str(whole.kept), str(whole.late), str(whole.open)]


def test_what_leaves_the_board_as_a_workbook_is_in_the_register_of_exports(lived: Office) -> None:
    """3.4.1: who took the duties out, by which question, and how many rows."""
    before = Export.objects.count()
    client = a_client(lived.head)
    client.get("/board/export/?by=clause&show=table")
    client.get("/board/export/?row=2.5")
    figures, rows = Export.objects.order_by("pk")[before:]
    assert {figures.record_type, rows.record_type} == {"duties.duty"}
    assert figures.person_id == rows.person_id == lived.head.pk
    assert (figures.query, rows.query) == ("by=clause&show=table", "row=2.5")
    view = asked(QueryDict("row=2.5"), actor_of(lived.head))
    in_weeks = counting.in_weeks(actor_of(lived.head), view.span)
    assert figures.rows >= 1
    assert rows.rows == counting.of_row(in_weeks, view.by, "2.5").count()


def test_an_unknown_duty_is_not_there(lived: Office) -> None:
    assert a_client(lived.head).get("/duties/9.9.9.9/").status_code == 404


def test_my_day_leads_to_the_evidence_and_has_no_box_to_tick(lived: Office) -> None:
    page = a_client(lived.sales).get("/").content.decode()
    assert "My duties" in page
    assert re.search(r'href="/customers/communications/new/\?customer=[0-9a-f-]{36}"', page)
    assert 'type="checkbox"' not in page.partition("My duties")[2].partition("</section>")[0]


def test_a_clause_shows_its_duties_and_what_is_late(lived: Office) -> None:
    client = a_client(lived.head)
    panel = client.get("/clause/2.5.2/", headers=part("aside#sw-panel")).content.decode()
    assert "Keep contact" in panel
    assert "in twelve weeks" in panel
    assert "客戶3有限公司" in panel
    unconnected = client.get("/clause/2.2.1/", headers=part("aside#sw-panel")).content.decode()
    assert "not yet connected" in unconnected


def test_a_chapter_says_beside_each_clause_who_by_when_proved_by_what_and_what_is_overdue(lived: Office) -> None:
    """Design 04b: the twelve weeks' rate, who, deadline and evidence, and the way to what is overdue."""
    client = a_client(lived.head)
    shown = client.get("/chapter/2.5/").content.decode()
    article = html.unescape(shown.partition('id="clause-2.5.2"')[2].partition("</article>")[0])
    rule = next(one for one in rules.values() if one.clause == "2.5.2" and one.is_connected)
    with translation.override("en"):
        assert str(rule.label) in article
        assert str(rule.evidence) in article
        assert deadline_of(rule) in article
    assert "in twelve weeks" in article
    codes = [one.code for one in rules.values() if one.clause == "2.5.2" and one.is_connected]
    late = seen_by(actor_of(lived.head)).filter(OPEN, due_at__lt=clock.now(), rule__in=codes)
    assert f"{late.count()} overdue" in article
    address = re.search(r'class="sw-late" href="([^"]+)"', article)
    assert address is not None
    assert "客戶3有限公司" in client.get(address[1]).content.decode()


def test_a_clause_opened_beside_a_record_shows_that_records_duties(lived: Office) -> None:
    """Design 03: the side panel holds the duties of this record, not what the whole department is late on."""
    client = a_client(lived.head)
    forgotten = Customer.objects.get(name="客戶3有限公司")
    other = Customer.objects.get(name="客戶0有限公司")
    headers = part("aside#sw-panel", f"/customers/customers/{other.public_id}/")
    panel = client.get("/clause/2.5.2/", headers=headers).content.decode()
    assert "On this record" in panel
    assert "sw-record-duties" in panel
    assert forgotten.name not in panel
    came_from = {"Referer": f"http://testserver/customers/customers/{other.public_id}/"}
    page = client.get("/clause/2.5.2/", headers=came_from).content.decode()
    assert forgotten.name in page, "the page of the clause is of the whole department, wherever one came from"
    hidden = a_person(Role.SALES, department=a_department(), entity=lived.entity)
    assert "On this record" not in a_client(hidden).get("/clause/2.5.2/", headers=headers).content.decode()
    assert "Nothing is due on this record" in client.get("/clause/2.5.3/", headers=headers).content.decode()


def test_the_board_names_the_oldest_overdue_and_the_change_that_is_being_decided(lived: Office) -> None:
    """Design 04: how long the oldest is overdue and under which clause; parameter changes that wait."""
    key = next(key for key in rules["2.5.1.2"].keys if parameters[key].default == 90)
    given = {"key": key, "written": "60", "effective_from": "2026-12-01", "reason": "核實太疏"}
    proposal = act(actor_of(lived.head), "regulation.proposal.create", None, given).record
    act(actor_of(lived.head), "regulation.proposal.propose", proposal)
    page = a_client(lived.head).get("/board/").content.decode()
    oldest = seen_by(actor_of(lived.head)).filter(OPEN, due_at__lt=clock.now()).order_by("due_at").first()
    assert oldest is not None
    assert oldest.due_at is not None
    assert f"the oldest {(clock.now() - oldest.due_at).days} days, §{rules[oldest.rule].clause}" in page
    assert "90 days → 60 days" in page
    assert f"/regulation/proposals/{proposal.public_id}/" in page


def test_by_clause_what_is_not_connected_stands_there_too_and_says_so(lived: Office) -> None:
    page = a_client(lived.head).get("/board/?by=clause").content.decode()
    assert all(f'href="/clause/{code}/"' in page for code in CLAUSES)
    proved = {one.clause for one in rules.values() if one.is_connected}
    assert page.count('class="sw-heat-unconnected"') == len(set(CLAUSES) - proved) > 0


def test_the_report_counts_as_the_board_does_and_has_boxes_to_sign(lived: Office) -> None:
    page = a_client(lived.head).get("/board/report/?month=2026-10").content.decode()
    span = counting.Span(datetime.date(2026, 10, 1), datetime.date(2026, 10, 26), at("2026-11-01 00:00"))
    late = seen_by(actor_of(lived.head)).filter(
        counting.late(span.as_of), due_at__gte=at("2026-10-01 00:00"), due_at__lt=span.as_of
    )
    assert f"{late.count()} were late or are overdue" in page
    assert "sw-print-signatures" in page
    assert "Prepared by" in page


def test_my_day_says_first_how_many_duties_are_overdue(lived: Office) -> None:
    client = a_client(lived.sales)
    due = seen_by(actor_of(lived.sales)).filter(holder=lived.sales, done_at=None, cancelled_at=None)
    late = due.filter(due_at__lt=clock.now()).count()
    assert late
    assert f"{late} duties are overdue." in client.get("/").content.decode()


def test_the_rail_counts_what_is_due_by_tonight_and_says_what_was_kept_this_week(lived: Office, time: Time) -> None:  # noqa: F811
    time.go("2026-11-28 09:00")
    page = a_client(lived.head).get("/").content.decode()
    actor = actor_of(lived.head)
    week = counting.heat(actor, counting.span_until(datetime.date(2026, 11, 24), clock.now(), weeks=1)).whole
    assert week.rate is not None
    assert re.search(rf'class="sw-rail-foot".*?<b>{week.rate:.1f}%</b>', page)
    due = seen_by(actor).filter(holder=lived.sales, done_at=None, cancelled_at=None, due_at__lte=at("2026-11-28 23:59"))
    rail = a_client(lived.sales).get("/").content.decode().split("</nav>")[0]
    assert due.count()
    assert re.search(rf'data-sw-go="d"[^>]*>.*?<span class="sw-nav-count">{due.count()}</span></a>', rail)


def test_who_has_nothing_to_do_is_told_nothing_of_duties(lived: Office) -> None:
    newcomer = a_person(Role.SALES, department=lived.department, entity=lived.entity)
    page = a_client(newcomer).get("/").content.decode()
    assert "overdue." not in page
    assert "sw-rail-foot" not in page
