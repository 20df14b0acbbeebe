"""The notices page: what a person should know, newest first; opening one marks it read, confirming is another step."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import missing

SHOWN = 50


def notices(request: Request) -> HttpResponse:
    """The newest notices, older ones page by page; a POST marks all as read that need no confirmation."""
    own = Notice.objects.filter(person_id=request.actor.person_id or 0)
    if request.method == "POST":
        own.filter(read_at__isnull=True, must_read=False).update(read_at=clock.now())
        return redirect("notices")
    before = request.GET.get("before", "")
    older = own.filter(pk__lt=int(before)) if before.isascii() and before.isdigit() and len(before) < 19 else own
    found = list(older.order_by("-id")[: SHOWN + 1])
    context: dict[str, Any] = {
        "page": frame.page_facts(_("Notices")),
        "notices": found[:SHOWN],
        "unread": any(one.read_at is None and not one.must_read for one in found),
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "has_receipts": Notice.objects.filter(sender_id=request.actor.person_id or 0, must_read=True).exists(),
    }
    return render(request, "pages/notices/list.html", context)


def opened(request: Request, pk: int) -> HttpResponse:
    """Mark a notice read and go to what it is about."""
    notice = _own(request, pk)
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk).update(read_at=clock.now())
    try:
        return redirect(reverse(f"{notice.record_type}.detail", kwargs={"public_id": notice.record_public_id}))
    except NoReverseMatch:
        return redirect("notices")


def confirm(request: Request, pk: int) -> HttpResponse:
    """Say that one has read what must be read; the first time counts."""
    notice, now = _own(request, pk), clock.now()
    Notice.objects.filter(pk=notice.pk, must_read=True, confirmed_at__isnull=True).update(confirmed_at=now)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now)
    return redirect("notices")


def _own(request: Request, pk: int) -> Notice:
    notice = Notice.objects.filter(person_id=request.actor.person_id or 0, pk=pk).first()
    if notice is None:
        raise missing()
    return notice


page(Route("notices", "notices/", notices, methods=("GET", "POST"), reason="a person's own notices"))
page(Route("notices.open", "notices/<int:pk>/", opened, reason="a person's own notices", sample={"pk": "=1"}))
page(
    Route(
        "notices.confirm", "notices/<int:pk>/confirm/", confirm, methods=("POST",), reason="a person's own notices",
        sample={"pk": "=1"},
    )
)  # fmt: skip
