"""Clause 2.6.1: a quotation goes to the customer, who accepts or declines it; an order is made of it, once."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.mail import MESSAGES, host
from shangwu.chapters.customers.evidence import Attached, attached, require_proof
from shangwu.chapters.customers.models import Message
from shangwu.chapters.sales.actions.orders import ORDERS, require_welcome
from shangwu.chapters.sales.models import Line, Order, Quotation
from shangwu.chapters.sales.pricing import judge
from shangwu.chapters.sales.quotation_access import comes_by_quotation, quotes
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions import writing
from shangwu.foundation.actions.door import Ask, Refusal, action, enter_state, newborn
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor

State, Through = Quotation.State, Quotation.Through
PROOF_HELP = _(
    "The Message-ID of a mail that is kept with this customer, such as <…@…>, or the name of a file that was attached "
    "to this quotation."
)
TAKEN_OVER = (
    "entity_id", "owner_id", "department_id", "secrecy", "customer_id", "customer_name", "contact_id", "payment_terms",
    "payment_days", "prices_with_tax", "currency", "base_currency", "rate", "rated_on", "net", "tax", "gross",
    "base_net", "base_gross", "quantity",
)  # fmt: skip
"""What an order takes over from its quotation as it stands."""
LINE_TAKEN_OVER = (
    "position", "product_id", "description", "quantity", "unit", "unit_price", "list_price", "discount", "tax_rate",
    "prices_with_tax", "currency", "net", "tax", "gross", "base_net", "cost", "wanted_on",
)  # fmt: skip


def ends_before(quotation: Quotation, entity: Entity | None, at: datetime.datetime) -> bool:
    """Whether its last valid day has passed at a moment, where its legal entity is."""
    zone = ZoneInfo(entity.zone if entity is not None else settings.TIME_ZONE)
    return at.astimezone(zone).date() > quotation.valid_until


def _require_valid(quotation: Quotation) -> None:
    if ends_before(quotation, quotation.entity, quotation.changed_at):
        said = _("It was valid until %(day)s. Revise it to offer it anew.")
        raise Refusal("expired", said, {"day": quotation.valid_until})


@dataclass(slots=True)
class Sending:
    """What sending needs to know: names of the legal entities, as the customers know us, and keys for the mails."""

    companies: Mapping[int, str]
    keys: list[int]


def sending(quotations: Sequence[Quotation], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Sending:
    """The `prepare` of sending. A mail has its key before it is written, so that the quotation can name it."""
    wanted = {one.entity_id for one in quotations if one.entity_id}
    companies = dict(Entity.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return Sending(companies, writing.reserve({Message: len(quotations)}).get(Message, []))


@action(
    Quotation, "send", clause="2.6.1", label=_("Send to the customer"), may=quotes,
    source=[State.DRAFT, State.RELEASED], target=State.SENT, numbers={Message: MESSAGES}, prepare=sending,
    reads=["customer", "contact", "entity", "lines.product"], primary=True, icon="send",
    event="sales.quotation.sent",
    offered_when=lambda quotation: quotation.state == State.RELEASED or not quotation.special_because,
)  # fmt: skip
def send(
    quotation: Quotation,
    by: Actor,
    known: Sending,
    *,
    by_mail: Annotated[
        bool, Ask(_("By mail"), _("With a link by which the customer answers. Otherwise you hand the paper over."))
    ] = True,
) -> list[models.Model]:
    """2.6.1: the customer has it, and may accept it until its last valid day.

    Refuses `review` for prices that need approval, `conditions`, `expired`, `blacklisted`, `secret`, and `contact`
    where there is nobody to write to.
    """
    if quotation.state == State.DRAFT:
        judge(quotation, list(quotation.lines.all()))
        if quotation.special_because:
            raise Refusal("review", _("These prices need approval. Submit the quotation first."))
    if quotation.conditions:
        raise Refusal("conditions", _("It was released on a condition that is not yet met. Meet it first."))
    require_welcome(quotation.customer)
    _require_valid(quotation)
    if not by_mail:
        return []
    if quotation.secrecy:
        raise Refusal("secret", _("What is secret goes by no link. Hand the paper over yourself."))
    contact = quotation.contact
    if contact is None or not contact.email or contact.erased_at is not None:
        said = _("There is nobody to write to: enter a contact with an email, or hand the paper over yourself.")
        raise Refusal("contact", said, fields={"by_mail": [said]})
    message = _mail(quotation, by, known)
    quotation.mail = message
    return [message]


def _mail(quotation: Quotation, by: Actor, known: Sending) -> Message:
    """The mail that takes it along. Link and paper are put in as it leaves: nobody of ours answers for the customer."""
    contact = quotation.contact
    assert contact is not None
    message: Message = newborn(Message, by, quotation.changed_at)
    message.pk = known.keys.pop()
    message.customer_id, message.contact_id = quotation.customer_id, contact.pk
    message.address, message.name = contact.email, contact.name
    message.entity_id, message.department_id = quotation.entity_id, quotation.department_id
    message.at = quotation.changed_at
    message.message_id = message.thread = f"<{message.public_id}@{host()}>"
    with translation.override(settings.LANGUAGE_CODE):
        message.subject = gettext("Our quotation %(number)s") % {"number": quotation.edition}
        message.text = gettext(
            "%(name)s, here is our quotation %(number)s, valid until %(day)s. Thank you for asking us.\n%(company)s"
        ) % {
            "name": contact.name, "number": quotation.edition, "day": quotation.valid_until,
            "company": known.companies.get(quotation.entity_id or 0, ""),
        }  # fmt: skip
    enter_state(message, Message.State.WAITING, quotation.changed_at, None)
    return message


@action(
    Quotation, "accept", clause="2.6.1", label=_("Accepted by the customer"), may=quotes, source=State.SENT,
    target=State.ACCEPTED, reads=["entity"], prepare=attached, icon="thumb-up",
)  # fmt: skip
def accept(
    quotation: Quotation, by: Actor, files: Attached, *, proof: Annotated[str, Ask(_("Proof"), PROOF_HELP, most=250)]
) -> None:
    """2.6.1: the customer has said yes in a mail, or on paper that is attached. Refuses `proof`, `expired`."""
    _require_valid(quotation)
    quotation.proof, quotation.answered_through = require_proof(quotation, proof, files), Through.PERSON


@action(
    Quotation, "decline", clause="2.6.1", label=_("Declined by the customer"), may=quotes, source=State.SENT,
    target=State.DECLINED, icon="thumb-down",
)  # fmt: skip
def decline(
    quotation: Quotation, by: Actor, *, answer: Annotated[str, Ask(_("Reason of the customer"), most=1000)]
) -> None:
    """2.6.1: the customer has said no, and why. Refuses `answer` without a reason."""
    _declined(quotation, answer, Through.PERSON)


@action(
    Quotation, "accept_by_link", clause="2.6.1", label=pgettext_lazy("quotation", "Accept"), may=comes_by_quotation,
    source=State.SENT, target=State.ACCEPTED, reads=["entity"], shown=False, icon="thumb-up",
    event="sales.quotation.accepted",
)  # fmt: skip
def accept_by_link(quotation: Quotation, by: Actor, *, revision: Annotated[int, Ask(_("Revision"), least=0)]) -> None:
    """2.6.1: the customer says yes to the revision that the link is for. Refuses `superseded`, `expired`."""
    _require_present(quotation, revision)
    quotation.answered_through = Through.LINK


@action(
    Quotation, "decline_by_link", clause="2.6.1", label=pgettext_lazy("quotation", "Decline"), may=comes_by_quotation,
    source=State.SENT, target=State.DECLINED, reads=["entity"], shown=False, icon="thumb-down",
    event="sales.quotation.declined",
)  # fmt: skip
def decline_by_link(
    quotation: Quotation,
    by: Actor,
    *,
    revision: Annotated[int, Ask(_("Revision"), least=0)],
    answer: Annotated[str, Ask(_("Reason of the customer"), most=1000)],
) -> None:
    """2.6.1: the customer says no, and why. Refuses `superseded`, `expired`, `answer` without a reason."""
    _require_present(quotation, revision)
    _declined(quotation, answer, Through.LINK)


def _require_present(quotation: Quotation, revision: int) -> None:
    if quotation.revision != revision:
        raise Refusal("superseded", _("We have sent you a newer one in the meantime. Please open that one."))
    _require_valid(quotation)


def _declined(quotation: Quotation, answer: str, through: str) -> None:
    if not answer.strip():
        said = _("Say why the customer declines.")
        raise Refusal("answer", said, fields={"answer": [said]})
    quotation.answer, quotation.answered_through = answer.strip()[:1000], through


@action(
    Quotation, "expire", clause="2.6.1", label=pgettext_lazy("quotation", "Expired"), may=nobody, source=State.SENT,
    target=State.EXPIRED, reads=["entity"], shown=False, icon="clock-off",
)  # fmt: skip
def expire(quotation: Quotation, by: Actor) -> None:
    """2.6.1: its last valid day has passed without an answer. Only the clock says so. Refuses `early`."""
    if not ends_before(quotation, quotation.entity, quotation.changed_at):
        raise Refusal("early", _("It is still valid."))


def keys_for(quotations: Sequence[Quotation], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> list[int]:
    """The `prepare` of ordering: the order has its key before it is written, so that the quotation can name it."""
    return writing.reserve({Order: len(quotations)}).get(Order, [])


@action(
    Quotation, "order", clause="2.6.1", label=_("Make the order"), may=quotes, source=State.ACCEPTED,
    reads=["customer", "lines.product"], numbers={Order: ORDERS}, prepare=keys_for, primary=True,
    icon="clipboard-list", event="sales.quotation.ordered",
    offered_when=lambda quotation: quotation.order_id is None,
)  # fmt: skip
def order(quotation: Quotation, by: Actor, keys: list[int]) -> list[models.Model]:
    """2.6.1: what the customer has accepted becomes an order with the same lines and prices, once; it takes an
    order's own way from there. What was released with the quotation needs no second approval. Refuses `ordered`,
    `blacklisted`."""
    if quotation.order_id is not None:
        raise Refusal("ordered", _("An order was made of it already. Open that one."))
    customer = quotation.customer
    require_welcome(customer)
    made: Order = newborn(Order, by, quotation.changed_at)
    made.pk = keys.pop()
    for name in TAKEN_OVER:
        setattr(made, name, getattr(quotation, name))
    made.customer = customer
    made.ordered_on = quotation.changed_at.astimezone(by.zone).date()
    for name in ("ship_to_name", "ship_to_phone", "ship_to_address", "region"):
        setattr(made, name, getattr(customer, name))
    made.channel_id, made.note = customer.channel_id, quotation.terms
    lines = []
    for offered in quotation.lines.all():
        line = Line(order=made, **{name: getattr(offered, name) for name in LINE_TAKEN_OVER})
        line.product = offered.product
        lines.append(line)
    # It could not be sent before it was released at these prices and terms.
    made.covered_because = list(quotation.special_because)
    judge(made, lines)
    quotation.order = made
    return [made, *lines]
