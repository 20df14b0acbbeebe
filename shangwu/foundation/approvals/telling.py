"""Notices about requests: to those who are asked, reminded, copied or consulted, and to who asked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from shangwu.foundation.approvals.directory import standing_in
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.notices import sending
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.outstanding import Open, outstanding
from shangwu.foundation.notices.sending import is_personal
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, system

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
        notify(_with_deputies(request, asked, by), _("%(name)s asks for your decision: %(title)s"), params)
    if request.closed_at == now and (said := _ENDED.get(Request.State(request.state))):
        notify([request.requester_id], said, params)
    if verb == "remind":
        notify(_with_deputies(request, request.waiting, by), _("%(name)s reminds you of: %(title)s"), params)
    elif verb == "copy":
        notify([one.pk for one in given["to"]], _("%(name)s sends you a copy: %(title)s"), params)
    elif verb == "consult":
        notify([given["to"].pk], _("%(name)s asks for your opinion: %(title)s"), params)
    elif verb == "answer":
        notify([request.requester_id, *request.waiting], _("%(name)s has answered: %(title)s"), params)
    elif verb == "ask_void":
        notify(request.involved, _("%(name)s asks to declare it void: %(title)s"), params)
    elif verb == "stir":
        _tell_of_delay(request, waiting, by)


def _about(request: Request) -> Callable[..., int]:
    return partial(sending.notify, about=request, kind=Kind.APPROVAL)


def _with_deputies(request: Request, persons: Iterable[int], by: Actor) -> list[int | None]:
    """These persons, and who decides requests of this kind in their place today."""
    asked = list(persons)
    named = standing_in(clock.today(by.zone)).filter(Q(only_for="") | Q(only_for=request.kind), absent__in=asked)
    deputies = named.exclude(deputy__in=request.concerned).order_by("pk").values_list("deputy", flat=True)
    return [*asked, *deputies]


def _tell_of_delay(request: Request, waiting: Iterable[Ticket], by: Actor) -> None:
    """Remind those who are late; tell the superior of who stays late, and the late one too."""
    params = {"title": request.title}
    notify = _about(request)
    now, found = request.changed_at, list(waiting)
    reminded = [one.person_id for one in found if one.reminded_at == now]
    if reminded:
        notify(_with_deputies(request, reminded, by), _("A decision is waiting for you: %(title)s"), params)
    late = [one.person_id for one in found if one.climbed_at == now]
    for person in Person.objects.filter(pk__in=late).order_by("pk"):
        said = _("%(name)s has not decided in time: %(title)s")
        notify([person.superior_id, person.pk], said, params | {"name": person.name})


@outstanding
def waiting_decisions(person_ids: Collection[int], until: datetime) -> Iterator[Open]:
    """Requests that wait for the decision of somebody, or of one for whom they stand in: a digest lists them."""
    voices: set[tuple[int | None, int, str]] = {(person, person, "") for person in person_ids}
    named = standing_in(clock.today(system().zone)).filter(deputy__in=person_ids)
    voices |= set(named.values_list("deputy", "absent", "only_for"))
    asked = sorted({absent for _person, absent, _only_for in voices})
    for one in Request.objects.filter(state=Request.State.RUNNING, waiting__overlap=asked).order_by("pk"):
        hidden = one.secrecy > 0 or is_personal(one)
        told = {who for who, absent, only_for in voices if absent in one.waiting and only_for in ("", one.kind)}
        for person in sorted(each for each in told.difference(one.concerned) if each is not None):
            yield Open(person, Kind.APPROVAL, one.title, one.due_at or until, hidden)
