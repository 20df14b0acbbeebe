"""Clause 2.5.1: the blacklist. Both ways are asked for with a reason and decided by others (DOMAIN W5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import keeps_customer
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import begin
from shangwu.foundation.actions.door import Refusal, action, enter_state
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

State = Customer.State
BLACKLISTING, PARDON = "customers.customer.blacklisting", "customers.customer.pardoning"


def _title(customer: Customer) -> str:
    """A private person is called by the number: what is asked for stays when the person's data are erased."""
    if customer.kind == Customer.Kind.PERSON and customer.number:
        return customer.number
    return f"{customer.number or ''} {customer.name}".strip()


approvable(
    BLACKLISTING,
    model=Customer,
    label=_("Blacklisting"),
    clause="2.5.1",
    title=_title,
    on_approved="customers.customer.blacklist",
    lapses_on=["customers.customer.archived", "customers.customer.blanked"],
    route=[StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True)],
)
approvable(
    PARDON,
    model=Customer,
    label=_("Lifting of a blacklisting"),
    clause="2.5.1",
    title=_title,
    on_approved="customers.customer.pardon",
    lapses_on=["customers.customer.archived", "customers.customer.blanked"],
    route=[StepSpec(name=_("Executive"), role=Role.EXECUTIVE)],
)


@action(
    Customer, "ask_blacklisting", clause="2.5.1", label=_("Ask for blacklisting"), may=keeps_customer,
    source=[one for one in State if one != State.BLACKLISTED], prepare=opening(BLACKLISTING), needs_reason=True,
    icon="ban", event="customers.customer.blacklisting_asked",
)  # fmt: skip
def ask_blacklisting(customer: Customer, by: Actor, opened: Opening) -> list[models.Model]:
    """2.5.1: propose that no more business is done with this customer. Decided by the head. Refuses `route`."""
    return opened.request(customer, by)


@action(
    Customer, "blacklist", clause="2.5.1", label=_("Blacklist"), may=by_decision, target=State.BLACKLISTED,
    source=[one for one in State if one != State.BLACKLISTED], needs_reason=True, icon="ban", persons_only=True,
)  # fmt: skip
def blacklist(customer: Customer, by: Actor) -> None:
    """2.5.1: no more orders are taken. Only a decision does this. Refuses `own`: never the customer's own owner's."""
    if customer.owner_id is not None and customer.owner_id == by.person_id:
        raise Refusal("own", _("This is your own customer. Let another head or the executive decide."))
    customer.protected_until = None


@action(
    Customer, "ask_pardon", clause="2.5.1", label=_("Ask to lift the blacklisting"), may=keeps_customer,
    source=State.BLACKLISTED, prepare=opening(PARDON), needs_reason=True, icon="lock-open", primary=True,
    event="customers.customer.pardon_asked",
)  # fmt: skip
def ask_pardon(customer: Customer, by: Actor, opened: Opening) -> list[models.Model]:
    """2.5.1: propose that business be done again. Decided by the executive. Refuses `route`."""
    return opened.request(customer, by)


@action(
    Customer, "pardon", clause="2.5.1", label=_("Lift the blacklisting"), may=by_decision, source=State.BLACKLISTED,
    needs_reason=True, icon="lock-open", persons_only=True,
)  # fmt: skip
def pardon(customer: Customer, by: Actor) -> None:
    """2.5.1: the executive has lifted it; who has ordered before is a customer again, others may become one."""
    reached = State.WON if customer.won_at is not None else State.POTENTIAL
    won = customer.won_by_id, customer.won_at
    enter_state(customer, reached, customer.changed_at, by.person_id)
    if reached == State.WON:
        customer.won_by_id, customer.won_at = won
    elif customer.owner_id is not None:
        begin(customer, customer.changed_at.astimezone(by.zone).date(), by.zone)
