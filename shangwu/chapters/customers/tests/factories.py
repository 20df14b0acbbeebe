"""People and customers for the tests of chapters, made through the door."""

from functools import cached_property
from typing import Any

from shangwu.chapters.customers.models import Contact, Customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.models import Department, Entity, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, a_department, a_person, an_entity, unique


class Crew:
    """The people of one department, each made when first asked for."""

    def __init__(self, currency: str = "TWD", jurisdiction: str = "TW") -> None:
        self.currency, self.jurisdiction = currency, jurisdiction

    @cached_property
    def entity(self) -> Entity:
        return an_entity(currency=self.currency, jurisdiction=self.jurisdiction)

    @cached_property
    def department(self) -> Department:
        return a_department()

    @cached_property
    def leader(self) -> Person:
        """The executive, superior of everyone: nothing waits for nobody."""
        return a_person(Role.EXECUTIVE, department=self.department, entity=self.entity)

    def one(self, *roles: Role, **values: Any) -> Actor:
        """A further person of the department."""
        values.setdefault("superior", self.leader)
        return actor_of(a_person(*roles, department=self.department, entity=self.entity, **values))

    @cached_property
    def sales(self) -> Actor:
        return self.one(Role.SALES)

    @cached_property
    def colleague(self) -> Actor:
        return self.one(Role.SALES)

    @cached_property
    def support(self) -> Actor:
        return self.one(Role.SALES_SUPPORT)

    @cached_property
    def head(self) -> Actor:
        return self.one(Role.HEAD)

    @cached_property
    def vice(self) -> Actor:
        return self.one(Role.VICE_EXECUTIVE)

    @cached_property
    def executive(self) -> Actor:
        return actor_of(self.leader)

    @cached_property
    def finance(self) -> Actor:
        return self.one(Role.FINANCE)

    @cached_property
    def planning(self) -> Actor:
        return self.one(Role.PLANNING)

    @cached_property
    def purchasing(self) -> Actor:
        return self.one(Role.PURCHASING)

    @cached_property
    def logistics(self) -> Actor:
        return self.one(Role.LOGISTICS)


def a_customer(by: Actor, credit: Any = None, **values: Any) -> Customer:
    """A customer that belongs to `by`; `credit` is set by the house."""
    given = {"name": f"晉洋化工{unique()}股份有限公司"} | values
    made: Customer = act(by, "customers.customer.create", None, given).record
    if credit is not None:
        act(HOUSE, "customers.customer.set_terms", made, {"credit_limit": credit})
        made.refresh_from_db()
    return made


def a_contact(by: Actor, customer: Customer, **values: Any) -> Contact:
    """A person at a customer."""
    given = {"customer": customer, "name": "蘇明勳"} | values
    made: Contact = act(by, "customers.contact.create", None, given).record
    return made


def person_of(actor: Actor) -> str:
    """The public id of the person who acts, as forms and programs name them."""
    return str(Person.objects.get(pk=actor.person_id).public_id)


def blacklist(crew: Crew, customer: Customer) -> None:
    """Sales support asks for it, the head decides it."""
    head = crew.head
    act(crew.support, "customers.customer.ask_blacklisting", customer, reason="欠款")
    asked = Request.objects.filter(subject_id=customer.public_id).latest("pk")
    act(head, "approvals.request.approve", asked, {"opinion": "同意"})
