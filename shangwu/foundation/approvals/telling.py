"""Notices about requests: to those who are asked, reminded, copied or consulted, and to who asked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop as _

from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.notices import sending
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.outstanding import Open, outstanding
from shangwu.foundation.notices.sending import is_personal
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

_ENDED = {
    Request.State.APPROVED: _("Approved: %(title)s"),
    Request.State.REJECTED: _("Rejected by %(name)s: %(title)s"),
    Request.State.RETURNED: _("Returned by %(name)s: %(title)s"),
    Request.State.VOID: _("Declared void: %(title)s"),
}


def tell(verb: str, request: Request, tickets: Iterable[Ticket], by: Actor, given: Mapping[str, Any]) -> None:
    """Say what a verb done to a request, or its opening, means for whom."""
    params = {"title": request.title, "name": by.name}
    notify = _about(request)
    now, found = request.changed_at, list(tickets)
    waiting = [one for one in found if one.votes and one.state == Ticket.State.WAITING]
    running = request.state == Request.State.RUNNING
    if running and (asked := [one.person_id for one in waiting if one.asked_at == now]):
        notify(asked, _("%(name)s asks for your decision: %(title)s"), params)
    if request.closed_at == now and (said := _ENDED.get(Request.State(request.state))):
        notify([request.requester_id], said, params)
    if verb == "remind":
        notify(request.waiting, _("%(name)s reminds you of: %(title)s"), params)
    elif verb == "copy":
        notify([one.pk for one in given["to"]], _("%(name)s sends you a copy: %(title)s"), params)
    elif verb == "consult":
        notify([given["to"].pk], _("%(name)s asks for your opinion: %(title)s"), params)
    elif verb == "answer":
        notify([request.requester_id, *request.waiting], _("%(name)s has answered: %(title)s"), params)
    elif verb == "ask_void":
        notify(request.involved, _("%(name)s asks to declare it void: %(title)s"), params)
    elif verb == "stir":
        _tell_of_delay(request, waiting)


def _about(request: Request) -> Callable[..., int]:
    return partial(sending.notify, about=request, kind=Kind.APPROVAL)


def _tell_of_delay(request: Request, waiting: Iterable[Ticket]) -> None:
    """Remind those who are late; tell the superior of who stays late, and the late one too."""
    params = {"title": request.title}
    notify = _about(request)
    now, found = request.changed_at, list(waiting)
    reminded = [one.person_id for one in found if one.reminded_at == now]
    notify(reminded, _("A decision is waiting for you: %(title)s"), params)
    late = [one.person_id for one in found if one.climbed_at == now]
    for person in Person.objects.filter(pk__in=late).order_by("pk"):
        said = _("%(name)s has not decided in time: %(title)s")
        notify([person.superior_id, person.pk], said, params | {"name": person.name})


@outstanding
def waiting_decisions(person_ids: Collection[int], until: datetime) -> Iterator[Open]:
    """Requests that wait for somebody's decision, whenever it is due: a digest lists them."""
    wanted = set(person_ids)
    for one in Request.objects.filter(state=Request.State.RUNNING, waiting__overlap=sorted(wanted)).order_by("pk"):
        hidden = one.secrecy > 0 or is_personal(one)
        for person in wanted.intersection(one.waiting):
            yield Open(person, Kind.APPROVAL, one.title, one.due_at or until, hidden)
