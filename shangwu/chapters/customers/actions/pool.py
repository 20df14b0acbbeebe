"""Clause 2.5.1: who has a customer, for how long, and how it comes to the pool and out of it."""

import datetime
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import claims_customers, lengthens, moves_customers, owns_customer
from shangwu.chapters.customers.after_contracts import last_days
from shangwu.chapters.customers.holdings import Holdings, claims_of, holdings_of
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import begin, is_exempt, let_go, protect_fairly
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.actions.handing_over import VERB as TRANSFER
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

State = Customer.State
ZONE = Ask(_("Time zone of the owner"))


def held_by_claimant(customers: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Holdings:
    """How many customers the one who claims has already; they can't claim elsewhere meanwhile."""
    return claims_of(by)


@action(
    Customer, "claim", clause="2.5.1", label=_("Claim"), may=claims_customers, icon="hand-grab", bulk=True,
    prepare=held_by_claimant, offered_when=lambda customer: customer.owner_id is None,
)  # fmt: skip
def claim(customer: Customer, by: Actor, held: Holdings) -> None:
    """2.5.1: take a customer out of the pool. Refuses `owned`, `blacklisted`, `limit`, `daily`, `reclaim` to a former
    owner."""
    if customer.owner_id is not None:
        raise Refusal("owned", _("Someone has this customer already. Reload the pool and choose another."))
    if customer.state == State.BLACKLISTED:
        raise Refusal("blacklisted", _("This customer is on the blacklist. Ask the executive."))
    if customer.released_by_id == by.person_id and customer.released_at is not None:
        free_at = customer.released_at + datetime.timedelta(days=policy("pool.reclaim"))
        if customer.changed_at < free_at:
            said = _("This customer was yours; you may claim it again from %(day)s.")
            raise Refusal("reclaim", said, {"day": free_at.astimezone(by.zone).date()})
    customer.owner_id, customer.department_id = by.person_id, by.department_id
    held.claim(customer)
    begin(customer, customer.changed_at.astimezone(by.zone).date(), by.zone)


@action(
    Customer, "release", clause="2.5.1", label=_("Release to the pool"), may=owns_customer, icon="arrow-bar-up",
    bulk=True, needs_reason=True, danger=_("All of sales will see this customer and may claim it."),
    offered_when=lambda customer: customer.owner_id is not None,
)  # fmt: skip
def release(customer: Customer, by: Actor) -> None:
    """2.5.1: give a customer back to the pool; who gave it can't take it back at once. Refuses `pooled`."""
    if customer.owner_id is None:
        raise Refusal("pooled", _("This customer lies in the pool already."))
    let_go(customer, customer.changed_at.astimezone(by.zone).date())


def held_by_receivers(customers: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Holdings:
    """How many customers those have who are to get these."""
    return holdings_of({given["to"].pk for given in inputs if given.get("to") is not None})


@action(
    Customer, TRANSFER, clause="2.5.1", label=_("Hand over"), may=moves_customers, icon="transfer", bulk=True,
    needs_reason=True, prepare=held_by_receivers,
)  # fmt: skip
def transfer(
    customer: Customer,
    by: Actor,
    held: Holdings,
    *,
    to: Annotated[Person, Ask(_("New owner"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
) -> None:
    """2.5.1: hand a customer over to another person, with their department. Refuses `left`, `same`, `limit`.

    The new owner's protection begins anew; what was done stays with who did it.
    """
    if to.state != Person.State.ACTIVE:
        raise Refusal("left", _("This person has left. Choose someone at work."))
    if to.pk == customer.owner_id:
        raise Refusal("same", _("This person has the customer already."))
    customer.owner_id, customer.department_id = to.pk, to.department_id
    customer.collaborators = [pk for pk in customer.collaborators if pk != to.pk]
    held.take(customer)
    begin(customer, customer.changed_at.astimezone(by.zone).date(), by.zone)


@action(
    Customer, "extend", clause="2.5.1", label=_("Lengthen the protection"), may=lengthens, icon="calendar-plus",
    bulk=True, needs_reason=True,
    offered_when=lambda customer: customer.protected_until is not None and not customer.extra_days,
)  # fmt: skip
def extend(customer: Customer, by: Actor) -> None:
    """2.5.1: leave the customer to its owner for longer, once, because of what the reason says.

    Also beyond the longest protection. Refuses `exempt` where nothing ends, `extended` the second time.
    """
    if customer.protected_until is None:
        raise Refusal("exempt", _("No protection runs here: the customer has ordered, or lies in the pool."))
    if customer.extra_days:
        raise Refusal("extended", _("It was lengthened once already. Hand the customer over, or let it go."))
    customer.extra_days = policy("pool.extension")
    customer.protected_until += datetime.timedelta(days=customer.extra_days)


def _is_over(customer: Customer, zone: str, days: int = 0) -> bool:
    """Whether the protection has at most so many days left; none left means that it is over."""
    today = customer.changed_at.astimezone(zoneinfo.ZoneInfo(zone)).date()
    return customer.protected_until is not None and customer.protected_until < today + datetime.timedelta(days=days)


def ended_contracts(
    customers: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> Mapping[int, datetime.date]:
    """Key -> last day with their owner, of the customers whose contract has ended and nothing followed."""
    here = zoneinfo.ZoneInfo(inputs[0]["zone"]) if inputs else by.zone
    return last_days(customers, clock.today(here), policy("pool.warn_first") + 1)


@action(
    Customer, "recycle", clause="2.5.1", label=_("Protection is over"), may=nobody, icon="refresh", shown=False,
    prepare=ended_contracts,
)  # fmt: skip
def recycle(customer: Customer, by: Actor, ended: Mapping[int, datetime.date], *, zone: Annotated[str, ZONE]) -> None:
    """2.5.1: nobody has sold to this customer in the time that was given, or nothing followed their last contract;
    others may try. Refuses `protected`."""
    today = customer.changed_at.astimezone(zoneinfo.ZoneInfo(zone)).date()
    if not _has_ended(customer, ended, today) and (is_exempt(customer) or not _is_over(customer, zone)):
        raise Refusal("protected", _("The protection still runs."))
    let_go(customer, today)


def _has_ended(customer: Customer, ended: Mapping[int, datetime.date], today: datetime.date) -> bool:
    return customer.owner_id is not None and customer.pk in ended and ended[customer.pk] < today


@action(
    Customer, "warn", clause="2.5.1", label=_("Protection ends soon"), may=nobody, icon="bell", shown=False,
    prepare=ended_contracts,
)  # fmt: skip
def warn(customer: Customer, by: Actor, ended: Mapping[int, datetime.date], *, zone: Annotated[str, ZONE]) -> None:
    """2.5.1: tell the owner that the customer will go to the pool. Refuses `protected` while there is time."""
    ahead = policy("pool.warn_first") + 1
    if customer.pk not in ended and (is_exempt(customer) or not _is_over(customer, zone, ahead)):
        raise Refusal("protected", _("The protection still runs."))
    customer.warned_on = customer.changed_at.astimezone(zoneinfo.ZoneInfo(zone)).date()


@action(
    Customer, "count_anew", clause="2.5.1", label=_("Protection counted anew"), may=nobody, icon="calendar",
    shown=False, event="customers.customer.counted_anew",
)  # fmt: skip
def count_anew(customer: Customer, by: Actor, *, zone: Annotated[str, ZONE]) -> None:
    """2.5.1: other values hold from today on, or the file came without a day. Nobody loses the days of the warning."""
    here = zoneinfo.ZoneInfo(zone)
    today = customer.changed_at.astimezone(here).date()
    customer.held_on = customer.held_on or today
    protect_fairly(customer, here, today)
