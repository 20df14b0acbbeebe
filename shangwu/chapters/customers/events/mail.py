"""What follows from mail (2.5.2): it is sent, filed as a contact with the customer, and its owner is told."""

import dataclasses
from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from shangwu.chapters.customers.models import Communication, Customer, Delivery, Message
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Source

HAS_WRITTEN = gettext_noop("A customer has written: %(subject)s")
NOT_SENT = gettext_noop("Your mail was not sent: %(subject)s. %(said_why)s")


@on("customers.message.handed_in")
def queue(acted: Acted) -> None:
    """Put mails on their way; those of the demo have no address in the world."""
    if acted.by.source is Source.DEMO:
        return
    for message in cast(Sequence[Message], acted.records):
        fresh = {"due_at": clock.now(), "claimed_at": None, "attempts": 0, "finished_at": None}
        Delivery.objects.update_or_create(message=message, defaults=fresh)


@on("customers.message.delivered")
@on("customers.message.received")
@on("customers.message.assigned")
def file_as_contact(acted: Acted) -> None:
    """A mail that went or came is a contact with the customer. What a machine wrote is none, nor an advertisement."""
    messages = cast(Sequence[Message], acted.records)
    counted = [one for one in messages if one.customer_id and not one.is_automatic and not one.is_commercial]
    if not counted:
        return
    with gate.free_reading():
        customers = Customer.objects.in_bulk({one.customer_id for one in counted if one.customer_id})
        entities = Entity.objects.in_bulk({one.entity_id for one in counted if one.entity_id})
    by_zone: dict[str, list[Row]] = {}
    for one in counted:
        entity = entities.get(one.entity_id or 0)
        zone = entity.zone if entity is not None else settings.TIME_ZONE
        by_zone.setdefault(zone, []).append(Row(_contact(one, customers[one.customer_id or 0])))
    source = acted.by.source if acted.by.source is Source.DEMO else Source.EVENT
    for zone, rows in by_zone.items():
        house = dataclasses.replace(actors.system(source), zone=ZoneInfo(zone))
        act_many(house, "customers.communication.file_mail", rows, whole=True)


def _contact(message: Message, customer: Customer) -> dict[str, Any]:
    with translation.override(settings.LANGUAGE_CODE):
        said = gettext("We wrote a mail") if message.is_outgoing else gettext("The customer wrote a mail")
    return {
        "customer": customer, "contact": message.contact, "message": message, "at": message.at,
        "summary": f"{said} ({message.order_number})" if message.order_number else said,
        "known_owner": message.owner_id, "known_department": message.department_id,
    }  # fmt: skip


@on("customers.message.received")
@on("customers.message.assigned")
def tell_owner(acted: Acted) -> None:
    """Who has the customer hears of the mail."""
    for message in cast(Sequence[Message], acted.records):
        is_news = acted.by.source is not Source.DEMO and not message.is_automatic
        if message.customer_id is not None and is_news:
            notify([message.owner_id], HAS_WRITTEN, {"subject": str(message)}, about=message)


@on("customers.message.bounced")
def take_back_contact(acted: Acted) -> None:
    """What nobody has received was no contact with the customer: the entry that it left goes to the archive."""
    with gate.free_reading():
        filed = Communication.objects.filter(message__in=[one.pk for one in acted.records], archived_at__isnull=True)
        rows = [Row(target=one) for one in filed.order_by("pk")]
    if rows:
        act_many(actors.system(Source.EVENT), "customers.communication.retract", rows, whole=True)


@on("customers.message.failed")
@on("customers.message.bounced")
def tell_writer(acted: Acted) -> None:
    """Who wrote a mail that could not be sent, or came back, hears why."""
    for message in cast(Sequence[Message], acted.records):
        params = {"subject": str(message), "said_why": _why(message)}
        notify([message.owner_id], NOT_SENT, params, about=message)


def _why(message: Message) -> str:
    """The sentence of the trouble in its source language: notices are translated when they are read."""
    with translation.override("en"):
        return str(message.get_trouble_display())
