"""2.7.3: rewards and penalties follow from results, approved, carried out by personnel; the law comes first."""

from typing import Any

import pytest

from shangwu.chapters.analytics.performance.duties import carry_out
from shangwu.chapters.analytics.performance.models import KpiSheet, Reward
from shangwu.chapters.analytics.performance.tests.sheets import Team, a_signed_sheet, approve
from shangwu.chapters.sales.tests.contracting import a_pdf
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import intake
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

BONUS = {"kind": "bonus", "amount": "5000", "words": "目標達成"}
CUT = {"kind": "deduction", "amount": "500", "words": "未達底線"}


def a_manual_result(team: Team) -> KpiSheet:
    """A result that needs no locked month."""
    line = {
        "way": "manual",
        "name": "新客戶",
        "definition": "首單客戶",
        "source": "訂單",
        "target": "5",
        "weight": "100",
    }
    sheet = a_signed_sheet(team, lines=[line])
    act(team.head, "analytics.kpisheet.enter", sheet, {"line": 1, "actual": "5", "evidence": "清單"})
    scored: KpiSheet = act(team.head, "analytics.kpisheet.score", sheet.fresh).record
    return scored


def an_approved_reward(team: Team, **given: Any) -> Reward:
    reward = act(team.head, "analytics.reward.create", None, {"sheet": a_manual_result(team), **BONUS, **given}).record
    act(team.head, "analytics.reward.submit", reward)
    approve(team, reward)
    approve(team, reward, by=team.executive)
    approved: Reward = reward.fresh
    return approved


def test_a_bonus_is_proposed_approved_and_carried_out_with_proof(team: Team) -> None:
    reward = an_approved_reward(team)
    assert (reward.state, reward.owner_id, reward.currency) == ("approved", team.sales.person_id, "TWD")
    page = a_client(Person.objects.get(pk=team.head.person_id), "zh-hant").get(
        f"/analytics/rewards/{reward.public_id}/"
    )
    assert "bonus" not in page.content.decode().partition("<h1>")[2].partition("</h1>")[0], (
        "called in the reader's words"
    )
    facts = carry_out(reward)
    assert facts is not None
    assert (facts.opened_at, facts.done_at) == (reward.approved_at, None)
    given = {"carried_out_on": clock.today(team.personnel.zone), "file": "薪資單.pdf"}
    assert attempt(team.personnel, "analytics.reward.apply", reward, given) in ("file", "invalid")
    taken = intake.take([a_pdf(1)], "薪資單.pdf", entity=team.entity.pk)
    proof = {"record_type": "analytics.reward", "note": str(reward.public_id), "name": receipt(taken, team.personnel)}
    file = act(team.personnel, "files.storedfile.create", None, proof).record
    act(team.personnel, "analytics.reward.apply", reward.fresh, given | {"file": str(file.public_id)})
    done = reward.fresh
    assert (done.state, carry_out(done).done_at) == ("applied", done.applied_at)  # type: ignore[union-attr]


def test_nothing_follows_from_a_result_by_itself(team: Team) -> None:
    sheet = a_manual_result(team)
    act(team.sales, "analytics.kpisheet.confirm", sheet.fresh)
    assert not Reward.objects.exists()
    unscored = a_signed_sheet(team, team.colleague)
    assert attempt(team.head, "analytics.reward.create", None, {"sheet": unscored, **BONUS}) == "unscored"


@pytest.mark.parametrize(("place", "code"), [("TW", "law"), ("HK", "law"), ("CN", "legal_basis")])
def test_what_reduces_pay_needs_a_basis_and_is_refused_where_the_law_forbids_it(place: str, code: str) -> None:
    team = Team(jurisdiction=place)
    sheet = a_manual_result(team)
    assert attempt(team.head, "analytics.reward.create", None, {"sheet": sheet, **CUT}) == code
    grounded = {"sheet": sheet, **CUT, "legal_basis": "勞動合同法第35條；員工書面同意；規章第2.7.3條"}
    assert attempt(team.head, "analytics.reward.create", None, grounded) == ("law" if code == "law" else "done")


def test_a_proposal_is_hidden_from_whom_it_concerns_until_it_is_decided(team: Team) -> None:
    reward = act(team.head, "analytics.reward.create", None, {"sheet": a_manual_result(team), **BONUS}).record
    seen = Reward.objects.visible_to(team.sales).filter(pk=reward.pk)
    assert not seen.exists()
    act(team.head, "analytics.reward.submit", reward)
    assert not seen.exists()
    approve(team, reward)
    approve(team, reward, by=team.executive)
    assert seen.exists()
    for other in (team.colleague, team.support, team.finance):
        assert not Reward.objects.visible_to(other).filter(pk=reward.pk).exists()


def test_amounts_leave_no_trace_in_the_request_or_the_log(team: Team) -> None:
    from shangwu.foundation.approvals.models import Request
    from shangwu.foundation.audit.models import Entry

    reward = an_approved_reward(team, amount="4321")
    request = Request.objects.filter(subject_id=reward.public_id).latest("pk")
    assert (request.amount, "4321" in str(request.facts), "4321" in request.title) == (None, False, False)
    entries = Entry.objects.filter(verb__startswith="analytics.reward.")
    assert entries.exists()
    assert not any("4321" in str(vars(one)) for one in entries)
