"""A deputy decides in the absent person's place, for the period and the kinds named, and never their own matter."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.administration.approving.chain import seals
from shangwu.foundation.approvals.kinds import StepSpec
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.approvals.telling import waiting_decisions
from shangwu.foundation.approvals.tests.asking import KIND, Company, a_request, asking, do, tickets, waiting
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.3.2")]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def by_head() -> Iterator[None]:
    with asking([StepSpec(name="Head", role=Role.HEAD)]):
        yield


def away(absent: Person, deputy: Person, **given: Any) -> Any:
    """Someone is away this week, and has named a deputy."""
    today = clock.today(actor_of(absent).zone)
    days = {"starts_on": today - 3 * DAY, "ends_on": today + 3 * DAY}
    return act(HOUSE, "people.delegation.create", None, {"absent": absent, "deputy": deputy} | days | given).record


def test_a_deputy_decides_and_both_names_stand_there(company: Company, by_head: None) -> None:
    request = a_request(company.seller)
    assert do(company.money, "approve", request) == "missing", "without a delegation it is not theirs"
    away(company.head, company.money)
    assert do(company.money, "approve", request, opinion="可") == "done"
    (ticket,) = Ticket.objects.filter(request=request)
    assert (ticket.person, ticket.decided_by, ticket.acting_for) == (company.head, company.money, company.head)
    assert "財務（代主管）" in str(seals(request.fresh)) or "財務 (for 主管)" in str(seals(request.fresh))


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
def test_only_in_the_period(company: Company, by_head: None, days: tuple[int, int]) -> None:
    today = clock.today(actor_of(company.head).zone)
    away(company.head, company.money, starts_on=today + days[0] * DAY, ends_on=today + days[1] * DAY)
    request = a_request(company.seller)
    assert do(company.money, "approve", request) == "missing"


def test_who_is_named_for_one_kind_decides_that_kind_alone_and_holds_no_role(company: Company, by_head: None) -> None:
    away(company.head, company.money, only_for="regulation.proposal.change")
    request = a_request(company.seller)
    assert do(company.money, "approve", request) == "missing"
    assert not actor_of(company.money).holds(Role.HEAD)
    away(company.head, company.clerk, only_for=KIND)
    clerk = actor_of(company.clerk)
    assert not clerk.holds(Role.HEAD), "the roles stay with the absent person"
    assert Request.objects.visible_to(clerk).filter(pk=request.pk).exists()
    assert do(company.clerk, "approve", request) == "done"
    assert Ticket.objects.get(request=request).acting_for == company.head


def test_an_absent_person_without_a_role_has_a_deputy_too(company: Company) -> None:
    boss = company.person(superior=company.gm, name="組長")
    member = company.person(Role.SALES, superior=boss, name="組員")
    with asking([StepSpec(name="Superior", superior=1)]):
        away(boss, company.clerk)
        request = a_request(member)
        assert waiting(request) == ["組長"]
        assert do(company.clerk, "approve", request) == "done"


def test_a_deputyship_is_not_passed_on(company: Company, by_head: None) -> None:
    away(company.head, company.money)
    away(company.money, company.clerk)
    request = a_request(company.seller)
    assert do(company.clerk, "approve", request) == "missing"
    assert actor_of(company.clerk).selves == {company.clerk.pk, company.money.pk}


def test_ones_own_request_never_comes_back_by_a_delegation(company: Company, by_head: None) -> None:
    away(company.head, company.seller)
    request = a_request(company.seller)
    for verb, given in (("approve", {}), ("reject", {"opinion": "x"}), ("pass_on", {"to": company.clerk})):
        assert do(company.seller, verb, request, **given) == "forbidden", verb
    assert do(company.head, "approve", request) == "done", "who is away may still decide"


def test_who_stands_in_for_the_requester_is_not_asked(company: Company, by_head: None) -> None:
    away(company.seller, company.head)
    request = a_request(company.seller)
    assert tickets(request) == [("總", "superior", "waiting")]
    assert do(company.head, "approve", request) == "forbidden"


def test_a_deputyship_that_begins_later_bars_as_well(company: Company, by_head: None) -> None:
    request = a_request(company.seller)
    away(company.seller, company.head, only_for="regulation.proposal.change")
    assert do(company.head, "approve", request) == "forbidden", "for whatever they stand in"


def test_what_waits_for_the_absent_stands_in_the_deputys_inbox(company: Company, by_head: None) -> None:
    request = a_request(company.seller)
    page = "/approvals/requests/?state=running&waiting=me"
    client = a_client(company.money)
    assert request.title not in client.get(page).content.decode()
    away(company.head, company.money, only_for=KIND)
    assert request.title in client.get(page).content.decode()
    assert request.title in client.get("/").content.decode()


def test_a_kind_that_does_not_exist_is_refused(company: Company) -> None:
    with pytest.raises(Refusal) as found:
        away(company.head, company.money, only_for="no.such")
    assert found.value.code == "invalid"


def told(person: Person) -> list[str]:
    return [one.said for one in waiting_decisions([person.pk], clock.now())]


def test_who_stands_in_is_told_as_the_absent_person_is(company: Company, by_head: None) -> None:
    """The bell, the reminder and the digest of a deputy ring for what waits for the absent person."""
    away(company.head, company.money, only_for=KIND)
    away(company.head, company.clerk, only_for="regulation.proposal.change")
    request = a_request(company.seller)
    assert [Notice.objects.filter(person=one).count() for one in (company.head, company.money, company.clerk)] == [
        1,
        1,
        0,
    ]
    assert (told(company.head), told(company.money), told(company.clerk)) == ([request.title], [request.title], [])
    assert do(company.seller, "remind", request) == "done"
    assert Notice.objects.filter(person=company.money).count() == 2


def test_a_deputy_whom_it_concerns_is_not_told(company: Company, by_head: None) -> None:
    away(company.head, company.seller)
    a_request(company.seller)
    assert told(company.seller) == []
    assert not Notice.objects.filter(person=company.seller).exists()
