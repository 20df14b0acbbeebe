"""What a request promises at every moment, whatever has been done to it: asked of its rows, in memory or as stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shangwu.foundation.approvals.models import Request, Step, Ticket
from shangwu.foundation.approvals.sheet import standing

DECIDED = frozenset({"approved", "condition", "objected", "rejected", "returned", "passed_on"})
AGREED = frozenset({"approved", "condition", "objected"})
ENDED = frozenset({"approved", "rejected", "withdrawn", "void"})
GONE = frozenset({"passed_on", "dropped"})


@dataclass
class Promises:
    """The promises of one request, with what was seen of it before."""

    seen: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    ended: str = ""
    concerned: frozenset[int] = frozenset()

    def check(self, request: Request, steps: Sequence[Step], tickets: Sequence[Ticket]) -> None:
        """Raises AssertionError, in words, for the first promise that is broken."""
        _check_who_is_asked(request, tickets)
        concerned = frozenset(request.concerned)
        assert self.concerned <= concerned, "whom it concerns stays"
        self.concerned = concerned
        _check_votes(tickets)
        # What somebody decided before the record became theirs stands: they decided another's.
        fresh = [one for one in tickets if one.votes and one.state != "dropped" and one.position not in self.seen]
        for one in fresh:
            assert not {one.person_id, one.decided_by_id, one.acting_for_id} & concerned, "nobody decides their own"
        self._check_trace(request, tickets)
        if request.state == "approved":
            _check_approved(steps, tickets)

    def _check_trace(self, request: Request, tickets: Sequence[Ticket]) -> None:
        assert not self.ended or request.state == self.ended, "it ends once"
        if request.state in ENDED:
            self.ended = request.state
        now = {
            one.position: (one.state, one.opinion, one.person_id, one.decided_by_id, one.decided_at)
            for one in tickets
            if one.decided_at is not None
        }
        assert self.seen.items() <= now.items(), "a decision stays"
        self.seen = now


def _check_who_is_asked(request: Request, tickets: Sequence[Ticket]) -> None:
    asked = {one.person_id for one in tickets if one.votes and one.state == "waiting"}
    assert asked == set(request.waiting)
    assert bool(asked) is (request.state == "running"), "a running request waits for somebody, no other does"
    assert not asked & set(request.concerned), "nobody is asked about their own"
    assert request.state == "running" or not any(one.votes and one.state == "later" for one in tickets)


def _check_votes(tickets: Sequence[Ticket]) -> None:
    for one in tickets:
        if one.votes and one.state in DECIDED:
            assert one.decided_by_id is not None
            assert one.decided_at is not None
            assert one.person_id in (one.decided_by_id, one.acting_for_id), "in one's own name or another's place"
    votes = Counter((one.step, one.round, one.person_id) for one in tickets if one.votes and one.state not in GONE)
    assert not votes or max(votes.values()) == 1, "one person has one vote in a step"


def _check_approved(steps: Sequence[Step], tickets: Sequence[Ticket]) -> None:
    """Every step that applies has passed, by the votes that it asks for; one of them decided; no condition is lost."""
    assert {one.state for one in steps if one.link != "joined"} <= {"passed", "skipped"}
    passed = [one for one in steps if one.state == "passed"]
    deciding = {one.position for one in passed if not one.advisory}
    assert deciding, "opinions alone approve nothing"
    held = standing(steps, tickets)
    for step in passed:
        voted = [one for one in held if one.step == step.position and one.state not in GONE]
        _check_passed(step, voted)
    conditions = [one for one in held if one.state == "condition"]
    assert not conditions or any(one.step in deciding for one in conditions), "a condition is taken over"


def _check_passed(step: Step, voted: Sequence[Ticket]) -> None:
    agreed = [one for one in voted if one.state in AGREED]
    assert agreed, "no step passes by itself"
    assert step.advisory or not any(one.state == "objected" for one in voted)
    assert all(one.state in AGREED for one in voted if one.came in ("before", "after", "beside"))
    if step.mode == "sequential":
        assert len(agreed) == len(voted)
    if step.mode == "any" and not step.advisory:
        assert not any(one.state == "rejected" for one in voted)
