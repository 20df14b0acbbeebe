"""Products and orders for tests, made through the door, and brought as far as a test wants them."""

import datetime
from collections.abc import Sequence
from typing import Any

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order, Product, Quotation, Shipment
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, unique

Lines = Sequence[dict[str, Any]]


def a_product(stock: Any = 1000, by: Actor = HOUSE, **values: Any) -> Product:
    """A product on sale at 100 a piece with 5 % tax, with so much in stock; it is its maker's department's."""
    given = {
        "code": unique("P"),
        "name": "三片式不鏽鋼球閥 DN50",
        "unit": "台",
        "list_price": "100",
        "tax_rate": "0.05",
    } | values
    made: Product = act(by, "sales.product.create", None, given).record
    if stock and made.stocked:
        made = act(HOUSE, "sales.product.receive", made, {"quantity": stock}).record
    return made


def an_order(crew: Crew, lines: Lines | None = None, by: Actor | None = None, **values: Any) -> Order:
    """An order taken by sales: two pieces of a new product, unless lines say otherwise."""
    by = by or crew.sales
    customer: Customer = values.pop("customer", None) or a_customer(by)
    given = {"customer": customer, "lines": lines or [{"product": a_product(), "quantity": "2"}]} | values
    made: Order = act(by, "sales.order.create", None, given).record
    return made


def today(crew: Crew) -> datetime.date:
    """The entity's business day."""
    return clock.today(crew.sales.zone)


def a_confirmed_order(crew: Crew, lines: Lines | None = None, **values: Any) -> Order:
    """An order that sales support has checked and confirmed for today."""
    order = an_order(crew, lines, **values)
    made: Order = act(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}).record
    return made


def a_ready_order(crew: Crew, lines: Lines | None = None, **values: Any) -> Order:
    """A confirmed order whose goods are there."""
    order = a_confirmed_order(crew, lines, **values)
    made: Order = act(crew.logistics, "sales.order.make_ready", order).record
    return made


def a_shipped_order(crew: Crew, lines: Lines | None = None, **values: Any) -> tuple[Order, Shipment]:
    """An order that left whole, with its shipment."""
    order = a_ready_order(crew, lines, **values)
    act(crew.logistics, "sales.order.ship", order)
    return order.fresh, Shipment.objects.get(order=order)


def review_of(order: Order) -> Request:
    """The latest request about an order."""
    return Request.objects.filter(subject_id=order.public_id).latest("pk")


def decide(by: Actor, verb: str, order: Order, opinion: str = "") -> str:
    """Decide an order's review; answers "done", or the code of the refusal."""
    return attempt(by, f"approvals.request.{verb}", review_of(order), {"opinion": opinion})


def attempt(by: Actor, name: str, target: Any = None, inputs: Any = None, **rest: Any) -> str:
    """Do it; answers "done", or the code of the refusal."""
    try:
        act(by, name, target, inputs, **rest)
    except Refusal as refusal:
        return refusal.code
    return "done"


def a_quotation(crew: Crew, lines: Lines | None = None, by: Actor | None = None, **values: Any) -> Quotation:
    """A quotation drawn up by sales: two pieces of a new product, unless lines say otherwise."""
    by = by or crew.sales
    customer: Customer = values.pop("customer", None) or a_customer(by)
    given = {"customer": customer, "lines": lines or [{"product": a_product(), "quantity": "2"}]} | values
    made: Quotation = act(by, "sales.quotation.create", None, given).record
    return made


def a_sent_quotation(crew: Crew, lines: Lines | None = None, **values: Any) -> Quotation:
    """A quotation that the customer has on paper."""
    made = a_quotation(crew, lines, **values)
    sent: Quotation = act(crew.sales, "sales.quotation.send", made, {"by_mail": False}).record
    return sent
