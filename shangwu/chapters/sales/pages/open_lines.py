"""The statement of what is open, as a page and as a file; and on an order, from which day it can be kept (2.6.1)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.access import plans_orders
from shangwu.chapters.sales.cancelling import SHARES, stage_cost
from shangwu.chapters.sales.models import Line, Order, Product
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.chapters.sales.open_file import possible, workbook
from shangwu.chapters.sales.open_lines import Asked, OpenLine, open_lines, told
from shangwu.chapters.sales.promising import RECKON, available
from shangwu.foundation.access.labels import labels
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.audit.reading import FROM, How, read_many
from shangwu.foundation.jobs.starting import begun
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.forms.fields import pick
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]

SHOWN = 200
"""Lines of a page."""


def show(request: Request) -> HttpResponse:
    """GET: the statement, or as a file with `form=xlsx`. POST: let the days of all open orders be worked out now."""
    actor = request.actor
    if request.method == "POST":
        if not plans_orders(actor, None):
            raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
        return redirect("job", public_id=begun(actor, RECKON, {}, once="all").public_id)
    asked = _asked(actor, request.GET)
    today = clock.today(actor.zone)
    if request.GET.get("form") == "xlsx":
        return workbook(actor, asked, request.GET.urlencode())
    number = int(text) if (text := request.GET.get("page", "")).isdecimal() and len(text) < 6 else 0
    rows = list(open_lines(actor, asked, today)[number * SHOWN : (number + 1) * SHOWN + 1])
    found = told(rows[:SHOWN], today)
    read_many(actor, Order, sorted({one.order.pk for one in found if one.order.secrecy >= FROM}), How.PAGE)
    return render(request, "sales/open.html", _facts(request, asked, found, number, len(rows) > SHOWN))


def _asked(actor: Actor, given: QueryDict) -> Asked:
    return Asked(
        customer=_named(actor, Customer, given.get("customer", "")),
        product=_named(actor, Product, given.get("product", "")),
        until=formats.asked_day(given.get("until", "")),
        late=given.get("late") == "1",
    )


def _named(actor: Actor, model: Any, key: str) -> Any:
    return model.objects.visible_to(actor).filter(public_id=key).first() if is_public_id(key) else None


def _facts(request: Request, asked: Asked, found: list[OpenLine], number: int, more: bool) -> Facts:
    given = request.GET.copy()
    given.pop("page", None)
    here, query = reverse("sales.open"), given.urlencode()
    customers = labels(request.actor, Customer, {key for one in found if (key := one.order.customer_id) is not None})
    pages = [f"{here}?{query}&page={at}" if query else f"{here}?page={at}" for at in (number - 1, number + 1)]
    return {
        "page": page_facts(_("What is open"), clause="2.6.1"),
        "title": _("What is open"),
        "asked": asked,
        "customer_picker": _picker(Customer, "customer", asked.customer),
        "product_picker": _picker(Product, "product", asked.product),
        "until": asked.until.isoformat() if asked.until else "",
        "rows": [_row(one, customers) for one in found],
        "newer": pages[0] if number else "",
        "older": pages[1] if more else "",
        "file_url": f"{here}?{query}&form=xlsx" if query else f"{here}?form=xlsx",
        "reckons": bool(plans_orders(request.actor, None)),
        "here": here,
    }


def _picker(model: Any, name: str, chosen: Any) -> str:
    key, text = (str(chosen.public_id), str(chosen)) if chosen is not None else ("", "")
    return pick(model, name, key, text, {"id": f"id_{name}", "required": False, "invalid": False})


def _row(one: OpenLine, customers: Mapping[int, str]) -> Facts:
    return {
        "number": one.order.number,
        "url": record_url(Order, one.order.public_id),
        "customer": customers.get(one.order.customer_id or 0, one.order.customer_name),
        "state": one.order.get_state_display(),
        "product": str(one.product),
        "code": one.product.code,
        "quantity": f"{formats.number(one.quantity)} {one.line.unit}".strip(),
        "value": formats.money(one.value, one.line.currency),
        "wanted": _day(one.wanted_on),
        "promised": _day(one.promised_on),
        "possible": possible(one),
        "late": one.is_late,
    }


def _day(day: Any) -> str:
    return formats.day(day) if day else ""


def keeping(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """From which day each open line can be kept, as things stand now."""
    assert isinstance(record, Order)
    if record.state not in OPEN or record.imported:
        return None
    rows = Line.objects.visible_to(actor).joining(Product).filter(order=record)
    lines = list(rows.select_related("product").order_by("position"))
    known = available(sorted({line.product.pk for line in lines if line.product is not None and line.product.stocked}))
    days = [kept.available_on for line in lines if (kept := known.get(line.pk)) is not None]
    whole = max(days) if days and None not in days else None  # type: ignore[type-var]  # none is None
    return {
        "rows": [_kept(line, known.get(line.pk), record) for line in lines if line.quantity > line.shipped],
        "whole": _day(whole),
        "late": whole is not None and record.promised_on is not None and whole > record.promised_on,
        "lacking": None in days,
    }


def _kept(line: Line, kept: Any, order: Order) -> Facts:
    if line.product is None or not line.product.stocked:
        text = _("made to order")
    else:
        text = _day(kept.available_on if kept is not None else None) or _("not covered by stock and arrivals")
    return {
        "position": line.position,
        "product": line.description,
        "quantity": f"{formats.number(line.quantity - line.shipped)} {line.unit}".strip(),
        "reserved": formats.number(line.reserved),
        "wanted": _day(line.wanted_on or order.requested_on),
        "possible": text,
    }


def stages(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What giving the order up costs, in each state from now on."""
    assert isinstance(record, Order)
    states = list(SHARES)
    if record.imported or record.state not in (Order.State.RECEIVED, Order.State.REVIEW, Order.State.ACCEPTED, *states):
        return None
    first = states.index(Order.State(record.state)) if record.state in states else 0
    return {
        "rows": [
            {
                "state": state.label,
                "cost": formats.money(stage_cost(record, state), record.currency),
                "current": state == record.state,
            }
            for state in states[first:]
        ]
    }


panel(
    Order,
    Panel(
        "keeping", gettext_lazy("Possible days"), "sales/keeping.html", keeping, place="tab", order=12, clause="2.6.1"
    ),
    Panel("stages", gettext_lazy("Cancelling"), "sales/stages.html", stages, place="side", order=60, clause="2.6.1"),
)
page(
    Route(
        "sales.open", "sales/open/", show, model=Order, verb="list", methods=("GET", "POST"), clause="2.6.1",
        label=gettext_lazy("What is open"), icon="clipboard-list",
    )
)  # fmt: skip
