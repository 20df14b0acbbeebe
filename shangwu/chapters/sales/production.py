"""What production and its order mean for each other (2.6.3): requests follow the order, and sales hears what slips."""

from collections.abc import Sequence
from typing import cast

from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_noop

from shangwu.chapters.sales.models import Order, ProductionRequest
from shangwu.chapters.sales.tracking import house
from shangwu.foundation.actions.door import Acted, Refusal, Row, act, act_many, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.actors import Source

State = ProductionRequest.State

SLIPS = gettext_noop("Production %(number)s slips from %(former)s to %(day)s: %(why)s Tell the customer.")
OVERRUN = gettext_noop("Production %(number)s was due on %(day)s and is not made. Enter a new day.")
HELD = gettext_noop("Quality did not release %(number)s: %(finding)s")
RELEASED = gettext_noop("Quality has released %(number)s. The goods can be shipped.")


@on("sales.order.changed")
@on("sales.order.cancelled")
@on("sales.order.rest_given_up")
def recall_requests(acted: Acted) -> None:
    """2.6.3: what an order no longer wants is no longer made; its next scheduling asks anew."""
    asking = actors.system(Source.EVENT)
    # Of an order that goes on, all that is being made is still wanted, or none of it.
    records = cast(Sequence[Order], acted.records)
    orders = [one.pk for one in records if not any(line.unreleased for line in one.lines.all())]
    open_ones = ProductionRequest.objects.visible_to(asking).filter(
        order__in=orders, state__in=[State.REQUESTED, State.MADE]
    )
    if rows := [Row(target=one) for one in open_ones.order_by("pk")]:
        act_many(asking, "sales.productionrequest.recall", rows, whole=True)


@on("sales.productionrequest.foreseen")
def tell_of_slip(acted: Acted) -> None:
    """2.6.3: the salesperson hears of a delay as soon as planning knows it."""
    if acted.by.source is Source.DEMO:
        return
    for one in cast(Sequence[ProductionRequest], acted.records):
        if one.warned_at is not None and one.warned_at == one.changed_at:
            told = {"number": one.number, "former": one.slipped_from, "day": one.expected_on, "why": one.slip_reason}
            notify([one.owner_id], SLIPS, told, about=one)


@on("sales.productionrequest.overrun")
@on("sales.productionrequest.held")
@on("sales.productionrequest.released")
def tell_planning(acted: Acted) -> None:
    """2.6.3: who asked for the goods hears that they are late, or were inspected; sales that they can leave."""
    if acted.by.source is Source.DEMO:
        return
    for one in cast(Sequence[ProductionRequest], acted.records):
        match acted.action.verb:
            case "overrun":
                notify([one.created_by_id], OVERRUN, {"number": one.number, "day": one.slipped_from}, about=one)
            case "hold":
                told = {"number": one.number, "finding": one.finding}
                notify([one.made_by_id, one.created_by_id], HELD, told, about=one)
            case _:
                notify([one.created_by_id, one.owner_id], RELEASED, {"number": one.number}, about=one)


def note_overruns() -> int:
    """Note each request whose day has passed without being made and without a later day; how many."""
    day = Greatest("due_on", Coalesce("expected_on", "due_on"))
    # A day may be over in one place and not yet in another: the body asks the legal entity's own.
    late = (
        ProductionRequest.objects.visible_to(actors.system(Source.JOB))
        .alias(day=day)
        .filter(state=State.REQUESTED, day__lte=clock.now().date())
    )
    count = 0
    for one in late.order_by("pk"):
        if one.slipped_at is not None and one.warned_at is None:
            continue
        try:
            act(house(one), "sales.productionrequest.overrun", one)
        except Refusal as refusal:
            if refusal.code not in ("in_time", "known", "state", "missing"):
                raise
        else:
            count += 1
    return count
