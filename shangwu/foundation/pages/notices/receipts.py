"""Who has read what one has asked others to read (必讀): the sender sees names and times, nobody else does."""

import uuid
from typing import Any

from django.db.models import Count, F, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.refusals import missing

SHOWN = 50


def sent(request: Request) -> HttpResponse:
    """What the reader has sent to be read, with how many have confirmed."""
    mine = Notice.objects.filter(sender_id=request.actor.person_id or 0, must_read=True)
    issues = mine.values("issue").annotate(
        first=Min("pk"), readers=Count("pk"), read=Count("read_at"), confirmed=Count("confirmed_at")
    )
    found = list(issues.order_by("-first")[:SHOWN])
    notices = Notice.objects.in_bulk([one["first"] for one in found])
    context: dict[str, Any] = {
        "page": frame.page_facts(_("Read receipts"), crumbs=[{"label": _("Notices"), "url": url("notices")}]),
        "issues": [
            one | {"notice": notices[one["first"]], "url": url("notices.receipts", issue=str(one["issue"]))}
            for one in found
        ],
    }
    return render(request, "pages/notices/sent.html", context)


def receipts(request: Request, issue: uuid.UUID) -> HttpResponse:
    """Who has read one of them, and who has not."""
    mine = Notice.objects.filter(sender_id=request.actor.person_id or 0, issue=issue, must_read=True)
    found = list(mine.order_by(F("confirmed_at").desc(nulls_first=True), "pk")[:2000])
    if not found:
        raise missing()
    people = Person.objects.visible_to(request.actor, archived=True).filter(Q(pk__in=[one.person_id for one in found]))
    names = {one.pk: one.name for one in people}
    crumbs = [{"label": _("Notices"), "url": url("notices")}, {"label": _("Read receipts"), "url": url("notices.sent")}]
    context: dict[str, Any] = {
        "page": frame.page_facts(found[0].sentence, crumbs=crumbs),
        "lines": [(names.get(one.person_id, "—"), one) for one in found],
        "confirmed": sum(one.confirmed_at is not None for one in found),
        "total": len(found),
    }
    return render(request, "pages/notices/receipts.html", context)


page(Route("notices.sent", "notices/sent/", sent, reason="what the reader has sent to be read"))
page(
    Route(
        "notices.receipts", "notices/sent/<uuid:issue>/", receipts, reason="what the reader has sent to be read",
        sample={"issue": "=00000000-0000-4000-8000-000000000000"},
    )
)  # fmt: skip
