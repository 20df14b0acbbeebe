"""How much anybody is told about whose a customer is (2.5.1, parameter `pool.tells`)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext

from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.policy.parameters import policy

WHY = "whose a customer is, is told as the rule of 2.5.1 says: a name or a department, nothing else"


@dataclass(frozen=True, slots=True)
class Keeper:
    """The owner of a file, as far as others may know."""

    name: str = ""

    @property
    def said(self) -> str:
        """Whom to ask: the owner, their department, or sales support."""
        return self.name or gettext("sales support")


def keepers_of(owners: Collection[int | None]) -> dict[int, Keeper]:
    """Whom one is sent to for the files of these persons. One query at most."""
    wanted = {pk for pk in owners if pk is not None}
    tells = policy("pool.tells")
    if not wanted or tells == "nothing":
        return {}
    shown = "name" if tells == "owner" else "department__name"
    rows = Person.objects.unscoped(reason=WHY).joining(Department).filter(pk__in=wanted)
    return {pk: Keeper(name or "") for pk, name in rows.values_list("pk", shown)}
