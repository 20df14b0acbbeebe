"""How a request begins: as an effect of an action on its subject. The body stays free of queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions import writing
from shangwu.foundation.actions.door import Refusal, newborn
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.approvals import directory, drawing
from shangwu.foundation.approvals.course import Course
from shangwu.foundation.approvals.kinds import Kind, kinds
from shangwu.foundation.approvals.models import Request, Step, Ticket
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a route is tried on where no record is named. facts: as a request keeps them, by the kind's names."""

    amount: Decimal | None = None
    department: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class Opening:
    """What the bodies of a run need to open requests of one kind: the route in force, and who holds what."""

    def __init__(self, kind: Kind, drawn: drawing.Drawing, known: directory.Directory, keys: list[int]) -> None:
        self.kind, self.drawn, self.known, self.keys = kind, drawn, known, keys

    def request(self, subject: Any, by: Actor) -> list[models.Model]:
        """The rows of a new request about `subject`, for the body to return. Facts are taken now, so call it last.

        Refuses `route` when nobody may decide, and `requester` when no person asks.
        """
        if by.person_id is None:
            raise Refusal("requester", _("Only a person asks for a decision. Sign in as yourself."))
        request = self._newborn(subject, by)
        course = Course(request, self._steps(request, subject), [], by, self.known)
        steps = list(course.steps)
        course.advance()
        return [request, *steps, *course.made]

    def trial(self, subject: Any, by: Actor) -> list[tuple[Step, list[int], Ticket.Came]]:
        """Who would be asked about `subject`, step by step; nothing is made. Refuses `route`."""
        request = self._newborn(subject, by)
        return Course(request, self._steps(request, subject), [], by, self.known).foreseen()

    def supposed(self, supposed: Supposed, by: Actor) -> list[tuple[Step, list[int], Ticket.Came]]:
        """The same about what no record says: an amount, a department and facts given by hand. Refuses `route`."""
        made: Request = newborn(Request, by, clock.now())
        made.pk, made.kind, made.requester_id = self.keys.pop(), self.kind.name, by.person_id
        made.amount, made.facts = supposed.amount, dict(supposed.facts)
        made.department_id = supposed.department or made.department_id
        made.concerned = sorted({by.person_id} - {None})
        return Course(made, self._steps(made, None), [], by, self.known).foreseen()

    def _newborn(self, subject: Any, by: Actor) -> Request:
        kind = self.kind
        made: Request = newborn(Request, by, subject.changed_at)
        made.pk = self.keys.pop()
        made.kind, made.requester_id = kind.name, by.person_id
        made.subject_type, made.subject_id = record_name(kind.model), subject.public_id
        made.edition_id = self.drawn.edition.pk if self.drawn.edition else None
        take_down(made, kind, subject)
        made.concerned = sorted({*made.concerned, by.person_id} - {None})
        return made

    def _steps(self, request: Request, subject: Any) -> list[Any]:
        steps = self.drawn.steps(subject)
        for one in steps:
            one.request_id = request.pk
        return steps


def take_down(request: Request, kind: Kind, subject: Any) -> None:
    """Write down on a request what its route may ask of the subject as it is now, and whom it concerns."""
    with translation.override(settings.LANGUAGE_CODE):  # kept for all readers, whatever language the asker reads
        request.title = kind.title(subject)[:200]
    request.subject_version = subject.version
    # A record that belongs to no legal entity is decided by the calendar of who asks.
    request.entity_id = subject.entity_id or request.entity_id
    request.department_id, request.secrecy = subject.department_id, subject.secrecy
    request.amount, request.currency, request.facts = (
        kind.amount(subject),
        kind.currency(subject),
        kind.facts_of(subject),
    )
    own = {subject.owner_id, subject.created_by_id, *kind.concerned(subject)}
    request.concerned = sorted({*request.concerned, *(own - {None})})


def opening(name: str) -> Callable[[Sequence[Any], Actor, Sequence[Mapping[str, Any]]], Opening]:
    """The `prepare` of an action that opens requests of this kind; an action with more to prepare calls it in its own.

    Raises KeyError for a kind that nobody has declared.
    """

    def prepare(subjects: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Opening:
        kind = kinds[name]
        today = clock.today(by.zone)
        drawn = drawing.drawing_of(kind, today)
        fields = {
            getattr(one, f"{each}_id", None) for one in subjects for each in (*kind.persons, "owner", "created_by")
        }
        known = directory.load(
            by.zone,
            today,
            roles=drawn.roles,
            persons={by.person_id, *drawn.persons, *fields},
            entities={one.entity_id or by.entity_id for one in subjects},
        )
        keys = writing.reserve({Request: len(subjects)})[Request] if subjects else []
        return Opening(kind, drawn, known, keys)

    return prepare
