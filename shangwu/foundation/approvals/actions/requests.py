"""The verbs of a request that decide it or end it. For persons alone, and never for those whom it concerns."""

import datetime
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, edit
from shangwu.foundation.approvals.access import EXECUTIVES, has_decided, is_asked, is_not_its_own, requests, voices
from shangwu.foundation.approvals.course import Course
from shangwu.foundation.approvals.directory import Directory
from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Request, Step, Ticket
from shangwu.foundation.approvals.staffing import Restaffed, restaffed, staffed
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.records.actors import Actor

CLAUSE = INTRODUCTION
State = Request.State
PARTS = ["steps", "tickets"]
Opinion = Annotated[str, Ask(_("Opinion"), multiline=True)]


class Again(models.TextChoices):
    """How a request goes on after it was sent back."""

    AGAIN = "again", _("through all steps again")
    STRAIGHT = "straight", _("straight back to the step that returned it")


def course_of(request: Request, by: Actor, known: Directory) -> Course:
    """The way of a request whose parts were loaded with it."""
    return Course(request, request.steps.all(), request.tickets.all(), by, known)


def said(opinion: str) -> str:
    """An opinion as it is kept. Refuses `invalid` when it is empty or too long."""
    text = opinion.strip()
    if not text:
        raise Refusal("invalid", _("Say why."), fields={"opinion": [_("This is needed.")]})
    return short(text)


def short(opinion: str) -> str:
    """An opinion that may be missing. Refuses `invalid` when it is too long."""
    text = opinion.strip()
    if len(text) > 1000:
        raise Refusal("invalid", _("Shorten it to 1000 characters."), fields={"opinion": [_("This is too long.")]})
    return text


DECIDES: dict[str, Any] = {
    "clause": CLAUSE, "may": is_not_its_own, "asks": is_asked, "source": State.RUNNING, "reads": PARTS,
    "prepare": staffed, "persons_only": True,
}  # fmt: skip


@action(
    Request, "approve", label=_("Approve"), primary=True, icon="check", bulk=True,
    event="approvals.request.agreed", **DECIDES,
)  # fmt: skip
def approve(request: Request, by: Actor, known: Directory, *, opinion: Opinion = "") -> list[Any]:
    """Agree. Refuses `own`, `waiting` (others come first), `authority` (not asked), `conditions`, `route`,
    `one_by_one`."""
    if known.in_bulk and not kinds[request.kind].bulk:
        raise Refusal("one_by_one", _("Requests of this kind are decided one by one. Open it."))
    course = course_of(request, by, known)
    course.agree(short(opinion))
    return course.made


@action(
    Request, "approve_on_condition", label=_("Approve on condition"), icon="checks",
    event="approvals.request.agreed_on_condition", **DECIDES,
)  # fmt: skip
def approve_on_condition(request: Request, by: Actor, known: Directory, *, opinion: Opinion) -> list[Any]:
    """Agree once a condition is met; the opinion says which. Refuses as approving does."""
    course = course_of(request, by, known)
    course.agree(said(opinion), conditional=True)
    return course.made


@action(
    Request, "reject", label=_("Reject"), icon="x", event="approvals.request.refused", **DECIDES,
)  # fmt: skip
def reject(request: Request, by: Actor, known: Directory, *, opinion: Opinion) -> list[Any]:
    """Say no. It ends the request; where only an opinion was asked, it is an objection. Refuses as approving does."""
    course = course_of(request, by, known)
    course.reject(said(opinion))
    return course.made


@action(
    Request, "roll_back", label=_("Return"), icon="arrow-back-up", event="approvals.request.rolled_back", **DECIDES,
)  # fmt: skip
def roll_back(
    request: Request,
    by: Actor,
    known: Directory,
    *,
    opinion: Opinion,
    step: Annotated[int | None, Ask(_("Back to step"), help=_("Empty: back to who asked."))] = None,
    afterwards: Annotated[Again, Ask(_("Then"))] = Again.AGAIN,
) -> list[Any]:
    """Send it back, to the requester or to a step that has passed. Refuses `step`, and as approving does."""
    course = course_of(request, by, known)
    target = next((one for one in course.steps if one.position == step), None)
    if step is not None and target is None:
        raise Refusal("step", _("It can only go back to a step that has passed. Choose one of those."))
    course.roll_back(said(opinion), target, straight=afterwards == Again.STRAIGHT)
    return course.made


def resubmits_here(request: Any) -> bool:
    """Whether a returned request itself is sent in again, and not its subject."""
    return request.kind in kinds and not kinds[request.kind].resubmitted_by


@action(
    Request, "resubmit", clause=CLAUSE, label=_("Send in again"), may=requests, source=State.RETURNED, reads=PARTS,
    prepare=restaffed, persons_only=True, primary=True, icon="send", offered_when=resubmits_here,
    event="approvals.request.resubmitted",
)  # fmt: skip
def resubmit(
    request: Request, by: Actor, known: Restaffed, *, afterwards: Annotated[Again, Ask(_("Then"))] = Again.AGAIN
) -> list[Any]:
    """Ask again after a return, about the record as it is now.

    Refuses `subject` where the record itself is submitted again, `changed` (what has changed goes through all steps
    again: the amount may ask for other approvers), and `route`.
    """
    if not resubmits_here(request):
        raise Refusal("subject", _("Open the record and submit it again; a new request begins then."))
    has_changed = known.take_down_anew(request)
    if has_changed and afterwards == Again.STRAIGHT:
        raise Refusal("changed", _("What the route asks about has changed since. Send it through all steps again."))
    course = course_of(request, by, known.known)
    course.resubmit(straight=afterwards == Again.STRAIGHT)
    return course.made


