"""A request spread out in memory: its steps and tickets, who may be asked, and how rows are written down."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.approvals import conditions
from shangwu.foundation.approvals.directory import Directory, roles_above
from shangwu.foundation.approvals.models import Link, Request, Step, Ticket
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

State, Came = Ticket.State, Ticket.Came
UNDECIDED = frozenset({State.WAITING, State.LATER})
OVER = frozenset({State.PASSED_ON, State.DROPPED})


class Sheet:
    """A request with its steps and tickets, while a verb is done to it.

    made: new rows, for the body to return. now: the verb's moment.
    """

    def __init__(
        self, request: Request, steps: Iterable[Step], tickets: Iterable[Ticket], by: Actor, known: Directory
    ) -> None:
        self.request, self.by, self.known = request, by, known
        self.now: datetime.datetime = request.changed_at
        self.steps = sorted(steps, key=lambda one: one.position)
        self.tickets = sorted(tickets, key=lambda one: one.position)
        self.made: list[Any] = []

    @property
    def current(self) -> list[Ticket]:
        """Tickets of this round that decide something."""
        return [one for one in self.tickets if one.votes and one.round == self.request.round]

    @property
    def standing(self) -> list[Ticket]:
        """The decisions that hold: of each step that is open or has passed, those of the last time it was asked."""
        return standing(self.steps, self.tickets)

    @property
    def open_steps(self) -> list[Step]:
        """The steps that are being decided."""
        return [one for one in self.steps if one.state == Step.State.OPEN]

    @property
    def facts(self) -> dict[str, Any]:
        """What conditions are compared with."""
        return facts_of(self.request)

    def of_step(self, step: Step) -> list[Ticket]:
        """The step's tickets of this round, without those that are over."""
        return [one for one in self.current if one.step == step.position and one.state not in OVER]

    def step_at(self, position: int) -> Step:
        """The step at a position."""
        return next(one for one in self.steps if one.position == position)

    def approvers(self, step: Step) -> tuple[list[int], Ticket.Came]:
        """Who is asked in a step, and how they came to be. Never empty; nobody concerned. Refuses `route`."""
        named: list[int] = []
        for one in self._pool(step):
            if one.role:
                named += self.known.holding(one.role, self.request.department_id)
            elif one.superior:
                named += self.known.line_above(self.request.requester_id)[one.superior - 1 :][:1]
            elif one.person_id is not None:
                named.append(one.person_id)
        fit = [one for one in dict.fromkeys(named) if self.is_fit(one)]
        if fit:
            return fit, Came.ROUTE
        return self.superior(step, named[0] if named else self.request.requester_id), Came.SUPERIOR

    def _pool(self, step: Step) -> Iterator[Step]:
        yield step
        for one in self.steps[self.steps.index(step) + 1 :]:
            if one.link != Link.JOINED:
                return
            if conditions.hold(one.when, self.facts):
                yield one

    def is_fit(self, person: int) -> bool:
        """At work, not concerned, and deputy for nobody whom it concerns."""
        if person not in self.known.at_work or person in self.request.concerned:
            return False
        return not any(person in self.known.deputies.get(one, ()) for one in self.request.concerned)

    def require_no_condition(self, ticket: Ticket) -> None:
        """Refuses `conditions` to who decides while one stands that nobody has taken over."""
        if not ticket.advisory and self.open_condition():
            raise Refusal("conditions", _("Someone set a condition. Approve on that condition, or return it."))

    def open_condition(self) -> bool:
        """Whether someone asked for an opinion set a condition that nobody who decides has taken over.

        It stands as long as its step does: a way back past other steps does not lift it.
        """
        set_, taken = False, False
        for one in self.standing:
            if one.state == State.CONDITION:
                set_, taken = set_ or one.advisory, taken or not one.advisory
        return set_ and not taken

    def require_fit(self, person: int) -> None:
        """Refuses `own`, `left`, `approver`: whom nobody may ask."""
        if person in self.request.concerned:
            raise Refusal("own", _("Nobody approves their own. Name another approver."))
        if person not in self.known.at_work:
            raise Refusal("left", _("This person has left. Choose someone at work."))
        if any(one.person_id == person and one.state in UNDECIDED for one in self.current):
            raise Refusal("approver", _("This person is asked already. Choose another."))

    def voters(self, step: int) -> set[int]:
        """Who has a vote in a step, given or not."""
        return {one.person_id for one in self.current if one.step == step and one.state not in OVER}

    def require_new(self, person: int, step: int) -> None:
        """Refuses `approver`: nobody has two votes in a step."""
        if person in self.voters(step):
            raise Refusal("approver", _("This person has decided this step already. Choose another."))

    def superior(self, step: Step, person: int | None) -> list[int]:
        """The nearest superior who may decide: of the person named, of the requester, else the executive."""
        lines = [*self.known.line_above(person), *self.known.line_above(self.request.requester_id)]
        lines += self.known.holding(Role.EXECUTIVE, self.request.department_id)
        for one in lines:
            if self.is_fit(one):
                return [one]
        said = _("Nobody may decide step “%(step)s”. Ask an administrator to name a superior, or a holder.")
        raise Refusal("route", said, {"step": step.name})

    def new_ticket(self, step: Step, person: int, came: Ticket.Came) -> Ticket:
        made = Ticket(
            request_id=self.request.pk, position=self.tickets[-1].position + 1 if self.tickets else 1,
            step=step.position, round=self.request.round, person_id=person, requester_id=self.request.requester_id,
            came=came, advisory=step.advisory,
            came_from_id=None if came in (Came.ROUTE, Came.SUPERIOR) else self.by.person_id,
        )  # fmt: skip
        self.tickets.append(made)
        self.made.append(made)
        self.ask(made)
        return made

    def ask(self, ticket: Ticket) -> None:
        days = self.step_at(ticket.step).days or policy("approve.node")
        ticket.state, ticket.asked_at = State.WAITING, self.now
        ticket.due_at = self.known.deadline(self.request.entity_id, self.now, days)

    def mark(self, ticket: Ticket, state: str, opinion: str) -> None:
        ticket.state, ticket.opinion, ticket.decided_at = state, opinion, self.now
        ticket.decided_by_id = self.by.person_id
        ticket.acting_for_id = None if ticket.person_id == self.by.person_id else ticket.person_id

    def drop(self, ticket: Ticket) -> None:
        if ticket.state in UNDECIDED:
            ticket.state = State.DROPPED

    def drop_open(self) -> None:
        for one in self.current:
            self.drop(one)

    def close(self, state: str) -> None:
        one = self.request
        one.state, one.closed_at, one.stage = state, self.now, 0
        one.waiting, one.consulted, one.above, one.due_at, one.stir_at = [], [], [], None, None
        one.involved = _with(one.involved, [ticket.person_id for ticket in self.tickets])

    def refresh(self) -> None:
        """Write down on the request who is asked now, and when the house looks at it next."""
        one, asked = self.request, [each for each in self.current if each.state == State.WAITING]
        one.waiting = sorted({each.person_id for each in asked})
        above = {role for step in self.open_steps if step.from_above for role in roles_above(step.role)}
        one.above = sorted(above)
        one.involved = _with(one.involved, [each.person_id for each in self.tickets])
        one.due_at = min((each.due_at for each in asked if each.due_at), default=None)
        one.stir_at = min((at for each in asked if (at := self.next_stir(each))), default=None)

    def next_stir(self, ticket: Ticket) -> datetime.datetime | None:
        """When a waiting ticket is next reminded of: at its deadline, then a working day later; then never."""
        if ticket.due_at is None or ticket.climbed_at is not None:
            return None
        return self.known.deadline(self.request.entity_id, ticket.due_at, 1) if ticket.reminded_at else ticket.due_at


