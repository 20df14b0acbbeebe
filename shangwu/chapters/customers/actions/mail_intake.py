"""Clause 2.5.2: mail of customers is taken in once, and stands with whose it is."""

import dataclasses
import datetime
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.complaint_intake import LARGEST_WORD, MOST_OF_A_FILE, department_of_service
from shangwu.chapters.customers.actions.contacting import complete
from shangwu.chapters.customers.actions.mail import MESSAGES
from shangwu.chapters.customers.bounces import Bounce
from shangwu.chapters.customers.contact_merging import with_address
from shangwu.chapters.customers.evidence import files_of, word_for
from shangwu.chapters.customers.mails import Mail, parsed
from shangwu.chapters.customers.models import Communication, Contact, Message
from shangwu.chapters.customers.named_orders import order_of
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.applying import enter_state
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.files import intake
from shangwu.foundation.files.intake import Taken
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Actor, Source

MOST_OF_ALL_FILES = 40 << 20
"""Bytes of all attachments of one mail."""


def receive(message: Any, by: Actor) -> list[models.Model]:
    """2.5.2: a mail came in. Refuses `known` for one that was taken in before."""
    message.is_outgoing, message.owner_id = False, message.known_owner
    message.department_id, message.entity_id = message.known_department, message.known_entity
    known = message.customer_id is not None
    enter_state(message, Message.State.RECEIVED if known else Message.State.UNKNOWN, message.changed_at, None)
    return [*files_of(message.evidence or "", message, by)]


registry.register(
    Message,
    "receive",
    "2.5.2",
    label=_("Take in a mail"),
    may=nobody,
    body=receive,
    makes=True,
    own=False,
    icon="mail",
    shown=False,
    series=MESSAGES,
    event="customers.message.received",
    inputs=(
        *(
            from_field(Message, name)
            for name in (
                "customer", "contact", "answers", "address", "name", "subject", "text", "at", "message_id", "thread",
                "order_number", "is_automatic", "left_out",
            )
        ),
        Input("known_owner", Kind.INTEGER, _("Owner"), required=False),
        Input("known_department", Kind.INTEGER, _("Department"), required=False),
        Input("known_entity", Kind.INTEGER, _("Legal entity"), required=False),
        Input("evidence", Kind.TEXT, _("Attachments"), required=False, max_length=LARGEST_WORD),
    ),
    description=(receive.__doc__ or "").strip(),
)  # fmt: skip


def file_mail(communication: Any, by: Actor) -> None:
    """2.5.2: a mail that went or came is a contact with the customer like any other; its text stays in the mail."""
    communication.method, communication.owner_id = Communication.Method.MAIL, communication.known_owner
    communication.department_id = communication.known_department
    complete(communication, by)


registry.register(
    Communication,
    "file_mail",
    "2.5.2",
    label=_("File a mail"),
    may=nobody,
    body=file_mail,
    makes=True,
    own=False,
    icon="mail",
    shown=False,
    event="customers.communication.mail_filed",
    locks=("customer",),
    reads=("contact",),
    inputs=(
        *(from_field(Communication, name) for name in ("customer", "contact", "message", "at", "summary")),
        Input("known_owner", Kind.INTEGER, _("Owner"), required=False),
        Input("known_department", Kind.INTEGER, _("Department"), required=False),
    ),
    description=(file_mail.__doc__ or "").strip(),
)


@dataclass(slots=True)
class Intake:
    """What became of a mail. message: None for our own words that came back."""

    message: Message | None
    is_new: bool = False
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Whose:
    """To whom a mail belongs: the contact who wrote it, the customer, and the mail that it answers."""

    customer: Any = None
    contact: Contact | None = None
    answered: Message | None = None
    order: str = ""


def take_in(raw: bytes, *, entity: Entity | None = None, is_whole: bool = True) -> Intake:
    """File a mail with the customer who wrote it, or with the mail of nobody: once, however often it is fetched.

    entity: to which legal entity's mailbox it came; the first one where nobody says. is_whole: False where the mail
    was too large and these are its headers. Never raises for what a sender has written.
    """
    mail, _raw = parsed(raw)
    with gate.free_reading():
        if (known := _known(mail)) is not None:
            return Intake(known)
        returned = _returned(mail)
        if returned is not None:
            _came_back(returned, mail.bounce)
        if not mail.sender or mail.sender.casefold() == settings.CUSTOMER_MAIL.casefold():
            # Bounces without a sender, and copies of what went out by another way.
            return Intake(None)
        entity = entity or Entity.objects.filter(archived_at=None).order_by("pk").first()
        found = Intake(None, is_new=True)
        given = _given(mail, whose(mail), entity, found, is_whole)
        try:
            found.message = act(_house(entity), "customers.message.receive", None, given).record
        except Refusal as refusal:
            if refusal.code != "known":
                raise
            # Another fetched the same mail at the same moment and was faster.
            return Intake(_known(mail))
        return found


