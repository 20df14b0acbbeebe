"""Who sees customers and who may do what with them (2.5)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.customers.models import (
    Area,
    Communication,
    Comparison,
    Consent,
    Contact,
    Customer,
    DeliveryAddress,
    Handover,
    HandoverItem,
    Industry,
    Likeness,
    Merge,
    MergedFile,
    MovedReference,
    PersonalRequest,
    Valuation,
)
from shangwu.chapters.customers.pool_views import shown_with_contacts
from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import Reach, open_to_all, scope, seen_with, shown_by_link, shown_to_link
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import Arm, declare, declare_part, one_of

scope(
    Customer,
    {
        Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
        Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.BUSINESS: Reach.DEPARTMENT, Role.SERVICE: Reach.DEPARTMENT,
        Role.MARKETING: Reach.DEPARTMENT, Role.LEGAL: Reach.DEPARTMENT, Role.FINANCE: Reach.DEPARTMENT,
        Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
    },
    collaborators="collaborators",
    open_when=Q(owner__isnull=True),
    open_to=frozenset({Role.SALES, Role.CHANNELS, Role.SALES_SUPPORT, Role.HEAD}),
)  # fmt: skip
scope(
    PersonalRequest,
    {
        Role.SALES: Reach.OWN, Role.CHANNELS: Reach.OWN, Role.SERVICE: Reach.OWN, Role.HEAD: Reach.DEPARTMENT,
        Role.SECRECY_OFFICER: Reach.ALL, Role.EXECUTIVE: Reach.ALL,
    },
)  # fmt: skip

CONTACT = "contact"
"""What the grant of a link begins with that is one person's own."""


def _contacts(actor: Actor) -> list[Arm]:
    """Those of the customers one sees; the secrecy officer sees a person who asked about their own data.

    Who came by the link of a mail is the one contact to whom it was written.
    """
    if actor.kind is ActorKind.LINK:
        return shown_to_link(actor, Contact)
    customers = shown_with_contacts(Customer.objects.visible_to(actor, archived=True), actor)
    with_customer = Arm("with", one_of("customer_id", customers), ("customer",))
    if not actor.holds_any((Role.SECRECY_OFFICER,)):
        return [with_customer]
    asked = PersonalRequest.objects.visible_to(actor, archived=True).values("contact")
    return [with_customer, Arm("asked", Q(pk__in=asked))]


declare(Contact, _contacts)
shown_by_link(Contact, CONTACT)
seen_with(Communication, "customer")
open_to_all(Industry)
open_to_all(Area)
scope(
    Valuation,
    {
        Role.HEAD: Reach.ALL, Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL, Role.FINANCE: Reach.ALL,
        Role.SALES: Reach.ALL, Role.CHANNELS: Reach.ALL, Role.SALES_SUPPORT: Reach.ALL, Role.MARKETING: Reach.ALL,
    },
)  # fmt: skip
declare_part(DeliveryAddress, "customer")
declare_part(Consent, "contact")
for compared in (Comparison, Likeness, Merge):
    scope(
        compared,
        {
            Role.HEAD: Reach.DEPARTMENT, Role.SALES_SUPPORT: Reach.DEPARTMENT,
            Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
        },
    )  # fmt: skip
scope(
    Handover,
    {
        Role.HEAD: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL, Role.SALES: Reach.OWN,
        Role.CHANNELS: Reach.OWN, Role.SALES_SUPPORT: Reach.OWN, Role.BUSINESS: Reach.OWN, Role.SERVICE: Reach.OWN,
        Role.MARKETING: Reach.OWN,
    },
    collaborators="collaborators",
)  # fmt: skip
declare_part(HandoverItem, "handover")
declare_part(MergedFile, "merge")
declare_part(MovedReference, "merge")

SELLERS = (Role.SALES, Role.CHANNELS)
CLERKS = (Role.SALES_SUPPORT, Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)


def _is_ours(by: Actor, customer: Customer) -> bool:
    """The customer's owner, one who stands in for them, their superior, or a collaborator."""
    if customer.owner_id is None:
        return False
    stood_in_for = {grant.acting_for for grant in by.grants if grant.acting_for}
    mine = customer.owner_id in {by.person_id, *stood_in_for, *by.team}
    return mine or by.person_id in customer.collaborators


@predicate
def makes_customers(by: Actor, customer: Customer | None) -> bool:
    """Whoever sells or supports sales opens files."""
    return by.is_system or by.holds_any((*SELLERS, *CLERKS, Role.BUSINESS, Role.MARKETING, Role.SERVICE))


