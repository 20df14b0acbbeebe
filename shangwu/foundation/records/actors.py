"""Who acts: a person, a person's token, a signed link, a device or the system itself."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils import timezone

from shangwu.foundation.records import clock


class ActorKind(StrEnum):
    """Each kind has its own gate and stands in the log under its own name."""

    PERSON = "person"
    TOKEN = "token"
    LINK = "link"
    DEVICE = "device"
    SYSTEM = "system"


class Source(StrEnum):
    """Where an action came from."""

    PAGE = "page"
    API = "api"
    IMPORT = "import"
    JOB = "job"
    COMMAND = "command"
    DEMO = "demo"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that the actor holds today.

    departments: ids that the role reaches (the whole subtree), or None for the whole company.
    acting_for: the absent person whose role this is, when it came by delegation.
    """

    role: str
    departments: frozenset[int] | None = None
    acting_for: int | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A person who is away today and has named the actor as deputy. only_for: a kind of requests, "" for everything."""

    person: int
    only_for: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts or reads, with today's rights. Made by `access.actors`, never from input.

    team: ids of the persons that report to the actor, directly or not.
    clearance: highest secrecy level that the actor may read (0 open .. 3 core secret).
    zone, currency: of the legal entity: its day begins there, its books are kept in it.
    allowed: action and reading scopes of an API token; None means all that the person may do.
    token_id: the API token that acts, for the log; None for everybody else.
    absent: for whom the actor is deputy today. Their own deputyships are not passed on.
    worked_out: what follows from the rights alone, such as the scopes' conditions: worked out once for each actor.
    """

    kind: ActorKind
    person_id: int | None = None
    name: str = ""
    entity_id: int | None = None
    department_id: int | None = None
    grants: tuple[Grant, ...] = ()
    absent: tuple[Absence, ...] = ()
    team: frozenset[int] = frozenset()
    clearance: int = 0
    language: str = "zh-hant"
    zone: datetime.tzinfo = datetime.UTC
    currency: str = ""
    allowed: frozenset[str] | None = None
    token_id: int | None = None
    source: Source = Source.COMMAND
    address: str | None = None
    request_id: uuid.UUID = field(default_factory=uuid.uuid4)
    roles: frozenset[str] = field(default=frozenset())
    worked_out: dict[Any, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(grant.role for grant in self.grants))

    @property
    def rights(self) -> tuple[Any, ...]:
        """All that a scope may ask of an actor, and the day: who has the same rights sees the same rows.

        A scope may turn on a parameter, and a parameter changes from one day to the next.
        """
        return (
            self.kind, self.person_id, self.entity_id, self.department_id, self.grants, self.absent, self.team,
            self.clearance, self.allowed, clock.today(self.zone), clock.today(timezone.get_default_timezone()),
        )  # fmt: skip

    @property
    def is_system(self) -> bool:
        """True for the house's own jobs, which read everything and approve nothing."""
        return self.kind is ActorKind.SYSTEM

    @property
    def stood_in_for(self) -> frozenset[int]:
        """Absent persons whose whole work is the actor's today."""
        return self.decides_for("")

    def decides_for(self, kind: str) -> frozenset[int]:
        """Absent persons in whose place the actor decides requests of a kind."""
        named = {one.person for one in self.absent if one.only_for in ("", kind)}
        return frozenset(named | {grant.acting_for for grant in self.grants if grant.acting_for is not None})

    @property
    def selves(self) -> frozenset[int]:
        """The actor and everybody for whom they are deputy in anything: whose matters they may never decide."""
        own = frozenset() if self.person_id is None else frozenset({self.person_id})
        return own | self.stood_in_for | {one.person for one in self.absent}

    def holds(self, role: str, *, department: int | None = None) -> bool:
        """Whether the actor holds `role`, for `department` when one is given."""
        if role not in self.roles:
            return False
        return any(
            grant.role == role and (department is None or grant.departments is None or department in grant.departments)
            for grant in self.grants
        )

    def holds_any(self, roles: Iterable[str], *, department: int | None = None) -> bool:
        """Whether the actor holds one of `roles`, for `department` when one is given."""
        return any(self.holds(role, department=department) for role in roles)

    def holds_for(self, roles: Iterable[str], department: int | None) -> bool:
        """Whether the actor holds one of `roles` for a record of that department.

        What belongs to no department (None) is no department's own: only roles for the whole company reach it.
        """
        wanted = set(roles)
        return any(
            grant.role in wanted and (grant.departments is None or department in grant.departments)
            for grant in self.grants
        )

    def departments_of(self, roles: Iterable[str]) -> frozenset[int] | None:
        """Departments that `roles` reach together; None when one of them reaches the whole company."""
        found: set[int] = set()
        wanted = set(roles)
        for grant in self.grants:
            if grant.role in wanted:
                if grant.departments is None:
                    return None
                found |= grant.departments
        return frozenset(found)

    def by_way_of(self, source: Source, **changes: object) -> "Actor":
        """The same actor, acting from elsewhere (an import that a person started, a job)."""
        return replace(self, source=source, **changes)  # type: ignore[arg-type]


def system(source: Source = Source.JOB) -> Actor:
    """The house itself: schedules, subscribers, the demo. It approves nothing; its day is the house's own."""
    zone = timezone.get_default_timezone()
    return Actor(kind=ActorKind.SYSTEM, name="system", clearance=3, zone=zone, source=source)
