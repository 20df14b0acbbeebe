"""Requests take their route, are decided by those who are asked, and end once."""

import datetime
from collections.abc import Iterator

import pytest
from django.db import connection

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, Row, act, act_many
from shangwu.foundation.approvals.kinds import StepSpec
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.approvals.tests.asking import (
    Company,
    a_request,
    ask,
    asking,
    do,
    subject,
    tickets,
    waiting,
)
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.models import Person, Post
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.3.2")]

HEAD_THEN_MONEY = [StepSpec(name="Head", role=Role.HEAD), StepSpec(name="Finance", role=Role.FINANCE)]


@pytest.fixture
def by_two() -> Iterator[None]:
    with asking(HEAD_THEN_MONEY):
        yield


def test_each_step_asks_when_the_one_before_has_passed(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    assert waiting(request) == ["主管"]
    assert do(company.money, "approve", request) == "missing", "finance comes later, and sees it then"
    assert do(company.gm, "approve", request) == "waiting"
    assert do(company.head, "approve", request, opinion="好") == "done"
    assert waiting(request) == ["財務"]
    assert subject(request) == "新職位", "nothing happens before the last decision"
    assert do(company.money, "approve", request) == "done"
    assert (request.fresh.state, subject(request)) == ("approved", "granted by 財務")
    assert do(company.money, "approve", request) == "state", "it ends once"


def test_a_rejection_ends_it_and_says_why(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    assert do(company.head, "reject", request) == "invalid"
    assert do(company.head, "reject", request, opinion="  ") == "invalid"
    assert do(company.head, "reject", request, opinion="沒有預算") == "done"
    assert (request.fresh.state, subject(request), waiting(request)) == ("rejected", "denied by 主管", [])


def test_what_the_subject_refuses_refuses_the_decision(company: Company, by_two: None) -> None:
    post = act(HOUSE, "people.post.create", None, {"name": "locked", "department": company.department}).record
    request = ask(company.seller, post)
    assert do(company.head, "approve", request) == "done"
    assert do(company.money, "approve", request) == "locked"
    assert (request.fresh.state, waiting(request)) == ("running", ["財務"]), "nothing has changed"


def test_nobody_approves_their_own_in_any_way(company: Company, by_two: None) -> None:
    request = a_request(company.head)
    assert waiting(request) == ["總"], "one's own step goes to the superior"
    assert do(company.head, "approve", request) == "forbidden"
    assert do(company.gm, "pass_on", request, to=company.head) == "own"
    assert do(company.gm, "add_signer", request, to=company.head) == "own"
    assert tickets(request) == [("總", "superior", "waiting")]


def test_one_of_a_roles_holders_suffices(company: Company) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT)]):
        request = a_request(company.seller)
        assert waiting(request) == ["助理", "另一助理"]
        assert do(company.other, "approve", request) == "done"
        assert tickets(request) == [("助理", "route", "dropped"), ("另一助理", "route", "approved")]
        assert request.fresh.state == "approved"


@pytest.mark.parametrize(("share", "first"), [(50, "approved"), (51, "running"), (100, "running")])
def test_all_of_them_or_a_share(company: Company, share: int, first: str) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT, mode="all", share=share)]):
        request = a_request(company.seller)
        assert do(company.clerk, "approve", request) == "done"
        assert request.fresh.state == first
        if first == "running":
            assert do(company.clerk, "approve", request) == "authority", "one's own vote counts once"
            assert do(company.other, "approve", request) == "done"
        assert request.fresh.state == "approved"


def test_a_share_fails_when_it_can_no_longer_be_reached(company: Company) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT, mode="all", share=50)]):
        request = a_request(company.seller)
        assert do(company.clerk, "reject", request, opinion="不") == "done"
        assert request.fresh.state == "running"
        assert do(company.other, "reject", request, opinion="不") == "done"
        assert request.fresh.state == "rejected"


def test_one_after_the_other(company: Company) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT, mode="sequential")]):
        request = a_request(company.seller)
        assert waiting(request) == ["助理"]
        assert do(company.other, "approve", request) == "authority"
        assert do(company.clerk, "approve", request) == "done"
        assert waiting(request) == ["另一助理"]
        assert do(company.other, "approve", request) == "done"
        assert request.fresh.state == "approved"


def test_an_empty_step_goes_to_the_superior_and_never_passes_by_itself(company: Company) -> None:
    with asking([StepSpec(name="Law", role=Role.LEGAL)]):
        request = a_request(company.seller)
        assert tickets(request) == [("主管", "superior", "waiting")]
    with asking([StepSpec(name="Money", role=Role.FINANCE, when=[("amount", "above", "100")])]):
        request = a_request(company.seller)
        assert tickets(request) == [("主管", "route", "waiting")]


