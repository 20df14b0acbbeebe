"""Clause 2.5.3: complaints that nobody of ours types in: by the public form and by mail."""

import dataclasses
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from types import SimpleNamespace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.complaints import COMPLAINTS, start_clock
from shangwu.chapters.customers.complaint_access import comes_by_link, is_house
from shangwu.chapters.customers.contact_merging import with_address
from shangwu.chapters.customers.evidence import files_of, word_for
from shangwu.chapters.customers.mails import Mail, is_address, parsed
from shangwu.chapters.customers.merging import standing_files
from shangwu.chapters.customers.models import Complaint, Customer, Letter
from shangwu.chapters.customers.named_orders import order_of
from shangwu.chapters.customers.named_products import Products, name_product, products_named_anew
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Ask, Refusal, act, action
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.files import intake
from shangwu.foundation.files.intake import Taken
from shangwu.foundation.people.models import Entity, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Actor, Source

_WHO_ANSWERS = "a complaint from outside goes to the department that answers complaints, whoever that is"
_NUMBER = re.compile(r"TS\d{6}-\d{3,}", re.ASCII)

MOST_OF_A_FILE = 25 << 20
"""Bytes of one file from outside."""
LARGEST_WORD = 20_000

TOLD = [
    "claimant_name", "claimant_phone", "claimant_email", "is_consumer", "order_reference", "product", "category",
    "description", "demand",
]  # fmt: skip
"""What somebody outside may fill in."""


Told = tuple[Products, Mapping[int, int]]
"""What words name, and which file stands for the one that a link names."""


