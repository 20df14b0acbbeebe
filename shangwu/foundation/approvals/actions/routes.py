"""Routes: drawn up by one person, put in force by another, never rewritten."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import is_not_concerned, nobody
from shangwu.foundation.actions.door import Refusal, act, action, archive, create, edit, newborn
from shangwu.foundation.approvals import directory
from shangwu.foundation.approvals.access import draws_routes, puts_routes_in_force
from shangwu.foundation.approvals.drawing import require_sound, shape_of
from shangwu.foundation.approvals.kinds import Kind, kinds
from shangwu.foundation.approvals.models import Route, RouteCondition, RouteEdition, RouteStep
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor

CLAUSE = INTRODUCTION
State = RouteEdition.State
STEPS = [
    "name", "link", "role", "superior", "person", "field", "mode", "share", "advisory", "from_above", "otherwise",
    "days",
]  # fmt: skip
PARTS = {"steps": STEPS, "conditions": ["step", "fact", "comparison", "value"]}


def kind_of(route: Route) -> Kind:
    """The kind that a route is for. Refuses `kind` when the program no longer knows it."""
    if route.kind not in kinds:
        raise Refusal("kind", _("The program knows no requests of this kind any more. Archive the route."))
    return kinds[route.kind]


def _known(editions: Sequence[RouteEdition], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> directory.Directory:
    """Who holds the roles that these editions name, and who of their persons is at work."""
    roles: set[str] = set()
    persons: set[int | None] = set()
    for edition, given in zip(editions, inputs, strict=True):
        for one in edition.steps.all():
            roles.add(one.role)
            persons.add(one.person_id)
        for each in given.get("steps", ()):
            roles.add(str(each.get("role") or ""))
            persons.add(each["person"].pk if each.get("person") else None)
    return directory.load(by.zone, clock.today(by.zone), roles=roles - {""}, persons=persons)


def draw_up(edition: RouteEdition, by: Actor, known: directory.Directory) -> None:
    """3.3.2: the steps of an edition fit together. Refuses `route`, `fact`, `left`."""
    steps = list(edition.steps.all())
    require_sound(kind_of(edition.route), steps, list(edition.conditions.all()))
    for one in steps:
        _require_possible(one, known)


def _require_possible(step: RouteStep, known: directory.Directory) -> None:
    if step.role and not known.holders.get(step.role):
        said = _("Nobody holds the role of step “%(step)s”. Give somebody the role, or choose another.")
        raise Refusal("route", said, {"step": step.name})
    if step.person_id is not None and step.person_id not in known.at_work:
        said = _("The person of step “%(step)s” has left. Choose someone at work.")
        raise Refusal("left", said, {"step": step.name})


create(
    RouteEdition, clause=CLAUSE, may=draws_routes, fields=["route", "effective_from", "reason"], parts=PARTS,
    label=_("Draw up a route"), body=draw_up, prepare=_known,
)  # fmt: skip
edit(
    RouteEdition, clause=CLAUSE, may=draws_routes, fields=["effective_from", "reason"], parts=PARTS,
    source=State.DRAFT, reads=["route"], body=draw_up, prepare=_known, bulk=False, undo=False,
)  # fmt: skip
archive(RouteEdition, clause=CLAUSE, may=draws_routes, source=frozenset({State.DRAFT.value}))


@action(
    RouteEdition, "put_in_force", clause=CLAUSE, label=_("Put in force"), may=puts_routes_in_force & is_not_concerned,
    source=State.DRAFT, target=State.IN_FORCE, reads=["route", "steps", "conditions"], prepare=_known, primary=True,
    icon="check", persons_only=True, event="approvals.routeedition.put_in_force",
    danger=_("Requests that begin from that day on take this route. It is not changed any more."),
)  # fmt: skip
def put_in_force(edition: RouteEdition, by: Actor, known: directory.Directory) -> None:
    """3.3.2: a second person puts an edition in force, from today or later. Refuses `past`, and as drawing up."""
    if edition.effective_from < edition.changed_at.astimezone(by.zone).date():
        said = _("An edition begins today or later: what has been decided stays. Correct its first day.")
        raise Refusal("past", said)
    draw_up(edition, by, known)


def _require_kind(route: Route, by: Actor) -> None:
    """3.3.2: a route belongs to a kind of request that the program knows. Refuses `kind`."""
    kind = kind_of(route)
    route.name = route.name or str(kind.label)


create(Route, clause=CLAUSE, may=draws_routes, fields=["kind", "name"], body=_require_kind)


@action(
    Route, "ship", clause=CLAUSE, label=_("Take the route of the program"), may=nobody, shown=False,
    event="approvals.route.shipped",
)  # fmt: skip
def ship(route: Route, by: Actor) -> list[models.Model]:
    """3.3.2: the route that the program ships becomes the first edition, so that it can be changed. The house alone."""
    edition: RouteEdition = newborn(RouteEdition, by, route.changed_at)
    edition.route, edition.state = route, State.IN_FORCE
    edition.effective_from = route.changed_at.astimezone(by.zone).date()
    edition.reason = "—"
    made: list[models.Model] = [edition]
    for position, spec in enumerate(kind_of(route).route, start=1):
        made.append(RouteStep(edition=edition, position=position, **shape_of(spec)))
        for fact, comparison, value in spec.when:
            given = {"step": position, "fact": fact, "comparison": comparison, "value": value}
            made.append(RouteCondition(edition=edition, position=len(made), **given))
    return made


def seed_routes(by: Actor) -> None:
    """The routes of all kinds, where they are still missing: for a first start and the demo."""
    with gate.free_reading():
        there = set(Route.objects.values_list("kind", flat=True))
    for name, kind in kinds.items():
        if name not in there:
            with translation.override(settings.LANGUAGE_CODE):  # a name as people of the house would write it
                label = str(kind.label)
            route = act(by, "approvals.route.create", None, {"kind": name, "name": label}).record
            act(by, "approvals.route.ship", route)
