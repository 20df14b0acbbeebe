"""The demo's warehouses and goods made to order: batches in their places, requests in time and slipping, arrivals."""

import datetime
from collections.abc import Sequence

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Product, ProductionRequest, Warehouse
from shangwu.demo.contracts import Office, at_work
from shangwu.demo.people import Staff
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
WAREHOUSES = (("TY", "桃園總倉", 10), ("KH", "高雄前進倉", 20))
PLACED, WHOLLY = 6, 2
"""Products that lie in batches; those of which all lies so."""
TO_ORDER = (("CV-150", "訂製氣動控制閥 DN150", 86000), ("SK-200", "訂製雙相鋼過濾器 DN200", 54000))
COURSES = ("shipped", "made", "slips", "overdue", "asked")
"""How far each order for made goods has come."""


def make(
    seller: Actor, staff: Staff, customers: Sequence[Customer], stock: Sequence[Product], now: datetime.datetime
) -> dict[str, int]:
    """Warehouses with goods in them, production requests and arrivals; how many of each."""
    office = Office(staff)
    chosen = stock[:PLACED]
    places = _put_away(office, chosen, now)
    _expect(office, stock[PLACED : PLACED + 3], now)
    rows = [
        Row({"currency": currency, "own": "TWD", "day": (now - ago * DAY).date(), "rate": rate, "source": "臺灣銀行"})
        for currency, rate in (("USD", "32.15"), ("CNY", "4.48"), ("JPY", "0.2105"))
        for ago in (35, 20, 5)
    ]  # fmt: skip
    act_many(office.one(Role.FINANCE), "sales.exchangerate.create", rows)
    served = [one for one in customers if one.owner_id is not None]
    made = _make_goods(seller, office, served[: len(COURSES)], now)
    return {"warehouses": len(places), "productions": made}


def _put_away(office: Office, goods: Sequence[Product], now: datetime.datetime) -> list[Warehouse]:
    """What lies nowhere finds its place: most of it in one warehouse, a younger batch in the other."""
    keeps, when = office.one(Role.LOGISTICS), now - 25 * DAY
    rows = [
        Row({"code": code, "name": name, "name_en": code, "rank": rank}, occurred_at=when)
        for code, name, rank in WAREHOUSES
    ]
    places = [one.record for one in act_many(keeps, "sales.warehouse.create", rows, whole=True).done]
    left = {one.pk: one.fresh.on_hand for one in goods}
    for place, warehouse in enumerate(places):
        rows = []
        for at, one in enumerate(goods):
            # Three quarters in one place; in the other half of what is left, or all of it where none lies outside.
            most = left[one.pk] if place and at < WHOLLY else left[one.pk] * (2 if place else 3) // 4
            left[one.pk] -= most
            given = {"quantity": most, "into": warehouse, "batch": f"{when:%y%m}-{one.code}"}
            if most > 0:
                rows.append(Row(given, one.fresh, occurred_at=when))
        act_many(keeps, "sales.product.move", rows)
    wholly = [Row({"in_lots": True}, one.fresh, occurred_at=when) for one in goods[:WHOLLY] if left[one.pk] == 0]
    act_many(office.one(Role.FINANCE), "sales.product.edit", wholly)
    return places


def _expect(office: Office, goods: Sequence[Product], now: datetime.datetime) -> None:
    """Goods on order: one day is confirmed, one has moved."""
    buys, when = office.one(Role.PURCHASING), now - 9 * DAY
    day = now.date() + 12 * DAY
    rows = [
        Row({"product": one, "quantity": 80, "expected_on": day, "origin": f"PO-{5100 + place}"}, occurred_at=when)
        for place, one in enumerate(goods)
    ]
    due = [one.record for one in act_many(buys, "sales.arrival.create", rows).done]
    if len(due) > 1:
        act(buys, "sales.arrival.confirm", due[0], occurred_at=now - 4 * DAY)
        moved = {"expected_on": day + 9 * DAY, "why": "供應商鑄件廠停電，延後出貨"}
        act(buys, "sales.arrival.confirm", due[1], moved, occurred_at=now - 3 * DAY)


def _ordered(
    seller: Actor, office: Office, customers: Sequence[Customer], now: datetime.datetime, began: datetime.datetime
) -> list[Order]:
    """An order of each customer for what is made to order."""
    rows = [
        Row(
            {"code": code, "name": name, "category": "訂製品", "unit": "台", "tax_rate": "0.05", "made": True,
             "list_price": price, "cost": price * 6 // 10},
            occurred_at=now - 20 * DAY,
        )
        for code, name, price in TO_ORDER
    ]  # fmt: skip
    goods = [one.record for one in act_many(seller, "sales.product.create", rows, whole=True).done]
    rows = [
        Row({"customer": one, "lines": [{"product": goods[at % 2], "quantity": 2 + at}]}, occurred_at=began + at * HOUR)
        for at, one in enumerate(customers)
    ]
    return [one.record for one in act_many(office.support, "sales.order.create", rows).done]


def _make_goods(seller: Actor, office: Office, customers: Sequence[Customer], now: datetime.datetime) -> int:
    """Orders for what is made to order, each at another point: shipped by batch, made, slipping, overdue, asked."""
    began = now - 14 * DAY
    orders = _ordered(seller, office, customers, now, began)
    first, second = office.staff.holders(Role.SALES_SUPPORT)[:2]
    checks = at_work(second if first.pk == office.support.person_id else first)
    plans, today = office.one(Role.PLANNING), now.date()
    days = {"shipped": today - 3 * DAY, "made": today, "slips": today + 4 * DAY, "overdue": today - 2 * DAY}
    courses = dict(zip((one.pk for one in orders), COURSES, strict=False))

    def due(order: Order) -> datetime.date:
        return days.get(courses[order.pk], today + 15 * DAY)

    rows = [Row({"promised_on": due(one) + 3 * DAY}, one, occurred_at=began + DAY) for one in orders]
    sure = [one.record for one in act_many(checks, "sales.order.confirm", rows).done]
    rows = [Row({"due_on": due(one)}, one, occurred_at=began + 2 * DAY) for one in sure]
    planned = [one.record for one in act_many(plans, "sales.order.schedule", rows).done]
    for one in ProductionRequest.objects.filter(order__in=[one.pk for one in planned]).order_by("pk"):
        _go_on(office, plans, one, courses[one.order_id], now)
    return len(planned)


def _go_on(office: Office, plans: Actor, request: ProductionRequest, course: str, now: datetime.datetime) -> None:
    if course == "slips":
        given = {"expected_on": now.date() + 9 * DAY, "why": "電磁頭缺料，待供應商補貨"}
        act(plans, "sales.productionrequest.foresee", request, given, occurred_at=now - 2 * DAY)
    if course in ("shipped", "made"):
        made = now - (5 * DAY if course == "shipped" else 3 * HOUR)
        act(plans, "sales.productionrequest.finish", request, {"batch": f"M{made:%y%m}-01"}, occurred_at=made)
    if course == "shipped":
        when = now - 4 * DAY
        given = {"finding": "試壓合格，塗裝無瑕疵"}
        act(office.one(Role.QUALITY), "sales.productionrequest.release", request.fresh, given, occurred_at=when)
        order = Order.objects.get(pk=request.order_id)
        act(plans, "sales.order.make_ready", order, occurred_at=when + HOUR)
        # A customer who owes too much waits for the executive, in the demo too.
        gone = Row({"carrier": "公司派車"}, order.fresh, occurred_at=when + 6 * HOUR)
        act_many(office.one(Role.LOGISTICS), "sales.order.ship", [gone])