def told_by_link(complaints: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Told:
    """The `prepare` of the form. A link is good for weeks: its customer may have become a part of another file."""
    named = {key for given in inputs if (key := given.get("known_customer")) is not None}
    return products_named_anew(complaints, by, inputs), standing_files(named)


def submit(complaint: Any, by: Actor, told: Told) -> list[models.Model]:
    """2.5.3: somebody outside has filled in the form; the link may name the customer, the words a product. Refuses
    `receipt`, `contact`."""
    if not (complaint.claimant_phone or complaint.claimant_email):
        sentence = _("Give a phone number or an email, so that we can answer you.")
        raise Refusal("contact", sentence, fields={"claimant_email": [sentence]})
    complaint.source, complaint.owner_id = Complaint.Source.PAGE, None
    products, files = told
    complaint.customer_id = files.get(complaint.known_customer)
    name_product(complaint, products)
    start_clock(complaint, by)
    return [*files_of(complaint.evidence or "", complaint, by)]


registry.register(
    Complaint,
    "submit",
    "2.5.3",
    label=_("Complain"),
    may=comes_by_link,
    body=submit,
    prepare=told_by_link,
    makes=True,
    own=False,
    icon="message-exclamation",
    shown=False,
    series=COMPLAINTS,
    event="customers.complaint.submitted",
    inputs=(
        *(from_field(Complaint, name) for name in TOLD),
        Input("known_customer", Kind.INTEGER, _("Customer"), required=False),
        Input("evidence", Kind.TEXT, _("Evidence"), required=False, max_length=LARGEST_WORD),
    ),
    description=(submit.__doc__ or "").strip(),
)


def receive(complaint: Any, by: Actor) -> list[models.Model]:
    """2.5.3: a complaint came by mail, about the order of its customer that it names. Refuses `known` for a mail that
    was taken in before."""
    complaint.source = Complaint.Source.MAIL
    complaint.customer_id, complaint.department_id = complaint.known_customer, complaint.known_department
    complaint.entity_id = complaint.known_entity
    complaint.order_reference = complaint.known_order or ""
    start_clock(complaint, by)
    return [_letter(complaint, 1, complaint), *files_of(complaint.evidence or "", complaint, by)]


def _letter(complaint: Complaint, position: int, given: Any) -> Letter:
    """The mail as a part of its complaint."""
    return Letter(
        complaint=complaint, position=position, at=given.received_at, sender=given.sender, subject=given.subject or "",
        text=given.text or "", message_id=given.message_id,
    )  # fmt: skip


_MAIL = (
    Input("sender", Kind.TEXT, _("Sender"), max_length=254),
    Input("subject", Kind.TEXT, _("Subject line"), required=False, max_length=250),
    Input("text", Kind.TEXT, _("Text"), required=False, multiline=True, max_length=8000),
    Input("message_id", Kind.TEXT, _("Message id"), max_length=250),
    Input("evidence", Kind.TEXT, _("Evidence"), required=False, max_length=LARGEST_WORD),
)
registry.register(
    Complaint,
    "receive",
    "2.5.3",
    label=_("Take in a mail"),
    may=is_house,
    body=receive,
    makes=True,
    own=False,
    icon="mail",
    shown=False,
    series=COMPLAINTS,
    event="customers.complaint.received",
    inputs=(
        *(from_field(Complaint, name) for name in ("claimant_name", "claimant_email", "description", "received_at")),
        Input("known_customer", Kind.INTEGER, _("Customer"), required=False),
        Input("known_department", Kind.INTEGER, _("Department"), required=False),
        Input("known_entity", Kind.INTEGER, _("Legal entity"), required=False),
        Input("known_order", Kind.TEXT, _("Order"), required=False, max_length=60),
        *_MAIL,
    ),
    description=(receive.__doc__ or "").strip(),
)


@action(
    Complaint, "file_letter", clause="2.5.3", label=_("File a letter"), may=is_house, reads=["letters"], shown=False,
    icon="mail", event="customers.complaint.letter_filed",
)  # fmt: skip
def file_letter(
    complaint: Complaint,
    by: Actor,
    *,
    received_at: Annotated[datetime.datetime, Ask(_("Received at"))],
    sender: Annotated[str, Ask(_("Sender"))],
    message_id: Annotated[str, Ask(_("Message id"))],
    subject: Annotated[str, Ask(_("Subject line"))] = "",
    text: Annotated[str, Ask(_("Text"), multiline=True)] = "",
    evidence: Annotated[str, Ask(_("Evidence"))] = "",
) -> list[models.Model]:
    """2.5.3: another mail of who complains is filed with the complaint that it names. Refuses `known`."""
    given = SimpleNamespace(received_at=received_at, sender=sender, subject=subject, text=text, message_id=message_id)
    return [_letter(complaint, len(complaint.letters.all()) + 1, given), *files_of(evidence, complaint, by)]


@dataclass(slots=True)
class Intake:
    """What became of a mail. complaint: None for the words of machines. refused: attachments left out, and why."""

    complaint: Complaint | None
    is_new: bool = False
    refused: list[str] = field(default_factory=list)


def take_in_mail(message: Message | bytes, *, entity: Entity | None = None) -> Intake:
    """Make a complaint of a mail, or file it with the complaint that it names: once, however often it is fetched.

    entity: to which legal entity's mailbox it came; the first one where nobody says. Whoever fetches mails calls this,
    with a parsed message or its bytes. Never raises for what a sender has written.
    """
    mail, raw = parsed(message)
    with gate.free_reading():
        if mail.is_automatic:
            return Intake(None)
        if (known := _known(mail)) is not None:
            return Intake(known)
        entity = entity or Entity.objects.filter(archived_at=None).order_by("pk").first()
        found = Intake(None)
        evidence = _kept(mail, raw, entity.pk if entity else 0, found)
        about = _named(mail)
        try:
            done = _file(mail, about, evidence) if about is not None else _open(mail, entity, evidence, found.refused)
        except Refusal as refusal:
            if refusal.code != "known":
                raise
            # Another fetched the same mail at the same moment and was faster.
            return Intake(_known(mail))
        found.complaint, found.is_new = done, about is None
        return found


def _known(mail: Mail) -> Complaint | None:
    letter = Letter.objects.filter(message_id=mail.message_id).select_related("complaint").first()
    return letter.complaint if letter is not None else None


def _kept(mail: Mail, raw: bytes, entity: int, found: Intake) -> str:
    """The attachments and the mail itself, each through the intake of files; what is refused there is left out."""
    taken: list[Taken] = []
    for name, data in [*((one.name, one.data) for one in mail.attachments), ("mail.eml", raw)]:
        try:
            taken.append(intake.take([data], name, entity=entity, most=MOST_OF_A_FILE, rename=True))
        except ValidationError as error:
            if name != "mail.eml":
                found.refused.append(f"{name}: {' '.join(error.messages)}"[:300])
    return word_for(taken)


def _named(mail: Mail) -> Complaint | None:
    """The complaint that a mail names in its subject, if it comes from who complains or from their company."""
    for number in _NUMBER.findall(mail.subject)[:5]:
        found = Complaint.objects.filter(number=number, archived_at=None).first()
        if found is not None and mail.sender and _writes_for(mail.sender, found):
            return found
    return None


def _writes_for(sender: str, complaint: Complaint) -> bool:
    if complaint.claimant_email and complaint.claimant_email.casefold() == sender.casefold():
        return True
    contacts = with_address(sender)
    return complaint.customer_id is not None and contacts.filter(customer=complaint.customer_id).exists()


def _file(mail: Mail, about: Complaint, evidence: str) -> Complaint:
    given = {
        "received_at": min(mail.at or clock.now(), clock.now()), "sender": mail.sender or "-", "subject": mail.subject,
        "text": mail.text, "message_id": mail.message_id, "evidence": evidence,
    }  # fmt: skip
    done: Complaint = act(actors.system(Source.EVENT), "customers.complaint.file_letter", about, given).record
    return done


def _open(mail: Mail, entity: Entity | None, evidence: str, refused: list[str]) -> Complaint:
    customer = customer_of(mail.sender)
    told = mail.text or mail.subject
    with translation.override(settings.LANGUAGE_CODE):
        lines = [told or gettext("(The mail holds no text.)")]
        lines += [gettext("Left out: %(file)s") % {"file": one} for one in refused]
    given = {
        "claimant_name": mail.sender_name, "claimant_email": mail.sender if is_address(mail.sender) else "",
        "description": "\n".join(lines)[:8000], "received_at": min(mail.at or clock.now(), clock.now()),
        "known_customer": customer.pk if customer else None,
        "known_department": (customer.department_id if customer else None) or department_of_service(entity),
        "known_order": order_of(customer.pk, f"{mail.subject} {mail.text}") if customer else "",
        "known_entity": entity.pk if entity else None, "sender": mail.sender or "-", "subject": mail.subject,
        "text": mail.text, "message_id": mail.message_id, "evidence": evidence,
    }  # fmt: skip
    house = dataclasses.replace(
        actors.system(Source.EVENT), zone=ZoneInfo(entity.zone if entity else settings.TIME_ZONE),
        currency=entity.currency if entity else "",
    )  # fmt: skip
    made: Complaint = act(house, "customers.complaint.receive", None, given).record
    return made


def customer_of(address: str) -> Customer | None:
    """The one customer whose contact has this email; None where there is none, or several."""
    if not address:
        return None
    contacts = with_address(address)
    found = {one.customer_id: one.customer for one in contacts.select_related("customer")[:20]}
    return next(iter(found.values())) if len(found) == 1 else None


def department_of_service(entity: Entity | None) -> int | None:
    """The department whose customer service answers for an entity: that of the first who holds the role there."""
    today = clock.today(ZoneInfo(entity.zone if entity else settings.TIME_ZONE))
    rows = RoleAssignment.objects.unscoped(reason=_WHO_ANSWERS).joining(Person)
    held = rows.filter(role=Role.SERVICE, archived_at=None, starts_on__lte=today)
    held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).select_related("person").order_by("pk")
    if entity is not None:
        held = held.filter(person__entity=entity)
    first = held.first()
    return (first.reaches_id or first.person.department_id) if first is not None else None
