"""Superstore and AdventureWorks as the house's own history: each order is taken, reviewed by another, promised,
shipped, delivered, invoiced and paid on its day, in the order of days; in the end the ledger holds what is published.

`make test` takes some of the orders; `make soak` takes all of them.
"""

import csv
import datetime
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.sales.models import Line, Order, Payment, Product, Shipment
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_product
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.records import clock
from tests.real_input.answers import answers
from tests.support import real_data

pytestmark = [pytest.mark.soak, pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal
NOTHING = D(0)
Day = datetime.date
DAY = datetime.timedelta(days=1)
LATER = 2192 * DAY
"""The people of a test are at work from 2020 on: every day of the files is taken for the same day six years later."""
SOME = 25
"""So many orders are enough where the whole history is not asked for."""


@dataclass(frozen=True, slots=True)
class Sold:
    """One line of a file. amount: what it came to after its discount."""

    order: str
    on: Day
    left_on: Day
    customer: str
    product: str
    quantity: Decimal
    amount: Decimal
    discount: Decimal = NOTHING


def superstore(folder: Path) -> Iterator[Sold]:
    """One row per line, with the day on which the goods left."""
    with (folder / "superstore.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Sold(
                row["Order ID"], Day.fromisoformat(row["Order Date"]), Day.fromisoformat(row["Ship Date"]),
                row["Customer ID"], row["Product ID"], D(row["Quantity"]), D(row["Sales"]), D(row["Discount"]),
            )  # fmt: skip


def adventureworks(folder: Path) -> Iterator[Sold]:
    """Prices stand in another file; nothing is said of when the goods left: the day after."""
    with (folder / "AdventureWorks_Products.csv").open(encoding="utf-8-sig", newline="") as file:
        prices = {row["ProductKey"]: D(row["ProductPrice"]) for row in csv.DictReader(file)}
    with (folder / "AdventureWorks_Sales_2018.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            month, day, year = map(int, row["OrderDate"].split("/"))
            on, quantity = Day(year, month, day), D(row["OrderQuantity"])
            yield Sold(
                row["OrderNumber"], on, on + DAY, row["CustomerKey"], row["ProductKey"], quantity,
                prices[row["ProductKey"]] * quantity,
            )  # fmt: skip


READERS = {
    "superstore_us": ("superstore_us", superstore),
    "adventureworks_2018": ("adventureworks_sales", adventureworks),
}


class Calendar:
    """The day that the house takes for today."""

    today = Day(2020, 1, 4)

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.combine(self.today, datetime.time(4), datetime.UTC)


@pytest.fixture
def calendar(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calendar]:
    settings.FACTS = tmp_path / "facts"
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    found = Calendar()
    former = clock.replace_source(found)
    yield found
    clock.replace_source(former)


@dataclass
class Course:
    """A department through whose hands the orders of a file go, each step on its day."""

    calendar: Calendar
    crew: House
    customers: dict[str, Customer] = field(default_factory=dict)
    goods: dict[str, Product] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    special: Counter[str] = field(default_factory=Counter)

    def run(self, by_order: dict[str, list[Sold]]) -> None:
        """Every step of every order in the order of days: what is taken on a day comes before what leaves on it."""
        turn = count()
        waiting = [(rows[0].on, 0, next(turn), name) for name, rows in by_order.items()]
        heapq.heapify(waiting)
        while waiting:
            self.calendar.today, step, _turn, name = heapq.heappop(waiting)
            rows = by_order[name]
            if step == 0:
                self._take(name, rows)
                heapq.heappush(waiting, (max(rows[0].left_on, rows[0].on), 1, next(turn), name))
            elif step == 1:
                self._ship(name)
                heapq.heappush(waiting, (self.calendar.today + 2 * DAY, 2, next(turn), name))
            else:
                self._settle(name)

    def _take(self, name: str, rows: Sequence[Sold]) -> None:
        first = rows[0]
        if first.customer not in self.customers:
            self.customers[first.customer] = a_customer(self.crew.sales)
        lines = [
            {
                "product": self._goods(row), "quantity": row.quantity, "discount": row.discount,
                "unit_price": (row.amount / row.quantity / (1 - row.discount)).quantize(D("0.000001")),
            }
            for row in rows
        ]  # fmt: skip
        given = {"customer": self.customers[first.customer], "po_number": name, "lines": lines}
        order: Order = act(self.crew.sales, "sales.order.create", None, given).record
        if order.special_because:
            self.special.update(order.special_because)
            act(self.crew.sales, "sales.order.submit", order)
            assert self.crew.decide_order(order) == "done"
        promised = {"promised_on": max(first.left_on, first.on)}
        self.orders[name] = act(self.crew.support, "sales.order.confirm", order.fresh, promised).record

    def _goods(self, row: Sold) -> Product:
        if row.product not in self.goods:
            whole = (row.amount / row.quantity / (1 - row.discount)).quantize(D("0.000001"))
            self.goods[row.product] = a_product(stock=100_000, tax_rate="0", list_price=whole)
        return self.goods[row.product]

    def _ship(self, name: str) -> None:
        for verb in ("make_ready", "ship"):
            act(self.crew.logistics, f"sales.order.{verb}", self.orders[name].fresh)

    def _settle(self, name: str) -> None:
        """The goods are there two days after they left; the invoice is written, and paid at once."""
        order = self.orders[name].fresh
        shipment = Shipment.objects.get(order=order)
        act(self.crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": self.calendar.today})
        invoice = {"invoice_number": name, "invoiced_on": self.calendar.today}
        order = act(self.crew.finance, "sales.order.invoice", order.fresh, invoice).record
        if order.due:
            paid = {"order": order, "amount": order.due, "received_on": self.calendar.today}
            act(self.crew.finance, "sales.payment.create", None, paid)


@pytest.mark.parametrize("name", READERS)
def test_a_whole_history_goes_through_review_shipping_and_payment(
    calendar: Calendar, full_count: bool, name: str
) -> None:
    folder, read = READERS[name]
    rows = [replace(one, on=one.on + LATER, left_on=one.left_on + LATER) for one in read(real_data(folder))]
    by_order: dict[str, list[Sold]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.on, one.order)):
        by_order[row.order].append(row)
    if not full_count:
        by_order = dict(list(by_order.items())[:SOME])
    rows = [row for one in by_order.values() for row in one]
    calendar.today = rows[0].on
    course = Course(calendar, House(currency="USD"))
    course.run(by_order)
    _require_same(course, by_order)
    if full_count:
        known = answers(name)
        assert (len(by_order), len(rows)) == (known["orders"], known["rows"])
        sales = sum(row.amount for row in rows)
        assert sales.quantize(D("0.01")) == known.get("sales", known.get("revenue"))


def _require_same(course: Course, by_order: dict[str, list[Sold]]) -> None:
    """Each line to the cent, each order paid and on time; the ledger, the money and the stock tell the same."""
    rows = [row for one in by_order.values() for row in one]
    ours = Order.objects.filter(pk__in=[one.pk for one in course.orders.values()])
    assert Counter(one.state for one in ours) == {"paid": len(by_order)}
    lines = list(Line.objects.filter(order__in=ours).order_by("order_id", "position"))
    assert len(lines) == len(rows)
    wanted = [row.amount for name in sorted(by_order, key=lambda one: course.orders[one].pk) for row in by_order[name]]
    for line, amount in zip(lines, wanted, strict=True):
        assert abs(line.net - amount) <= D("0.0051"), (line.order_id, line.position)
    whole = sum(line.net for line in lines)
    assert abs(whole - sum(row.amount for row in rows)) <= D("0.005") * len(rows)
    payments = Payment.objects.filter(order__in=ours)
    assert sum(one.amount for one in payments) == sum(one.gross for one in ours) == whole
    assert all(one.shipped_on == one.promised_on and not one.base_open for one in ours)
    sold: dict[str, Decimal] = defaultdict(D)
    for row in rows:
        sold[row.product] += row.quantity
    for code, goods in course.goods.items():
        left = goods.fresh
        assert (left.on_hand, left.reserved) == (100_000 - sold[code], D(0))
