"""A dry run: where the latest records would go by an edition of a route, before anybody puts it in force."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.approvals import directory, drawing
from shangwu.foundation.approvals.kinds import Kind, kinds
from shangwu.foundation.approvals.models import Route, RouteCondition, RouteEdition, RouteStep, Step, Ticket
from shangwu.foundation.approvals.opening import Opening, Supposed
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

TRIED = 5
"""So many records are tried, the latest that the reader sees."""


Foreseen = list[tuple[Step, list[int], Ticket.Came]]


def trial(actor: Actor, kind: Kind, drawn: drawing.Drawing, subject: Any) -> list[dict[str, Any]]:
    """Step by step who would be asked about a record, if its owner submitted it today. Refuses `route`."""
    requester = subject.owner_id or subject.created_by_id or actor.person_id
    fields = {getattr(subject, f"{each}_id", None) for each in kind.persons}
    return _foreseen(actor, kind, drawn, requester, fields, lambda opening, by: opening.trial(subject, by))


def supposed(
    actor: Actor, kind: Kind, drawn: drawing.Drawing, requester: int | None, what: Supposed
) -> list[dict[str, Any]]:
    """The same about an amount, a department and facts given by hand, if `requester` submitted them today."""
    return _foreseen(actor, kind, drawn, requester, set(), lambda opening, by: opening.supposed(what, by))


def _foreseen(
    actor: Actor, kind: Kind, drawn: drawing.Drawing, requester: int | None, fields: set[int | None],
    ask: Callable[[Opening, Actor], Foreseen],
) -> list[dict[str, Any]]:  # fmt: skip
    with gate.free_reading():
        known = directory.load(
            actor.zone, clock.today(actor.zone), roles=drawn.roles, persons={requester, *drawn.persons, *fields}
        )
        found = ask(Opening(kind, drawn, known, [0]), replace(actor, person_id=requester))
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


def route_of(actor: Actor, edition: RouteEdition) -> tuple[Kind, drawing.Drawing] | None:
    """What an edition is about, and its steps as they are today; None for a kind that nobody declares any more."""
    route = Route.objects.visible_to(actor).filter(pk=edition.route_id).first()
    kind = kinds.get(route.kind) if route is not None else None
    if kind is None:
        return None
    steps = RouteStep.objects.visible_to(actor).filter(edition=edition).order_by("position")
    given = RouteCondition.objects.visible_to(actor).filter(edition=edition).order_by("position")
    return kind, drawing.Drawing(edition, drawing.drawn(steps, given, clock.today(actor.zone)))


def _facts(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    assert isinstance(record, RouteEdition)
    found = route_of(actor, record)
    if found is None:
        return None
    kind, drawn = found
    subjects = kind.model._default_manager.visible_to(actor).order_by("-pk")[:TRIED]
    return {
        "rows": [tried_on(actor, kind, drawn, one) for one in subjects],
        "records": kind.model._meta.verbose_name_plural,
        "try_url": url("route_trial", public_id=record.public_id),
    }


def tried_on(actor: Actor, kind: Kind, drawn: drawing.Drawing, subject: Any) -> dict[str, Any]:
    """A record with the steps that it would take, or why it would take none."""
    return {"name": str(subject), "url": _url(subject)} | outcome(lambda: trial(actor, kind, drawn, subject))


def outcome(work: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    """The steps, or the sentence that says why there are none."""
    try:
        return {"steps": work()}
    except Refusal as refusal:
        return {"refusal": refusal.sentence}
    except ValidationError as error:
        return {"refusal": " ".join(error.messages)}


def _url(subject: Any) -> str:
    if type(subject) not in record_pages:
        return ""
    return reverse(f"{record_name(type(subject))}.detail", kwargs={"public_id": subject.public_id})


panel(RouteEdition, Panel("trial", _("Dry run"), "administration/trial.html", _facts, order=5))
