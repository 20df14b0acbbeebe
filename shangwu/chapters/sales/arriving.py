"""What another day of expected goods means for what was promised (2.6.1): days are worked out anew, sales hears."""

from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext_noop

from shangwu.chapters.sales.models import Arrival, Availability, Line, Order
from shangwu.chapters.sales.promising import available, reckon_by_clock
from shangwu.foundation.actions.door import Acted, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Source

SLIPS = gettext_noop(
    "Order %(number)s was promised for %(promised)s; %(product)s is there on %(day)s only. Promise another day."
)
UNCOVERED = gettext_noop(
    "Order %(number)s was promised for %(promised)s; %(product)s is not covered by stock and arrivals any more."
)


@on("sales.arrival.confirmed")
def follow_promises(acted: Acted) -> None:
    """2.6.1: who promised what can't be kept any more hears of it at once; all days are worked out anew."""
    moved = [
        one
        for one, changed in zip(cast(Sequence[Arrival], acted.records), acted.changes, strict=True)
        if "expected_on" in changed
    ]
    if not moved or acted.by.source is Source.DEMO:
        return
    with gate.free_reading():
        tell_of_slips(sorted({one.product_id for one in moved}))
    reckon_by_clock()


def tell_of_slips(products: Sequence[int]) -> None:
    """Tell the owner of each order of which a line has just become later than promised; those late before know it."""
    days = {key: kept.available_on for key, kept in available(products).items()}
    before = Availability.objects.in_bulk(list(days))
    rows = Line.objects.joining(Order).filter(pk__in=days, order__promised_on__isnull=False)
    told: set[int] = set()
    for line in rows.select_related("order", "product").order_by("order_id", "position"):
        promised, day, known = line.order.promised_on, days[line.pk], before.get(line.pk)
        if promised is None:
            continue
        was_late = known is not None and (known.available_on is None or known.available_on > promised)
        if (day is not None and day <= promised) or was_late or line.order_id in told:
            continue
        told.add(line.order_id)
        said = {"number": line.order.number, "promised": promised, "product": str(line.product), "day": day}
        notify([line.order.owner_id], UNCOVERED if day is None else SLIPS, said, about=line.order)
