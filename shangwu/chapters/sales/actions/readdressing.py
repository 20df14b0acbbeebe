"""Clause 2.6.1: where the goods go, for whom, and under which number of the customer's: put right without a review."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import takes_orders
from shangwu.chapters.sales.actions.orders import AFTER_ACCEPTANCE, require_own_contact
from shangwu.chapters.sales.models import Order
from shangwu.foundation.actions.door import edit
from shangwu.foundation.records.actors import Actor


def readdress(order: Order, by: Actor) -> None:
    """2.6.1: put right what nobody has reviewed: contact, the customer's order number, recipient, address, note. Goods
    that are being prepared follow, unless their shipment says otherwise. Refuses `invalid` for another's contact."""
    require_own_contact(order)


edit(
    Order, verb="readdress", clause="2.6.1", may=takes_orders, label=_("Delivery details"), icon="map-pin",
    fields=["contact", "po_number", "ship_to_name", "ship_to_phone", "ship_to_address", "note"],
    source=[*AFTER_ACCEPTANCE, Order.State.PART_SHIPPED], reads=["contact"], body=readdress, bulk=False,
    event="sales.order.readdressed",
)  # fmt: skip
