"""Positions of visits are erased when their days are over (2.5.2): from the row, its history and the log."""

import datetime

from shangwu.chapters.customers.models import Visit
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.audit.erasing import erase
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock, gate


def look_after() -> int:
    """Erase positions whose days are over; how many. Safe to miss and to repeat."""
    until = clock.now() - datetime.timedelta(days=policy("visit.position_days"))
    with gate.free_reading():
        found = Visit.objects.filter(arrived_at__lt=until).exclude(whereabouts="")
        rows = [Row(target=one) for one in found.order_by("pk")[:500]]
        if rows:
            act_many(actors.system(), "customers.visit.erase", rows)
        return len(rows)


@on("customers.visit.erased")
def erase_traces(acted: Acted) -> None:
    """What stood in the row is blanked in its history too, and its commitments in the log go."""
    for visit, changed in zip(acted.records, acted.changes, strict=True):
        if "whereabouts" in changed:
            erase(visit, {"whereabouts": ""}, [changed["whereabouts"][0]])
