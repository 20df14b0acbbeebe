"""Pages of clause 2.5.2: visits; recording one by one press from My day and from the customer's page."""

import datetime
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import SELLERS, speaks_with_customer
from shangwu.chapters.customers.actions.visit_places import is_wanted
from shangwu.chapters.customers.contact_access import goes_oneself
from shangwu.chapters.customers.models import Communication, Customer, Promise, Ticket, Visit
from shangwu.foundation.access.labels import labels
from shangwu.foundation.actions.registry import get
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import (
    FormPage,
    Group,
    Hidden,
    Lines,
    Pages,
    Panel,
    Parts,
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
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

AHEAD = datetime.timedelta(days=7)
LISTED = 8

Pages(
    Visit,
    clause="2.5.2",
    columns=[
        "customer", "state", "way", "planned_at", "purpose", "owner", "actual_at",
        "attitude", "content", Hidden("competitors"), Hidden("next_step"), Hidden("next_on"), Hidden("companions"),
        Hidden("arrived_at"), Hidden("department"),
    ],
    filters=[
        "state", "customer", "owner", "department", "way", "attitude", "companions", Period("planned_at"),
        Period("actual_at"),
    ],
    sorts=["planned_at"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("planned", _("Planned"), "state=planned", sort="planned_at"),
        View("done", _("Took place"), "state=done"),
        View("with", _("I go along"), "companions=me"),
    ],
    title=["customer"],
    empty=_("No visits yet. Plan the first one, or record one that took place."),
    icon="map-pin",
    order=32,
    track=["planned", "done"],
    facts=[
        Group(
            _("Plan"), "customer", "way", "planned_at", "purpose", "companions", "arrived_at", "whereabouts",
            "instead_of", "ended_because",
        ),
        Group(_("Report"), "actual_at", "attitude", Wide("content"), Wide("competitors"), "next_step", "next_on"),
    ],
    parts=[Parts("met", "contact", title=_("With"))],
    groups=[
        Group(_("Plan"), Wide("customer", 3), "way", "planned_at", Wide("purpose"), "companions", clause="2.5.2"),
        Group(_("With"), Lines("met", "contact")),
    ],
)  # fmt: skip
REPORTED = [
    Group(
        _("Report"),
        Wide("content"),
        "attitude",
        "actual_at",
        Wide("competitors"),
        clause="2.5.2",
        help=_("Without a time it is now."),
    ),
    Group(_("Next step"), Wide("next_step", 4), "next_on"),
]
FormPage("customers.visit.report", clause="2.5.2", groups=REPORTED)
FormPage(
    "customers.visit.record",
    clause="2.5.2",
    title=_("Record a visit"),
    groups=[
        Group(
            _("Visit to the customer"),
            Wide("customer", 4),
            "way",
            Wide("content"),
            "attitude",
            "actual_at",
            clause="2.5.2",
            help=_("Without a time it is now."),
        ),
        Group(_("Next step"), Wide("next_step", 4), "next_on"),
        Group(_("Further"), Wide("competitors"), "purpose", "companions", Lines("met", "contact")),
    ],
)


def planned(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """My visits of the week and those not reported yet; each is recorded by one press."""
    may = bool(speaks_with_customer(actor, None)) and actor.person_id is not None
    if not may:
        return None
    now = clock.now()
    rows = Visit.objects.visible_to(actor).filter(
        owner=actor.person_id, state=Visit.State.PLANNED, planned_at__lt=now + AHEAD
    )
    found = list(rows.order_by("planned_at", "pk")[:LISTED])
    if not found and not actor.holds_any(SELLERS):
        return None
    customers = Customer.objects.visible_to(actor).in_bulk({one.customer_id for one in found})
    return {
        "visits": [_planned(one, customers.get(one.customer_id), now) for one in found],
        "record_url": reverse("do.customers.visit.record"),
        "plan_url": reverse("customers.visit.create"),
    }


def _planned(visit: Visit, customer: Customer | None, now: datetime.datetime) -> dict[str, Any]:
    key = {"public_id": visit.public_id}
    assert visit.planned_at is not None
    return {
        "when": formats.moment(visit.planned_at, brief=True),
        "is_over": visit.planned_at < now,
        "customer": str(customer or gettext("A customer of others")),
        "purpose": visit.purpose,
        "url": reverse("customers.visit.detail", kwargs=key),
        "report_url": reverse("do.customers.visit.report", kwargs=key),
    }


STEPS = (
    ("customers.visit.record", "notes", _("Record a visit")),
    ("customers.communication.create", "message-plus", _("Log a contact")),
    ("customers.ticket.create", "ear", _("Register a need")),
    ("customers.promise.create", "heart-handshake", _("Write down a promise")),
    ("customers.visit.create", "calendar-plus", _("Plan a visit")),
    ("customers.contact.create", "address-book", _("Enter a contact")),
    ("customers.contactplan.create", "calendar-event", _("Draw up a contact plan")),
    ("customers.complaint.create", "message-exclamation", _("Register a complaint")),
)
"""What one does about a customer on the way: action, icon, label."""


def steps(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """What is written down about this customer, each by one press."""
    assert isinstance(record, Customer)
    if record.archived_at is not None or not speaks_with_customer(actor, None):
        return None
    query = urlencode({"customer": record.public_id})
    found = [
        {"url": f"{reverse(f'do.{name}')}?{query}", "icon": icon, "label": label}
        for name, icon, label in STEPS
        if get(name).offered_to(actor, None)
    ]
    return {"steps": found} if found else None


def here(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Say that one has arrived, with position: what is kept, by whom it is seen, and when it goes."""
    visit = record_of(request.actor, Visit, public_id)
    key = {"public_id": visit.public_id}
    facts = {
        "page": frame.page_facts(gettext("I have arrived"), clause="2.5.2"),
        "customer": labels(request.actor, Customer, {visit.customer_id})[visit.customer_id],
        "wanted": is_wanted(),
        "may": bool(goes_oneself(request.actor, visit)) and get("customers.visit.arrive").fits(visit),
        "days": policy("visit.position_days"),
        "url": reverse("do.customers.visit.arrive_here", kwargs=key),
        "plain_url": reverse("do.customers.visit.arrive", kwargs=key),
        "back_url": reverse("customers.visit.detail", kwargs=key),
    }
    return render(request, "customers/here.html", facts)


page(
    Route(
        "customers.visit.here", "customers/visits/<uuid:public_id>/here/", here, model=Visit,
        verb="customers.visit.arrive_here", sample={"public_id": "public_id"},
    )
)  # fmt: skip
panel(
    Customer,
    Panel("steps", _("Write down"), "customers/steps.html", steps, place="top", order=1, clause="2.5.2"),
    RowsPanel("visits", Visit, _("Visits"), "customer={record}", order=19, clause="2.5.2"),
)
panel(
    Visit,
    RowsPanel("tickets", Ticket, _("Needs and feedback"), "visit={record}", order=20, clause="2.5.2"),
    RowsPanel("promises", Promise, _("Promises"), "visit={record}", order=21, clause="2.5.2"),
    RowsPanel("talks", Communication, _("Next steps"), "visit={record}", order=22, clause="2.5.2"),
)
my_day(Panel("visits", _("Visits"), "customers/planned.html", planned, place="main", order=0, clause="2.5.2"))
