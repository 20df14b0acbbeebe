"""The verbs of a request that change who is asked, or only speak: pass on, add, copy, consult, remark, remind."""

import datetime
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import anyone
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.approvals.access import is_asked, is_consulted, requests, voices
from shangwu.foundation.approvals.actions.requests import (
    CLAUSE,
    DECIDES,
    Opinion,
    State,
    course_of,
    said,
    short,
)
from shangwu.foundation.approvals.directory import Directory
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

REMINDED_EVERY = datetime.timedelta(hours=4)
"""How long a requester waits between two reminders."""


class Where(models.TextChoices):
    """Where a further approver stands (前加簽、後加簽、並加簽)."""

    BEFORE = "before", _("before me")
    AFTER = "after", _("after me; I agree")
    BESIDE = "beside", _("beside me")


@action(
    Request, "pass_on", label=_("Pass on"), icon="transfer", event="approvals.request.passed_on", **DECIDES,
)  # fmt: skip
def pass_on(
    request: Request,
    by: Actor,
    known: Directory,
    *,
    to: Annotated[Person, Ask(_("Person"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
    opinion: Opinion = "",
) -> list[Any]:
    """Let another decide instead. Refuses `own`, `left`, `approver` (asked already), and as approving does."""
    course = course_of(request, by, known)
    course.pass_on(to.pk, short(opinion))
    return course.made


@action(
    Request, "add_signer", label=_("Add an approver"), icon="users", event="approvals.request.signer_added",
    **DECIDES,
)  # fmt: skip
def add_signer(
    request: Request,
    by: Actor,
    known: Directory,
    *,
    to: Annotated[Person, Ask(_("Person"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
    where: Annotated[Where, Ask(_("Where"))] = Where.BEFORE,
    opinion: Opinion = "",
) -> list[Any]:
    """One more must agree, before, after or beside oneself. Refuses as passing on does."""
    course = course_of(request, by, known)
    course.add(to.pk, str(where), short(opinion))
    return course.made


@action(
    Request, "remind", clause=CLAUSE, label=_("Remind"), may=requests, source=State.RUNNING, persons_only=True,
    icon="bell", event="approvals.request.reminded",
)  # fmt: skip
def remind(request: Request, by: Actor) -> None:
    """Remind those who are asked. Refuses `too_soon` within four hours of the last time."""
    last = request.reminded_at
    if last is not None and request.changed_at - last < REMINDED_EVERY:
        raise Refusal("too_soon", _("They were reminded within the last four hours. Give them time."))
    request.reminded_at = request.changed_at


@action(
    Request, "copy", clause=CLAUSE, label=_("Send a copy"), may=anyone, persons_only=True, icon="copy",
    event="approvals.request.copied",
)  # fmt: skip
def copy(
    request: Request,
    by: Actor,
    *,
    to: Annotated[list[Person], Ask(_("Persons"))],
) -> None:
    """Let others see it. They are asked nothing."""
    request.involved = sorted({*request.involved, *(one.pk for one in to)})


def _remark(request: Request, person: int, by: Actor, came: Ticket.Came) -> Ticket:
    last = max((one.position for one in request.tickets.all()), default=0)
    return Ticket(
        request_id=request.pk, position=last + 1, round=request.round, person_id=person, votes=False, came=came,
        requester_id=request.requester_id, came_from_id=by.person_id, asked_at=request.changed_at,
    )  # fmt: skip


@action(
    Request, "consult", clause=CLAUSE, label=_("Consult"), may=anyone, asks=is_asked, source=State.RUNNING,
    reads=["tickets"], persons_only=True, icon="messages", event="approvals.request.consulted",
)  # fmt: skip
def consult(
    request: Request,
    by: Actor,
    *,
    to: Annotated[Person, Ask(_("Person"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
) -> list[Any]:
    """Ask someone for an opinion that decides nothing. Refuses `left`, `approver` (asked already)."""
    if to.state != Person.State.ACTIVE:
        raise Refusal("left", _("This person has left. Choose someone at work."))
    if to.pk in {*request.consulted, *request.waiting}:
        raise Refusal("approver", _("This person is asked already. Choose another."))
    request.consulted = sorted({*request.consulted, to.pk})
    request.involved = sorted({*request.involved, to.pk})
    return [_remark(request, to.pk, by, Ticket.Came.CONSULTED)]


@action(
    Request, "answer", clause=CLAUSE, label=_("Give an opinion"), may=anyone, asks=is_consulted,
    source=State.RUNNING, reads=["tickets"], persons_only=True, icon="message-circle", primary=True,
    event="approvals.request.answered",
)  # fmt: skip
def answer(request: Request, by: Actor, *, opinion: Opinion) -> None:
    """Say one's opinion where one was consulted. Refuses `asked`."""
    mine = [one for one in request.tickets.all() if not one.votes and one.state == Ticket.State.WAITING]
    mine = [one for one in mine if one.person_id in voices(by, request)]
    if not mine:
        raise Refusal("asked", _("You were not consulted here. Write a remark instead."))
    for one in mine:
        one.state, one.opinion, one.decided_at = Ticket.State.ANSWERED, said(opinion), request.changed_at
        one.decided_by_id = by.person_id
        one.acting_for_id = None if one.person_id == by.person_id else one.person_id
    request.consulted = [one for one in request.consulted if one not in {ticket.person_id for ticket in mine}]


@action(
    Request, "remark", clause=CLAUSE, label=_("Remark"), may=anyone, reads=["tickets"], persons_only=True,
    icon="message-plus", event="approvals.request.remarked",
)  # fmt: skip
def remark(request: Request, by: Actor, *, opinion: Opinion) -> list[Any]:
    """Say something that decides nothing; it stands with the decisions."""
    if by.person_id is None:
        raise Refusal("requester", _("Only a person asks for a decision. Sign in as yourself."))
    made = _remark(request, by.person_id, by, Ticket.Came.REMARK)
    made.state, made.opinion, made.decided_at = Ticket.State.ANSWERED, said(opinion), request.changed_at
    made.decided_by_id = by.person_id
    return [made]
