"""Pages of clause 2.6: what waits for the reader's own hand on My day, and what follows from an order on its page."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
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
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.board.drawing import length
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.kit import Panel, my_day, panel
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields

SHOWN = 5
"""Records of one kind on My day; the list holds the others."""
State = Order.State
DUE = ("promised_on", "due_on", "expected_on")
"""Fields that say by when a record is wanted: the day promised, needed, or expected with the customer."""


class Step(NamedTuple):
    """What waits for whom, and the verb that does it. mine: only what belongs to the reader."""

    roles: Sequence[Role]
    model: type[Record]
    title: Sentence
    states: Sequence[str]
    does: str
    mine: bool = False
    only: Q = Q()


SALES = (Role.SALES, Role.CHANNELS)
STEPS = (
    Step(
        SALES,
        Quotation,
        _("Accepted: make the order"),
        ["accepted"],
        "sales.quotation.order",
        mine=True,
        only=Q(order__isnull=True),
    ),
    Step(SALES, Contract, _("Sealed: have it signed"), ["sealed"], "sales.contract.sign", mine=True),
    Step((Role.SALES_SUPPORT,), Order, _("To check and confirm"), ["received", "accepted"], "sales.order.confirm"),
    Step((Role.SALES_SUPPORT,), Order, _("Paid: to be closed"), ["paid"], "sales.order.close"),
    Step((Role.SALES_SUPPORT,), CreditNote, _("To be put forward"), ["draft"], "sales.creditnote.submit"),
    Step((Role.SALES_SUPPORT, Role.FINANCE), Refund, _("To be put forward"), ["draft"], "sales.refund.submit"),
    Step((Role.PLANNING,), Order, _("Confirmed: to schedule"), ["confirmed"], "sales.order.schedule"),
    Step((Role.PLANNING,), ProductionRequest, _("To be made"), ["requested"], "sales.productionrequest.finish"),
    Step((Role.QUALITY,), ProductionRequest, _("Made: to be inspected"), ["made"], "sales.productionrequest.release"),
    Step((Role.SECRETARY,), Contract, _("Approved: to be sealed"), ["approved"], "sales.contract.seal"),
    Step(
        (Role.LOGISTICS,),
        Order,
        _("In production: to make ready when released"),
        ["scheduled"],
        "sales.order.make_ready",
    ),
    Step((Role.LOGISTICS,), Order, _("Ready to ship"), ["ready", "part_shipped"], "sales.order.ship"),
    Step((Role.LOGISTICS,), Shipment, _("Prepared: goods out"), ["prepared"], "sales.shipment.send"),
    Step((Role.LOGISTICS,), Shipment, _("Under way: enter the delivery"), ["shipped"], "sales.shipment.deliver"),
    Step((Role.LOGISTICS,), Return, _("Announced: goods that come back"), ["announced"], "sales.return.receive"),
    Step((Role.FINANCE,), Order, _("Delivered: to be invoiced"), ["delivered"], "sales.order.invoice"),
    Step((Role.FINANCE,), Order, _("Invoiced: enter the payment"), ["invoiced"], "sales.payment.create"),
    Step((Role.FINANCE,), Refund, _("Approved: to be paid back"), ["approved"], "sales.refund.pay"),
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
    hidden = hidden_fields(model, actor)
    return {
        "title": step.title,
        "rows": [_row(one, step, hidden) for one in found[:SHOWN]],
        "all_url": f"{url(f'{pages}.list')}?{query}" if len(found) > SHOWN else "",
    }


def _row(one: Any, step: Step, hidden: Collection[str]) -> dict[str, Any]:
    """A record as it waits: whose it is, how much it comes to, by when or how long already, and what is to be done."""
    amount = next((name for name in ("gross", "amount") if hasattr(one, name) and name not in hidden), "")
    at = record_url(step.model, one.public_id)
    doing = actions.get(step.does)
    place = at
    if doing is not None and doing.makes:
        place = f"{url(doing.name)}?{urlencode({step.model._meta.model_name or '': one.public_id})}"
    return {
        "name": str(one.number or one),
        "of": one.customer_name,
        "url": at,
        "amount": _amount(getattr(one, amount), one.currency) if amount else "",
        "action": {"label": doing.label, "url": place} if doing is not None else None,
        **_when(one),
    }


def _amount(value: Decimal, currency: str) -> str:
    return f"{formats.symbol(currency)}\u00a0{formats.money(value, currency)}"


def _when(one: Any) -> dict[str, Any]:
    """By when it is promised or needed, in red what is past; else how long it has stood as it stands."""
    today = formats.today()
    day = next((found for name in DUE if (found := getattr(one, name, None))), None)
    if day is not None and day < today:
        return {"when": _("overdue %(time)s") % {"time": length(today - day)}, "late": True}
    if day is not None:
        return {"when": _("due %(day)s") % {"day": formats.day(day, brief=True)}, "late": False}
    since = timezone.localtime(getattr(one, f"{one.state}_at", None) or one.created_at).date()
    return {"when": _("since %(day)s") % {"day": formats.day(since, brief=True)}, "late": False}


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
