"""A parameter changes by an adopted proposal only, from a day that lies ahead; what is past stays (idea 4)."""

import datetime
from typing import Any

import pytest

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters, policy
from shangwu.foundation.policy.reading import read, restored, stored, written
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import replaying, values
from shangwu.foundation.regulation.daily import FRESH
from shangwu.foundation.regulation.models import Proposal
from shangwu.foundation.regulation.tests.drafting import a_file
from tests.builders import a_person, an_actor, an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("1")]

KEY = "order.special"
DAY = datetime.timedelta(days=1)


def in_days(count: int) -> datetime.date:
    return clock.today(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(days=count)


@pytest.fixture
def boss() -> Person:
    return a_person(Role.EXECUTIVE, whole_company=True)


@pytest.fixture
def head(boss: Person) -> Actor:
    """The head of the department: what they propose goes to their superior at once."""
    return an_actor(Role.HEAD, whole_company=True, superior=boss)


@pytest.fixture
def executive(boss: Person) -> Actor:
    return actor_of(boss)


def a_proposal(by: Actor, written_value: str = "5", **given: Any) -> Proposal:
    inputs = {"key": KEY, "written": written_value, "effective_from": in_days(7), "reason": "客戶多，三日不足"} | given
    return act(by, "regulation.proposal.create", None, inputs).record


def adopted(by: Actor, executive: Actor, *args: Any, **given: Any) -> Proposal:
    proposal = a_proposal(by, *args, **given)
    act(by, "regulation.proposal.propose", proposal.fresh)
    approve(executive, proposal)
    values.forget()
    return proposal.fresh


def approve(by: Actor, proposal: Proposal) -> None:
    """All that wait for `by` on this proposal, one after the other."""
    with gate.free_reading():
        request = Request.objects.get(subject_id=proposal.public_id, state="running")
    act(by, "approvals.request.approve", request, {"opinion": "同意"})


def refused(code: str, *call: Any, **given: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        a_proposal(*call, **given)
    assert caught.value.code == code
    return caught.value


def test_an_adopted_value_holds_from_its_day_and_never_before(head: Actor, executive: Actor) -> None:
    proposal = adopted(head, executive)
    assert policy(KEY) == policy(KEY, in_days(6)) == 3
    assert policy(KEY, in_days(7)) == policy(KEY, in_days(400)) == 5
    held = values.held_on(KEY, in_days(7))
    assert held is not None
    assert (held.value, held.by) == (5, proposal.number)


def test_what_another_process_has_adopted_is_to_come_here_too(head: Actor, executive: Actor) -> None:
    """A process remembers the values of today; it must not be the only one that knows what begins next week."""
    assert values.history(KEY) == []
    proposal = a_proposal(head)
    act(head, "regulation.proposal.propose", proposal.fresh)
    approve(executive, proposal)  # as by another process: this one is told nothing
    assert policy(KEY) == 3
    later = clock.now() + 2 * FRESH
    former = clock.replace_source(lambda: later)
    try:
        assert [one.by for one in values.history(KEY)] == [proposal.number]
        refused("same", head, "5")
    finally:
        clock.replace_source(former)


def test_a_later_change_follows_an_earlier_one(head: Actor, executive: Actor) -> None:
    adopted(head, executive, "5", effective_from=in_days(7))
    adopted(head, executive, "2", effective_from=in_days(30))
    assert [policy(KEY, in_days(day)) for day in (1, 7, 29, 30)] == [3, 5, 5, 2]


def test_two_values_for_one_day_are_refused(head: Actor, executive: Actor) -> None:
    adopted(head, executive, "5")
    second = a_proposal(head, "6")
    act(head, "regulation.proposal.propose", second.fresh)
    with pytest.raises(Refusal):
        approve(executive, second)
    assert policy(KEY, in_days(7)) == 5


def test_a_proposal_alone_changes_nothing(head: Actor) -> None:
    act(head, "regulation.proposal.propose", a_proposal(head).fresh)
    values.forget()
    assert policy(KEY, in_days(30)) == 3


def test_nobody_adopts_their_own_proposal(executive: Actor) -> None:
    other = an_actor(Role.EXECUTIVE, Role.HEAD, whole_company=True)
    proposal = a_proposal(executive)
    act(executive, "regulation.proposal.propose", proposal.fresh)
    with pytest.raises(Refusal):
        approve(executive, proposal)
    with pytest.raises(Refusal) as caught:
        act(other, "regulation.proposal.adopt", proposal.fresh)
    assert caught.value.code == "forbidden", "it is adopted by a decision, and by nothing else"


def test_what_cannot_be_is_refused_with_what_to_do(head: Actor) -> None:
    refused("past", head, effective_from=in_days(0))
    refused("same", head, "3")
    refused("invalid", head, "0")
    refused("invalid", head, "many")
    refused("parameter", head, key="no.such")
    assert "written" in refused("invalid", head, "999").fields


def test_the_law_of_the_only_jurisdiction_refuses_what_it_forbids(head: Actor) -> None:
    """3.1.3: Taiwan and Hong Kong know no deduction beyond the time that was missed."""
    an_entity(jurisdiction="TW")
    refused("law", head, "literal", key="att.legal_mode")
    an_entity(jurisdiction="CN")
    assert a_proposal(head, "literal", key="att.legal_mode").pk


@pytest.mark.clause("3.1.3")
def test_pay_and_discipline_need_their_proofs_first(head: Actor) -> None:
    pay = next(one for one in parameters.values() if one.touches_pay and one.key == "att.warn_count")
    proposal = a_proposal(head, str(pay.default + 1), key=pay.key)
    with pytest.raises(Refusal) as caught:
        act(head, "regulation.proposal.propose", proposal.fresh)
    assert caught.value.code == "proofs"


@pytest.mark.clause("3.1.3")
def test_with_all_its_proofs_a_change_of_pay_is_put_to_those_who_decide(head: Actor, executive: Actor) -> None:
    for role in (Role.HUMAN_RESOURCES, Role.LEGAL):
        a_person(role, whole_company=True)
    pay = parameters["att.warn_count"]
    proposal = a_proposal(head, str(pay.default + 1), key=pay.key)
    elsewhere = a_file(a_proposal(head), head)
    with pytest.raises(Refusal) as caught:
        act(head, "regulation.proposal.prove", proposal.fresh, {"kind": "consultation", "file": elsewhere.public_id})
    assert caught.value.code == "file"
    for kind in ("consultation", "publication", "signatures"):
        proof = {"kind": kind, "file": a_file(proposal, head).public_id}
        act(head, "regulation.proposal.prove", proposal.fresh, proof)
    act(head, "regulation.proposal.propose", proposal.fresh)
    assert proposal.fresh.state == "proposed"


def test_the_sheet_says_what_the_records_of_a_year_would_have_been(
    head: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "_replays", [])

    @replaying.replays(lambda key: key == KEY)
    def replay(_one: Any, former: int, value: int, since: datetime.date, until: datetime.date) -> list[replaying.Line]:
        assert until == in_days(0)
        assert since < until - 364 * DAY
        return [replaying.Line("Late orders", former, value)]

    proposal = a_proposal(head)
    act(head, "regulation.proposal.propose", proposal.fresh)
    assert proposal.fresh.sheet == [{"what": "Late orders", "before": 3, "after": 5, "params": {}}]


@pytest.mark.parametrize("key", sorted(parameters))
def test_every_value_is_read_back_as_it_is_written(key: str) -> None:
    one = parameters[key]
    assert read(one, written(one, one.default)) == one.default
    assert restored(one, stored(one.default)) == one.default
