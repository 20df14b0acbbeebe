"""A small house to break: keys of a seller and of sales support, customers and goods.

Run as a program with the environment of an installation, it makes them through the door and prints them as JSON.
"""

import json
import os
import sys
from typing import Any


def seed() -> dict[str, Any]:
    """Make them; gives keys, public ids, and the cookie of a browser that has signed in."""
    from django.test import Client

    from shangwu.chapters.customers.tests.factories import Crew, a_customer
    from shangwu.chapters.sales.tests.factories import a_product, today
    from shangwu.foundation.api.tests.support import a_key
    from shangwu.foundation.people.models import Person
    from shangwu.foundation.people.roles import Role

    crew = Crew()
    crew_of = {"seller": crew.sales, "support": crew.one(Role.SALES_SUPPORT)}
    people = {name: Person.objects.get(pk=actor.person_id) for name, actor in crew_of.items()}
    found: dict[str, Any] = {name: a_key(person) for name, person in people.items()}
    browser = Client()
    browser.force_login(people["seller"].account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found | {
        "cookie": f"shangwu_session={browser.cookies['shangwu_session'].value}",
        "customers": [str(a_customer(crew.sales).public_id) for _n in range(5)],
        "products": [str(a_product(stock=1_000_000).public_id) for _n in range(6)],
        "today": today(crew).isoformat(),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
    import django

    django.setup()
    json.dump(seed(), sys.stdout)
