"""A dry run: where the latest records would go by an edition of a route, before anybody puts it in force."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.approvals import directory, drawing
from shangwu.foundation.approvals.kinds import Kind, kinds
from shangwu.foundation.approvals.models import Route, RouteCondition, RouteEdition, RouteStep, Ticket
from shangwu.foundation.approvals.opening import Opening
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

TRIED = 5
"""So many records are tried, the latest that the reader sees."""


def trial(actor: Actor, kind: Kind, drawn: drawing.Drawing, subject: Any) -> list[dict[str, Any]]:
    """Step by step who would be asked about a record, if its owner submitted it today. Refuses `route`."""
    requester = subject.owner_id or subject.created_by_id or actor.person_id
    fields = {getattr(subject, f"{each}_id", None) for each in kind.persons}
    with gate.free_reading():
        known = directory.load(
            actor.zone, clock.today(actor.zone), roles=drawn.roles, persons={requester, *drawn.persons, *fields}
        )
        found = Opening(kind, drawn, known, [0]).trial(subject, replace(actor, person_id=requester))
        asked = {person for _step, persons, _came in found for person in persons}
        names = dict(Person.objects.filter(pk__in=asked).values_list("pk", "name"))
    return [
        {
            "step": gettext(step.name),
            "who": [names.get(one, "") for one in persons],
            "mode": step.get_mode_display() if len(persons) > 1 else "",
            "how": Ticket.Came(came).label if came != Ticket.Came.ROUTE else "",
        }
        for step, persons, came in found
    ]


def _facts(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    assert isinstance(record, RouteEdition)
    route = Route.objects.visible_to(actor).filter(pk=record.route_id).first()
    kind = kinds.get(route.kind) if route is not None else None
    if kind is None:
        return None
    today = clock.today(actor.zone)
    steps = RouteStep.objects.visible_to(actor).filter(edition=record).order_by("position")
    given = RouteCondition.objects.visible_to(actor).filter(edition=record).order_by("position")
    drawn = drawing.Drawing(record, drawing.drawn(steps, given, today))
    subjects = kind.model._default_manager.visible_to(actor).order_by("-pk")[:TRIED]
    return {"rows": list(_rows(actor, kind, drawn, subjects)), "records": kind.model._meta.verbose_name_plural}


def _rows(actor: Actor, kind: Kind, drawn: drawing.Drawing, subjects: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for subject in subjects:
        row: dict[str, Any] = {"name": str(subject), "url": _url(subject)}
        try:
            yield row | {"steps": trial(actor, kind, drawn, subject)}
        except Refusal as refusal:
            yield row | {"refusal": refusal.sentence}
        except ValidationError as error:
            yield row | {"refusal": " ".join(error.messages)}


def _url(subject: Any) -> str:
    if type(subject) not in record_pages:
        return ""
    return reverse(f"{record_name(type(subject))}.detail", kwargs={"public_id": subject.public_id})


panel(RouteEdition, Panel("trial", _("Dry run"), "administration/trial.html", _facts, order=5))