def _is_untouched(request: Request) -> bool:
    return not any(one.votes and one.decided_at for one in request.tickets.all())


@action(
    Request, "withdraw", clause=CLAUSE, label=_("Withdraw"), may=requests, source=[State.RUNNING, State.RETURNED],
    reads=PARTS, prepare=staffed, persons_only=True, icon="arrow-back", event="approvals.request.withdrawn",
    danger=_("Nobody is asked any more."),
)  # fmt: skip
def withdraw(request: Request, by: Actor, known: Directory) -> None:
    """Take it back, until the first decision or after a return. Refuses `decided`."""
    if request.state == State.RUNNING and not _is_untouched(request):
        raise Refusal("decided", _("Someone has decided already. Ask for it to be declared void."))
    course_of(request, by, known).end(State.WITHDRAWN)


@action(
    Request, "ask_void", clause=CLAUSE, label=_("Ask to declare it void"), may=requests, source=State.RUNNING,
    reads=["tickets"], needs_reason=True, persons_only=True, icon="ban", event="approvals.request.void_asked",
)  # fmt: skip
def ask_void(request: Request, by: Actor) -> None:
    """After the first decision, ask those who take part to give it up. Refuses `undecided`."""
    if _is_untouched(request):
        raise Refusal("undecided", _("Nobody has decided yet. Withdraw it."))
    request.void_asked_at = request.changed_at


@action(
    Request, "void", clause=CLAUSE, label=_("Declare void"), may=is_not_its_own & has_decided, source=State.RUNNING,
    reads=PARTS, prepare=staffed, needs_reason=True, persons_only=True, icon="ban",
    event="approvals.request.voided", offered_when=lambda request: request.void_asked_at is not None,
    danger=_("Nobody is asked any more."),
)  # fmt: skip
def void(request: Request, by: Actor, known: Directory) -> None:
    """Give it up because its requester asked for that. Refuses `unasked`, and `authority` to who only reads along."""
    if request.void_asked_at is None:
        raise Refusal("unasked", _("Only who asked for the decision can ask for this. Reject it, or return it."))
    asked = {one.person_id for one in request.tickets.all() if one.votes}
    if not by.holds_any(EXECUTIVES) and asked.isdisjoint(voices(by, request)):
        raise Refusal("authority", _("This is for those who decide it. Ask one of them."))
    course_of(request, by, known).end(State.VOID)


@action(
    Request, "lapse", clause=CLAUSE, label=_("Lapse"), may=nobody, source=State.RUNNING, reads=PARTS,
    prepare=staffed, shown=False, event="approvals.request.lapsed",
)  # fmt: skip
def lapse(request: Request, by: Actor, known: Directory) -> None:
    """The record has gone another way: nothing is left to decide. The house alone does this."""
    course_of(request, by, known).end(State.VOID)


@action(
    Request, "replace", clause="3.4.3", label=_("Ask the superior"), may=nobody, source=State.RUNNING, reads=PARTS,
    prepare=staffed, shown=False, event="approvals.request.replaced",
)  # fmt: skip
def replace(
    request: Request,
    by: Actor,
    known: Directory,
    *,
    leaver: Annotated[Person, Ask(_("Person"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
) -> list[Any]:
    """3.4.3: what waited for someone who has left waits for their superior. The house alone does this."""
    known.at_work.discard(leaver.pk)
    course = course_of(request, by, known)
    course.replace(leaver.pk)
    return course.made


@action(
    Request, "concern", clause=CLAUSE, label=_("Note whom it concerns"), may=nobody, source=State.RUNNING, reads=PARTS,
    prepare=staffed, shown=False, event="approvals.request.concerned",
)  # fmt: skip
def concern(
    request: Request,
    by: Actor,
    known: Directory,
    *,
    person: Annotated[Person, Ask(_("Person"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
) -> list[Any]:
    """The record belongs to another person now, who may not decide it any more. The house alone does this."""
    course = course_of(request, by, known)
    course.concern([person.pk])
    return course.made


@action(
    Request, "stir", clause=CLAUSE, label=_("Remind of the deadline"), may=nobody, source=State.RUNNING, reads=PARTS,
    prepare=staffed, shown=False, event="approvals.request.stirred",
)  # fmt: skip
def stir(request: Request, by: Actor, known: Directory) -> None:
    """Time passes: who is late is reminded, then their superior is told; it never decides. By the house alone."""
    course = course_of(request, by, known)
    for one in course.current:
        if one.state == Ticket.State.WAITING and _is_ripe(course, one, request.changed_at):
            if one.reminded_at is None:
                one.reminded_at = request.changed_at
            else:
                one.climbed_at = request.changed_at
                request.involved = sorted({*request.involved, *known.line_above(one.person_id)[:1]})
    course.refresh()


def _is_ripe(course: Course, one: Ticket, now: datetime.datetime) -> bool:
    at = course.next_stir(one)
    return at is not None and at <= now


def step_names(request: Request) -> dict[int, str]:
    """Position to name of the steps that have passed: where a request can be sent back to."""
    return {one.position: one.name for one in request.steps.all() if one.state == Step.State.PASSED}


edit(
    Request, clause="2.5.1", may=nobody, fields=["title"], verb="redact", label=_("Take a person's name out"),
    undo=False, shown=False, archive_too=True, own=False,
)  # fmt: skip