def test_where_nobody_may_decide_it_says_what_to_do(company: Company, by_two: None) -> None:
    alone = Company().person(Role.HEAD, name="獨")
    with pytest.raises(Refusal) as found:
        a_request(alone)
    assert found.value.code == "route"


BANDS = [
    StepSpec(name="Head", role=Role.HEAD, when=[("amount", "up_to", "{contract.head}")]),
    StepSpec(
        name="Vice", role=Role.VICE_EXECUTIVE, link="beside",
        when=[("amount", "above", "{contract.head}"), ("amount", "up_to", "{contract.vice}")],
    ),
    StepSpec(name="Executive", role=Role.EXECUTIVE, link="beside", otherwise=True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "who"),
    [("0", "主管"), ("100000", "主管"), ("100000.01", "副"), ("500000", "副"), ("500000.01", "總")],
)
def test_the_authority_follows_the_amount_and_the_parameters(company: Company, amount: str, who: str) -> None:
    with asking(BANDS):
        request = a_request(company.seller, amount=amount)
        assert waiting(request) == [who]


def test_an_opinion_decides_nothing_but_an_objection_climbs(company: Company) -> None:
    route = [
        StepSpec(name="Finance", role=Role.FINANCE, advisory=True),
        StepSpec(name="Head", role=Role.HEAD, when=[("objected", "is", "no")]),
        StepSpec(name="Executive", role=Role.EXECUTIVE, link="beside", otherwise=True),
    ]
    with asking(route):
        request = a_request(company.seller)
        assert do(company.money, "reject", request, opinion="太貴") == "done"
        assert (request.fresh.state, waiting(request)) == ("running", ["總"])
        assert do(company.gm, "approve", request) == "done"
        assert request.fresh.state == "approved"


def test_a_condition_is_taken_over_or_refused_never_overlooked(company: Company) -> None:
    route = [StepSpec(name="Finance", role=Role.FINANCE, advisory=True), StepSpec(name="Head", role=Role.HEAD)]
    with asking(route):
        request = a_request(company.seller)
        assert do(company.money, "approve_on_condition", request, opinion="先付三成") == "done"
        assert do(company.head, "approve", request) == "conditions"
        assert do(company.head, "approve_on_condition", request, opinion="先付三成") == "done"
        assert subject(request) == "granted by 主管 if 先付三成"


def test_the_same_person_twice_in_a_row_is_asked_once_and_it_is_logged(company: Company) -> None:
    with asking([StepSpec(name="First", role=Role.HEAD), StepSpec(name="Second", superior=1)]):
        request = a_request(company.seller)
        assert do(company.head, "approve", request) == "done"
        assert tickets(request) == [("主管", "route", "approved"), ("主管", "merged", "approved")]
        assert request.fresh.state == "approved"


THREE = [
    StepSpec(name="One", role=Role.SALES_SUPPORT),
    StepSpec(name="Two", role=Role.HEAD),
    StepSpec(name="Three", role=Role.FINANCE),
]


@pytest.mark.parametrize(("afterwards", "next_"), [("again", ["主管"]), ("straight", ["財務"])])
def test_back_to_a_step_and_on_again_or_straight(company: Company, afterwards: str, next_: list[str]) -> None:
    with asking(THREE):
        request = a_request(company.seller)
        do(company.clerk, "approve", request)
        do(company.head, "approve", request)
        assert do(company.money, "roll_back", request, opinion="補件", step=3) == "step", "not to oneself"
        assert do(company.money, "roll_back", request, opinion="補件", step=1, afterwards=afterwards) == "done"
        assert waiting(request) == ["助理", "另一助理"]
        assert do(company.clerk, "approve", request) == "done"
        assert waiting(request) == next_


@pytest.mark.parametrize(("afterwards", "next_"), [("again", ["助理", "另一助理"]), ("straight", ["財務"])])
def test_back_to_the_requester_and_in_again(company: Company, afterwards: str, next_: list[str]) -> None:
    with asking(THREE):
        request = a_request(company.seller)
        do(company.clerk, "approve", request)
        do(company.head, "approve", request)
        assert do(company.money, "roll_back", request, opinion="補件") == "done"
        assert (request.fresh.state, subject(request)) == ("returned", "given back by 財務")
        assert do(company.head, "resubmit", request) == "forbidden"
        assert do(company.seller, "resubmit", request, afterwards=afterwards) == "done"
        assert waiting(request) == next_


