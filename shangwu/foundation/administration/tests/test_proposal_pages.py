"""Who decides on a change of a parameter sees on the request what changes and what it would do, on paper too."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from shangwu.chapters.sales.replays.orders import CANCELLED, COST
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.administration.proposal_sheet import sheet_of
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.tests.conftest import office, time  # noqa: F401 -- their fixtures
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.regulation import replaying
from shangwu.foundation.regulation.models import Proposal
from tests.builders import a_department, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("1")]

LOOKED_THROUGH = "2.5.1.2"
"""Customers of grade A are looked through again after so many days: 90."""
KEY = next(key for key in rules[LOOKED_THROUGH].keys if parameters[key].default == 90)


@pytest.fixture
def asked(office: Office, time: Time) -> tuple[Office, Proposal, Request]:  # noqa: F811
    """Twelve customers whom nobody looked through, and a proposal that they be looked through more often."""
    for place in range(12):
        office.won_customer(name=f"客戶{place:02}有限公司")
    time.go("2026-11-20 09:00")
    proposal = a_proposal(office, KEY, "30")
    act(office.by(office.head), "regulation.proposal.propose", proposal)
    return office, proposal.fresh, Request.objects.get(subject_id=proposal.public_id)


def a_proposal(office: Office, key: str, written: str) -> Proposal:  # noqa: F811
    given = {"key": key, "written": written, "effective_from": "2026-12-01", "reason": "三個月太久，客戶另找他人"}
    return act(office.by(office.head), "regulation.proposal.create", None, given).record


def page_of(person: Any, address: str) -> str:
    return a_client(person).get(address).content.decode()


def addresses(proposal: Proposal, request: Request) -> list[str]:
    return [f"/regulation/proposals/{proposal.public_id}/", f"/approvals/requests/{request.public_id}/"]


@pytest.mark.parametrize("paper", ["", "print/"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_request_and_both_papers_show_name_values_and_sheet(
    asked: tuple[Office, Proposal, Request], paper: str, place: int
) -> None:
    office_, proposal, request = asked
    shown = page_of(office_.executive, addresses(proposal, request)[place] + paper)
    with translation.override("en"):
        assert str(parameters[KEY].label) in shown
    assert "90 days" in shown
    assert "30 days" in shown
    assert "三個月太久" in shown
    assert "open now and overdue" in shown
    assert "closed months stay as they are" in shown


def test_the_sheet_names_the_first_ten_that_would_stand_otherwise_and_counts_the_rest(
    asked: tuple[Office, Proposal, Request],
) -> None:
    office_, proposal, request = asked
    shown = page_of(office_.executive, addresses(proposal, request)[1])
    line = re.search(r"open now and overdue(.*?)</tr>", shown, re.DOTALL)
    assert line is not None
    assert len(re.findall(r'href="/customers/customers/[0-9a-f-]{36}/"', line[1])) == 10
    assert "and 2 more" in line[1]
    assert "keeps the deadline with which it opened" in shown


def test_records_are_named_to_who_sees_them_only(asked: tuple[Office, Proposal, Request]) -> None:
    """A proposal is open to all who work here; the customers on its sheet are not."""
    _office, proposal, _request = asked
    shown = page_of(a_person(department=a_department()), f"/regulation/proposals/{proposal.public_id}/")
    assert "open now and overdue" in shown
    assert "and 12 more" in shown
    assert "有限公司" not in shown.partition("open now and overdue")[2].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("att.makeup_per_month", "clause 3.1.2 keeps no records in the program yet"),
        ("channel.score", "nothing in the program proves the duty “Score and grade the channels” yet"),
        ("channel.dealreg", "what it bears on is not recorded in the program yet"),
        ("complaint.link", "is not kept when it was made"),
    ],
)
def test_where_there_is_nothing_to_try_a_value_on_the_sheet_says_why(
    office: Office,  # noqa: F811
    time: Time,  # noqa: F811
    key: str,
    why: str,
) -> None:
    time.go("2026-11-20 09:00")
    proposal = a_proposal(office, key, str(parameters[key].default + 1))
    client = a_client(office.head)
    shown = client.get(f"/regulation/proposals/{proposal.public_id}/").content.decode()
    assert why in shown
    assert "is not worked out" not in shown
    assert "Nothing would have been different" not in shown
    tried = client.get(f"/regulation/parameters/{key}/", {"written": str(parameters[key].default + 1)})
    assert why in tried.content.decode()


def test_a_table_is_drawn_as_one_in_panel_proposal_and_print(office: Office, time: Time) -> None:  # noqa: F811
    """Stamp duty by place and kind: one line for each, with what it was and what it is to be."""
    time.go("2026-11-20 09:00")
    key, client = "contract.stamp", a_client(office.head)
    panel = client.get(f"/regulation/parameters/{key}/", headers=part("aside#sw-panel")).content.decode()
    assert '<th scope="row">Mainland China · Sale of goods</th><td><strong>0.03%</strong></td>' in panel
    assert 'value="CN-sale=0.03%; CN-framework=0.03%; CN-service=0.03%; TW-service=0.1%"' in panel
    proposal = a_proposal(office, key, "CN-sale=0.03%; CN-service=0.06%; TW-service=0.001")
    for paper in ("", "print/"):
        shown = client.get(f"/regulation/proposals/{proposal.public_id}/{paper}").content.decode()
        assert '<th scope="row">Mainland China · Sale of goods</th><td>0.03%</td><td>0.03%</td>' in shown
        assert '<th scope="row">Mainland China · Services</th><td>0.03%</td><td><strong>0.06%</strong></td>' in shown
        assert (
            '<th scope="row">Mainland China · Framework contract</th><td>0.03%</td><td><strong>—</strong></td>' in shown
        )
        assert "CN-sale 0.0003" not in shown
    with translation.override("en"), pytest.raises(Refusal) as caught:
        a_proposal(office, key, "CN-verkauf=0.03%")
    assert "none of the lines" in str(caught.value.fields)


def test_amounts_on_a_sheet_stand_in_their_currency(office: Office, time: Time) -> None:  # noqa: F811
    with translation.override("en"):
        found = sheet_of(office.by(office.head), parameters["cancel.ready"], [
            replaying.Line(COST, Decimal("1234.5"), Decimal(20000), {"currency": "CNY"}).as_row(),
            replaying.Line(CANCELLED, 1200, 1200).as_row(),
        ])  # fmt: skip
    assert [(line["said"], line["before"], line["after"]) for line in found["lines"]] == [
        ("What cancelling these costs at least, in CNY", "1,234.50", "20,000.00"),
        ("Orders cancelled in that state", "1,200", "1,200"),
    ]


def test_a_value_in_the_text_opens_its_bounds_and_says_what_another_would_change_before_it_asks(
    office: Office,  # noqa: F811
    time: Time,  # noqa: F811
) -> None:
    """Design 04b: key, range, new value, day and effect stand there before anything is proposed."""
    for _n in range(2):
        office.won_customer()
    time.go("2026-11-20 09:00")
    address = f"/regulation/parameters/{KEY}/"
    client = a_client(office.head)
    assert f'href="{address}" data-sw-panel' in client.get("/chapter/2.5/").content.decode()
    panel = client.get(address, headers=part("aside#sw-panel")).content.decode()
    assert KEY in panel
    assert "30 days – 730 days" in panel
    assert 'name="effective_from" value="2026-12-01"' in panel
    assert "<html" not in panel
    tried = client.get(address, {"written": "30"}, headers=part("aside#sw-panel")).content.decode()
    line = re.search(r"open now and overdue(.*?)</tr>", tried, re.DOTALL)
    assert line is not None
    assert re.findall(r"<td>(\d+)</td>", line[1]) == ["0", "2"]
    assert not Proposal.objects.exists()
    assert "It has that value" in client.get(address, {"written": "90"}).content.decode()
    assert "sw-note" in client.get(address, {"written": "7"}).content.decode(), "below what is possible"
    form = client.get(f"/regulation/proposals/new/?key={KEY}&written=30&effective_from=2026-12-01").content.decode()
    assert 'value="30"' in form


def test_who_may_not_propose_sees_the_value_and_no_form(office: Office) -> None:  # noqa: F811
    client = a_client(office.sales)
    shown = client.get(f"/regulation/parameters/{KEY}/?written=30").content.decode()
    assert "90 days" in shown
    assert "What would it change?" not in shown
    assert "open now and overdue" not in shown
    assert client.get("/regulation/parameters/no.such/").status_code == 404


def test_over_the_form_the_parameter_is_called_by_its_name(office: Office) -> None:  # noqa: F811
    client = a_client(office.head, "zh-hant")
    assert "/regulation/named-parameter/" in client.get(f"/regulation/proposals/new/?key={KEY}").content.decode()
    named = client.get(f"/regulation/named-parameter/?key={KEY}").content.decode()
    with translation.override("zh-hant"):
        assert str(parameters[KEY].label) in named
    assert "90" in named
    assert "no.such" in client.get("/regulation/named-parameter/?key=no.such").content.decode()
    assert not client.get("/regulation/named-parameter/").content.strip()


def test_a_request_is_called_in_the_language_of_the_house(office: Office) -> None:  # noqa: F811
    """All who decide read it, whatever language who asks has chosen."""
    with translation.override("en"):
        proposal = a_proposal(office, KEY, "30")
        act(office.by(office.head), "regulation.proposal.propose", proposal)
    with translation.override("zh-hant"):
        said = str(parameters[KEY].label)
    assert said in Request.objects.get(subject_id=proposal.public_id).title
