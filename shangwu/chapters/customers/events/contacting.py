"""Customers in notices and calendars: follow-ups are dates, and contacts are people, whom nobody names outside."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.models import Communication, Contact, Customer, Opportunity, Promise, Ticket, Visit
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.notices.dates import Dated, dated
from shangwu.foundation.notices.sending import name_nobody_outside
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

name_nobody_outside(Contact, Communication, Opportunity, Ticket, Promise, Visit)


@dated
def follow_ups(actor: Actor) -> Iterator[Dated]:
    """The next steps that a person has promised (2.5.2)."""
    rows = Communication.objects.visible_to(actor).filter(
        next_by=actor.person_id, next_on__isnull=False, next_done_at__isnull=True
    )
    yield from of_customers(actor, rows, "follow-up", lambda one: one.next_on, gettext_lazy("Follow up: %(customer)s"))


@dated
def promises(actor: Actor) -> Iterator[Dated]:
    """The promises that a person has to keep (2.5.2), by the customer's name: what was promised stays inside."""
    rows = Promise.objects.visible_to(actor).filter(owner=actor.person_id, state=Promise.State.OPEN)
    yield from of_customers(actor, rows, "promise", lambda one: one.due_on, gettext_lazy("Promise due: %(customer)s"))


@dated
def visits(actor: Actor) -> Iterator[Dated]:
    """The visits that a person has planned (2.5.2), by the customer's name: what for stays inside."""
    rows = Visit.objects.visible_to(actor).filter(owner=actor.person_id, state=Visit.State.PLANNED)
    yield from of_customers(actor, rows, "visit", lambda one: one.planned_at, gettext_lazy("Visit: %(customer)s"))


def of_customers(actor: Actor, rows: Any, key: str, starts: Callable[[Any], Any], title: Sentence) -> Iterator[Dated]:
    """What stands in a calendar by the customer's name: what it is about stays inside.

    rows: records with a customer. key: what their keys begin with; calendars know them by it, so that it never changes.
    starts: the day or moment of one; None has none.
    """
    found = list(rows.order_by("pk"))
    customers = {
        one.pk: one for one in Customer.objects.visible_to(actor).filter(pk__in={one.customer_id for one in found})
    }
    for one in found:
        customer = customers.get(one.customer_id)
        yield Dated(
            key=f"{key}-{one.public_id}",
            starts=starts(one),
            title=title % {"customer": customer or ""},
            address=reverse(f"{record_name(type(one))}.detail", kwargs={"public_id": one.public_id}),
            changed_at=one.changed_at,
            stays_inside=customer is None or max(one.secrecy, customer.secrecy) > 0,
        )
