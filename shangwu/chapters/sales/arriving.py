"""What expected goods mean for what was promised of them (2.6.1): where they are later or fewer, days are worked out
anew, and sales hears; where goods have come, they are put aside for who waits for them."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.db.models import F
from django.utils.translation import gettext_noop

from shangwu.chapters.sales.models import Arrival, Availability, Line, Order
from shangwu.chapters.sales.promising import available, reckon_by_clock
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.records import actors, gate
from shangwu.foundation.records.actors import Source

SLIPS = gettext_noop(
    "Order %(number)s was promised for %(promised)s; %(product)s is there on %(day)s only. Promise another day."
)
MOVES = {"expected_on", "quantity", "state"}
"""What of an arrival may break a promise that rests on it."""
UNCOVERED = gettext_noop(
    "Order %(number)s was promised for %(promised)s; %(product)s is not covered by stock and arrivals any more."
)


@on("sales.arrival.confirmed")
@on("sales.arrival.edited")
@on("sales.arrival.cancelled")
def follow_promises(acted: Acted) -> None:
    """2.6.1: who promised what can't be kept any more hears of it at once; all days are worked out anew."""
    moved = [
        one
        for one, changed in zip(cast(Sequence[Arrival], acted.records), acted.changes, strict=True)
        if MOVES & changed.keys()
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


@on("sales.arrival.arrived")
@on("sales.product.received")
@on("sales.product.counted")
def give_out(acted: Acted) -> None:
    """2.6.1: what has come is put aside for the orders that were promised it, those promised first before others."""
    set_aside({one.product_id if isinstance(one, Arrival) else one.pk for one in acted.records})


@on("sales.order.cancelled")
@on("sales.order.rest_given_up")
def give_out_what_is_free_again(acted: Acted) -> None:
    """2.6.1: what an order had put aside and wants no more is there for the next one that waits for it."""
    lines = Line.objects.filter(order__in=[one.pk for one in acted.records], product__isnull=False)
    set_aside(lines.order_by().values_list("product", flat=True))


def set_aside(products: Iterable[int] | None = None) -> None:
    """Put aside what is free of these products, or of all, for the orders that wait for it."""
    waiting = Line.objects.filter(awaited__gt=0, product__on_hand__gt=F("product__reserved"))
    if products is not None:
        waiting = waiting.filter(product__in=set(products))
    keys = dict.fromkeys(waiting.order_by("order__promised_on", "order_id").values_list("order", flat=True))
    orders = Order.objects.in_bulk(list(keys))
    if orders:
        act_many(actors.system(Source.EVENT), "sales.order.set_aside", [Row({}, orders[key]) for key in keys])


def set_aside_by_clock() -> None:
    """What became free in some other way, such as by a change of an order."""
    with gate.free_reading():
        set_aside()
