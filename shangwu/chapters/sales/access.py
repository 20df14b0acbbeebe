"""Who sees products, orders, shipments and payments, and who may do what with them (2.6)."""

from typing import Any

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import (
    Arrival,
    Carrier,
    ExchangeRate,
    Line,
    Lot,
    Movement,
    Order,
    Payment,
    Price,
    PriceList,
    Product,
    ProductionLine,
    ProductionRequest,
    Return,
    ReturnLine,
    Revision,
    Scan,
    Shipment,
    ShipmentLine,
    Warehouse,
)
from shangwu.foundation.access.predicates import holds, is_not_concerned, predicate
from shangwu.foundation.access.scoping import Reach, open_to_all, scope
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, declare, declare_fields, declare_part, with_seen

COST_READERS = (Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.HEAD, Role.FINANCE, Role.PURCHASING)


def sees_cost(by: Actor) -> bool:
    """Cost and profit are for those who answer for them."""
    return by.is_system or by.holds_any(COST_READERS)


SEEN = {
    Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
    Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.BUSINESS: Reach.DEPARTMENT, Role.SERVICE: Reach.DEPARTMENT,
    Role.LEGAL: Reach.DEPARTMENT, Role.PLANNING: Reach.DEPARTMENT, Role.QUALITY: Reach.DEPARTMENT,
    Role.LOGISTICS: Reach.DEPARTMENT, Role.ENGINEERING: Reach.DEPARTMENT, Role.PURCHASING: Reach.DEPARTMENT,
    Role.FINANCE: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
}  # fmt: skip

open_to_all(Product)
open_to_all(Carrier)
open_to_all(ExchangeRate)
open_to_all(Arrival)
open_to_all(Warehouse)
open_to_all(Lot)
declare_fields(Product, {"cost": sees_cost, "minimum_price": sees_cost})
PRICE_READERS = (
    Role.SALES, Role.CHANNELS, Role.SALES_SUPPORT, Role.HEAD, Role.FINANCE, Role.BUSINESS, Role.EXECUTIVE,
    Role.VICE_EXECUTIVE,
)  # fmt: skip


def _price_lists(actor: Actor) -> list[Arm]:
    """General lists are open to who sells; what one customer pays is for those who see the customer."""
    if not actor.holds_any(PRICE_READERS):
        return []
    if actor.holds_any((Role.EXECUTIVE, Role.VICE_EXECUTIVE)):
        return [Arm("all", Q())]
    with_customer = Arm("with", with_seen("customer_id", Customer, actor), ("customer",))
    return [Arm("general", Q(customer__isnull=True)), with_customer]


declare(PriceList, _price_lists)
scope(
    Movement,
    {
        Role.LOGISTICS: Reach.DEPARTMENT, Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.HEAD: Reach.DEPARTMENT,
        Role.PLANNING: Reach.DEPARTMENT, Role.PURCHASING: Reach.DEPARTMENT, Role.FINANCE: Reach.DEPARTMENT,
        Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
    },
)  # fmt: skip
scope(Order, SEEN)
scope(Shipment, SEEN)
scope(Return, SEEN)
scope(ProductionRequest, SEEN)
scope(
    Payment,
    {
        Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
        Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.FINANCE: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL,
        Role.VICE_EXECUTIVE: Reach.ALL,
    },
)  # fmt: skip
for part, parent in (
    (Line, "order"), (Revision, "order"), (ShipmentLine, "shipment"), (Scan, "shipment"), (ReturnLine, "back"),
    (Price, "price_list"), (ProductionLine, "request"),
):  # fmt: skip
    declare_part(part, parent)
declare_fields(Line, {"cost": sees_cost, "profit": sees_cost})

SELLERS = (Role.SALES, Role.CHANNELS)
CLERKS = (Role.SALES_SUPPORT, Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)

keeps_products = holds(Role.SALES_SUPPORT, Role.HEAD, Role.FINANCE, Role.EXECUTIVE)
keeps_stock = holds(Role.LOGISTICS, Role.HEAD, Role.EXECUTIVE)
keeps_arrivals = holds(Role.PURCHASING, Role.PLANNING, Role.LOGISTICS, Role.HEAD)
confirms_arrivals = holds(Role.PURCHASING)
keeps_prices = holds(Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)


def _sells(by: Actor, record: Any) -> bool:
    """The order's salesperson, one who stands in for them, or their superior."""
    stood_in_for = {grant.acting_for for grant in by.grants if grant.acting_for}
    return by.holds_any(SELLERS) and record.owner_id in {by.person_id, *stood_in_for, *by.team}


@predicate
def takes_orders(by: Actor, order: Order | None) -> bool:
    """2.6.1: sales for their own customers, sales support and the head for the department's."""
    if by.is_system:
        return True
    if order is None:
        return by.holds_any((*SELLERS, *CLERKS))
    return by.holds_for(CLERKS, order.department_id) or _sells(by, order)


clerks_of_orders: Predicate = holds(Role.SALES_SUPPORT, Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
reviews_orders: Predicate = clerks_of_orders & is_not_concerned
leads_sales: Predicate = holds(Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
plans_orders: Predicate = holds(Role.SALES_SUPPORT, Role.PLANNING, Role.HEAD)
lets_ship: Predicate = holds(Role.EXECUTIVE) & is_not_concerned
inspects_goods: Predicate = holds(Role.QUALITY) & is_not_concerned
ships_orders: Predicate = holds(Role.LOGISTICS, Role.SALES_SUPPORT, Role.HEAD)
takes_payments: Predicate = holds(Role.FINANCE)


@predicate
def keeps_carriers(by: Actor, carrier: Carrier | None) -> bool:
    """2.6.3: the table of carriers is the whole company's, kept by those who ship."""
    return by.is_system or by.holds_any((Role.LOGISTICS, Role.SALES_SUPPORT, Role.HEAD))


@predicate
def keeps_warehouses(by: Actor, warehouse: Warehouse | None) -> bool:
    """2.6.3: the warehouses are the whole company's, kept by those who ship."""
    return by.is_system or by.holds_any((Role.LOGISTICS, Role.SALES_SUPPORT, Role.HEAD))


@predicate
def keeps_rates(by: Actor, rate: ExchangeRate | None) -> bool:
    """2.6.1: exchange rates are the whole company's, kept by finance."""
    return by.is_system or by.holds_any((Role.FINANCE,))


imports_orders: Predicate = holds(Role.SALES_SUPPORT, Role.HEAD, Role.EXECUTIVE, Role.BUSINESS)


@predicate
def hides_imports(by: Actor, order: Order | None) -> bool:
    """2.6.1: who imports another ledger's orders takes them back; an order of our own is cancelled, never hidden."""
    return bool(imports_orders(by, order)) and (order is None or order.imported)


BEFORE_CONFIRMATION = frozenset({Order.State.RECEIVED, Order.State.REVIEW, Order.State.ACCEPTED})


@predicate
def confirms_orders(by: Actor, order: Order | None) -> bool:
    """2.6.1: after the review the salesperson or a clerk; before it a checker, whose confirmation is the review."""
    if order is None:
        return bool(takes_orders(by, None))
    if order.state == Order.State.RECEIVED:
        return bool(reviews_orders(by, order))
    return bool(takes_orders(by, order))


@predicate
def cancels_orders(by: Actor, order: Order | None) -> bool:
    """2.6.1: who took it, until it is confirmed; then the head, since it costs."""
    if order is None or order.state in BEFORE_CONFIRMATION:
        return bool(takes_orders(by, order))
    return bool(leads_sales(by, order))
