"""Server time of lists, their later fragments, details and search, as three kinds of people see them."""

import re
from functools import partial
from urllib.parse import quote

from django.test import Client

from benchmarks import floors
from benchmarks.figures import Figures, median
from benchmarks.house import a_busy_customer, account_of
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate

ROLES = (Role.EXECUTIVE, Role.HEAD, Role.SALES)
LATER = re.compile(r'hx-get="([^"]*/later/[^"]*)"')
NEXT = re.compile(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"')


def measure(figures: Figures) -> None:
    """Every address for every role; a page that the role may not see is left out."""
    floor, busy = floors.one_page(), a_busy_customer()
    for role in ROLES:
        client = Client(headers={"accept-language": "zh-hant"}, SERVER_NAME="localhost")
        client.force_login(account_of(role))
        for name, address in _lists().items():
            _list(figures, client, f"{name}, {role.value}", address, floor)
        for name, address in _groups().items():
            figures.at_most(f"{name}, {role.value}", median(partial(client.get, address)), "ms", 100, floor)
        for name, address in _details(client).items():
            figures.at_most(f"{name}, {role.value}", median(partial(client.get, address)), "ms", 20, floor)
        address = f"/customers/customers/{busy}/?tab=all"
        figures.at_most(f"all about a customer, {role.value}", median(partial(client.get, address)), "ms", 30, floor)
        for text in ("精密", "安平工業", "C0001"):
            found = median(partial(client.get, f"/find/?q={quote(text)}"))
            figures.at_most(f"search for {text}, {role.value}", found, "ms", 50, floor)


def _lists() -> dict[str, str]:
    customers, orders = "/customers/customers/", "/sales/orders/"
    return {
        "customers": customers,
        "customers by name": f"{customers}?sort=sort_key",
        "customers of a state": f"{customers}?state=active",
        "customers of a grade and region": f"{customers}?grade=A&region={quote('高雄')}",
        "customers searched by two characters": f"{customers}?q={quote('精密')}",
        "customers searched by a name": f"{customers}?q={quote('安平工業')}",
        "orders": orders,
        "orders by promised day": f"{orders}?sort=-promised_on",
        "orders by amount": f"{orders}?sort=-gross",
        "orders of a state": f"{orders}?state=confirmed",
        "orders searched by two characters": f"{orders}?q={quote('精密')}",
    }


def _groups() -> dict[str, str]:
    """Lists in groups: a page of each value, also of those that no row has."""
    customers, orders = "/customers/customers/", "/sales/orders/"
    return {
        "customers in groups by segment": f"{customers}?group=segment",
        "customers in groups by kind": f"{customers}?group=kind",
        "orders in groups by currency": f"{orders}?group=currency",
        "orders in a currency that none has": f"{orders}?currency=MYR",
    }


def _list(figures: Figures, client: Client, name: str, address: str, floor: float) -> None:
    page = client.get(address)
    if page.status_code == 404:
        return  # not for this role
    if page.status_code != 200:
        raise RuntimeError(f"{address} answers {page.status_code}")
    figures.at_most(name, median(partial(client.get, address)), "ms", 25, floor)
    later = LATER.search(page.content.decode())
    if later:
        where = later[1].replace("&amp;", "&")
        figures.at_most("  its counts and sums", median(partial(client.get, where), 5), "ms", 150, floor)


def _details(client: Client) -> dict[str, str]:
    """Details of the newest records that this person sees."""
    found = {}
    for name, address, query in (
        ("a customer", "/customers/customers/", ""),
        ("an order", "/sales/orders/", ""),
        ("a contract in approval, its steps drawn", "/sales/contracts/", "?state=approval"),
    ):
        match = re.search(rf'href="({address}[0-9a-f-]{{36}}/)', client.get(address + query).content.decode())
        if match:
            found[f"detail of {name}"] = match[1]
    return found


def sizes() -> tuple[int, int]:
    """How many customers and orders stand behind the lists."""
    with gate.free_reading():
        return Customer.objects.count(), Order.objects.count()
