"""Pages of clause 2.6: what waits for the reader's own hand on My day, and what follows from an order on its page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.access import takes_payments
from shangwu.chapters.sales.actions.payments import PAYABLE
from shangwu.chapters.sales.contract_access import keeps_contracts, settles_accounts
from shangwu.chapters.sales.models import (
    Contract,
    CreditNote,
    Order,
    ProductionRequest,
    Quotation,
    Refund,
    Return,
    Shipment,
)
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.chapters.sales.pages.contracts import contracts_over
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.kit import Panel, my_day, panel
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

SHOWN = 5
"""Records of one kind on My day; the list holds the others."""
State = Order.State


class Step(NamedTuple):
    """What waits for whom. mine: only what belongs to the reader."""

    roles: Sequence[Role]
    model: type[Record]
    title: Sentence
    states: Sequence[str]
    mine: bool = False
    only: Q = Q()


SALES = (Role.SALES, Role.CHANNELS)
STEPS = (
    Step(SALES, Quotation, _("Accepted: make the order"), ["accepted"], mine=True, only=Q(order__isnull=True)),
    Step(SALES, Contract, _("Sealed: have it signed"), ["sealed"], mine=True),
    Step((Role.SALES_SUPPORT,), Order, _("To check and confirm"), ["received", "accepted"]),
    Step((Role.SALES_SUPPORT,), Order, _("Paid: to be closed"), ["paid"]),
    Step((Role.SALES_SUPPORT,), CreditNote, _("To be put forward"), ["draft"]),
    Step((Role.SALES_SUPPORT, Role.FINANCE), Refund, _("To be put forward"), ["draft"]),
    Step((Role.PLANNING,), Order, _("Confirmed: to schedule"), ["confirmed"]),
    Step((Role.PLANNING,), ProductionRequest, _("To be made"), ["requested"]),
    Step((Role.QUALITY,), ProductionRequest, _("Made: to be inspected"), ["made"]),
    Step((Role.SECRETARY,), Contract, _("Approved: to be sealed"), ["approved"]),
    Step((Role.LOGISTICS,), Order, _("In production: to make ready when released"), ["scheduled"]),
    Step((Role.LOGISTICS,), Order, _("Ready to ship"), ["ready", "part_shipped"]),
    Step((Role.LOGISTICS,), Shipment, _("Prepared: goods out"), ["prepared"]),
    Step((Role.LOGISTICS,), Shipment, _("Under way: enter the delivery"), ["shipped"]),
    Step((Role.LOGISTICS,), Return, _("Announced: goods that come back"), ["announced"]),
    Step((Role.FINANCE,), Order, _("Delivered: to be invoiced"), ["delivered"]),
    Step((Role.FINANCE,), Order, _("Invoiced: enter the payment"), ["invoiced"]),
    Step((Role.FINANCE,), Refund, _("Approved: to be paid back"), ["approved"]),
)
"""In the order of an order's way. What is asked for by approval, or is a duty, stands on My day by itself."""


def waiting(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What the reader's roles have to do next, the oldest first: one query for each kind of work."""
    groups = [group for step in STEPS if actor.holds_any(step.roles) and (group := _waiting(actor, step))]
    return {"groups": groups} if groups else None


def _waiting(actor: Actor, step: Step) -> dict[str, Any] | None:
    model: Any = step.model
    rows = model.objects.visible_to(actor).filter(step.only, state__in=step.states)
    if step.mine:
        rows = rows.filter(owner=actor.person_id)
    if issubclass(model, Order):
        rows = rows.filter(imported=False)
    found = list(rows.order_by("pk")[: SHOWN + 1])
    if not found:
        return None
    query = urlencode([("state", one) for one in step.states] + ([("owner", "me")] if step.mine else []))
    pages = f"{model._meta.app_label}.{model._meta.model_name}"
    return {
        "title": step.title,
        "rows": [
            {"name": str(one.number or one), "of": one.customer_name, "url": record_url(model, one.public_id)}
            for one in found[:SHOWN]
        ],
        "all_url": f"{url(f'{pages}.list')}?{query}" if len(found) > SHOWN else "",
    }


class Link(NamedTuple):
    """What may follow, and where it is done."""

    label: Sentence
    url: str


def following(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What the reader may begin from an order, with what is known of it filled in."""
    assert isinstance(record, Order)
    if record.imported:
        return None
    links = [link for find in (_contract, _payment, _refund) for link in find(actor, record)]
    return {"links": links} if links else None


def _contract(actor: Actor, order: Order) -> Iterator[Link]:
    """A contract, where none stands over the order."""
    if order.state not in OPEN or not keeps_contracts(actor, order):
        return
    if any(one.state != Contract.State.TERMINATED for one in contracts_over(actor, order)):
        return
    customers = Customer.objects.visible_to(actor).filter(pk=order.customer_id or 0)
    given = {
        "customer": customers.values_list("public_id", flat=True).first() or "",
        "currency": order.currency, "amount": f"{order.gross:f}",
        "covered-0-order": order.public_id, "instalments-0-amount": f"{order.gross:f}",
        "deliveries-0-order": order.public_id, "deliveries-0-due_on": order.promised_on or "",
    }  # fmt: skip
    yield Link(_("Draft a contract"), _begin("sales.contract", given))


def _payment(actor: Actor, order: Order) -> Iterator[Link]:
    if order.state in PAYABLE and order.kept < order.due and takes_payments(actor, order):
        given = {"order": order.public_id, "amount": f"{order.due - order.kept:f}"}
        yield Link(_("Enter a payment"), _begin("sales.payment", given))


def _refund(actor: Actor, order: Order) -> Iterator[Link]:
    if order.overpaid and order.state != State.CLOSED and settles_accounts(actor, order):
        yield Link(_("Draft a refund"), _begin("sales.refund", {"order": order.public_id}))


def _begin(record: str, given: Mapping[str, Any]) -> str:
    known = {name: value for name, value in given.items() if value != ""}
    return f"{url(f'{record}.create')}?{urlencode(known)}"


def accounts(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """A statement of account, for who settles them with the customer."""
    assert isinstance(record, Customer)
    if not settles_accounts(actor, record):
        return None
    houses = Entity.objects.visible_to(actor).filter(pk=record.entity_id or actor.entity_id or 0)
    currency = record.currency or houses.values_list("currency", flat=True).first() or ""
    given = {"customer": record.public_id, "currency": currency}
    return {"links": [Link(_("Draw up a statement"), _begin("sales.statement", given))]}


my_day(Panel("next_steps", _("Waiting for you"), "sales/waiting.html", waiting, place="main", order=15, clause="2.6.1"))
panel(Order, Panel("following", _("What follows"), "sales/following.html", following, place="side", order=4))
panel(Customer, Panel("settling", _("Accounts"), "sales/following.html", accounts, place="side", order=45))
