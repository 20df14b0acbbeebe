"""Pages of mail with customers (2.5.2): what went and came, what belongs to nobody yet, templates and their preview."""

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.actions.mail import values_for
from shangwu.chapters.customers.filling import PLACES, filled
from shangwu.chapters.customers.models import Contact, Customer, MailTemplate, Message
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import (
    DetailPage,
    FormPage,
    Group,
    Hidden,
    ListPage,
    Pages,
    Panel,
    Period,
    Route,
    RowsPanel,
    View,
    Wide,
    my_day,
    page,
    panel,
)
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

State = Message.State
CHOICES, LISTED = 50, 30
"""Customers among whom a preview lets one choose, and mails of a short list."""

ListPage(
    Message,
    clause="2.5.2",
    columns=[
        "subject", "customer", "state", "address", "at", "owner", "order_number", Hidden("number"), Hidden("contact"),
        Hidden("name"), Hidden("is_commercial"), Hidden("is_automatic"), Hidden("trouble"), Hidden("department"),
    ],
    filters=[
        "state", "customer", "contact", "owner", "order_number", "thread", "complaint", "is_commercial",
        "is_automatic", Period("at"),
    ],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("unknown", _("Belongs to nobody yet"), "state=unknown"),
        View("waiting", _("On their way"), "state=draft&state=waiting&state=failed"),
    ],
    empty=_("No mail yet. Write the first one on a customer's page; answers come in by themselves."),
    tones={"unknown": "wait", "received": "done", "aside": "void"},
    compact=["subject", "customer"],
    icon="mail",
    order=32,
)  # fmt: skip
DetailPage(
    Message,
    clause="2.5.2",
    title=["subject"],
    facts=[
        "customer", "contact", "address", "name", "at", "order_number", "answers", "complaint", "trouble",
        Group(_("Text"), Wide("text"), Wide("left_out")),
        Group(_("Trace"), Wide("message_id", 3), "template", "is_commercial", "requested", "is_automatic", "sent_at"),
    ],
)  # fmt: skip
FormPage(
    "customers.message.create",
    clause="2.5.2",
    groups=[
        Group(_("To"), Wide("customer", 3), Wide("contact", 3), "order_number", "answers", clause="2.5.2"),
        Group(
            _("Mail"), Wide("template", 3), Wide("subject"), Wide("text"),
            help=_("What is left empty is filled in from the template. Nothing is sent before you have read it."),
        ),
        Group(
            _("Advertisement"), "is_commercial", Wide("requested", 4),
            help=_("It goes only to those who have consented or asked, says who sends it, and has a way out."),
        ),
    ],
)  # fmt: skip
FormPage("customers.message.edit", groups=[Group(_("Mail"), "contact", Wide("subject"), Wide("text"))])
Pages(
    MailTemplate,
    clause="2.5.2",
    columns=["name", "purpose", "subject", Hidden("text"), Hidden("owner")],
    filters=["purpose"],
    facts=["purpose", Group(_("Text"), Wide("subject"), Wide("text"))],
    groups=[Group(_("Template"), "name", "purpose", Wide("subject"), Wide("text"), clause="2.5.2")],
    empty=_("No templates yet. Write the first for a mail that is sent again and again."),
    icon="file-text",
    order=34,
)


