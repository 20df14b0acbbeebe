"""Random walks: whatever anybody tries, in whatever order, a request keeps its promises.

One walk does the verbs' own bodies in memory, by the rights that they declare, and gets far in a second; the other goes
through the door, so that locks, the database's guards and what follows from a decision are walked too. Each takes
100,000 steps at full count.
"""

import copy
import datetime
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.approvals.course import Course
from shangwu.foundation.approvals.directory import Directory
from shangwu.foundation.approvals.drawing import Drawing, shape_of, staged
from shangwu.foundation.approvals.kinds import StepSpec
from shangwu.foundation.approvals.models import Request, Step, Ticket
from shangwu.foundation.approvals.tests.asking import KIND, Company, asking
from shangwu.foundation.approvals.tests.promises import Promises
from shangwu.foundation.people.models import Person, Post
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Absence, Actor, ActorKind, Grant, system
from tests.builders import HOUSE

pytestmark = [pytest.mark.soak, pytest.mark.clause("3.3.2")]

EPISODE = 40
"""So many steps at most with one request; when it has ended, some more are tried on it."""

VERBS = (
    "approve", "approve", "approve", "approve_on_condition", "reject", "roll_back", "roll_back", "pass_on",
    "pass_on", "add_signer", "add_signer", "remind", "consult", "answer", "resubmit", "resubmit", "ask_void", "void",
    "copy", "remark", "stir", "withdraw", "lapse", "replace", "concern",
)  # fmt: skip
ENDING = ("lapse", "withdraw", "void", "reject")
BY_THE_HOUSE = ("lapse", "stir", "replace", "concern")
BY_WHO_ASKED = ("withdraw", "ask_void", "remind", "resubmit")
OUTCOMES = {"approved": "granted", "rejected": "denied", "returned": "given back", "withdrawn": "given back"}
ROLES = (Role.HEAD, Role.FINANCE, Role.SALES_SUPPORT, Role.EXECUTIVE, Role.LEGAL)
HELD = (
    Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.HEAD, Role.SALES, Role.FINANCE, Role.SALES_SUPPORT, Role.SALES_SUPPORT,
)  # fmt: skip
SUPERIORS = {1: None, 2: 1, 3: 1, 4: 3, 5: 1, 6: 3, 7: 3}


def a_route(chance: random.Random) -> list[StepSpec]:
    """A route that nobody has thought of; one of its steps decides."""
    found = []
    for place in range(chance.randint(1, 4)):
        mode = chance.choice(["any", "all", "sequential"])
        found.append(
            StepSpec(
                name=f"Step {place}",
                role=chance.choice(ROLES),
                link="then" if place == 0 else chance.choice(["then", "then", "beside", "joined"]),
                mode=mode,
                share=chance.choice([34, 50, 100]) if mode == "all" else 100,
                advisory=place > 0 and chance.random() < 0.3,
                from_above=mode == "any" and chance.random() < 0.3,
                when=[("amount", "above", "500")] if chance.random() < 0.3 else (),
                otherwise=chance.random() < 0.1,
            )
        )
    return found


def some_inputs(chance: random.Random, verb: str, people: Sequence[Any]) -> dict[str, Any]:
    """What somebody writes into the form of a verb."""
    opinion = {"opinion": chance.choice(["", "好", "不好", "再議", "同意"])}
    person = chance.choice(people)
    again = {"afterwards": chance.choice(["again", "straight"])}
    given: dict[str, dict[str, Any]] = {
        "pass_on": {"to": person} | opinion, "consult": {"to": person}, "copy": {"to": [person]}, "resubmit": again,
        "add_signer": {"to": person} | opinion | {"where": chance.choice(["before", "after", "beside"])},
        "roll_back": opinion | again | {"step": chance.choice([None, None, 1, 2, 3])},
        "replace": {"leaver": person}, "concern": {"person": person},
    }  # fmt: skip
    plain = ("remind", "withdraw", "ask_void", "void", "lapse", "stir")
    return {} if verb in plain else given.get(verb, opinion)


def a_verb(chance: random.Random) -> str:
    """Mostly one by which the walk goes on."""
    verb = chance.choice(VERBS)
    return "roll_back" if verb in (*ENDING, "concern") and chance.random() < 0.7 else verb


def somebody(chance: random.Random, verb: str, request: Request, everybody: Sequence[int]) -> int:
    """Mostly one of those who are asked, or who asked, so that the walk gets somewhere; else anybody."""
    asked = request.waiting if request.state == "running" and verb not in BY_WHO_ASKED else [request.requester_id]
    return chance.choice(list(asked) if asked and chance.random() < 0.85 else list(everybody))


