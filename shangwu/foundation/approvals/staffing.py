"""What the bodies of a request's verbs must know beyond the request: the directory, for all requests of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.approvals import directory
from shangwu.foundation.approvals.directory import Directory
from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.approvals.opening import take_down
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor


def staffed(
    requests: Sequence[Request],
    by: Actor,
    inputs: Sequence[Mapping[str, Any]],
    *,
    further: set[int | None] | None = None,
) -> Directory:
    """Who holds the roles of these requests' steps, and the superiors of all whom they name."""
    roles: set[str] = set()
    persons: set[int | None] = {by.person_id, *(further or ())}
    for request, given in zip(requests, inputs, strict=True):
        persons |= {request.requester_id, *request.waiting, *request.concerned}
        for step in request.steps.all():
            roles |= {step.role} - {""}
            persons.add(step.person_id)
        persons |= {one.pk for name in ("to", "leaver", "person") if (one := given.get(name)) is not None}
    known = directory.load(
        by.zone, clock.today(by.zone), roles=roles, persons=persons, entities={one.entity_id for one in requests}
    )
    known.in_bulk = len(requests) > 1
    return known


class Restaffed:
    """The directory, and the subjects of returned requests as they are now."""

    def __init__(self, known: Directory, subjects: Mapping[int, Any]) -> None:
        self.known, self.subjects = known, subjects

    def take_down_anew(self, request: Request) -> bool:
        """Write down again what the route asks of the subject; whether any of it has changed. Refuses `subject`."""
        subject, kind = self.subjects.get(request.pk), kinds[request.kind]
        if subject is None:
            raise Refusal("subject", _("The record is in the archive. Restore it first, or withdraw the request."))
        objected = {name: value for name, value in request.facts.items() if name == "objected"}
        before = (request.amount, request.facts, [one.person_id for one in request.steps.all()])
        take_down(request, kind, subject)
        request.facts |= objected
        for step in request.steps.all():
            if step.field:
                step.person_id = getattr(subject, f"{step.field}_id", None)
        return before != (request.amount, request.facts, [one.person_id for one in request.steps.all()])


def restaffed(requests: Sequence[Request], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Restaffed:
    """As `staffed`, with the subjects: what has been corrected decides on the way that it takes now."""
    subjects: dict[int, Any] = {}
    for request in requests:
        model = kinds[request.kind].model
        subject = model._default_manager.filter(public_id=request.subject_id, archived_at__isnull=True).first()
        if subject is not None:
            subjects[request.pk] = subject
    named = {
        getattr(subject, f"{name}_id", None)
        for pk, subject in subjects.items()
        for name in (*kinds[next(one.kind for one in requests if one.pk == pk)].persons, "owner", "created_by")
    }
    return Restaffed(staffed(requests, by, inputs, further=named), subjects)
