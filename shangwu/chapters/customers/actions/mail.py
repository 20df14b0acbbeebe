"""Clause 2.5.2: mail to customers is written, sent and told apart; mail of nobody is assigned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.actions.requests import MASK
from shangwu.chapters.customers.filling import filled
from shangwu.chapters.customers.mail_access import sorts_mail, wrote
from shangwu.chapters.customers.mails import is_address
from shangwu.chapters.customers.models import Consent, Contact, Customer, Message, Purpose
from shangwu.chapters.customers.named_orders import customers_named, order_of
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

MESSAGES = Series("message", "ML%Y%m-{n:04d}", _("Mail"), Reset.MONTH)

State = Message.State
WRITTEN = ["contact", "subject", "text", "order_number", "is_commercial", "requested"]
ADVERTISING = (Purpose.MARKETING, Purpose.PROFILE)


@dataclass(frozen=True, slots=True)
class Around:
    """What a run knows beside its mails. orders: number -> customer. consents: contacts who want advertisements."""

    company: str
    orders: Mapping[str, int]
    consents: frozenset[int]


def around(messages: Sequence[Message], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Around:
    """The `prepare`: orders that are named, consents that stand, and our own name."""
    named = " ".join([*(one.order_number for one in messages), *(str(one.get("order_number") or "") for one in inputs)])
    entity = Entity.objects.filter(pk=by.entity_id or 0).values_list("name", flat=True).first()
    return Around(entity or "", customers_named(named), consenting([one.contact_id for one in messages]))


def consenting(contacts: Sequence[int | None]) -> frozenset[int]:
    """Those of the contacts (ids) whose consent to advertisements stands."""
    rows = Consent.objects.filter(contact__in=[one for one in contacts if one], purpose=Purpose.MARKETING)
    return frozenset(rows.filter(withdrawn_at__isnull=True).values_list("contact_id", flat=True))


def may_go(message: Message, consents: frozenset[int]) -> bool:
    """Whether a mail may go to its person: what advertises, only with consent or because they asked (2.5.2)."""
    contact = message.contact
    if not message.is_commercial:
        return True
    if contact is None or contact.marketing_refused_at is not None or contact.erased_at is not None:
        return False
    return contact.pk in consents or bool(message.requested.strip())


def begin(message: Message, by: Actor, known: Around) -> None:
    """2.5.2: a mail to a customer is begun, by a template if one is chosen; nothing is sent yet.

    Refuses `customer`, `contact`, `order`, `answers`, and `empty` for a place of the template without a value.
    """
    if message.customer is None:
        raise Refusal("customer", _("Choose the customer."), fields={"customer": [_("Choose the customer.")]})
    message.message_id = f"<{message.public_id}@{host()}>"
    message.at, message.department_id = message.changed_at, message.customer.department_id or message.department_id
    answered = message.answers
    if answered is not None and answered.customer_id != message.customer_id:
        said = _("That mail is another customer's.")
        raise Refusal("answers", said, fields={"answers": [said]})
    message.thread = answered.thread if answered is not None else message.message_id
    _fill_in(message, by, known)
    complete(message, by, known)


def _fill_in(message: Message, by: Actor, known: Around) -> None:
    """Subject and text of the template where nothing was written, or those of what is answered."""
    template, answered = message.template, message.answers
    if answered is not None:
        subject = answered.subject
        message.subject = message.subject or (subject if subject.lower().startswith("re:") else f"Re: {subject}"[:250])
        message.order_number = message.order_number or answered.order_number
    if template is None:
        return
    values = values_for(message.customer, message.contact, message.order_number, by, known.company)
    message.subject = message.subject or filled(template.subject, values, lines=False)
    message.text = message.text or filled(template.text, values)
    message.is_commercial = message.is_commercial or template.purpose in ADVERTISING


def values_for(
    customer: Customer | None, contact: Contact | None, order: str, by: Actor, company: str
) -> dict[str, str]:
    """What stands at the places of a template, for one mail."""
    return {
        "customer": customer.name if customer is not None else "",
        "contact": contact.name if contact is not None else "",
        "post": contact.post if contact is not None else "",
        "order": order,
        "sender": by.name,
        "company": company,
        "day": f"{clock.today(by.zone):%Y-%m-%d}",
    }


def complete(message: Message, by: Actor, known: Around) -> None:
    """2.5.2: whom it goes to and what it is about. Refuses `contact`, `erased`, `order`."""
    contact, answered = message.contact, message.answers
    if contact is not None:
        if contact.customer_id != message.customer_id:
            said = _("This contact belongs to another customer. Choose one of this customer's.")
            raise Refusal("contact", said, fields={"contact": [said]})
        message.address, message.name = contact.email, contact.name
    elif answered is not None:
        message.address, message.name = answered.address, answered.name
    if not is_address(message.address):
        said = _("Choose a contact with an email, or enter the email on the contact's page first.")
        raise Refusal("contact", said, fields={"contact": [said]})
    number = message.order_number
    if number and known.orders.get(number) != message.customer_id:
        said = _("This customer has no order of this number.")
        raise Refusal("order", said, fields={"order_number": [said]})


create(
    Message, clause="2.5.2", may=speaks_with_customer, fields=["customer", "answers", "template", *WRITTEN],
    series=MESSAGES, reads=["customer", "contact", "template", "answers"], prepare=around, body=begin,
    label=_("Write a mail"), icon="mail", then="send",
)  # fmt: skip
edit(
    Message, clause="2.5.2", may=wrote, fields=WRITTEN, source=[State.DRAFT, State.FAILED],
    reads=["customer", "contact", "answers"], prepare=around, body=complete, bulk=False,
)  # fmt: skip
archive(Message, clause="2.5.2", may=wrote, source=frozenset({State.DRAFT.value}))


@action(
    Message, "send", clause="2.5.2", label=_("Send"), may=wrote, source=[State.DRAFT, State.FAILED],
    target=State.WAITING, reads=["contact"], prepare=around, primary=True, icon="send",
    event="customers.message.handed_in",
)  # fmt: skip
def send(message: Message, by: Actor, known: Around) -> None:
    """2.5.2: the mail goes out. Refuses `empty`, `address`, and `consent` for an advertisement unasked for."""
    if not message.subject.strip() or not message.text.strip():
        raise Refusal("empty", _("A mail has a subject line and a text. Write them first."))
    if not message.address or (message.contact is not None and not message.contact.email):
        raise Refusal("address", _("The contact has no email any more. Choose another contact."))
    if not may_go(message, known.consents):
        said = _(
            "Advertisements go only to those who have consented or asked, and have not refused since. Enter the "
            "consent on the contact's page, or how and when they asked."
        )
        raise Refusal("consent", said)
    message.trouble = ""


@action(
    Message, "deliver", clause="2.5.2", label=_("Taken by the mail server"), may=nobody, source=State.WAITING,
    target=State.SENT, shown=False, icon="check", event="customers.message.delivered",
)  # fmt: skip
def deliver(message: Message, by: Actor, *, evidence: Annotated[str, Ask(_("Copy of the mail"))] = "") -> None:
    """2.5.2: the mail server has taken it. Only the house says so. evidence: a word for the bytes that went, where
    somebody keeps them."""
    message.at = message.changed_at


@action(
    Message, "fail", clause="2.5.2", label=_("Could not be sent"), may=nobody, source=State.WAITING,
    target=State.FAILED, shown=False, icon="alert-triangle", event="customers.message.failed",
)  # fmt: skip
def fail(message: Message, by: Actor, *, trouble: Annotated[Message.Trouble, Ask(_("Trouble"))]) -> None:
    """2.5.2: it could not be sent; its writer is told why, and may mend and send it again."""
    message.trouble = trouble


@action(
    Message, "bounce", clause="2.5.2", label=_("Came back"), may=nobody, source=State.SENT, target=State.FAILED,
    shown=False, icon="alert-triangle", event="customers.message.bounced",
)  # fmt: skip
def bounce(message: Message, by: Actor, *, trouble: Annotated[Message.Trouble, Ask(_("Trouble"))]) -> None:
    """2.5.2: their mail server has reported that it could not deliver it: nobody has read it, so it is no contact. Its
    writer is told, and may mend the address and send it again."""
    message.trouble = trouble


def named_in(messages: Sequence[Message], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The `prepare`: which order of the customer that is chosen each mail names."""
    found: dict[int, str] = {}
    for message, given in zip(messages, inputs, strict=True):
        customer = given.get("customer")
        found[message.pk] = order_of(customer.pk if customer else None, f"{message.subject}\n{message.text}")
    return found


