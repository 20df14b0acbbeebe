"""Personal data that nobody needs any more are put before the secrecy officer (2.5.1; PIPL 19 and 47).

Nobody is erased by the clock: the officer erases, or says why the data are still needed, in the time that every request
has.
"""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shangwu.chapters.customers.models import Consent, Contact, Customer, Opportunity, PersonalRequest
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock, gate

AT_ONCE = 20
"""Requests of this kind that wait for the officer, at most."""

Kind, State = PersonalRequest.Kind, PersonalRequest.State


def no_longer_needed(now: datetime.datetime) -> QuerySet[Contact]:
    """Persons at customers who are lost, or have never ordered, of whom nobody has heard for the days that the
    regulation gives, and none of whose consents stands. Who was put before the officer in that time is left out."""
    days = policy("personal.kept")
    if not days:
        return Contact.objects.none()
    since = now - datetime.timedelta(days=days)
    lost = Q(customer__state=Customer.State.LOST, customer__lost_at__lt=since)
    never = Q(customer__won_at__isnull=True, customer__created_at__lt=since)
    silent = Q(customer__last_contact_at__isnull=True) | Q(customer__last_contact_at__lt=since)
    rows = Contact.objects.filter(
        lost | never, silent, erased_at__isnull=True, merged_into__isnull=True, changed_at__lt=since
    )
    asked = PersonalRequest.objects.filter(contact=OuterRef("pk")).exclude(state=State.WITHDRAWN)
    of_customer = Opportunity.objects.filter(customer=OuterRef("customer"), state=Opportunity.State.OPEN)
    return rows.exclude(customer__state=Customer.State.BLACKLISTED).exclude(
        Exists(Consent.objects.filter(contact=OuterRef("pk"), withdrawn_at__isnull=True))
        | Exists(asked.filter(Q(state=State.OPEN) | Q(created_at__gte=since)))
        | Exists(of_customer.filter(archived_at__isnull=True))
    )


def look_after() -> int:
    """Put before the officer who is no longer needed, as many as the officer has room for; how many. Safe to miss and
    to repeat."""
    now = clock.now()
    with gate.free_reading():
        room = AT_ONCE - PersonalRequest.objects.filter(kind=Kind.OVER, state=State.OPEN).count()
        found = no_longer_needed(now).order_by("pk")[: max(room, 0)]
        rows = [Row({"contact": one, "kind": Kind.OVER, "asked_at": now}) for one in found]
        return len(act_many(actors.system(), "customers.personalrequest.create", rows).done) if rows else 0