def some_absences(chance: random.Random) -> list[tuple[int, ...]]:
    """(who is away, who stands in), by their places."""
    return [tuple(chance.sample(range(len(HELD)), 2)) for _n in range(chance.choice([0, 0, 1, 2]))]


# In memory


class Desk:
    """A request with its parts, as the verbs' bodies get them; a verb that refuses has changed nothing."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.promises = chance, Promises()
        self.known = Directory(datetime.UTC, superiors=dict(SUPERIORS), at_work=set(SUPERIORS))
        for person, role in enumerate(HELD, start=1):
            self.known.holders[role].append((person, None))
        absent: dict[int, list[Absence]] = {person: [] for person in SUPERIORS}
        for away, deputy in some_absences(chance):
            only_for = chance.choice(["", KIND, "another.kind"])
            absent[deputy + 1].append(Absence(away + 1, only_for))
            self.known.deputies.setdefault(away + 1, []).append(deputy + 1)
        self.actors = {
            person: Actor(ActorKind.PERSON, person, f"P{person}", grants=self._grants(person, absent[person]),
                          absent=tuple(absent[person]))
            for person in SUPERIORS
        }  # fmt: skip
        self.clock = datetime.datetime(2026, 9, 21, 9, tzinfo=datetime.UTC)
        self.request = self._opened()

    def _grants(self, person: int, absent: list[Absence]) -> tuple[Grant, ...]:
        whole = [one.person for one in absent if not one.only_for]
        return (Grant(HELD[person - 1]), *(Grant(HELD[one - 1], acting_for=one) for one in whole))

    def _opened(self) -> Request:
        chance = self.chance
        requester = chance.choice(list(SUPERIORS))
        request = Request(
            pk=1, kind=KIND, requester_id=requester, owner_id=requester, state="running", title="x", department_id=1,
            amount=chance.choice([10, 1000]), concerned=[requester], changed_at=self.clock, subject_id=uuid.uuid4(),
        )  # fmt: skip
        shapes = [shape_of(one) | {"when": _stored(one)} for one in a_route(chance)]
        steps = Drawing(None, staged(shapes)).steps(None)
        for one in steps:
            one.request_id = 1
        course = Course(request, steps, [], self.actors[requester], self.known)
        course.advance()
        _put(request, course.steps, course.tickets)
        return request

    def step(self) -> str:
        """Somebody tries something; what came of it."""
        verb = a_verb(self.chance)
        self.clock += datetime.timedelta(hours=self.chance.choice([0, 1, 30]))
        who = somebody(self.chance, verb, self.request, list(SUPERIORS))
        by = system() if verb in BY_THE_HOUSE else self.actors[who]
        people = [SimpleNamespace(pk=one, state="active") for one in SUPERIORS]
        try:
            self._do(verb, by, some_inputs(self.chance, verb, people))
        except Refusal as refusal:
            return refusal.code
        self.promises.check(self.request, self.request.steps.all(), self.request.tickets.all())  # type: ignore[arg-type]
        return "done"

    def _do(self, verb: str, by: Actor, given: dict[str, Any]) -> None:
        one, request = registry.get(f"approvals.request.{verb}"), copy.copy(self.request)
        steps = [copy.copy(each) for each in self.request.steps.all()]
        tickets = [copy.copy(each) for each in self.request.tickets.all()]
        request._state = copy.copy(request._state)
        del request._prefetched_objects_cache  # type: ignore[attr-defined]
        _put(request, steps, tickets)
        if one.source is not None and request.state not in one.source:
            raise Refusal("state", "")
        if not one.may(by, request):
            raise Refusal("forbidden", "")
        request.changed_at = self.clock
        staff = replace(self.known, at_work=set(self.known.at_work))
        known: tuple[Any, ...] = (staff,) if one.prepare else ()
        if verb == "resubmit":
            known = (SimpleNamespace(known=staff, take_down_anew=lambda _: False),)
        assert one.body is not None
        made = one.body(request, by, *known, **given) or []
        steps += [each for each in made if isinstance(each, Step)]
        tickets += [each for each in made if isinstance(each, Ticket)]
        _put(request, steps, tickets)
        self.request = request


def _stored(spec: StepSpec) -> list[dict[str, str]]:
    return [{"fact": fact, "comparison": how, "value": value} for fact, how, value in spec.when]


def _put(request: Request, steps: list[Step], tickets: list[Ticket]) -> None:
    set_parts(request, "steps", steps)
    set_parts(request, "tickets", tickets)


def test_whatever_anybody_tries_the_promises_hold(full_count: bool) -> None:
    """100,000 steps at full count. The same seed walks the same way."""
    wanted = 100_000 if full_count else 3_000
    answers: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    episode = 0
    with asking([]):
        while answers.total() < wanted:
            episode += 1
            try:
                desk = Desk(random.Random(episode))
            except Refusal as refusal:
                answers[f"opening: {refusal.code}"] += 1
                continue
            left = EPISODE
            while left > 0:
                try:
                    answers[desk.step()] += 1
                except AssertionError as found:
                    raise AssertionError(f"episode {episode}: {found}") from found
                left -= EPISODE // 5 if desk.promises.ended else 1
            ends[desk.request.state] += 1
    print(f"\n{answers.total()} steps in {episode} walks: {dict(answers)}; ended {dict(ends)}")
    assert answers["done"] > wanted // 5, "most tries come to something"
    assert {"approved", "rejected", "void", "withdrawn", "running", "returned"} <= set(ends)


# Through the door


@dataclass
class Walk:
    """One request on its way through the door."""

    chance: random.Random
    people: list[Person]
    actors: dict[int, Actor]
    request: Request
    promises: Promises = field(default_factory=Promises)

    def step(self) -> str:
        """Somebody tries something; what came of it. Whatever changed is checked."""
        verb, request = a_verb(self.chance), self.request.fresh
        who = somebody(self.chance, verb, request, list(self.actors))
        by = HOUSE if verb in BY_THE_HOUSE else self.actors[who]
        try:
            with transaction.atomic():
                given = some_inputs(self.chance, verb, self.people)
                act(by, f"approvals.request.{verb}", request, given, reason="x")
        except Refusal as refusal:
            return refusal.code
        self.check()
        return "done"

    def check(self) -> None:
        """All promises, by what stands in the tables; and what was decided has been done to the subject."""
        with gate.free_reading():
            request = Request.objects.get(pk=self.request.pk)
            steps = list(Step.objects.filter(request=request).order_by("position"))
            tickets = list(Ticket.objects.filter(request=request).order_by("position"))
            name = Post.objects.values_list("name", flat=True).get(public_id=request.subject_id)
        self.promises.check(request, steps, tickets)
        if outcome := OUTCOMES.get(request.state):
            assert name.startswith(outcome), (request.state, name)
        elif request.state == "running":
            assert not name.startswith(("granted", "denied")), name


@contextmanager
def an_episode(chance: random.Random, people: list[Person]) -> Iterator[Walk | None]:
    """A new request by somebody, on a new route, with deputies; nothing of it remains. None where nobody may decide."""
    with transaction.atomic(), asking(a_route(chance)):
        today = clock.today(clock.now().tzinfo)
        for absent, deputy in some_absences(chance):
            given = {"absent": people[absent], "deputy": people[deputy], "starts_on": today, "ends_on": today}
            act(HOUSE, "people.delegation.create", None, given)
        actors = {one.pk: actor_of(one) for one in people}
        requester = chance.choice(people)
        post = act(HOUSE, "people.post.create", None, {"name": "新職位", "department": people[0].department}).record
        try:
            with transaction.atomic():
                act(actors[requester.pk], "people.post.ask", post, {"amount": chance.choice([10, 1000])})
        except Refusal as refusal:
            if refusal.code != "route":
                raise
            yield None
        else:
            with gate.free_reading():
                request = Request.objects.get(subject_id=post.public_id)
            yield Walk(chance, people, actors, request)
        transaction.set_rollback(True)


def test_the_promises_hold_through_the_door_too(committing: None, full_count: bool) -> None:
    """100,000 steps at full count; most of what `make soak` spends on approvals goes here."""
    wanted = 100_000 if full_count else 150
    company = Company()
    people = [company.gm, company.vice, company.head, company.seller, company.money, company.clerk, company.other]
    answers: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    episode = 0
    while answers.total() < wanted:
        episode += 1
        with an_episode(random.Random(episode), people) as walk:
            if walk is None:
                answers["nobody may decide"] += 1
                continue
            walk.check()
            left = EPISODE
            while left > 0:
                answers[walk.step()] += 1
                left -= EPISODE // 5 if walk.promises.ended else 1
            ends[walk.request.fresh.state] += 1
    print(f"\n{answers.total()} steps through the door in {episode} walks: {dict(answers)}; ended {dict(ends)}")
    assert answers["done"] > wanted // 5
