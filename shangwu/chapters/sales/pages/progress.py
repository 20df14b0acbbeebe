"""Pages of clause 2.6.1: how an order stands, for the customer by a signed link, and the list of such links."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.links import LinkRefusal, absolute
from shangwu.chapters.customers.pages.complaint_doors import LOOKS
from shangwu.chapters.sales.models import Line, Order, ProgressPage, Shipment
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.chapters.sales.progress_access import by_link
from shangwu.chapters.sales.progress_links import for_page, page_of
from shangwu.foundation.api.throttling import count_visitor
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import DetailPage, Hidden, ListPage, Panel, Route, View, page, panel
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

ListPage(
    ProgressPage,
    clause="2.6.1",
    columns=["order_number", "customer_name", "state", "with_prices", "owner", "created_at", Hidden("revoked_at")],
    filters=["state", "order", "owner"],
    views=[View("open", gettext_lazy("Open"), "state=open")],
    tones={"open": "run", "revoked": "void"},
    empty=gettext_lazy("No customer follows an order yet. The link is made on the order's page."),
    icon="link",
    path="sales/progress",
    order=15,
)
DetailPage(
    ProgressPage,
    clause="2.6.1",
    title=["customer_name"],
    facts=["order", "customer_name", "with_prices", "created_at", "created_by", "revoked_at", "revoked_by"],
    path="sales/progress",
)


def followed(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The link by which the customer follows this order, if there is one."""
    assert isinstance(record, Order)
    found = ProgressPage.objects.visible_to(actor).filter(order=record, state=ProgressPage.State.OPEN).first()
    if found is None:
        return None
    detail = url("sales.progresspage.detail", public_id=found.public_id)
    return {"link": absolute(for_page(found)), "page": found, "detail": detail}


panel(
    Order,
    Panel(
        "progress", gettext_lazy("The customer follows it"), "sales/progress_link.html", followed, place="side",
        order=40, clause="2.6.1",
    ),
)  # fmt: skip


_OUTSIDE = "the customer sees the legal entity's name, as on the order"


def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How the one order stands. What the link no longer opens is said with a 4xx."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    key, entity_key = page_of(token)
    entities: Any = Entity.objects.unscoped(reason=_OUTSIDE)
    entity = entities.filter(pk=entity_key).first()
    if entity is None:
        raise missing()
    found = ProgressPage.objects.visible_to(by_link(entity, key)).filter(public_id=key).first()
    if found is None:
        raise missing()
    if found.state == ProgressPage.State.REVOKED:
        raise LinkRefusal("used", _("This page is no longer shown. Please ask us how your order stands."))
    by = by_link(entity, key, found.order_id)
    order = Order.objects.visible_to(by).filter(pk=found.order_id).first()
    if order is None:
        raise missing()
    facts = {
        "entity": entity, "order": order, "steps": steps_of(order, by), "with_prices": found.with_prices,
        "lines": [_line(one, found.with_prices) for one in _rows(Line, by, order, "position").exclude(quantity=0)],
        "total": f"{order.currency} {formats.money(order.gross, order.currency)}" if found.with_prices else "",
        "shipments": _rows(Shipment, by, order, "pk").exclude(state=Shipment.State.CANCELLED),
    }  # fmt: skip
    response = render(request, "sales/progress.html", facts)
    add_never_cache_headers(response)
    return response


def _rows(model: Any, by: Actor, order: Order, *sort: str) -> Any:
    return model.objects.visible_to(by).filter(order=order).order_by(*sort)


def _line(line: Line, with_prices: bool) -> dict[str, str]:
    """One line: what, how much, how much has left; with its price where the customer has asked for it."""
    priced = with_prices and line.unit_price is not None
    return {
        "what": line.description, "unit": line.unit, "quantity": formats.number(line.quantity),
        "shipped": formats.number(line.shipped),
        "price": formats.money(line.unit_price or 0, line.currency, exact=True) if priced else "",
        "total": formats.money(line.gross or 0, line.currency) if priced else "",
    }  # fmt: skip


def steps_of(order: Order, by: Actor) -> list[dict[str, Any]]:
    """The way of the order: each step with its day, by the legal entity's calendar, as far as it has come."""
    labels = dict(Order.State.choices)

    def day(at: datetime.datetime | None) -> datetime.date | None:
        return at and at.astimezone(by.zone).date()

    facts: Any = order
    days: dict[str, datetime.date | None] = {
        "received": order.ordered_on, "confirmed": day(facts.confirmed_at), "scheduled": day(facts.scheduled_at),
        "ready": day(facts.ready_at), "shipped": order.shipped_on, "delivered": order.delivered_on,
    }  # fmt: skip
    if order.state in (Order.State.CANCELLED, Order.State.REFUSED):
        ended = day(facts.cancelled_at or facts.refused_at)
        days = {name: when for name, when in days.items() if when}
        days[order.state] = ended
    steps = [
        {"label": labels.get(name, name), "day": formats.day(when) if when else "", "done": when is not None}
        for name, when in days.items()
    ]
    if order.open_again_at is not None and order.state in OPEN:
        steps.append({"label": _("A part is shipped once more"), "day": "", "done": False})
    return steps


page(
    Route("progress", "progress/<str:token>/", progress, reason="how one order stands, by a signed link",
          signed_in=False, sample={"token": "=none"})
)  # fmt: skip