def test_passing_on_and_adding(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    assert do(company.head, "pass_on", request, to=company.vice) == "done"
    assert waiting(request) == ["副"]
    assert do(company.head, "approve", request) == "waiting", "it is no longer theirs"
    assert do(company.vice, "add_signer", request, to=company.clerk, where="before") == "done"
    assert waiting(request) == ["助理"]
    assert do(company.clerk, "add_signer", request, to=company.other, where="beside") == "done"
    assert waiting(request) == ["助理", "另一助理"]
    assert do(company.clerk, "approve", request) == "done"
    assert waiting(request) == ["副", "另一助理"]
    assert do(company.vice, "add_signer", request, to=company.gm, where="after", opinion="請核") == "done"
    assert do(company.other, "approve", request) == "done"
    assert waiting(request) == ["總"], "whoever was added must agree too"
    assert do(company.gm, "approve", request) == "done"
    assert waiting(request) == ["財務"]


def test_withdrawing_and_voiding(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    assert do(company.head, "withdraw", request) == "forbidden"
    assert do(company.seller, "withdraw", request) == "done"
    assert (request.fresh.state, subject(request)) == ("withdrawn", "given back by 業務")
    request = a_request(company.seller)
    assert do(company.seller, "ask_void", request) == "undecided"
    do(company.head, "approve", request)
    assert do(company.seller, "withdraw", request) == "decided"
    assert do(company.head, "void", request) == "unasked"
    assert do(company.seller, "ask_void", request) == "done"
    assert do(company.seller, "void", request) == "forbidden"
    assert do(company.head, "void", request) == "done"
    assert Request.objects.get(pk=request.pk).state == "void"


def test_a_condition_stands_when_it_is_sent_back_past_who_set_it(company: Company) -> None:
    route = [
        StepSpec(name="Finance", role=Role.FINANCE, advisory=True), StepSpec(name="Head", role=Role.HEAD),
        StepSpec(name="Executive", role=Role.EXECUTIVE),
    ]  # fmt: skip
    with asking(route):
        request = a_request(company.seller)
        do(company.money, "approve_on_condition", request, opinion="先付三成")
        assert do(company.head, "add_signer", request, to=company.clerk, where="after") == "conditions"
        assert do(company.head, "approve_on_condition", request, opinion="先付三成") == "done"
        assert do(company.gm, "roll_back", request, opinion="再議", step=2, afterwards="straight") == "done"
        assert do(company.head, "approve", request) == "conditions", "the condition is overlooked by nobody"
        assert do(company.head, "approve_on_condition", request, opinion="先付五成") == "done"
        assert do(company.gm, "approve", request) == "done"
        assert subject(request) == "granted by 總 if 先付五成", "what was said before the way back no longer counts"


def test_what_was_corrected_takes_the_way_that_it_takes_now(company: Company) -> None:
    """An amount raised after a return asks for those who decide such amounts."""
    with asking(BANDS):
        request = a_request(company.seller, amount="100")
        assert do(company.head, "roll_back", request, opinion="補件") == "done"
        post = Post.objects.get(public_id=request.subject_id)
        with connection.cursor() as cursor:
            cursor.execute('UPDATE people_post SET extra = extra || \'{"amount": "600000"}\' WHERE id = %s', [post.pk])
        assert do(company.seller, "resubmit", request, afterwards="straight") == "changed"
        assert do(company.seller, "resubmit", request, afterwards="again") == "done"
        assert (waiting(request), request.fresh.amount) == (["總"], 600000)


def test_nobody_has_two_votes_in_a_step(company: Company) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT, mode="all")]):
        request = a_request(company.seller)
        assert do(company.clerk, "approve", request) == "done"
        assert do(company.other, "pass_on", request, to=company.clerk) == "approver"
        assert do(company.other, "add_signer", request, to=company.clerk, where="beside") == "approver"
        assert do(company.other, "add_signer", request, to=company.other, where="before") == "approver"
        assert request.fresh.state == "running"


def test_one_added_after_me_comes_before_the_next_in_turn(company: Company) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT, mode="sequential")]):
        request = a_request(company.seller)
        assert do(company.clerk, "add_signer", request, to=company.vice, where="after") == "done"
        assert waiting(request) == ["副"]
        assert do(company.vice, "approve", request) == "done"
        assert waiting(request) == ["另一助理"]


def leaves(person: Person) -> None:
    act(HOUSE, "people.person.leave", person.fresh, {"left_on": datetime.date(2026, 1, 31)})


def test_what_waits_for_a_leaver_or_will_goes_to_the_superior(company: Company) -> None:
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT, mode="sequential")]):
        request = a_request(company.seller)
        leaves(company.other)
        assert tickets(request)[1:] == [("另一助理", "route", "dropped"), ("主管", "leaver", "later")]
        leaves(company.clerk)
        assert waiting(request) == ["主管"]
        assert do(company.head, "approve", request) == "done"
        assert do(company.head, "approve", request) in ("done", "state")
        assert request.fresh.state == "approved"


