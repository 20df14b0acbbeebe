"""Clause 2.6.1: the customer has signed our confirmation of an order; the paper hangs on the order."""

import datetime
import uuid
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import takes_orders
from shangwu.chapters.sales.models import Order
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.files.kinds import KINDS
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.attached import Attached, attached_to, file_of

State = Order.State


@action(
    Order, "countersign", clause="2.6.1", label=_("Signed by the customer"), may=takes_orders, icon="signature",
    source=[
        State.CONFIRMED, State.SCHEDULED, State.READY, State.PART_SHIPPED, State.SHIPPED, State.DELIVERED,
        State.INVOICED,
    ],
    prepare=attached_to(Order), event="sales.order.countersigned", offered_when=lambda order: not order.countersign,
)  # fmt: skip
def countersign(
    order: Order,
    by: Actor,
    attached: Attached,
    *,
    file: Annotated[uuid.UUID, Ask(_("Confirmation as the customer signed it (PDF or photograph)"))],
    signed_on: Annotated[datetime.date, Ask(_("Signed on"))],
) -> None:
    """2.6.1: our confirmation is back with the customer's signature; it is of the order as it stands, and a change asks
    for another. Refuses `countersigned` the second time, `file`, `picture` for what is neither a picture nor a PDF,
    `future`."""
    if order.countersign:
        raise Refusal("countersigned", _("The signed confirmation is here already, under Files."))
    found = file_of(order, file, attached)
    if found.kind != "pdf" and KINDS[found.kind].family != "picture":
        said = _("A signed confirmation is a PDF or a photograph of the paper. Choose another file.")
        raise Refusal("picture", said, fields={"file": [said]})
    if signed_on > order.changed_at.astimezone(by.zone).date():
        said = _("This day has not come yet.")
        raise Refusal("future", said, fields={"signed_on": [said]})
    order.countersign, order.countersigned_on = found.name[:200], signed_on
