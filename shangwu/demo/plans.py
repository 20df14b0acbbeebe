"""The contact plans of the demo's A and B customers: drawn up each January, mostly in time, approved by the head."""

import datetime
import random
from collections import defaultdict
from typing import Any

from shangwu.chapters.customers import planning
from shangwu.chapters.customers.actions.plans import APPROVAL
from shangwu.chapters.customers.models import ContactPlan, Customer
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Source

LATE_SHARE = 0.08
LATEST = 26
"""Day of January by which plans are approved, but for the late ones."""


def make(chance: random.Random, staff: Staff, until: datetime.datetime) -> int:
    """The plans of each year that has begun; how many. The next year's drafts stand with one salesperson."""
    made = 0
    years = sorted({until.year - back for back in range(3)})
    for year in years:
        made += _year(chance, staff, year, until)
    return made


def _year(chance: random.Random, staff: Staff, year: int, until: datetime.datetime) -> int:
    """All plans of a year, each at its own time."""
    head = actor_of(staff.holders(Role.HEAD)[0], source=Source.DEMO)
    first = datetime.datetime(year, 1, 4, 9, tzinfo=head.zone)
    ranked = Customer.objects.filter(owner__isnull=False, ranked_at__isnull=False, won_at__lt=first).order_by("pk")
    by_owner: dict[int, list[Customer]] = defaultdict(list)
    for customer in ranked:
        by_owner[customer.owner_id or 0].append(customer)
    people = Person.objects.in_bulk(list(by_owner))
    found: list[Any] = []
    for owner, customers in by_owner.items():
        by = actor_of(people[owner], source=Source.DEMO)
        rows = [
            Row(one.inputs(year), occurred_at=first + datetime.timedelta(days=_days(chance)))
            for one in planning.propose(customers)
        ]
        drawn = act_many(
            by, "customers.contactplan.create", [row for row in rows if (row.occurred_at or until) < until]
        )
        plans = ContactPlan.objects.in_bulk([one.record.pk for one in drawn.done])
        asked = [Row(target=one, occurred_at=one.created_at + datetime.timedelta(hours=3)) for one in plans.values()]
        found += [one.record for one in act_many(by, "customers.contactplan.submit", asked).done]
    requests = Request.objects.filter(
        kind=APPROVAL, state=Request.State.RUNNING, subject_id__in=[one.public_id for one in found]
    )
    rows = [Row({}, one, occurred_at=one.created_at + datetime.timedelta(hours=20)) for one in requests.order_by("pk")]
    act_many(head, "approvals.request.approve", [row for row in rows if (row.occurred_at or until) < until])
    return len(found)


def _days(chance: random.Random) -> int:
    return LATEST + chance.randrange(8, 30) if chance.random() < LATE_SHARE else chance.randrange(1, LATEST - 4)
