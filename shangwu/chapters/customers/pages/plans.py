"""Pages of clause 2.5.2: contact plans, and drawing up those of the year for all one's A and B customers at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import planning
from shangwu.chapters.customers.contact_access import plans_contact
from shangwu.chapters.customers.models import ContactPlan, Customer
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.kit import Group, Hidden, Pages, Range, Route, RowsPanel, View, Wide, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records import clock

Pages(
    ContactPlan,
    clause="2.5.2",
    columns=[
        "customer", "year", "state", "way", "every_days", "owner", "reason", "traits", Hidden("in_force_at"),
        Hidden("in_force_by"), Hidden("department"),
    ],
    filters=["state", "way", "customer", "owner", "department", Range("year")],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("drafts", _("Drafts"), "state=draft"),
        View("force", _("In force"), "state=in_force"),
    ],
    title=["customer", "year"],
    empty=_("No contact plans yet. Draw them up for all your A and B customers at once, from a proposal."),
    icon="calendar",
    order=38,
    track=["draft", "asked", "in_force"],
    facts=["customer", "year", "way", "reason", "every_days", "traits", "in_force_by", "in_force_at"],
    groups=[
        Group(_("Customer"), Wide("customer", 4), "year", Wide("traits"), clause="2.5.2"),
        Group(_("How"), "way", "every_days", Wide("reason")),
    ],
)  # fmt: skip


def year_of(request: Request) -> int:
    """The year that is asked for: this one, or the next. Anything else is this one."""
    this_year = clock.today(request.actor.zone).year
    return this_year + 1 if request.GET.get("year", "") == str(this_year + 1) else this_year


def proposals(request: Request) -> HttpResponse:
    """What is proposed for the actor's customers without a plan; sent, it is drawn up. Refuses `forbidden`."""
    actor, year = request.actor, year_of(request)
    may = bool(plans_contact(actor, None))
    if request.method == "POST":
        if not may:
            raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
        done = len(planning.draw_up_all(actor, year).done)
        said = ngettext("%(count)s plan was drawn up.", "%(count)s plans were drawn up.", done)
        messages.success(request, said % {"count": done})
        return redirect(reverse("customers.contactplan.list") + "?view=drafts&state=draft")
    this_year = clock.today(actor.zone).year
    facts = {
        "page": frame.page_facts(gettext("Plans of the year"), clause="2.5.2"),
        "year": year,
        "years": [{"year": one, "current": one == year} for one in (this_year, this_year + 1)],
        "rows": [_row(one) for one in planning.propose(planning.lacking(actor, year))] if may else [],
        "may": may,
    }
    return render(request, "customers/proposals.html", facts)


def _row(one: planning.Proposal) -> dict[str, object]:
    return {
        "customer": one.customer,
        "url": reverse("customers.customer.detail", kwargs={"public_id": one.customer.public_id}),
        "grade": one.customer.grade,
        "way": ContactPlan.Way(one.way).label,
        "every_days": one.every_days,
        "traits": one.traits,
        "reason": one.reason,
    }


page(
    Route(
        "customers.plans_of_year", "customers/plans/", proposals, methods=("GET", "POST"), clause="2.5.2",
        label=_("Plans of the year"), icon="calendar-plus", model=ContactPlan, verb="list",
    )
)  # fmt: skip
panel(
    Customer,
    RowsPanel("plans", ContactPlan, _("Contact plans"), "customer={record}", order=23, clause="2.5.2"),
)
