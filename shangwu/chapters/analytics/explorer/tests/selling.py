"""Sold goods for tests of figures: few orders, different in everything that figures are grouped by."""

import datetime
from pathlib import Path
from typing import Any

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.people.models import Person


def own_facts(settings: Any, folder: Path) -> None:
    """Facts of one test alone."""
    settings.FACTS = folder


class Shop:
    """Two products in stock, two customers of one salesperson and one of a colleague, four orders."""

    third: Any
    fourth: Any

    def __init__(self) -> None:
        self.crew = crew = Crew()
        self.valve = a_product(list_price="100.50", cost="60", category="valves", stock=100)
        self.pump = a_product(list_price="733.33", cost="500", category="pumps", stock=50)
        self.bolt = a_product(list_price="9.90", cost=None, category="", stock=900)
        self.first = a_customer(crew.sales, region="North")
        self.second = a_customer(crew.sales, region="South")
        self.theirs = a_customer(crew.colleague, region="South")
        self.sell(self.first, {self.valve: 3, self.pump: 1})
        self.sell(self.first, {self.valve: 2, self.pump: 2, self.bolt: 10})
        self.sell(self.second, {self.bolt: 7})
        self.sell(self.theirs, {self.pump: 4}, by=crew.colleague)

    def sell(self, customer: Any, goods: dict[Any, int], by: Any = None, on: datetime.date | None = None) -> Any:
        """A confirmed order."""
        lines = [{"product": product, "quantity": str(count)} for product, count in goods.items()]
        more = {"ordered_on": on} if on is not None else {}
        return a_confirmed_order(self.crew, lines, customer=customer, by=by, **more)

    def customer(self) -> Any:
        """A further customer of the salesperson."""
        return a_customer(self.crew.sales, region="North")

    def export(self) -> "Shop":
        """Make the facts of what was sold."""
        export("sales.lines")
        return self


def person(actor: Any) -> Person:
    """The person who acts."""
    found: Person = Person.objects.get(pk=actor.person_id)
    return found
