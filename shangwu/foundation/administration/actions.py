"""What may be done to the foundation's own records."""

from collections.abc import Mapping
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit, keep
from shangwu.foundation.administration import accounts, calendar_years, circles, leaving, moving, own_fields  # noqa: F401 -- they declare actions
from shangwu.foundation.people.models import Delegation, Department, Entity, Person, Post, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Secrecy
from shangwu.foundation.text.sort_keys import pinyin_key

administers = accounts.administers
keeps_staff = leaving.keeps_staff

keep(
    Entity,
    clause="3.1.1",
    may=administers,
    fields=["code", "name", "short_name", "jurisdiction", "zone", "currency", "identity_number"],
)
keep(Department, clause="3.1.1", may=administers, fields=["code", "name", "parent"])
keep(Post, clause="3.5.1", may=keeps_staff, fields=["name", "department"])

PERSON_FIELDS = [
    "name", "staff_number", "entity", "department", "post", "superior", "deputy", "email", "mobile", "joined_on",
    "confidentiality_signed_on",
]  # fmt: skip


def _key_name(person: Person, by: Actor) -> None:
    """Store the sort key of the name, so that lists stand in pinyin order."""
    person.sort_key = pinyin_key(person.name, person=True)[:120]


def _put_right(person: Person, by: Actor, former: Mapping[int, int | None]) -> None:
    """Correct a person's file (3.1.1). Another department ends the roles for the former one with the day before."""
    _key_name(person, by)
    moving.note_place(person, by, former)


create(Person, clause="3.1.1", may=keeps_staff, fields=PERSON_FIELDS, label=_("Take on"), body=_key_name, verb="join")
edit(Person, clause="3.1.1", may=keeps_staff, fields=PERSON_FIELDS, prepare=moving.former_places, body=_put_right)


@action(
    Person, "set_clearance", clause="3.4.2", label=_("Set the clearance"), may=holds(Role.SECRECY_OFFICER),
    icon="shield-lock", needs_reason=True,
)  # fmt: skip
def set_clearance(person: Person, by: Actor, *, clearance: Annotated[Secrecy, Ask(_("May read up to"))]) -> None:
    """Say up to which secrecy level a person may read (3.4.2). Refuses `own_clearance`, and `left`."""
    if person.pk == by.person_id:
        raise Refusal("own_clearance", _("Nobody sets their own clearance. Ask another secrecy officer."))
    if person.state == Person.State.LEFT:
        raise Refusal("left", _("This person has left and reads nothing any more."))
    person.clearance = clearance


def _require_separation(assignment: RoleAssignment, by: Actor) -> None:
    """Nobody gives a role to themselves; the three officers are three people (DOMAIN §1)."""
    if assignment.person_id == by.person_id:
        raise Refusal("own_role", _("Nobody gives a role to themselves. Ask another administrator."))


create(
    RoleAssignment,
    clause="3.4.2",
    may=administers,
    fields=["person", "role", "reaches", "starts_on", "ends_on"],
    label=_("Give a role"),
    body=_require_separation,
)
edit(
    RoleAssignment,
    clause="3.4.2",
    may=administers,
    fields=["reaches", "starts_on", "ends_on"],
    body=_require_separation,
)
archive(RoleAssignment, clause="3.4.2", may=administers)


@predicate
def delegates_for(by: Actor, delegation: Delegation | None) -> bool:
    """The absent person, the head of their department, human resources or an administrator."""
    if by.is_system or delegation is None:
        return True
    return delegation.absent_id == by.person_id or by.holds_for(
        [Role.HEAD, Role.HUMAN_RESOURCES, Role.ADMINISTRATOR], delegation.department_id
    )


def _require_standing(delegation: Delegation, by: Actor) -> None:
    """Rights are handed over by who has them or answers for who has them, never taken (3.4.2).

    The row becomes the absent person's and their department's, whoever enters it. Refuses `forbidden`.
    """
    absent = delegation.absent
    delegation.owner_id, delegation.department_id = absent.pk, absent.department_id
    if by.is_system or absent.pk == by.person_id:
        return
    answering = [Role.HUMAN_RESOURCES, Role.ADMINISTRATOR, Role.HEAD]
    if delegation.deputy_id == by.person_id or not by.holds_for(answering, absent.department_id):
        raise Refusal(
            "forbidden", _("This is for the absent person or their head to give. Ask them, or human resources.")
        )


DELEGATION_FIELDS = ["absent", "deputy", "starts_on", "ends_on", "only_for", "reason"]

create(
    Delegation, clause="3.4.2", may=delegates_for, fields=DELEGATION_FIELDS, reads=["absent"], body=_require_standing
)
edit(Delegation, clause="3.4.2", may=delegates_for, fields=DELEGATION_FIELDS, reads=["absent"], body=_require_standing)
archive(Delegation, clause="3.4.2", may=delegates_for)
