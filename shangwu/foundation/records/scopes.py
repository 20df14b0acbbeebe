"""Scopes: who sees which rows, as data. `access` fills the registry and adds other engines.

A scope is a list of arms (own, team, department, shared, open to all); each arm is a condition on
columns of the record itself. Rows are visible when one arm holds and the clamp (secrecy, archive) does too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.db import models
from django.db.models import Q

from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to see a row. `columns`: what an index must lead with to serve it.

    in_facts: False for what one sees beside one's own scope and facts can't answer: figures leave it out.
    """

    name: str
    condition: Q
    columns: tuple[str, ...] = ()
    in_facts: bool = True


ArmsOf = Callable[[Actor], list[Arm]]

_arms: dict[type[models.Model], ArmsOf] = {}
_parents: dict[type[models.Model], str] = {}

NOBODY = Q(pk__in=[])


def with_seen(field: str, model: type[models.Model], actor: Actor) -> Q:
    """Rows whose `field` names a record of `model` that the actor may see, archived or not."""
    key = (with_seen, field, model)
    if key not in actor.worked_out:
        rows = model._default_manager.visible_to(actor, archived=True)  # type: ignore[attr-defined]
        actor.worked_out[key] = one_of(field, rows)
    return cast("Q", actor.worked_out[key])


def one_of(field: str, rows: "models.QuerySet[Any]") -> Q:
    """Rows whose `field` names one of `rows`.

    Asked row by row where few rows are asked about: a list of all that somebody may see, a million customers, would be
    made anew for every question.
    """
    return Q(models.Exists(rows.filter(pk=models.OuterRef(field))))


def declare(model: type[models.Model], arms_of: ArmsOf) -> None:
    """Register the scope of a record type. Raises ValueError when it has one already.

    arms_of: asks nothing but the actor's `rights` and parameters, which hold for a day: who has the same rights gets
    the same arms, and reads made of them are composed once (records/compiled.py).
    """
    if model in _arms:
        raise ValueError(f"{model._meta.label} has two scopes")
    _arms[model] = arms_of


def narrow(model: type[models.Model], to: Callable[[Actor, list[Arm]], list[Arm]]) -> None:
    """Let a scope that is declared show less. Raises LookupError when there is none."""
    reached = _arms[model]
    _arms[model] = lambda actor: to(actor, reached(actor))


def declare_part(model: type[models.Model], parent: str) -> None:
    """Register a part (an order's line): it is visible exactly when its parent is."""
    _parents[model] = parent


def declared() -> set[type[models.Model]]:
    """The record types that have a scope."""
    return set(_arms)


def arms_of(model: type[models.Model]) -> ArmsOf:
    """What works out the arms of a record type. Raises LookupError when undeclared."""
    if model not in _arms:
        raise LookupError(f"{model._meta.label} has no scope: declare one in its access.py")
    return _arms[model]


def arms(model: type[models.Model], actor: Actor) -> list[Arm]:
    """The arms that `actor` holds on `model`, widest first. Raises LookupError when undeclared."""
    if actor.is_system:
        return [Arm("all", Q())]
    works_out = arms_of(model)
    if works_out not in actor.worked_out:
        found = works_out(actor)
        actor.worked_out[works_out] = [arm for arm in found if arm.name == "all"] or found
    return cast("list[Arm]", actor.worked_out[works_out])


def clamp(model: type[models.Model], actor: Actor, *, archived: bool = False) -> Q:
    """What is AND-ed last: secrecy by clearance, and the archive. Adding a role never lifts it."""
    condition = Q()
    names = {field.name for field in model._meta.concrete_fields}
    if "secrecy" in names and actor.clearance < 3:
        condition &= Q(secrecy__lte=actor.clearance)
    if "archived_at" in names and not archived:
        condition &= Q(archived_at__isnull=True)
    return condition


def visible(model: type[models.Model], actor: Actor, *, archived: bool = False) -> Q:
    """The whole condition under which `actor` sees rows of `model`."""
    if model in _parents:
        return _visible_part(model, actor, archived=archived)
    held = arms(model, actor)
    if not held:
        return NOBODY
    condition = Q()
    for arm in held:
        condition |= arm.condition
    if any(arm.name == "all" for arm in held):
        condition = Q()
    return condition & clamp(model, actor, archived=archived)


def _visible_part(model: type[models.Model], actor: Actor, *, archived: bool) -> Q:
    parent = _parents[model]
    related = model._meta.get_field(parent).related_model
    assert isinstance(related, type)
    rows = related._default_manager.visible_to(actor, archived=archived)  # type: ignore[attr-defined]
    return one_of(f"{parent}_id", rows)


FieldGate = Callable[[Actor], bool]
_fields: dict[type[models.Model], dict[str, FieldGate]] = {}


def declare_fields(model: type[models.Model], gates: dict[str, FieldGate]) -> None:
    """Register fields that not everyone who sees the row may see (cost, profit, pay)."""
    _fields.setdefault(model, {}).update(gates)


def hidden_fields(model: type[models.Model], actor: Actor) -> frozenset[str]:
    """Names of the fields of `model` that `actor` may not see, filter by, sort by or count."""
    if actor.is_system:
        return frozenset()
    return frozenset(name for name, may in _fields.get(model, {}).items() if not may(actor)) | own.hidden(model, actor)


def gated_fields(model: type[models.Model]) -> frozenset[str]:
    """Names of all fields of `model` that have a gate."""
    return frozenset(_fields.get(model, {})) | own.gated(model)
