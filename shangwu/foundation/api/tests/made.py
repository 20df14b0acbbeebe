"""Records of the first storey for the API's tests, made through the door."""

from typing import Any

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Person
from tests.builders import HOUSE, a_department, unique


def a_customer(owner: Person | None = None, **values: Any) -> Any:
    """A customer of `owner`, in the owner's department."""
    given: dict[str, Any] = {"name": f"安平工業{unique()}"} | values
    if owner is not None:
        given |= {"owner": owner, "department": owner.department}
    return act(HOUSE, "customers.customer.create", None, given).record


def a_product(**values: Any) -> Any:
    """A product whose cost not everyone may see."""
    given = {
        "code": unique("P"), "name": "螺絲", "unit": "盒", "list_price": "12.50", "cost": "7.25", "tax_rate": "0.05",
    }  # fmt: skip
    return act(HOUSE, "sales.product.create", None, given | values).record


def an_order(owner: Person, customer: Any = None, count: int = 2, **values: Any) -> Any:
    """An order of `owner` with `count` lines."""
    customer = customer or a_customer(owner)
    product = a_product()
    act(HOUSE, "sales.product.receive", product, {"quantity": 100})
    lines = [{"product": product, "quantity": position, "unit_price": "12.50"} for position in range(1, count + 1)]
    given = {"customer": customer, "currency": "TWD", "lines": lines} | values
    return act(actor_of(owner), "sales.order.create", None, given).record


def samples(person: Person) -> dict[str, Any]:
    """A coherent record of most types, by public name, which `person` may see."""
    order = an_order(person)
    contact = {"customer": order.customer, "name": "林小姐"}
    price = {"name": unique("價"), "currency": "TWD", "valid_from": "2026-01-01"}
    by = actor_of(person)
    return {
        "people.department": person.department or a_department(),
        "people.person": person,
        "people.post": act(HOUSE, "people.post.create", None, {"name": "業務"}).record,
        "people.roleassignment": person.assignments.first(),
        "customers.customer": order.customer,
        "customers.contact": act(by, "customers.contact.create", None, contact).record,
        "sales.order": order,
        "sales.product": order.lines.all()[0].product,
        "sales.pricelist": act(HOUSE, "sales.pricelist.create", None, price).record,
        "channels.channel": act(HOUSE, "channels.channel.create", None, {"name": unique("通路")}).record,
    }
