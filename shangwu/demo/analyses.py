"""Two analyses that the head keeps: one for all, mailed each month; one for herself."""

from collections.abc import Iterable

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role

KEPT = (
    ("各類產品按季銷售額", "m=sales.revenue&row=category&column=quarter&period=year", "月會用"),
    ("業務人員毛利", "m=sales.revenue&m=sales.profit&m=sales.margin&row=salesperson&period=last_12", ""),
)


def make(people: Iterable[tuple[Person, Role]]) -> None:
    """Keep both as the first head would; share the first and have it mailed to the first executive."""
    found: dict[Role, Person] = {}
    for person, role in people:
        found.setdefault(role, person)
    head = actor_of(found[Role.HEAD])
    first, _second = (
        act(head, "analytics.savedanalysis.create", None, {"name": name, "query": query, "note": note}).record
        for name, query, note in KEPT
    )
    act(head, "analytics.savedanalysis.share", first)
    receivers = [str(found[role].public_id) for role in (Role.HEAD, Role.EXECUTIVE)]
    act(head, "analytics.savedanalysis.schedule", first, {"cadence": "month", "receivers": receivers})
