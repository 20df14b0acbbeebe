"""Builds today's actor from the tables: roles by date, delegations, team, clearance."""

import datetime
import zoneinfo
from collections import defaultdict
from typing import Any

from django.db import connection

from shangwu.foundation.own_fields import reading as own_fields
from shangwu.foundation.people.models import Account, Delegation, Department, Entity, Person, RoleAssignment
from shangwu.foundation.people.roles import SEPARATE
from shangwu.foundation.records import clock, gate, own
from shangwu.foundation.records.actors import Absence, Actor, ActorKind, Grant, Source
from shangwu.foundation.records.compiled import Compiled, Keys, by_pk, once

UNSIGNED_CLEARANCE = 1
"""Who has not signed the confidentiality agreement reads internal matters at most (3.4.3)."""


def actor_of(
    person: Person,
    *,
    kind: ActorKind = ActorKind.PERSON,
    source: Source = Source.PAGE,
    address: str | None = None,
    language: str = "zh-hant",
    allowed: frozenset[str] | None = None,
    token_id: int | None = None,
) -> Actor:
    """The actor that `person` is at this moment. A person who has left holds nothing."""
    with gate.free_reading():
        entity = person.entity
        zone = zoneinfo.ZoneInfo(entity.zone if entity else "Asia/Taipei")
        today = clock.today(zone)
        at_work = person.state == Person.State.ACTIVE
        grants, absent = _grants(person, today) if at_work else ((), ())
        signed = person.confidentiality_signed_on is not None and person.confidentiality_signed_on <= today
        return Actor(
            kind=kind,
            person_id=person.pk,
            name=person.name,
            entity_id=person.entity_id,
            department_id=person.department_id,
            grants=grants,
            absent=absent,
            team=_team(person.pk) if at_work else frozenset(),
            clearance=person.clearance if signed else min(person.clearance, UNSIGNED_CLEARANCE),
            language=language,
            zone=zone,
            currency=entity.currency if entity else "",
            allowed=allowed,
            token_id=token_id,
            source=source,
            address=address,
        )


def actor_of_account(account: Account, **context: object) -> Actor | None:
    """The actor behind a sign-in; None when it has no person or may not sign in."""
    with gate.free_reading():
        person = next(iter(_of_account().rows([account.pk])), None)
        if person is not None and person.entity_id is not None:
            (person.entity,) = by_pk(Entity, [person.entity_id])
    if person is None or not account.is_active:
        return None
    return actor_of(person, **context)  # type: ignore[arg-type]


def _of_account() -> Compiled:
    return once(actor_of_account, lambda: Person.objects.filter(account__any=Keys()))


_GRANTS = f"""
WITH away AS (
    SELECT d.absent_id, d.only_for FROM "{Delegation._meta.db_table}" d
    WHERE d.deputy_id = %(person)s AND d.archived_at IS NULL AND %(today)s BETWEEN d.starts_on AND d.ends_on),
mark (of) AS ({own_fields.MARK})
SELECT r.person_id, r.role, r.reaches_id, (SELECT of FROM mark), NULL AS only_for, r.id
FROM "{RoleAssignment._meta.db_table}" r
WHERE r.archived_at IS NULL AND r.starts_on <= %(today)s AND (r.ends_on IS NULL OR r.ends_on >= %(today)s)
AND (r.person_id = %(person)s OR r.person_id IN (SELECT absent_id FROM away WHERE only_for = ''))
UNION ALL
SELECT absent_id, '', NULL, (SELECT of FROM mark), only_for, 0 FROM away
ORDER BY 6
"""
_TEAM = f"""
WITH RECURSIVE team (id) AS (
    SELECT id FROM "{Person._meta.db_table}" WHERE superior_id = %(person)s AND state = %(active)s
    UNION
    SELECT p.id FROM "{Person._meta.db_table}" p JOIN team t ON p.superior_id = t.id WHERE p.state = %(active)s)
SELECT id FROM team
"""
# Asked at every request: written out, they cost a third of what it takes to have them composed.


def _asked(question: str, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _grants(person: Person, today: datetime.date) -> tuple[tuple[Grant, ...], tuple[Absence, ...]]:
    """Own roles of today, those of absent persons who left this one all their work, and whom they stand in for.

    The same question tells whether own fields have changed, so that everything done for this actor knows today's.
    """
    found = _asked(_GRANTS, person=person.pk, today=today)
    if not found:
        own_fields.freshen()
        return (), ()
    own.freshen(found[0][3])
    absent = tuple(
        Absence(away, only_for) for away, _role, _reaches, _mark, only_for, _id in found if only_for is not None
    )
    assignments = [(holder, role, reaches) for holder, role, reaches, _mark, only_for, _id in found if only_for is None]
    own_officer = {role for holder, role, _reaches in assignments if holder == person.pk} & SEPARATE
    subtree = _subtrees() if any(reaches for _person, _role, reaches in assignments) else {}
    grants = []
    for holder, role, reaches in assignments:
        if holder != person.pk and own_officer and role in SEPARATE:
            continue  # the three officers are three people, in each other's absence too
        departments = None if reaches is None else subtree.get(reaches, frozenset({reaches}))
        grants.append(Grant(role, departments, acting_for=None if holder == person.pk else holder))
    return tuple(grants), absent


def _subtrees() -> dict[int, frozenset[int]]:
    """Department id to the ids of its whole subtree, itself included. What stands in a circle is met once only."""
    text = once(_subtrees, lambda: Department.objects.order_by().values_list("pk", "parent_id"))
    parents: dict[int, int | None] = dict(text.values())
    found: dict[int, set[int]] = defaultdict(set)
    for pk in parents:
        at: int | None = pk
        while at is not None and pk not in found[at]:
            found[at].add(pk)
            at = parents.get(at)
    return {pk: frozenset(below) for pk, below in found.items()}


def _team(person_id: int) -> frozenset[int]:
    """Ids of everyone who reports to the person, directly or not."""
    return frozenset(pk for (pk,) in _asked(_TEAM, person=person_id, active=Person.State.ACTIVE.value))
