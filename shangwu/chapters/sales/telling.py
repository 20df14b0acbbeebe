"""Who hears of orders and of goods on their way (2.6.1, 2.6.3): customers, which is noted; sales what goes wrong."""

import datetime
import re
from collections.abc import Sequence
from typing import cast

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.models import Communication, Message
from shangwu.chapters.sales.carrier_numbers import tidy
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source

HAS_TROUBLE = gettext_noop("Shipment %(number)s: %(said_trouble)s. Tell the customer.")
DID_NOT_ARRIVE = gettext_noop(
    "Shipment %(number)s did not arrive. %(order)s is to be shipped again: tell the customer."
)

_NUMBERS = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{5,39}", re.ASCII)
_ORDERS = re.compile(r"\bSO\d{8}-\d{4,}\b", re.ASCII)
_MOST = 50
"""So many words that may be numbers are looked up of one text."""


@on("customers.message.delivered")
def mail_names_number(acted: Acted) -> None:
    """A mail that went to the customer and names a number proves that they have it."""
    for message in cast(Sequence[Message], acted.records):
        if message.is_outgoing and message.customer_id is not None:
            said = f"{message.subject} {message.text} {message.order_number}"
            note_told(message.customer_id, said, message.at, acted.by.source)


@on("customers.communication.created")
def contact_names_number(acted: Acted) -> None:
    """So does a call or a message that was logged with the number."""
    for talk in cast(Sequence[Communication], acted.records):
        note_told(talk.customer_id, talk.summary, talk.at, acted.by.source)


def note_told(customer: int, text: str, at: datetime.datetime, source: Source) -> None:
    """Note on the customer's shipments whose number stands in the text that they were told, and on their orders."""
    found = (tidy(one) for one in _NUMBERS.findall(text) if any(sign.isdigit() for sign in one))
    words = list(dict.fromkeys(found))[:_MOST]
    if not words:
        return
    house = actors.system(source if source is Source.DEMO else Source.EVENT)
    named = Shipment.objects.visible_to(house).filter(tracking_number__in=words, order__customer=customer)
    live = list(named.exclude(state=Shipment.State.CANCELLED))
    if rows := [Row({"at": at}, one) for one in live if one.told_at is None]:
        act_many(house, "sales.shipment.note_told", rows)
    numbers = list(dict.fromkeys(_ORDERS.findall(text)))[:_MOST]
    about = Q(number__in=numbers) | Q(pk__in=[one.order_id for one in live])
    orders = Order.objects.visible_to(house).filter(about, customer=customer, imported=False)
    if rows := [Row({"at": at}, one) for one in orders if one.told_at is None or one.told_at < at]:
        act_many(house, "sales.order.note_told", rows)


@on("sales.shipment.tracked")
@on("sales.shipment.reported")
@on("sales.shipment.stalled")
def tell_of_trouble(acted: Acted) -> None:
    """Who has the customer hears at once what goes wrong, and tells them."""
    if acted.by.source is Source.DEMO:
        return
    for one in cast(Sequence[Shipment], acted.records):
        is_new = acted.action.event == "sales.shipment.stalled" or one.trouble_at == one.changed_at
        if one.trouble and one.trouble_taken_at is None and is_new:
            with translation.override("en"):
                trouble = str(one.get_trouble_display())
            notify([one.owner_id], HAS_TROUBLE, {"number": one.number, "said_trouble": trouble}, about=one)


@on("sales.shipment.failed")
def tell_of_failure(acted: Acted) -> None:
    """Goods that did not arrive are sent once more, or not at all: who has the customer speaks with them."""
    if acted.by.source is Source.DEMO:
        return
    for one in cast(Sequence[Shipment], acted.records):
        notify([one.owner_id], DID_NOT_ARRIVE, {"number": one.number, "order": one.order.number}, about=one)
