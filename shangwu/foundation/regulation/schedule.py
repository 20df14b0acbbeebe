"""By the clock: an edition whose follower has begun is superseded. Which one holds needs no clock: the days say it."""

from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.regulation.editions import IN_PRINT
from shangwu.foundation.regulation.models import Edition


@every("7 * * * *", "regulation.supersede")
def supersede_former() -> int:
    """Mark editions that no longer hold; how many. Safe to miss and to repeat."""
    house = actors.system()
    with gate.free_reading():
        over = Edition.objects.filter(
            state=Edition.State.PUBLISHED,
            followers__state__in=IN_PRINT,
            followers__effective_from__lte=clock.today(house.zone),
        )
        rows = [Row(target=one) for one in over.order_by("pk")]
    if rows:
        act_many(house, "regulation.edition.supersede", rows, whole=True)
    return len(rows)
