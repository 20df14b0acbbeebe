"""Order entry: what is asked while one types, each answer in the time between two keystrokes (issue 6)."""

from functools import partial
from typing import Any
from urllib.parse import quote

from django.test import Client

from benchmarks import floors
from benchmarks.figures import Figures, median
from benchmarks.house import Desk, account_of
from shangwu.chapters.sales.models import Product
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate

GOAL = 30
"""Milliseconds for each lookup."""


def measure(figures: Figures) -> None:
    """Customers and products found as their names are typed, and the sums of the lines entered so far."""
    client = Client(headers={"accept-language": "zh-hant"}, SERVER_NAME="localhost")
    client.force_login(account_of(Role.SALES_SUPPORT))
    floor = floors.one_page()
    for name, address in _picks().items():
        _ask(figures, f"order entry: {name}", partial(client.get, address), floor)
    desk = Desk()
    for lines in (1, 5, 30):
        sent = _form(desk.inputs(lines))
        work = partial(client.post, "/preview/sales.order.create/", sent)
        _ask(figures, f"order entry: sums, taxes and prices of {lines} lines", work, floor)


def _ask(figures: Figures, name: str, work: Any, floor: float) -> None:
    answer = work()
    if answer.status_code != 200:
        raise RuntimeError(f"{name}: {answer.status_code}")
    figures.at_most(name, median(work), "ms", GOAL, floor)


def _picks() -> dict[str, str]:
    with gate.free_reading():
        code = Product.objects.order_by("pk").values_list("code", flat=True)[0]
    customers, products = "/pick/customers.customer/?q=", "/pick/sales.product/?q="
    return {
        "customer by one character": customers + quote("安"),
        "customer by two characters": customers + quote("精密"),
        "customer by a name": customers + quote("安平工業"),
        "product by one character": products + quote("球"),
        "product by two characters": products + quote("球閥"),
        "product by its code": products + quote(code),
    }


def _form(inputs: dict[str, Any]) -> dict[str, str]:
    """An order's inputs as the form on the page sends them."""
    lines = inputs["lines"]
    sent = {"customer": inputs["customer"], "lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0"}
    for place, line in enumerate(lines):
        sent |= {f"lines-{place}-{name}": str(value) for name, value in line.items()}
    return sent
