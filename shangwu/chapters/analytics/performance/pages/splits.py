"""Pages of clause 2.7.3: split deals, and how an order's credit is shared."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing.figures import locked_months
from shangwu.chapters.analytics.performance.models import Split
from shangwu.chapters.sales.models import Order
from shangwu.foundation.pages.kit import (
    Beside,
    FormPage,
    Group,
    Hidden,
    Lines,
    Pages,
    Parts,
    Route,
    RowsPanel,
    View,
    Wide,
    page,
    panel,
)
from shangwu.foundation.pages.reading import Request

Pages(
    Split,
    clause="2.7.3",
    columns=["order_number", "state", "why", "owner", "agreed_at", Hidden("department"), Hidden("order")],
    filters=["state", "order", "owner", "department"],
    views=[View("waiting", _("Waiting for agreement"), "state=proposed")],
    title=["order_number"],
    empty=_("No deal is shared. Where several persons have won an order, share its credit before it closes."),
    icon="users",
    order=34,
    track=["proposed", "agreed"],
    facts=[Group(_("Split deal"), "order", "order_number", "why", "owner", "former", "agreed_at")],
    parts=[Parts("shares", "person", "percent", "agreed_at")],
)
panel(Order, RowsPanel("splits", Split, _("Credit shared"), "order={record}", order=34, clause="2.7.3"))
FormPage(
    "analytics.split.create",
    clause="2.7.3",
    beside=Beside("analytics.split.locked", "order"),
    groups=[Group(_("Split deal"), Wide("order", 3), Wide("why"), Lines("shares"), clause="2.7.3")],
)


def tell_locked(request: Request) -> HttpResponse:
    """Over the form: that the order's month is locked, so that scores of it keep the credit as it was."""
    try:
        key = uuid.UUID(request.GET.get("order", ""))
    except ValueError:
        return HttpResponse()
    order = Order.objects.visible_to(request.actor).filter(public_id=key).first()
    months = locked_months(order.entity_id or 0) if order is not None else []
    if order is None or order.ordered_on is None or order.ordered_on.replace(day=1) not in months:
        return HttpResponse()
    return render(request, "analytics/split_locked.html", {"month": f"{order.ordered_on:%Y-%m}"})


page(
    Route(
        "analytics.split.locked", "analytics/splits/locked/", tell_locked, clause="2.7.3",
        reason="tells of orders through the reader's gate, and of a month only that it is locked",
    )
)  # fmt: skip