def standing(steps: Iterable[Step], tickets: Iterable[Ticket]) -> list[Ticket]:
    """Of each step that is open or has passed, the votes of the last time that it was asked."""
    held = {one.position for one in steps if one.state in (Step.State.OPEN, Step.State.PASSED)}
    votes = [one for one in tickets if one.votes and one.step in held]
    last: dict[int, int] = {}
    for one in votes:
        last[one.step] = max(one.round, last.get(one.step, 0))
    return [one for one in votes if one.round == last[one.step]]


def _with(persons: Sequence[int], further: Iterable[int]) -> list[int]:
    return sorted({*persons, *further})


def facts_of(request: Request) -> dict[str, Any]:
    """What the conditions of a request's steps are compared with."""
    found: dict[str, Any] = request.facts | {"amount": request.amount}
    return found


def applying(steps: Sequence[Step], stage: int, facts: Mapping[str, Any]) -> list[Step]:
    """The steps of a stage that are still ahead and apply; those for when nothing else does only then."""
    here = [one for one in steps if one.stage == stage and one.link != Link.JOINED]
    fit = [one for one in here if one.state == Step.State.AHEAD and conditions.hold(one.when, facts)]
    first = [one for one in fit if not one.otherwise]
    passed = any(one.stage == stage and one.state == Step.State.PASSED for one in steps)
    return first or ([] if passed else fit)


def to_come(request: Request, steps: Sequence[Step]) -> list[Step]:
    """The steps that will still be asked as things stand: those whose conditions do not hold are none of them."""
    facts = facts_of(request)
    return [one for stage in sorted({one.stage for one in steps}) for one in applying(steps, stage, facts)]
