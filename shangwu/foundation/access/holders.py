"""Who holds a role for a department today: those to whom work is sent."""

import datetime
from collections.abc import Iterable

from django.db.models import Q

from shangwu.foundation.people.models import Department, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate


def holders_of(roles: Iterable[Role], department_id: int | None, on: datetime.date) -> list[int]:
    """Ids of persons at work who hold one of `roles` for the department, one above it, or the whole company."""
    with gate.free_reading():
        above: list[int] = []
        while department_id is not None and department_id not in above:
            above.append(department_id)
            department_id = Department.objects.filter(pk=department_id).values_list("parent_id", flat=True).first()
        found = RoleAssignment.objects.filter(
            Q(reaches__isnull=True) | Q(reaches__in=above),
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            role__in=[role.value for role in roles],
            starts_on__lte=on,
            archived_at__isnull=True,
            person__state=Person.State.ACTIVE,
        )
        return sorted(set(found.values_list("person_id", flat=True)))
