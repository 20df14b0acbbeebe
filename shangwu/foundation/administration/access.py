"""Who sees the foundation's own records. The directory is open; what is personal in it is not."""

from django.db.models import Q

from shangwu.foundation.access.scoping import Reach, open_to_all, scope
from shangwu.foundation.calendars.models import Calendar, CalendarDay, CalendarEdition
from shangwu.foundation.own_fields.models import OwnField, OwnOption
from shangwu.foundation.people.models import Delegation, Department, Entity, Person, Post, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import declare_fields, declare_part

open_to_all(Entity)
open_to_all(Department)
open_to_all(Post)
open_to_all(Person)
open_to_all(Calendar)
open_to_all(CalendarEdition)
declare_part(CalendarDay, "edition")

OVERSEERS = {
    Role.ADMINISTRATOR: Reach.ALL,
    Role.AUDITOR: Reach.ALL,
    Role.SECRECY_OFFICER: Reach.ALL,
    Role.HUMAN_RESOURCES: Reach.ALL,
    Role.EXECUTIVE: Reach.ALL,
}

scope(RoleAssignment, OVERSEERS)
scope(
    OwnField,
    {Role.ADMINISTRATOR: Reach.ALL, Role.AUDITOR: Reach.ALL},
    open_when=Q(seen_by=""),
    open_to=frozenset(Role),
)
declare_part(OwnOption, "own_field")
scope(
    Delegation,
    {
        **OVERSEERS,
        Role.HEAD: Reach.DEPARTMENT,
        **{role: Reach.OWN for role in Role if role not in OVERSEERS and role != Role.HEAD},
    },
)


def sees_personal_details(by: Actor) -> bool:
    """Private mobile numbers and clearances are for human resources, the secrecy officer and the executive."""
    return by.holds_any([Role.HUMAN_RESOURCES, Role.SECRECY_OFFICER, Role.EXECUTIVE])


declare_fields(Person, {"mobile": sees_personal_details, "clearance": sees_personal_details})
