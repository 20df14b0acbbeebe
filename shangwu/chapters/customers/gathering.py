"""What was entered for a file while it was being merged goes after it (2.5.1)."""

import datetime

from shangwu.chapters.customers.models import Customer, Merge
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.references import references_to

LATEST = datetime.timedelta(days=1)
"""How long after a merge somebody may still send a form that names the merged file."""


def look_after() -> int:
    """Move what points to files merged lately; for how many merges. Safe to miss within a day, and to repeat."""
    with gate.free_reading():
        lately = Merge.objects.filter(state=Merge.State.DONE, created_at__gte=clock.now() - LATEST)
        merges = [one for one in lately.order_by("pk") if _has_late(one)]
        if merges:
            act_many(actors.system(), "customers.merge.gather", [Row(target=one) for one in merges])
        return len(merges)


def _has_late(merge: Merge) -> bool:
    files = list(merge.files.values_list("file_id", flat=True))
    return any(
        one.model._default_manager.filter(
            **{f"{one.column}__in": files}, **({one.type_column: Customer._meta.label_lower} if one.type_column else {})
        ).exists()
        for one in references_to(Customer)
    )