@action(
    Message, "assign", clause="2.5.2", label=_("Assign to customer"), may=sorts_mail,
    source=[State.UNKNOWN, State.ASIDE], target=State.RECEIVED, prepare=named_in, primary=True, icon="address-book",
    event="customers.message.assigned",
)  # fmt: skip
def assign(
    message: Message,
    by: Actor,
    orders: Mapping[int, str],
    *,
    customer: Annotated[Customer, Ask(_("Customer"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
    contact: Annotated[Contact | None, Ask(_("Contact"))] = None,
) -> None:
    """2.5.2: somebody knows whose mail it is. It stands with the customer from now on. Refuses `contact`."""
    if contact is not None and contact.customer_id != customer.pk:
        said = _("This contact belongs to another customer. Choose one of this customer's.")
        raise Refusal("contact", said, fields={"contact": [said]})
    message.customer_id, message.contact_id = customer.pk, contact.pk if contact is not None else None
    message.owner_id, message.department_id = customer.owner_id, customer.department_id or message.department_id
    message.order_number = orders.get(message.pk, "")


@action(
    Message, "set_aside", clause="2.5.2", label=_("Set aside"), may=sorts_mail, source=State.UNKNOWN,
    target=State.ASIDE, bulk=True, icon="archive", event="customers.message.set_aside",
)  # fmt: skip
def set_aside(message: Message, by: Actor) -> None:
    """2.5.2: it is no customer's: advertisements of others, mistakes. It can still be assigned."""


@action(
    Message, "blank", clause="2.5.1", label=_("Blank the mail"), may=nobody, shown=False, archive_too=True,
    event="customers.message.blanked",
)  # fmt: skip
def blank(message: Message, by: Actor) -> None:
    """2.5.1: a mail of an erased person says nothing any more; that it went or came, and when, stays."""
    for name, mask in masks().items():
        setattr(message, name, mask)


def masks() -> dict[str, object]:
    """What stands in the place of each erased field of a mail."""
    with translation.override(settings.LANGUAGE_CODE):
        return {**dict.fromkeys(Message.classes, ""), "subject": str(MASK)}


def host() -> str:
    """The right side of our Message-IDs."""
    return settings.CUSTOMER_MAIL.rpartition("@")[2] or "localhost"
