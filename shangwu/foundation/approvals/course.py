"""The way of a request through its steps, in memory: who decides, when a step has passed, how it ends.

A body makes a `Course` of a locked request, calls one of its verbs, and returns `made`. Nothing is queried here.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.approvals.directory import roles_above
from shangwu.foundation.approvals.models import Link, Mode, Request, Step, Ticket
from shangwu.foundation.approvals.sheet import UNDECIDED, Sheet, applying

State, Came = Ticket.State, Ticket.Came
AGREED = frozenset({State.APPROVED, State.CONDITION, State.OBJECTED})
"""Decisions that let a step pass: an objection only where an opinion was asked."""

ADDED = frozenset({Came.BEFORE, Came.AFTER, Came.BESIDE})


class Course(Sheet):
    """A request while a verb is done to it."""

    def mine(self) -> list[Ticket]:
        """What the actor is asked to decide now, oneself first, else in another's place; else from above.

        Refuses `own`, `waiting` (others come first), `asked` (this is not theirs).
        """
        stands_for = self.by.decides_for(self.request.kind)
        if not self.by.selves.isdisjoint(self.request.concerned):
            raise Refusal("own", _("Nobody approves their own. Let a colleague decide it."))
        waiting = [one for one in self.current if one.state == State.WAITING]
        own = [one for one in waiting if one.person_id == self.by.person_id]
        found = own or [one for one in waiting if one.person_id in stands_for]
        if not found and (ticket := self._from_above()):
            found = [ticket]
        if not found:
            raise self._not_asked()
        return found

    def _from_above(self) -> Ticket | None:
        for step in self.open_steps:
            if not step.from_above or step.mode != Mode.ANY:
                continue
            for grant in self.by.grants:
                reaches = grant.departments is None or self.request.department_id in grant.departments
                person = grant.acting_for or self.by.person_id
                votes_already = person in self.voters(step.position)
                if grant.role in roles_above(step.role) and reaches and person is not None and not votes_already:
                    return self.new_ticket(step, person, Came.ABOVE)
        return None

    def _not_asked(self) -> Refusal:
        if any(one.state == Step.State.AHEAD and one.link != Link.JOINED for one in self.steps):
            said = _("Others come first: “%(step)s” is not decided yet.")
            return Refusal("waiting", said, {"step": self.open_steps[0].name if self.open_steps else ""})
        said = _("This is for others to decide: “%(step)s”. See the route for who is asked.")
        return Refusal("authority", said, {"step": self.open_steps[0].name if self.open_steps else ""})

    def agree(self, opinion: str, *, conditional: bool = False) -> None:
        """Approve, or say yes on a condition. Refuses as `mine`, and `conditions` while one stands open."""
        for ticket in self.mine():
            if not conditional:
                self.require_no_condition(ticket)
            self.mark(ticket, State.CONDITION if conditional else State.APPROVED, opinion)
        self._go_on()

    def reject(self, opinion: str) -> None:
        """Say no: the end of the request, or an objection where only an opinion was asked. Refuses as `mine`."""
        for ticket in self.mine():
            if ticket.advisory:
                self.mark(ticket, State.OBJECTED, opinion)
                self.request.facts = self.request.facts | {"objected": True}
            else:
                self.mark(ticket, State.REJECTED, opinion)
        self._go_on()

    def roll_back(self, opinion: str, step: Step | None, *, straight: bool) -> None:
        """Send it back to an earlier step, or to the requester. straight: what was passed in between stays passed."""
        for ticket in self.mine():
            self.mark(ticket, State.RETURNED, opinion)
        if step is not None and (step.stage >= self.request.stage or step.state != Step.State.PASSED):
            raise Refusal("step", _("It can only go back to a step that has passed. Choose one of those."))
        self.drop_open()
        for one in self.open_steps:
            one.state = Step.State.AHEAD
        if step is None:
            self.close(Request.State.RETURNED)
            return
        self.request.round += 1
        for one in self.steps:
            again = one.stage == step.stage or (not straight and one.stage > step.stage)
            if again:
                one.state = Step.State.AHEAD
        self.advance()

    def resubmit(self, *, straight: bool) -> None:
        """Send a returned request in again: from the first step, or straight to the one that sent it back."""
        self.request.round += 1
        self.request.state, self.request.closed_at = Request.State.RUNNING, None
        if not straight:
            self.request.facts = {name: value for name, value in self.request.facts.items() if name != "objected"}
            for one in self.steps:
                one.state = Step.State.AHEAD
        self.advance()

    def end(self, state: str) -> None:
        """Withdraw it, or declare it void."""
        self.drop_open()
        self.close(state)

    def pass_on(self, to: int, opinion: str) -> None:
        """Another decides instead. Refuses as `mine` and `approver`."""
        self.require_fit(to)
        for old in self.mine():
            self.require_new(to, old.step)
            came = Came(old.came) if old.came in ADDED else Came.PASSED_ON
            new = self.new_ticket(self.step_at(old.step), to, came)
            new.after = old.after
            self._follow(old, new)
            self.mark(old, State.PASSED_ON, opinion)
        self.refresh()

    def add(self, to: int, where: str, opinion: str) -> None:
        """One more must agree: before, after (then one's own decision is a yes), or beside. Refuses as `mine`."""
        self.require_fit(to)
        mine = self.mine()[0]
        self.require_new(to, mine.step)
        if where == Came.AFTER:
            self.require_no_condition(mine)
        new = self.new_ticket(self.step_at(mine.step), to, Came(where))
        if where == Came.BEFORE:
            new.after, mine.after, mine.state = mine.after, new.position, State.LATER
        elif where == Came.AFTER:
            self._follow(mine, new)
            new.after, new.state, new.asked_at = mine.position, State.LATER, None
            self.mark(mine, State.APPROVED, opinion)
        self._go_on()

    def replace(self, leaver: int) -> None:
        """One who was asked has left: the nearest fit superior is asked instead; who votes in the step votes once."""
        for old in [one for one in self.current if one.person_id == leaver and one.state in UNDECIDED]:
            (to,) = self.superior(self.step_at(old.step), leaver)
            if to in self.voters(old.step):
                self._pass_over(old)
                continue
            came = Came(old.came) if old.came in ADDED else Came.LEAVER
            new = self.new_ticket(self.step_at(old.step), to, came)
            new.after, new.state = old.after, old.state
            self._follow(old, new)
            old.state = State.DROPPED
        self._go_on()

    def _pass_over(self, old: Ticket) -> None:
        """Nobody decides in place of this ticket: what would have come after it comes now."""
        for one in self.current:
            if one.after == old.position and one.state == State.LATER:
                one.after = old.after
                if old.state == State.WAITING:
                    self.ask(one)
        old.state = State.DROPPED

    def concern(self, persons: Iterable[int]) -> None:
        """It now concerns these too (the record has another owner): they decide nothing any more."""
        self.request.concerned = sorted({*self.request.concerned, *persons})
        for one in self.request.concerned:
            self.replace(one)

    def _follow(self, old: Ticket, new: Ticket) -> None:
        for one in self.current:
            if one.after == old.position:
                one.after = new.position

    def advance(self) -> None:
        """Open the next stage that applies; when there is none, the request is approved. Refuses `route`."""
        while not self.open_steps:
            steps = self._next_steps()
            if not steps and not any(one.state == Step.State.PASSED and not one.advisory for one in self.steps):
                steps = [self._emergency_step()]
            if not steps and self._ask_once_more():
                continue
            if not steps:
                self.close(Request.State.APPROVED)
                return
            self.request.stage = steps[0].stage
            before = self._last_decider()
            for step in steps:
                self._open(step, before)
            self._judge_open()
            if self.request.state != Request.State.RUNNING:
                return
        self.refresh()

    def _ask_once_more(self) -> bool:
        """A condition that came after the decision, at the same time as it: who decided is asked again, on it."""
        if not self.open_condition():
            return False
        last = [one for one in self.steps if one.state == Step.State.PASSED and not one.advisory][-1]
        last.state = Step.State.AHEAD
        self.request.round += 1
        return True

    def foreseen(self) -> list[tuple[Step, list[int], Ticket.Came]]:
        """Who would be asked, step by step, if all agreed: for a trial of a route, in memory only. Refuses `route`."""
        found = []
        while steps := self._next_steps():
            for step in steps:
                found.append((step, *self.approvers(step)))
                step.state = Step.State.PASSED
        if not any(not step.advisory for step, _persons, _came in found):
            step = self._emergency_step()
            found.append((step, *self.approvers(step)))
        return found

    def _next_steps(self) -> list[Step]:
        """The steps of the next stage that apply; stages on the way where none does are skipped."""
        ahead = [one for one in self.steps if one.state == Step.State.AHEAD and one.link != Link.JOINED]
        for stage in sorted({one.stage for one in ahead}):
            here = [one for one in ahead if one.stage == stage]
            chosen = applying(self.steps, stage, self.facts)
            for one in here:
                if one not in chosen:
                    one.state = Step.State.SKIPPED
            if chosen:
                return chosen
        return []

    def _emergency_step(self) -> Step:
        """When no step applies that decides, the superior does: a request never passes by itself."""
        last = self.steps[-1] if self.steps else None
        step = Step(
            request_id=self.request.pk, position=last.position + 1 if last else 1, stage=last.stage + 1 if last else 1,
            name="Superior", superior=1, when=[],
        )  # fmt: skip
        self.steps.append(step)
        self.made.append(step)
        return step

    def _open(self, step: Step, before: int | None) -> None:
        step.state = Step.State.OPEN
        persons, came = self.approvers(step)
        merged = before in persons and not step.advisory and not self.open_condition()
        if merged and step.mode == Mode.ANY:
            persons = [one for one in persons if one == before]
        former: Ticket | None = None
        for person in persons:
            ticket = self.new_ticket(step, person, came)
            if step.mode == Mode.SEQUENTIAL and former is not None:
                ticket.after, ticket.state, ticket.asked_at = former.position, State.LATER, None
            former = ticket
        if merged:
            own = next(one for one in self.of_step(step) if one.person_id == before)
            if own.state == State.WAITING:
                own.came = Came.MERGED
                self.mark(own, State.APPROVED, "")
                self._ask_next()

    def _last_decider(self) -> int | None:
        """Who has just agreed to the step before, in their own name and without a condition."""
        last = [one for one in self.current if one.decided_at == self.now and one.state == State.APPROVED]
        own = {one.person_id for one in last if one.acting_for_id is None and not one.advisory}
        return own.pop() if len(own) == 1 else None

    def _go_on(self) -> None:
        """After a decision: ask whoever comes after it, pass or end what is ripe, open what follows."""
        self._ask_next()
        self._judge_open()
        if self.request.state == Request.State.RUNNING:
            self.advance()

    def _ask_next(self) -> None:
        """Ask whoever comes after one who has agreed."""
        decided = {one.position for one in self.current if one.state in AGREED}
        for one in self.current:
            if one.state == State.LATER and one.after in decided:
                self.ask(one)

    def _judge_open(self) -> None:
        for step in self.open_steps:
            verdict = self.verdict(step)
            if verdict is False:
                self.drop_open()
                self.close(Request.State.REJECTED)
                return
            if verdict:
                step.state = Step.State.PASSED
                for one in self.of_step(step):
                    self.drop(one)

    def verdict(self, step: Step) -> bool | None:
        """Whether a step has passed (True), has failed (False), or waits (None)."""
        tickets = self.of_step(step)
        # Where only those who were added are left, they are the step.
        routed = [one for one in tickets if one.came not in ADDED] or tickets
        added = [one for one in tickets if one.came in ADDED]
        refused = sum(one.state == State.REJECTED for one in routed)
        agreed = sum(one.state in AGREED for one in routed)
        needed = _needed(step, len(routed))
        fails = refused > 0 if step.mode == Mode.ANY else len(routed) - refused < needed
        if fails or any(one.state == State.REJECTED for one in added):
            return False
        return True if tickets and agreed >= needed and all(one.state in AGREED for one in added) else None


def _needed(step: Step, asked: int) -> int:
    if step.mode == Mode.ANY:
        return 1
    return -(-asked * step.share // 100) if step.mode == Mode.ALL else asked
