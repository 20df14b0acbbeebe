"""From a route to the steps of a request: which edition is in force, and what its steps are on that day."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.approvals import conditions
from shangwu.foundation.approvals.directory import roles_above
from shangwu.foundation.approvals.kinds import Kind, StepSpec
from shangwu.foundation.approvals.models import Link, RouteCondition, RouteEdition, RouteStep, Step
from shangwu.foundation.approvals.models.routes import StepShape

SHAPE = tuple(one.attname for one in StepShape._meta.fields if one.name != "position")
"""What a request's step takes over from the route's."""

Blueprint = Mapping[str, Any]

_NOBODY_DECIDES = _("No step of this route decides: all ask for opinions only. Add a step that decides.")
_NO_SUCH_STEP = _("A condition belongs to step %(step)s, which is not there. Correct its number.")
_ONE_APPROVER = _("Step “%(step)s” needs exactly one of: role, superior, person, field. Fill in one.")
_NO_SUCH_FIELD = _("There is no person in the field “%(field)s”. Choose one of: %(known)s.")
_SHARE_OUT_OF_BOUNDS = _("Step “%(step)s”: a share lies between 1 and 100 per cent. Correct it.")
_SHARE_WITHOUT_ALL = _("Step “%(step)s”: a share fits only where all of them decide. Choose that, or 100.")
_ABOVE_WITHOUT_ROLE = _("Step “%(step)s”: those above may decide only where one holder of a role suffices.")


class Drawing:
    """A route as it is on a day. edition: None for the route that the program ships."""

    def __init__(self, edition: RouteEdition | None, blueprints: Sequence[Blueprint]) -> None:
        self.edition, self.blueprints = edition, blueprints

    @property
    def roles(self) -> set[str]:
        """All roles that its steps name, and those above them that may decide too."""
        named = {one["role"] for one in self.blueprints if one["role"]}
        from_above = {one["role"] for one in self.blueprints if one["role"] and one["from_above"]}
        return named | {above for role in from_above for above in roles_above(role)}

    @property
    def persons(self) -> set[int | None]:
        """All persons whom its steps name."""
        return {one["person_id"] for one in self.blueprints}

    def steps(self, subject: Any) -> list[Step]:
        """The steps for a subject, unsaved; a field that names a person is read now."""
        found = []
        for blueprint in self.blueprints:
            step = Step(**blueprint)
            if step.field:
                step.person_id = getattr(subject, f"{step.field}_id", None)
            found.append(step)
        return found


def drawing_of(kind: Kind, on: datetime.date) -> Drawing:
    """The route of a kind that is in force on a day. Inside the door, or reading freely."""
    in_force = RouteEdition.objects.filter(route__kind=kind.name, route__archived_at__isnull=True, state="in_force")
    edition = in_force.filter(effective_from__lte=on, archived_at__isnull=True).order_by("-effective_from").first()
    if edition is None:
        return Drawing(None, _shipped(kind, on))
    return Drawing(
        edition,
        drawn(
            RouteStep.objects.filter(edition=edition).order_by("position"),
            RouteCondition.objects.filter(edition=edition).order_by("position"),
            on,
        ),
    )


def drawn(steps: Iterable[RouteStep], given: Iterable[RouteCondition], on: datetime.date) -> list[Blueprint]:
    """Blueprints of an edition's steps."""
    of_step: dict[int, list[dict[str, str]]] = defaultdict(list)
    for one in given:
        of_step[one.step].append(conditions.resolved(one.fact, one.comparison, one.value, on))
    shapes = [{name: getattr(one, name) for name in SHAPE} | {"when": of_step[one.position]} for one in steps]
    return staged(shapes)


def _shipped(kind: Kind, on: datetime.date) -> list[Blueprint]:
    return staged([shape_of(one) | {"when": [conditions.resolved(*each, on) for each in one.when]}
                    for one in kind.route])  # fmt: skip


def shape_of(spec: StepSpec) -> dict[str, Any]:
    """A shipped step as a route keeps it; its name in the source language, translated whenever it is shown."""
    with translation.override(None):
        name = str(spec.name)
    return {
        "name": name, "link": spec.link, "role": spec.role.value if spec.role else "",
        "superior": spec.superior or None, "person_id": None, "field": spec.field, "mode": spec.mode,
        "share": spec.share, "advisory": spec.advisory, "from_above": spec.from_above, "otherwise": spec.otherwise,
        "days": spec.days,
    }  # fmt: skip


def staged(shapes: Sequence[dict[str, Any]]) -> list[Blueprint]:
    """Number steps and stages: steps at the same time share a stage."""
    stage = 0
    for position, shape in enumerate(shapes, start=1):
        stage += shape["link"] == Link.THEN or stage == 0
        shape.update(position=position, stage=stage)
    return list(shapes)


def require_sound(kind: Kind, steps: Sequence[Any], given: Sequence[Any]) -> None:
    """Refuse a route that can't work, saying where. Refuses `route`, `fact`, and what its bounds say."""
    if not any(not one.advisory for one in steps):
        raise Refusal("route", _NOBODY_DECIDES)
    for one in steps:
        _require_sound_step(kind, one)
    for one in given:
        if not any(step.position == one.step for step in steps):
            raise Refusal("route", _NO_SUCH_STEP, {"step": str(one.step)})
        conditions.judge(kind, one.fact, one.comparison, one.value)


def _require_sound_step(kind: Kind, one: Any) -> None:
    named = [one.role, one.superior, one.person_id, one.field]
    if sum(bool(each) for each in named) != 1:
        raise Refusal("route", _ONE_APPROVER, {"step": one.name})
    if one.field and one.field not in kind.persons:
        known = ", ".join(kind.persons) or "—"
        raise Refusal("route", _NO_SUCH_FIELD, {"field": one.field, "known": known})
    if not 1 <= one.share <= 100:
        raise Refusal("route", _SHARE_OUT_OF_BOUNDS, {"step": one.name})
    if one.share != 100 and one.mode != "all":
        raise Refusal("route", _SHARE_WITHOUT_ALL, {"step": one.name})
    if one.from_above and (not one.role or one.mode != "any"):
        raise Refusal("route", _ABOVE_WITHOUT_ROLE, {"step": one.name})
