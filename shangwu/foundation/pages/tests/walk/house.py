"""A small house for browser tests, in a process of its own: database, people, orders, and a server that shows them.

`python -m shangwu.foundation.pages.tests.walk.house NAME` makes the database NAME, prints one line of JSON when it
answers, does the deed that each further line names and prints what came of it, and drops the database when its standard
input ends. A process of its own, because Playwright keeps an event loop in the test's thread, and the database must not
be asked beside one.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.db import connection, connections

ORDERS = 24
"""So many orders are there; each test takes one of its own."""

AT_WORK = ("sales", "support", "head", "executive", "finance", "logistics")
PASSWORD = "a-long-walk-by-keys"


Facts = dict[str, Any]
Deeds = dict[str, Callable[[], Any]]


def main(name: str, furnish: Callable[[], tuple[Facts, Deeds]]) -> None:
    """Serve what `furnish` puts into an empty house until standard input ends: its facts are told, its deeds done."""
    settings.DATABASES["default"]["NAME"] = name
    django.setup()
    _database(name, "CREATE")
    try:
        from django.core.management import call_command

        from shangwu.cli.quick_migrations import quickly

        with quickly():
            call_command("migrate", verbosity=0)
        facts, known = furnish()
        server = _server()
        print(json.dumps({**facts, "address": f"http://localhost:{server.port}"}), flush=True)
        for line in sys.stdin:
            print(json.dumps(known[line.strip()]()), flush=True)
            connections.close_all()
        server.terminate()
    finally:
        connections.close_all()
        _database(name, "DROP")


def _database(name: str, command: str) -> None:
    """Make it empty, or as the template of this run has it; or drop it with all that still read from it."""
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if command == "CREATE":
            copied = os.environ.get("SHANGWU_MIGRATED")
            cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{copied}"' if copied else ""))


def _server() -> Any:
    from django.test.testcases import LiveServerThread, _StaticFilesHandler

    settings.ALLOWED_HOSTS = ["localhost"]
    server = LiveServerThread("localhost", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    return server


def _walked() -> tuple[Facts, Deeds]:
    from shangwu.chapters.customers.tests.factories import Crew
    from shangwu.foundation.pages.tests.walk.deeds import deeds

    crew = Crew()
    return _department(crew), deeds(crew)


def _department(crew: Any) -> Facts:
    """People, products, a customer and orders; what a test needs to know of them."""
    from shangwu.chapters.customers.tests.factories import a_customer
    from shangwu.chapters.sales.tests.factories import a_product, an_order
    from shangwu.foundation.access.actors import actor_of
    from shangwu.foundation.actions.door import act
    from shangwu.foundation.people.roles import Role
    from tests.builders import a_person

    _session(crew.colleague, "keys", PASSWORD)
    valve = a_product(stock=10_000, name="三片式不鏽鋼球閥 DN50", list_price="6850")
    switch = a_product(stock=10_000, name="限位開關箱", list_price="2300")
    customer = a_customer(crew.sales, name="澤川水務工程股份有限公司", credit="90000000")
    lines = [{"product": one, "quantity": "10"} for one in (valve, switch)]
    act(crew.colleague, "customers.customer.create", None, {"name": "瀚海半導體設備股份有限公司", "currency": "TWD"})
    orders = [an_order(crew, lines, customer=customer, po_number="PO-1") for _n in range(ORDERS)]
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": {name: _session(getattr(crew, name)) for name in AT_WORK}
        | {
            role: _session(crew.one(Role(role.upper())))
            for role in ("chm", "aud", "hr", "legal", "cs", "plan", "qa", "doc")
        }
        | {"gm": _session(actor_of(crew.leader))}
        | {"adm": _session(actor_of(a_person(Role.ADMINISTRATOR, whole_company=True, entity=crew.entity)))},
        "sign_in": {"name": "keys", "password": PASSWORD},
        "customer": str(customer.public_id),
        "orders": [{"id": str(order.public_id), "number": order.number} for order in orders],
    }


def _session(actor: Any, username: str = "", password: str | None = None) -> str:
    """The session of somebody who has signed in."""
    from django.test import Client

    from shangwu.foundation.people.models import Account, Person
    from tests.builders import unique

    person = Person.objects.get(pk=actor.person_id)
    client = Client()
    account = Account.objects.filter(person=person).first() or Account.objects.create_user(
        username=username or unique("u"), password=password, person=person, language="en"
    )
    client.force_login(account)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


if __name__ == "__main__":
    main(sys.argv[1], _walked)
