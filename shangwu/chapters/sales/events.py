"""What follows from an order in other records, announced by name and done through the door."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.db.models.functions import Upper

from shangwu.chapters.customers.asking import Reason, ask_about
from shangwu.chapters.customers.dormancy import ordered_since
from shangwu.chapters.customers.models import Customer, Survey
from shangwu.chapters.customers.named_orders import orders_named
from shangwu.chapters.customers.named_products import products_named
from shangwu.chapters.sales import (  # noqa: F401 -- they declare theirs
    arriving,
    clockwork,
    contract_events,
    countersigning,
    kept_papers,
    production,
    quotation_events,
    replaying,
    telling,
)
from shangwu.chapters.sales.models import (
    CreditNote,
    Order,
    Payment,
    Product,
    ProductionRequest,
    ProgressPage,
    Refund,
    Return,
    Shipment,
)
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source


@on("sales.order.confirmed")
@on("sales.order.imported")
def win_customers(acted: Acted) -> None:
    """2.5.1: the first confirmed order makes a customer of who was none yet."""
    winnable = registry.get("customers.customer.win").source or frozenset()
    first: dict[int, tuple[Customer, object]] = {}
    for order in acted.records:
        customer: Customer | None = order.customer  # type: ignore[attr-defined]
        if customer is not None and customer.state in winnable:
            first.setdefault(customer.pk, (customer, order.changed_at))
    if first:
        own = acted.by.source in (Source.IMPORT, Source.DEMO)
        rows = [Row(target=customer, occurred_at=when if own else None) for customer, when in first.values()]  # type: ignore[arg-type]
        act_many(actors.system(acted.by.source if own else Source.EVENT), "customers.customer.win", rows)


@ordered_since
def customers_with_orders(day: datetime.date) -> QuerySet[Order]:
    """2.5.1: who has ordered on that day or since is not dormant; a cancelled or refused order is none."""
    none = (Order.State.CANCELLED, Order.State.REFUSED)
    return Order.objects.filter(ordered_on__gte=day).exclude(state__in=none).order_by()


@on("sales.shipment.delivered")
def ask_about_deliveries(acted: Acted) -> None:
    """2.5.2: who has the goods is asked whether they are content, if they agreed to be asked."""
    if acted.by.source in (Source.DEMO, Source.IMPORT):
        return
    orders = [one.order for one in acted.records if isinstance(one, Shipment)]
    reasons = [
        Reason(Survey.Occasion.DELIVERY, one.customer_id, contact_id=one.contact_id, order_number=one.number or "")
        for one in orders
        if one.customer_id is not None
    ]
    if reasons:
        ask_about(reasons)


RECIPIENT = {"recipient": "ship_to_name", "phone": "ship_to_phone", "address": "ship_to_address"}
"""What a shipment takes from its order."""


@on("sales.order.readdressed")
def readdress_prepared(acted: Acted) -> None:
    """2.6.3: goods that are being prepared go where their order says now; what their shipment says by itself stays."""
    moved = {one.pk: changed for one, changed in zip(acted.records, acted.changes, strict=True)}
    rows = []
    for one in Shipment.objects.filter(order__in=moved, state=Shipment.State.PREPARED).order_by("pk"):
        changes = {name: moved[one.order_id][of] for name, of in RECIPIENT.items() if of in moved[one.order_id]}
        if follows := {name: now for name, (before, now) in changes.items() if getattr(one, name) == before}:
            rows.append(Row(follows, one))
    if rows:
        act_many(actors.system(Source.EVENT), "sales.shipment.edit", rows, whole=True)


@orders_named(r"\bSO\d{8}-\d{4,}\b")
def customers_of_orders(numbers: Collection[str]) -> Mapping[str, int]:
    """2.5.2: a mail that names an order of its customer stands with that order."""
    rows = Order.objects.filter(number__in=numbers, customer__isnull=False, archived_at__isnull=True)
    return {number: customer for number, customer in rows.values_list("number", "customer") if number and customer}


@products_named
def products_of_words(words: Collection[str]) -> Mapping[str, int]:
    """2.5.3: a complaint about the code of a product, in any case, or about its whole name is about that product. What
    several on file are called says nothing."""
    coded = Product.objects.annotate(upper=Upper("code")).filter(upper__in={one.upper() for one in words})
    by_code = {code.upper(): key for code, key in coded.values_list("code", "pk")}
    by_name: dict[str, list[int]] = defaultdict(list)
    for name, key in Product.objects.filter(name__in=words, archived_at__isnull=True).values_list("name", "pk"):
        by_name[name].append(key)
    meant = {one: by_code.get(one.upper()) or (by_name[one][0] if len(by_name[one]) == 1 else None) for one in words}
    return {one: key for one, key in meant.items() if key is not None}


@on("sales.order.classified")
def keep_as_secret(acted: Acted) -> None:
    """3.4.1: what hangs on an order is as secret as the order."""
    level = {order.pk: order.secrecy for order in acted.records}
    house = actors.system(Source.EVENT)
    for model in (Shipment, Payment, ProgressPage, Return, ProductionRequest, CreditNote, Refund):
        hanging = model.objects.visible_to(house).filter(order__in=level)
        rows = [Row({"secrecy": level[one.order_id]}, one) for one in hanging]
        if rows:
            act_many(house, f"{model._meta.label_lower}.set_secrecy", rows, whole=True)
