"""Who may do what in which state: the whole product of state, verb and actor against a table written by hand."""

import datetime
from typing import Any

import pytest
from django.db import transaction

from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.approvals.kinds import StepSpec
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.approvals.tests.asking import Company, a_request, asking, do
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE, a_department, a_person

pytestmark = [pytest.mark.soak, pytest.mark.django_db, pytest.mark.clause("3.3.2")]

HOUSES_OWN = {"lapse", "replace", "concern", "stir"}
SPEAK = {"copy", "remark"}
SPEAK_WHILE = SPEAK | {"consult"}
DECIDE = SPEAK_WHILE | {"approve", "approve_on_condition", "reject", "roll_back", "pass_on", "add_signer"}

SHORT = {"requester", "first", "second", "stranger"}
"""By whom the short form tries the states after the first."""

# By state: what each may do. Who is not named may do what stands under "others"; a stranger may never do anything.
MAY: dict[str, dict[str, set[str]]] = {
    "untouched": {
        "requester": SPEAK_WHILE | {"withdraw", "remind"},
        "first": DECIDE, "deputy": DECIDE, "second": set(), "consulted": SPEAK_WHILE | {"answer"},
        "others": SPEAK_WHILE,
    },
    "decided": {
        "requester": SPEAK_WHILE | {"ask_void", "remind"},
        "second": DECIDE, "consulted": SPEAK_WHILE | {"answer"}, "others": SPEAK_WHILE,
    },
    "void asked": {
        "requester": SPEAK_WHILE | {"ask_void", "remind"}, "first": SPEAK_WHILE | {"void"},
        "deputy": SPEAK_WHILE | {"void"}, "second": DECIDE | {"void"}, "consulted": SPEAK_WHILE | {"answer"},
        "executive": SPEAK_WHILE | {"void"}, "others": SPEAK_WHILE,
    },
    "returned": {"requester": SPEAK | {"resubmit", "withdraw"}, "others": SPEAK},
    "approved": {"others": SPEAK},
    "rejected": {"others": SPEAK},
    "withdrawn": {"second": set(), "others": SPEAK},
    "void": {"others": SPEAK},
}  # fmt: skip


class Cast:
    """Everybody who could try something."""

    def __init__(self, company: Company) -> None:
        stranger = a_person(Role.SALES, department=a_department())
        self.free = company.person(superior=company.head, name="閒")
        self.people: dict[str, Person] = {
            "requester": company.seller, "first": company.head, "second": company.money, "deputy": company.vice,
            "copied": company.clerk, "consulted": company.other, "executive": company.gm,
            "auditor": company.person(Role.AUDITOR), "stranger": stranger,
        }  # fmt: skip
        today, day = clock.today(datetime.UTC), datetime.timedelta(days=1)
        days = {"starts_on": today - day, "ends_on": today + day}
        act(HOUSE, "people.delegation.create", None, {"absent": company.head, "deputy": company.vice} | days)

    def bring(self, state: str) -> Request:
        """A request in a state, with one who has a copy and one who is consulted."""
        of = self.people
        request = a_request(of["requester"])
        assert do(of["requester"], "copy", request, to=[of["copied"]]) == "done"
        assert do(of["first"], "consult", request, to=of["consulted"]) == "done"
        approve: tuple[str, str, dict[str, Any]] = ("first", "approve", {})
        ways: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
            "untouched": [],
            "decided": [approve],
            "void asked": [approve, ("requester", "ask_void", {})],
            "returned": [approve, ("second", "roll_back", {"opinion": "補"})],
            "approved": [approve, ("second", "approve", {})],
            "rejected": [approve, ("second", "reject", {"opinion": "不"})],
            "withdrawn": [("requester", "withdraw", {})],
            "void": [approve, ("requester", "ask_void", {}), ("first", "void", {})],
        }
        for who, verb, given in ways[state]:
            assert do(of[who], verb, request, **given) == "done", (who, verb)
        return request

    def inputs(self, verb: str) -> dict[str, Any]:
        """What a verb asks for, so that nothing but the right to do it is in question."""
        person, opinion = {"to": self.free}, {"opinion": "x"}
        given: dict[str, dict[str, Any]] = {
            "approve_on_condition": opinion, "reject": opinion, "roll_back": opinion, "answer": opinion,
            "remark": opinion, "pass_on": person, "add_signer": person, "consult": person, "copy": {"to": [self.free]},
            "replace": {"leaver": self.free}, "concern": {"person": self.free},
        }  # fmt: skip
        return given.get(verb, {})

    def does(self, person: Person, verb: str, request: Request) -> bool:
        """Whether somebody may do it now; it is taken back at once."""
        with transaction.atomic():
            answer = do(person, verb, request, **self.inputs(verb))
            transaction.set_rollback(True)
        return answer == "done"


@pytest.mark.parametrize("state", MAY)
def test_the_whole_product(company: Company, state: str, full_count: bool) -> None:
    verbs = sorted(one.verb for one in actions.values() if one.model is Request)
    with asking([StepSpec(name="Head", role=Role.HEAD), StepSpec(name="Finance", role=Role.FINANCE)]):
        cast = Cast(company)
        request = cast.bring(state)
        whole = full_count or state == "untouched"
        tried = {who: person for who, person in cast.people.items() if whole or who in SHORT}
        expected = {who: set() if who == "stranger" else MAY[state].get(who, MAY[state]["others"]) for who in tried}
        found = {who: {verb for verb in verbs if cast.does(person, verb, request)} for who, person in tried.items()}
        assert found == expected
        assert not any(HOUSES_OWN & verbs for verbs in found.values())