@predicate
def keeps_customer(by: Actor, customer: Customer | None) -> bool:
    """2.5.1: the owner's side, and sales support and the head of the department."""
    if by.is_system:
        return True
    if customer is None:
        return by.holds_any((*SELLERS, *CLERKS))
    if by.holds_for(CLERKS, customer.department_id):
        return True
    return by.holds_any(SELLERS) and _is_ours(by, customer)


@predicate
def owns_customer(by: Actor, customer: Customer | None) -> bool:
    """Only the owner's side and the head: sharing and releasing give the customer away."""
    if by.is_system:
        return True
    if customer is None:
        return by.holds_any((*SELLERS, Role.HEAD, Role.EXECUTIVE))
    if by.holds_for((Role.HEAD, Role.EXECUTIVE), customer.department_id):
        return True
    return by.holds_any(SELLERS) and customer.owner_id is not None and customer.owner_id in {by.person_id, *by.team}


@predicate
def claims_customers(by: Actor, customer: Customer | None) -> bool:
    """Whoever sells takes customers out of the pool."""
    return by.is_system or by.holds_any(SELLERS)


@predicate
def speaks_with_customer(by: Actor, record: Any) -> bool:
    """2.5.2: whoever deals with the customer logs what was said; the log's row is judged by its customer's gate."""
    return by.is_system or by.holds_any((*SELLERS, *CLERKS, Role.SERVICE, Role.BUSINESS, Role.FINANCE))


@predicate
def spoke(by: Actor, communication: Communication | None) -> bool:
    """One changes one's own log entries only."""
    if by.is_system or communication is None:
        return by.is_system or by.person_id is not None
    return communication.owner_id == by.person_id


@predicate
def owes_next_step(by: Actor, communication: Communication | None) -> bool:
    """2.5.2: whoever has taken a promise over keeps it."""
    if by.is_system or communication is None:
        return by.is_system or by.person_id is not None
    return communication.next_by_id is not None and communication.next_by_id == by.person_id


hands_over: Predicate = holds(
    *SELLERS, Role.HEAD, Role.SALES_SUPPORT, Role.BUSINESS, Role.SERVICE, Role.MARKETING, Role.EXECUTIVE,
    Role.VICE_EXECUTIVE,
)  # fmt: skip


@predicate
def gives(by: Actor, handover: Handover | None) -> bool:
    """2.5.1: who hands over signs; the head for one who has left, but never one who is to take it."""
    if handover is None:
        return by.person_id is not None
    is_theirs = handover.giver_id == by.person_id or by.holds_for(LEADERS, handover.department_id)
    return is_theirs and handover.taker_id != by.person_id


@predicate
def takes(by: Actor, handover: Handover | None) -> bool:
    """2.5.1: only who is to have it takes it over."""
    return by.person_id is not None and (handover is None or handover.taker_id == by.person_id)


LEADERS = (Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
moves_customers: Predicate = holds(Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
lengthens: Predicate = holds(Role.HEAD, Role.EXECUTIVE)
sets_terms: Predicate = holds(Role.FINANCE, Role.HEAD, Role.EXECUTIVE)
merges_customers: Predicate = holds(*CLERKS)
opens_for_others: Predicate = holds(*CLERKS)
pardons_customers: Predicate = holds(Role.EXECUTIVE, Role.VICE_EXECUTIVE)
values_customers: Predicate = holds(Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
takes_requests: Predicate = holds(*SELLERS, *CLERKS, Role.SERVICE, Role.BUSINESS, Role.SECRECY_OFFICER)


@predicate
def keeps_tables(by: Actor, entry: Any) -> bool:
    """2.5.1: the tables of industries and areas are the whole company's, kept by whoever keeps its master data."""
    return by.is_system or by.holds_any((Role.BUSINESS, Role.HEAD, Role.ADMINISTRATOR))


@predicate
def answers_requests(by: Actor, asked: PersonalRequest | None) -> bool:
    """2.5.1: the secrecy officer answers for the whole company, whoever took the request."""
    return by.is_system or by.holds_any((Role.SECRECY_OFFICER,))


def in_own_department(records: Iterable[Record], by: Actor, may: Predicate) -> None:
    """New records of no department become the actor's own department's, where their role reaches no further: a form
    whose department was left empty means that."""
    for one in records:
        if one._state.adding and one.department_id is None and not may(by, one):
            one.department_id = by.department_id
