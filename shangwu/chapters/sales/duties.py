"""What clauses 2.6.1 to 2.6.3 demand of whom, and what proves it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_duties import at_noon
from shangwu.chapters.sales.models import Order, ProductionRequest, Shipment
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.foundation.duties.deadlines import Days, Hours, TimeOfDay, WorkingDays, WorkingDaysBefore
from shangwu.foundation.duties.rules import OWNER, Facts, Settled, duty, moment_key
from shangwu.foundation.people.roles import Role

SUPPORT = Role.SALES_SUPPORT
State = Order.State


@duty(
    "2.6.1.1",
    _("Review the order"),
    SUPPORT,
    {"routine": WorkingDays("order.std"), "special": WorkingDays("order.special")},
    _("The order is accepted or refused."),
    does="sales.order.confirm",
).on(Order, "accepted_at", "refused_at", "cancelled_at", "revised_at", "special_because", "imported")
def review(order: Any) -> Facts | None:
    """2.6.1: an order is reviewed before we accept it, and again after each change, by another than who entered it."""
    if order.imported:
        return None
    opened = order.revised_at or order.created_at
    answers = [
        (at, by)
        for at, by in ((order.accepted_at, order.accepted_by_id), (order.refused_at, order.refused_by_id))
        if at is not None and at >= opened
    ]
    done_at, done_by = min(answers) if answers else (None, None)
    return Facts(
        opened_at=opened,
        done_at=done_at,
        done_by=done_by,
        cancelled_at=order.cancelled_at,
        period=f"{order.revision:03d}",
        which="special" if order.special_because else "routine",
        apart_from=(order.created_by_id, order.owner_id),
    )


@duty(
    "2.6.1.2",
    _("Enter and schedule the order"),
    SUPPORT,
    WorkingDays("order.enter"),
    _("The accepted order is scheduled, or its goods are ready."),
    does="sales.order.schedule",
).on(Order, "accepted_at", "scheduled_at", "ready_at", "cancelled_at", "revised_at", "imported")
def schedule(order: Any) -> Facts | None:
    """2.6.1: what we have accepted goes into production, or stands ready, at once."""
    accepted = order.accepted_at
    if order.imported or accepted is None or (order.revised_at is not None and order.revised_at > accepted):
        return None
    done = [
        (at, by)
        for at, by in ((order.scheduled_at, order.scheduled_by_id), (order.ready_at, order.ready_by_id))
        if at is not None and at >= accepted
    ]
    done_at, done_by = min(done) if done else (None, None)
    return Facts(
        opened_at=accepted,
        done_at=done_at,
        done_by=done_by,
        cancelled_at=order.cancelled_at,
        period=f"{order.revision:03d}",
    )


@duty(
    "2.6.1.3",
    _("Tell the customer how the order stands"),
    OWNER,
    {"change": WorkingDays("order.tell"), "weekly": Days("order.tell_open")},
    _("A mail that went to the customer, or a contact that was logged, names the order or its tracking number."),
    does="customers.message.create",
    place="sales.order.tell",
).on(
    Order, "told_at", "repromised_at", "open_again_at", "confirmed_at", "scheduled_at", "ready_at", "shipped_at",
    "delivered_at", "refused_at", "cancelled_at", "state", "imported",
)  # fmt: skip
def tell(order: Any) -> Facts | Settled | None:
    """2.6.1: the customer hears of the first change that they have not heard of, and every week of an open order."""
    if order.imported:
        return None
    given_up = order.cancelled_at if order.confirmed_at else None  # before that nobody had promised anything
    moments = (
        order.confirmed_at, order.repromised_at, order.scheduled_at, order.ready_at, order.shipped_at,
        order.delivered_at, order.open_again_at, order.refused_at, given_up,
    )  # fmt: skip
    told = order.told_at
    news = [one for one in moments if one is not None and (told is None or one > told)]
    if news:
        since = min(news)
        return Facts(opened_at=since, period=moment_key(since), which="change")
    if told is None or order.confirmed_at is None:
        return None
    if order.state not in OPEN:
        return Settled(told)
    return Facts(opened_at=told, period=moment_key(told), which="weekly", former_done_at=told)


@duty(
    "2.6.3.1",
    _("Warn of a late delivery"),
    Role.PLANNING,
    WorkingDaysBefore("ship.warn"),
    _("Sales was told before the promised day."),
    does="sales.productionrequest.foresee",
).on(ProductionRequest, "slipped_at", "slipped_from", "warned_at", "cancelled_at")
def warn_of_delay(request: Any) -> Facts | None:
    """2.6.3: a day that can't be kept is told to sales some days before it; one that passed in silence is late. The
    new day that planning enters goes to the salesperson at once: it is the warning."""
    if request.slipped_at is None:
        return None
    return Facts(
        opened_at=request.slipped_at,
        start=at_noon(request.slipped_from),
        done_at=request.warned_at,
        done_by=request.warned_by_id,
        cancelled_at=request.cancelled_at,
        period=moment_key(request.slipped_at),
    )


@duty(
    "2.6.3.2",
    _("Inspect before shipping"),
    Role.QUALITY,
    WorkingDays("ship.inspect"),
    _("Quality has released the goods, or has said why not."),
    blocks="sales.shipment.send",
    does="sales.productionrequest.release",
).on(ProductionRequest, "made_at", "released_at", "failed_at", "cancelled_at")
def inspect_goods(request: Any) -> Facts | None:
    """2.6.3: what is made is inspected within days; what is not released can't be shipped at all. Goods that were put
    right are inspected anew."""
    made = request.made_at
    if made is None:
        return None
    done = [
        (at, by)
        for at, by in ((request.released_at, request.released_by_id), (request.failed_at, request.failed_by_id))
        if at is not None and at >= made
    ]
    done_at, done_by = min(done) if done else (None, None)
    return Facts(
        opened_at=made,
        done_at=done_at,
        done_by=done_by,
        cancelled_at=request.cancelled_at,
        period=moment_key(made),
        apart_from=(request.made_by_id,),
    )


@duty(
    "2.6.3.3",
    _("Tell the tracking number"),
    Role.LOGISTICS,
    TimeOfDay("ship.tell"),
    _("A mail to the customer, or a contact that was logged, names the number."),
    does="customers.message.create",
    place="sales.shipment.tell",
).on(Shipment, "shipped_at", "told_at", "numbered")
def tell_number(shipment: Any) -> Facts | None:
    """2.6.3: on the day of shipping the customer has the number. Goods that have none are not asked for one."""
    if shipment.shipped_at is None or not shipment.numbered:
        return None
    told = shipment.told_at and max(shipment.told_at, shipment.shipped_at)
    return Facts(opened_at=shipment.shipped_at, done_at=told)


@duty(
    "2.6.3.4",
    _("Follow goods on their way"),
    Role.LOGISTICS,
    Hours("ship.exception"),
    _("The exception was taken up, or a scan has ended it."),
    does="sales.shipment.take_up",
).on(Shipment, "trouble_at", "trouble_taken_at", "trouble_taken_by_id")
def follow_goods(shipment: Any) -> Facts | None:
    """2.6.3: no scan for too long, damage and the like are exceptions, each taken up within hours."""
    since = shipment.trouble_at
    return since and Facts(
        opened_at=since,
        done_at=shipment.trouble_taken_at,
        done_by=shipment.trouble_taken_by_id,
        period=moment_key(since),
    )


@duty(
    "2.6.3.5",
    _("Receipt of delivery"),
    Role.LOGISTICS,
    WorkingDays("ship.pod"),
    _("The signed receipt is attached."),
    does="sales.shipment.prove",
).on(Shipment, "delivered_at", "receipted_at", "receipted_by_id", "numbered")
def bring_receipt(shipment: Any) -> Facts | None:
    """2.6.3: the signed receipt is back some days after the delivery. What left before this was asked is let be."""
    if shipment.delivered_at is None or shipment.numbered is None:
        return None
    return Facts(opened_at=shipment.delivered_at, done_at=shipment.receipted_at, done_by=shipment.receipted_by_id)
