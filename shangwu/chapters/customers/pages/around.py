"""The whole of a customer on one page (2.5.2): what was said, visited, needed, promised, hoped for,
complained of and ordered."""

import uuid
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.around import Entry, Happening, Place, around, happens, place_of
from shangwu.chapters.customers.models import Communication, Complaint, Customer, Opportunity, Promise, Ticket, Visit
from shangwu.foundation.access.labels import labels
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

LONGEST = 160
EARLIER = "sw-earlier"
"""The part of the page whose place an earlier portion takes."""

happens(
    Happening(
        Communication, _("Communication"), "messages", "at",
        lambda talk: f"{talk.get_method_display()}: {talk.summary}", only=Q(visit__isnull=True),
    ),
    Happening(
        Visit, _("Visit to the customer"), "map-pin", Coalesce("actual_at", "planned_at"),
        lambda visit: f"{visit.get_state_display()}: {visit.content or visit.ended_because or visit.purpose}",
    ),
    Happening(
        Ticket, _("Need or feedback"), "ear", "registered_at",
        lambda ticket: f"{ticket.get_state_display()}: {ticket.words}",
    ),
    Happening(
        Promise, _("Promise"), "heart-handshake", "created_at",
        lambda promise: f"{promise.get_state_display()} ({formats.day(promise.due_on)}): {promise.what}",
    ),
    Happening(
        Complaint, _("Complaint"), "message-exclamation", "registered_at",
        lambda complaint: f"{complaint.number} {complaint.get_state_display()}: {complaint.description}",
    ),
    Happening(
        Opportunity, _("Opportunity"), "target-arrow", "created_at",
        lambda chance: f"{chance.number} {chance.get_state_display()}: {chance.name}",
    ),
)  # fmt: skip


def line(actor: Actor, record: Record | None) -> dict[str, Any]:
    """The newest of a customer's line of time."""
    assert isinstance(record, Customer)
    return _facts(actor, record, None)


def _facts(actor: Actor, customer: Customer, before: Place | None) -> dict[str, Any]:
    found, older = around(actor, customer, before)
    names = labels(actor, Person, {one.row.owner_id for one in found})
    address = reverse("customers.customer.around", kwargs={"public_id": customer.public_id})
    return {
        "entries": [_entry(one, names) for one in found],
        "older_url": f"{address}?before={older.text.replace('+', '%2B')}" if older is not None else "",
    }


def _entry(one: Entry, names: dict[int, str]) -> dict[str, Any]:
    text = " ".join(one.kind.text(one.row).split())
    return {
        "icon": one.kind.icon,
        "label": one.kind.label,
        "url": reverse(f"{one.kind.name}.detail", kwargs={"public_id": one.row.public_id}),
        "text": text if len(text) <= LONGEST else text[:LONGEST] + "…",
        "when": formats.moment(one.at, brief=True),
        "who": names.get(one.row.owner_id, ""),
    }


def show(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """An earlier portion, put in the place of its link; as a page of its own where it is opened as such."""
    customer = record_of(request.actor, Customer, public_id)
    facts = _facts(request.actor, customer, place_of(request.GET.get("before", "")[:200]))
    if fragment(request) == EARLIER:
        return render(request, "customers/around.html", facts)
    url = reverse("customers.customer.detail", kwargs={"public_id": customer.public_id})
    crumbs = [{"label": str(customer), "url": url}]
    facts |= {"page": frame.page_facts(gettext("All about the customer"), clause="2.5.2", crumbs=crumbs)}
    return render(request, "customers/around_page.html", facts)


page(
    Route(
        "customers.customer.around", "customers/customers/<uuid:public_id>/around/", show, model=Customer,
        verb="detail", sample={"public_id": "public_id"},
    )
)  # fmt: skip
panel(Customer, Panel("all", _("All in one"), "customers/around.html", line, place="tab", order=1, clause="2.5.2"))
