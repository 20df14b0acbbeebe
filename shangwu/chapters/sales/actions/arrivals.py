"""Clause 2.6.1: what is expected in the warehouse is entered, and comes in; promise days rest on it."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import keeps_arrivals
from shangwu.chapters.sales.models import Arrival
from shangwu.foundation.actions.door import Ask, Refusal, action, create, edit, enter_state
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

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


create(
    Arrival, clause="2.6.1", may=keeps_arrivals, fields=["product", "quantity", "expected_on", "origin", "note"],
    series=ARRIVALS, body=expect, label=_("Expect goods"),
)  # fmt: skip
edit(
    Arrival, clause="2.6.1", may=keeps_arrivals, fields=["quantity", "expected_on", "origin", "note"],
    source=State.EXPECTED, body=expect,
)  # fmt: skip


@action(
    Arrival, "arrive", clause="2.6.1", label=_("Goods in"), may=keeps_arrivals, source=State.EXPECTED,
    locks=["product"], primary=True, icon="package-import", bulk=True,
)  # fmt: skip
def arrive(
    arrival: Arrival,
    by: Actor,
    *,
    came: Annotated[Decimal | None, Ask(_("Has come"), _("Left empty: all that was still to come."))] = None,
) -> None:
    """2.6.1: all of it, or a part, has come into the warehouse; the rest is still expected. Refuses `quantity`."""
    came = arrival.quantity if came is None else came
    if not 0 < came <= arrival.quantity:
        said = _("Above zero and at most %(most)s, which is still to come.")
        params = {"most": f"{arrival.quantity:f}"}
        raise Refusal("quantity", said, params, fields={"came": [str(said) % params]})
    arrival.product.on_hand += came
    arrival.came += came
    arrival.quantity -= came
    if not arrival.quantity:
        enter_state(arrival, State.ARRIVED, arrival.changed_at, by.person_id)


@action(
    Arrival, "cancel", clause="2.6.1", label=_("Cancel"), may=keeps_arrivals, source=State.EXPECTED,
    target=State.CANCELLED, needs_reason=True, icon="x",
)  # fmt: skip
def cancel(arrival: Arrival, by: Actor) -> None:
    """2.6.1: what was still to come does not come."""
