"""Clause 2.6.1: what is expected in the warehouse is entered, and comes in; promise days rest on it.

The product is locked whenever less comes, or later: so nobody promises meanwhile what does not come.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import confirms_arrivals, keeps_arrivals
from shangwu.chapters.sales.models import Arrival, Movement, Warehouse
from shangwu.chapters.sales.stock import Shelves, find_place, lots_moved, moved, shelves_of
from shangwu.foundation.actions.door import Ask, Refusal, action, create, edit, enter_state
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

ARRIVALS = Series("arrival", "AR%Y%m%d-{n:04d}", pgettext_lazy("goods", "Arrival"), Reset.DAY)

State = Arrival.State


def expect(arrival: Arrival, by: Actor) -> None:
    """2.6.1: goods are on order or in production, and expected on a day. Refuses `quantity`, `past`."""
    if arrival.quantity <= 0:
        said = _("A quantity is above zero.")
        raise Refusal("quantity", said, fields={"quantity": [said]})
    if arrival.expected_on < arrival.changed_at.astimezone(by.zone).date():
        said = _("This day has passed. Enter today or a later day.")
        raise Refusal("past", said, fields={"expected_on": [said]})
    arrival.first_expected_on = arrival.first_expected_on or arrival.expected_on


create(
    Arrival, clause="2.6.1", may=keeps_arrivals, fields=["product", "quantity", "expected_on", "origin", "note"],
    series=ARRIVALS, body=expect, label=_("Expect goods"),
)  # fmt: skip
edit(
    Arrival, clause="2.6.1", may=keeps_arrivals, fields=["quantity", "expected_on", "origin", "note"],
    source=State.EXPECTED, locks=["product"], body=expect,
)  # fmt: skip


@action(
    Arrival, "confirm", clause="2.6.1", label=_("Confirm the day"), may=confirms_arrivals, source=State.EXPECTED,
    locks=["product"], icon="calendar-event", bulk=True,
)  # fmt: skip
def confirm(
    arrival: Arrival,
    by: Actor,
    *,
    expected_on: Annotated[
        datetime.date | None, Ask(_("Expected on"), _("Left empty: the day that was expected stands."))
    ] = None,
    why: Annotated[str, Ask(_("Why it moves"), _("Needed when it is another day."), most=250)] = "",
) -> None:
    """2.6.1: who brings the goods has confirmed the day, or named another; promises that rest on it are judged anew.

    Refuses `past`, and `reason` for another day without one.
    """
    day = expected_on or arrival.expected_on
    if day < arrival.changed_at.astimezone(by.zone).date():
        said = _("This day has passed. Enter today or a later day.")
        raise Refusal("past", said, fields={"expected_on": [said]})
    if day != arrival.expected_on:
        if not why.strip():
            said = _("Say why it moves; sales tells the customers.")
            raise Refusal("reason", said, fields={"why": [said]})
        arrival.first_expected_on = arrival.first_expected_on or arrival.expected_on
        arrival.expected_on, arrival.moved_because = day, why.strip()
    arrival.confirmed_at, arrival.confirmed_by_id = arrival.changed_at, by.person_id


def places(arrivals: Sequence[Arrival], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Shelves:
    """Where the expected products lie already."""
    return shelves_of(one.product_id for one in arrivals)


@action(
    Arrival, "arrive", clause="2.6.1", label=_("Goods in"), may=keeps_arrivals, source=State.EXPECTED,
    locks=["product"], prepare=places, sweeps=lots_moved, primary=True, icon="package-import", bulk=True,
)  # fmt: skip
def arrive(
    arrival: Arrival,
    by: Actor,
    known: Shelves,
    *,
    came: Annotated[Decimal | None, Ask(_("Has come"), _("Left empty: all that was still to come."))] = None,
    warehouse: Annotated[Warehouse | None, Ask(_("Warehouse"))] = None,
    batch: Annotated[str, Ask(_("Batch"), most=40)] = "",
) -> Iterable[models.Model]:
    """2.6.1: all of it, or a part, has come into the warehouse; the rest is still expected. Refuses `quantity`, and
    `warehouse` for a batch without one."""
    came = arrival.quantity if came is None else came
    if not 0 < came <= arrival.quantity:
        said = _("Above zero and at most %(most)s, which is still to come.")
        params = {"most": arrival.quantity}
        raise Refusal("quantity", said, params, fields={"came": [filled(said, params)]})
    lot, made = find_place(arrival.product, by, arrival.changed_at, known, warehouse, batch)
    arrival.product.on_hand += came
    arrival.came += came
    arrival.quantity -= came
    if not arrival.quantity:
        enter_state(arrival, State.ARRIVED, arrival.changed_at, by.person_id)
    movement = moved(arrival.product, by, arrival.changed_at, lot, Movement.Kind.RECEIVED, came)
    movement.paper = arrival.origin[:40]
    return [*made, movement]


@action(
    Arrival, "cancel", clause="2.6.1", label=_("Cancel"), may=keeps_arrivals, source=State.EXPECTED,
    target=State.CANCELLED, locks=["product"], needs_reason=True, icon="x",
)  # fmt: skip
def cancel(arrival: Arrival, by: Actor) -> None:
    """2.6.1: what was still to come does not come."""