def test_a_record_that_changes_hands_is_not_decided_by_its_new_owner(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    post = Post.objects.get(public_id=request.subject_id)
    act(HOUSE, "people.post.transfer", post, {"to": company.head}, reason="moves")
    assert tickets(request) == [("主管", "route", "dropped"), ("總", "leaver", "waiting")]
    assert do(company.head, "approve", request) == "forbidden"


def test_what_has_gone_another_way_leaves_nothing_to_decide(company: Company) -> None:
    with asking(HEAD_THEN_MONEY, lapses_on=["people.post.archived"]):
        request = a_request(company.seller)
        act(HOUSE, "people.post.archive", Post.objects.get(public_id=request.subject_id))
        assert (request.fresh.state, waiting(request), subject(request)) == ("void", [], "新職位")


def test_copies_and_opinions_decide_nothing(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    assert do(company.clerk, "remark", request, opinion="x") == "missing"
    assert do(company.seller, "copy", request, to=[company.clerk]) == "done"
    assert do(company.clerk, "remark", request, opinion="請注意") == "done"
    assert do(company.clerk, "approve", request) == "waiting", "a copy is no question"
    assert do(company.head, "consult", request, to=company.other) == "done"
    assert do(company.head, "consult", request, to=company.other) == "approver"
    assert do(company.clerk, "answer", request, opinion="可") == "asked"
    assert do(company.other, "answer", request, opinion="  ") == "invalid"
    assert do(company.other, "answer", request, opinion="可") == "done"
    assert (waiting(request), request.fresh.state) == (["主管"], "running")
    assert Notice.objects.filter(person=company.clerk).exists()


def test_who_asks_may_remind_and_not_too_often(company: Company, by_two: None) -> None:
    request = a_request(company.seller)
    before = Notice.objects.filter(person=company.head).count()
    assert do(company.head, "remind", request) == "forbidden"
    assert do(company.seller, "remind", request) == "done"
    assert do(company.seller, "remind", request) == "too_soon"
    assert Notice.objects.filter(person=company.head).count() == before + 1


def test_several_are_approved_at_once_where_the_kind_allows_it(company: Company) -> None:
    for bulk, expected in ((True, ["approved", "approved"]), (False, ["running", "running"])):
        with asking([StepSpec(name="Head", role=Role.HEAD)], bulk=bulk):
            found = [a_request(company.seller), a_request(company.clerk)]
            rows = [Row({"opinion": "同意"}, one.fresh) for one in found]
            outcome = act_many(actor_of(company.head), "approvals.request.approve", rows)
            assert [one.fresh.state for one in found] == expected
            assert {refusal.code for _place, refusal in outcome.refused} == (set() if bulk else {"one_by_one"})


def test_a_request_in_bulk_that_is_ones_own_stays_and_the_others_go(company: Company) -> None:
    with asking([StepSpec(name="Head", role=Role.HEAD)]):
        own, other = a_request(company.head), a_request(company.clerk)
        rows = [Row({}, own.fresh), Row({}, other.fresh)]
        outcome = act_many(actor_of(company.head), "approvals.request.approve", rows)
        assert [place for place, _refusal in outcome.refused] == [0]
        assert (own.fresh.state, other.fresh.state) == ("running", "approved")


def test_a_condition_that_comes_after_the_decision_asks_once_more(company: Company) -> None:
    route = [
        StepSpec(name="Head", role=Role.HEAD),
        StepSpec(name="Finance", role=Role.FINANCE, advisory=True, link="beside"),
    ]  # fmt: skip
    with asking(route):
        request = a_request(company.seller)
        assert waiting(request) == ["主管", "財務"]
        assert do(company.head, "approve", request) == "done"
        assert do(company.money, "approve_on_condition", request, opinion="先付三成") == "done"
        assert (request.fresh.state, waiting(request)) == ("running", ["主管"])
        assert do(company.head, "approve", request) == "conditions"
        assert do(company.head, "approve_on_condition", request, opinion="先付三成") == "done"
        assert subject(request) == "granted by 主管 if 先付三成"


def test_who_is_merged_into_a_turn_lets_the_next_have_theirs(company: Company) -> None:
    route = [
        StepSpec(name="Head", role=Role.SALES_SUPPORT),
        StepSpec(name="In turn", role=Role.SALES_SUPPORT, mode="sequential"),
    ]  # fmt: skip
    with asking(route):
        request = a_request(company.seller)
        assert do(company.clerk, "approve", request) == "done"
        assert waiting(request) == ["另一助理"]
        assert do(company.other, "approve", request) == "done"
        assert request.fresh.state == "approved"