def answering(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The way to an answer, for who speaks with the customer."""
    assert isinstance(record, Message)
    if record.is_outgoing or record.customer_id is None or not speaks_with_customer(actor, record):
        return None
    customer = Customer.objects.visible_to(actor).filter(pk=record.customer_id).first()
    if customer is None:
        return None
    contact = Contact.objects.visible_to(actor).filter(pk=record.contact_id or 0).first()
    given = {"customer": customer.public_id, "answers": record.public_id}
    if contact is not None and contact.email:
        given["contact"] = contact.public_id
    return {"url": f"{url('customers.message.create')}?{urlencode(given)}"}


def writing(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The way to a mail to this customer, for who speaks with them."""
    assert isinstance(record, Customer)
    if record.archived_at is not None or not speaks_with_customer(actor, record):
        return None
    return {"url": f"{url('customers.message.create')}?{urlencode({'customer': record.public_id})}"}


def thread(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The other mails of a thread, in their order."""
    assert isinstance(record, Message)
    rows = Message.objects.visible_to(actor).filter(thread=record.thread).exclude(pk=record.pk)
    return listed(rows.order_by("pk")[:LISTED])


def mail_about(actor: Actor, number: str) -> dict[str, Any] | None:
    """The latest mails about an order, for the room that keeps orders."""
    rows = Message.objects.visible_to(actor).filter(order_number=number).exclude(order_number="")
    return listed(rows.order_by("-pk")[:LISTED])


def listed(rows: Iterable[Message]) -> dict[str, Any] | None:
    """Mails as a short list draws them; None for none."""
    found = [
        {
            "url": record_url(Message, one.public_id), "subject": str(one), "is_outgoing": one.is_outgoing,
            "at": formats.moment(one.at), "state": one.get_state_display(),
        }
        for one in rows
    ]  # fmt: skip
    return {"rows": found} if found else None


def places(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """What stands at a template's places, and the way to its preview."""
    assert isinstance(record, MailTemplate)
    rows = [{"place": f"{{{name}}}", "what": what} for name, what in PLACES.items()]
    return {"rows": rows, "url": url("customers.mailtemplate.preview", public_id=record.public_id)}


def preview(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A template filled in for a real customer, whom the reader may see and choose."""
    template = record_of(request.actor, MailTemplate, public_id)
    assert isinstance(template, MailTemplate)
    known = Customer.objects.visible_to(request.actor)
    chosen = request.GET.get("customer", "")
    reached = Contact.objects.visible_to(request.actor).filter(customer=OuterRef("pk"))
    customers = list(known.filter(Exists(reached)).order_by("-pk")[:CHOICES])
    customer = next((one for one in customers if str(one.public_id) == chosen), None)
    if customer is None and (wanted := _uuid(chosen)) is not None:
        customer = known.filter(public_id=wanted).first()
    customer = customer or next(iter(customers), None)
    title = gettext("Preview: %(template)s") % {"template": template}
    facts: dict[str, Any] = {"page": frame.page_facts(title, clause="2.5.2"), "refusal": None}
    facts |= {"template": template, "customers": customers, "customer": customer}
    if customer is not None:
        facts |= _shown(request.actor, template, customer, request.GET.get("order", "").strip()[:40])
    return render(request, "customers/preview.html", facts)


def _shown(actor: Actor, template: MailTemplate, customer: Customer, order: str) -> dict[str, Any]:
    contact = Contact.objects.visible_to(actor).filter(customer=customer).order_by("-is_main", "pk").first()
    entity = Entity.objects.visible_to(actor, archived=True).filter(pk=actor.entity_id or 0).first()
    values = values_for(customer, contact, order, actor, entity.name if entity is not None else "")
    try:
        subject, text = filled(template.subject, values, lines=False), filled(template.text, values)
    except Refusal as refusal:
        return {"contact": contact, "order": order, "refusal": refusal}
    return {"contact": contact, "order": order, "subject": subject, "text": text}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


page(
    Route(
        "customers.mailtemplate.preview", "customers/mailtemplates/<uuid:public_id>/preview/", preview,
        model=MailTemplate, verb="detail", sample={"public_id": "public_id"},
    )
)  # fmt: skip
panel(
    Message,
    Panel("answer", _("Answer"), "customers/answer_mail.html", answering, place="side", order=5, clause="2.5.2"),
    Panel("thread", _("Thread"), "customers/thread.html", thread, place="main", order=20),
)
panel(MailTemplate, Panel("places", _("Places"), "customers/places.html", places, place="side", order=5))
panel(
    Customer,
    Panel("write_mail", _("Mail"), "customers/write_mail.html", writing, place="side", order=55, clause="2.5.2"),
    RowsPanel("messages", Message, _("Mail"), "customer={record}", order=22, clause="2.5.2"),
)  # fmt: skip
my_day(
    RowsPanel(
        "unsorted_mail", Message, _("Mail that belongs to nobody yet"), "state=unknown",
        columns=("subject", "address", "at"), place="side", order=47, clause="2.5.2",
    )
)  # fmt: skip
