"""Declares who sees which rows of a record, and which fields need more than seeing the row."""

import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import IntEnum

from django.db import models
from django.db.models import Q

from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor, ActorKind, Grant, Source
from shangwu.foundation.records.scopes import Arm


class Reach(IntEnum):
    """How far a role sees: the wider contains the narrower."""

    OWN = 1
    TEAM = 2
    DEPARTMENT = 3
    ALL = 4


def scope(
    model: type[models.Model],
    reach: Mapping[Role, Reach],
    *,
    owner: str = "owner",
    department: str = "department",
    collaborators: str = "",
    open_when: Q | None = None,
    open_to: frozenset[Role] = frozenset(),
    further: Callable[[Actor], list[Arm]] | None = None,
    fields: Mapping[str, Callable[[Actor], bool]] | None = None,
) -> None:
    """Declare the scope of `model`: how far each role sees.

    collaborators: a PersonsField whose members see the row too.
    open_when: rows that every role of `open_to` sees (a customer in the pool).
    further: what else those see who hold one of the roles, by the records that a row hangs on.
    fields: predicates for fields that not everyone who sees the row may see.
    """

    def arms_of(actor: Actor) -> list[Arm]:
        if actor.kind is ActorKind.LINK:
            return shown_to_link(actor, model)
        held = {role: reach[Role(role)] for role in actor.roles if role in reach}
        if any(how is Reach.ALL for how in held.values()):
            return [Arm("all", Q())]
        arms = _of_departments(actor, held, department)
        if any(arm.name == "all" for arm in arms):
            return arms
        if owners := _owners(actor, held):
            arms.append(Arm("own", _has(f"{owner}_id", owners), (owner,)))
        if collaborators and held and actor.person_id:
            members = {f"{collaborators}__contains": [actor.person_id]}
            arms.append(Arm("shared", Q(**members), (collaborators,), in_facts=False))
        if open_when is not None and open_to & actor.roles:
            arms.append(Arm("open", open_when))
        return arms + (further(actor) if further is not None and held and actor.person_id else [])

    scopes.declare(model, arms_of)
    scopes.declare_fields(model, dict(fields or {}))


def hide(model: type[models.Model], hidden: Callable[[Actor], Q | None]) -> None:
    """Let rows of a model that has a scope be seen as own alone by those for whom `hidden` names them."""

    def less(actor: Actor, arms: list[Arm]) -> list[Arm]:
        rows = hidden(actor)
        if rows is None or not arms:
            return arms
        # An arm named "all" would ask nothing.
        wide = [
            replace(one, name="open" if one.name == "all" else one.name, condition=one.condition & ~rows)
            for one in arms
            if one.name != "own"
        ]
        own = [Arm("own", Q(owner_id=actor.person_id), ("owner",))] if actor.person_id is not None else []
        return wide + ([one for one in arms if one.name == "own"] or own)

    scopes.narrow(model, less)


def _has(column: str, values: list[int]) -> Q:
    return Q(**{column: values[0]}) if len(values) == 1 else Q(**{f"{column}__in": values})


_links: dict[type[models.Model], tuple[str, str]] = {}


def shown_by_link(model: type[models.Model], word: str, column: str = "public_id") -> None:
    """Let signed links show rows of a record: who holds the grant "<word>:<id>" sees the rows that have this id in
    `column`, and no other. What hangs on a record is shown by the record's own grant. A record with a `scope` asks by
    itself; one whose arms are its own asks `shown_to_link`."""
    _links[model] = (word, column)


def by_link(entity: Entity, *grants: tuple[str, object], department_id: int | None = None) -> Actor:
    """Somebody outside who came by a signed link of a legal entity's. grants: (word, id) of what the link is for."""
    return Actor(
        kind=ActorKind.LINK, name="link", entity_id=entity.pk, department_id=department_id, source=Source.PAGE,
        zone=zoneinfo.ZoneInfo(entity.zone), currency=entity.currency,
        grants=tuple(Grant(f"{word}:{key}") for word, key in grants),
    )  # fmt: skip


def shown_to_link(actor: Actor, model: type[models.Model]) -> list[Arm]:
    """The rows for which a signed link was made; nothing where no link shows this record type."""
    if model not in _links:
        return []
    word, column = _links[model]
    keys = [role.removeprefix(f"{word}:") for role in actor.roles if role.startswith(f"{word}:")]
    return [Arm("link", Q(**{f"{column}__in": sorted(keys)}))] if keys else []


def _of_departments(actor: Actor, held: Mapping[str, Reach], department: str) -> list[Arm]:
    """What roles see whose reach is their department: theirs, or everything where a role is the whole company's."""
    wide = [role for role, how in held.items() if how is Reach.DEPARTMENT]
    if not wide:
        return []
    departments = actor.departments_of(wide)
    if departments is None:
        return [Arm("all", Q())]
    return [Arm("department", Q(**{f"{department}_id__in": sorted(departments)}), (department,))]


def _owners(actor: Actor, held: Mapping[str, Reach]) -> list[int]:
    """Persons whose rows the actor sees as own: self, those stood in for, and the team if so reached."""
    owners: set[int] = set()
    if held and actor.person_id:
        owners.add(actor.person_id)
    owners |= {grant.acting_for for grant in actor.grants if grant.acting_for and grant.role in held}
    if any(how is Reach.TEAM for how in held.values()):
        owners |= actor.team
    return sorted(owners)


def open_to_all(model: type[models.Model], *roles: Role) -> None:
    """Declare a record that every employee (or every holder of `roles`) sees whole: products, departments."""

    def arms_of(actor: Actor) -> list[Arm]:
        if not roles and actor.person_id is None:
            return []
        return [Arm("all", Q())] if not roles or actor.holds_any(roles) else []

    scopes.declare(model, arms_of)


def seen_with(model: type[models.Model], relation: str) -> None:
    """Declare a record that is seen exactly by those who see the record it belongs to (a customer's contacts)."""

    def arms_of(actor: Actor) -> list[Arm]:
        related = model._meta.get_field(relation).related_model
        assert isinstance(related, type)
        return [Arm("with", scopes.with_seen(f"{relation}_id", related, actor), (relation,))]

    scopes.declare(model, arms_of)