_CLOCKS_DIFFER = datetime.timedelta(minutes=10)


def _returned(mail: Mail) -> Message | None:
    """The mail of ours that this one reports as not delivered. What was sent again since has not come back."""
    if mail.bounce is None:
        return None
    ours = Message.objects.filter(message_id__in=mail.bounce.ids, is_outgoing=True, state=Message.State.SENT)
    found = min(ours, key=lambda one: mail.bounce.ids.index(one.message_id), default=None)  # type: ignore[union-attr]
    is_older = found is not None and mail.at is not None and mail.at < found.at - _CLOCKS_DIFFER
    return None if is_older else found


def _came_back(message: Message, bounce: Bounce | None) -> None:
    known_bad = bounce is not None and bounce.is_address
    trouble = Message.Trouble.ADDRESS if known_bad else Message.Trouble.RETURNED
    try:
        act(actors.system(Source.EVENT), "customers.message.bounce", message, {"trouble": trouble.value})
    except Refusal as refusal:
        if refusal.code != "state":
            raise
        # Another report of the same mail was faster.


def _known(mail: Mail) -> Message | None:
    return Message.objects.filter(message_id=mail.message_id).first()


def _house(entity: Entity | None) -> Actor:
    return dataclasses.replace(
        actors.system(Source.EVENT), zone=ZoneInfo(entity.zone if entity else settings.TIME_ZONE),
        currency=entity.currency if entity else "",
    )  # fmt: skip


def whose(mail: Mail) -> Whose:
    """Whose a mail is: the customer whose contact wrote it; else of the thread that it answers.

    An order number decides only between customers of whom the address is a contact: anybody can write a number.
    """
    rows = with_address(mail.sender).filter(erased_at=None, customer__archived_at=None)
    contacts: dict[int, Contact] = {}
    for one in rows.select_related("customer", "merged_into__customer").order_by("-is_main", "pk")[:50]:
        person = one.merged_into or one
        contacts.setdefault(person.customer_id, person)
    threads = Message.objects.filter(message_id__in=mail.answers, customer__isnull=False).select_related("customer")
    answered = min(threads, key=lambda one: mail.answers.index(one.message_id), default=None)
    said = f"{mail.subject}\n{mail.text}"
    if answered is not None and (not contacts or answered.customer_id in contacts):
        order = order_of(answered.customer_id, said) or answered.order_number
        return Whose(answered.customer, contacts.get(answered.customer_id or 0), answered, order)
    if len(contacts) == 1:
        contact = next(iter(contacts.values()))
        return Whose(contact.customer, contact, None, order_of(contact.customer_id, said))
    for customer_id, contact in contacts.items():
        if order := order_of(customer_id, said):
            return Whose(contact.customer, contact, None, order)
    return Whose()


def _given(mail: Mail, found: Whose, entity: Entity | None, taken: Intake, is_whole: bool) -> dict[str, Any]:
    customer, answered = found.customer, found.answered
    with translation.override(settings.LANGUAGE_CODE):
        if not is_whole:
            taken.left_out.append(gettext("The mail was too large: only its headers were read."))
        if mail.left_out:
            taken.left_out.append(gettext("Too many attachments."))
        evidence = _kept(mail, entity.pk if entity else 0, taken)
    return {
        "customer": customer, "contact": found.contact, "answers": answered, "address": mail.sender,
        "name": mail.sender_name, "subject": mail.subject, "text": mail.text,
        "at": min(mail.at or clock.now(), clock.now()), "message_id": mail.message_id,
        "thread": answered.thread if answered is not None else mail.message_id, "order_number": found.order,
        "is_automatic": mail.is_automatic, "left_out": "\n".join(taken.left_out)[:4000],
        "known_owner": customer.owner_id if customer else None,
        "known_department": (customer.department_id if customer else None) or department_of_service(entity),
        "known_entity": entity.pk if entity else None, "evidence": evidence,
    }  # fmt: skip


def _kept(mail: Mail, entity: int, taken: Intake) -> str:
    """The attachments through the intake of files, which tells them by their content; what it refuses is left out."""
    kept: list[Taken] = []
    left = MOST_OF_ALL_FILES
    for one in mail.attachments:
        if len(one.data) > left:
            taken.left_out.append(f"{one.name}: {gettext('Too large.')}")
            continue
        try:
            kept.append(intake.take([one.data], one.name, entity=entity, most=MOST_OF_A_FILE, rename=True))
            left -= len(one.data)
        except ValidationError as error:
            taken.left_out.append(f"{one.name}: {' '.join(error.messages)}"[:300])
    return word_for(kept)
