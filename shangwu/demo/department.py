"""Makes the demo department, step by step, so that a screen can show how far it is."""

import dataclasses
import datetime
import random
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales import tables as carriers
from shangwu.demo import (
    Progress,
    accounts,
    analyses,
    clearing_up,
    closing,
    complaints,
    contracts,
    customers,
    following,
    mails,
    opportunities,
    orders,
    people,
    plans,
    products,
    quotations,
    regulation,
    reports,
    robots,
    sales_reports,
    settling,
    stores,
    surveys,
    targets,
    waivers,
)
from shangwu.demo.people import Staff
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.approvals.actions.routes import seed_routes
from shangwu.foundation.duties.models import Beat
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.refusals import Refusal

YEARS = 2
YEAR_START = datetime.timedelta(days=30)
"""The company opens a month before its first order."""
AT_WORK = datetime.timedelta(days=62)
"""So long has the department worked with the program: since then it is asked for the duties that come round."""


def make(seed: int, progress: Progress | None) -> dict[str, int]:
    """The whole demo department; what was made, counted."""
    if Person.objects.exists():
        raise Refusal("not_empty", _("This database already holds records. Load the demo into a new one."))
    by, chance = actors.system(Source.DEMO), random.Random(seed)
    now = clock.now()
    began = (now - datetime.timedelta(days=365 * YEARS + 30)).replace(hour=1, minute=0, second=0, microsecond=0)
    tell: Callable[[int, int], None] = progress or (lambda done, total: None)
    tell(0, 10)
    staff = people.make(by, chance, began)
    accounts.open_accounts(staff.people)
    seed_calendars(by, range(now.year - YEARS, now.year + 2))
    seed_routes(by)
    robots.make(by, staff, began)
    signed = regulation.make(chance, staff, now)
    tell(2, 10)
    found = customers.make(dataclasses.replace(by, entity_id=staff.entity.pk), chance, staff, began, now)
    contacts = customers.make_contacts(by, chance, found, now)
    tell(5, 10)
    # The goods are the business department's: what belongs to no department is nobody's to keep.
    seller = dataclasses.replace(by, entity_id=staff.entity.pk, department_id=staff.departments["BD"].pk)
    stock = products.make(seller, chance, began)
    carriers.fill(Source.DEMO)
    months = 12 * YEARS + 1
    taken = orders.make(
        chance, staff, found, stock, began + YEAR_START, now, lambda month: tell(5 + 5 * month // months, 10)
    )
    contacted = _keep_contact(seed, staff, found, now)
    offered = quotations.make(random.Random(seed + 7), staff, found, stock, now)
    agreed = contracts.make(random.Random(seed + 8), staff, found, stock, now)
    settled = settling.make(random.Random(seed + 9), staff, now) | stores.make(seller, staff, found, stock, now)
    clearing_up.make(by, chance, staff, found, now)
    customers.value(by, now.date())
    looked_back = _look_back(seed, staff, now)
    tell(10, 10)
    return {
        "people": len(staff.people), "customers": len(found), "contacts": contacts, "products": len(stock),
        "orders": taken, "quotations": offered, "contracts": agreed, "signed": signed, **looked_back,
        **settled, **contacted,
    }  # fmt: skip


def _look_back(seed: int, staff: Staff, now: datetime.datetime) -> dict[str, int]:
    """What is told of the months that are over: the compliance report, waivers, the closes, targets; counted."""
    reports.make(staff.people)
    analyses.make(staff.people)
    waivers.make(staff)
    locked = closing.make(staff, now)
    sales_reports.make(staff, now)
    Beat.objects.create(since=now - AT_WORK, until=now)
    return {"closed": locked, **targets.make(random.Random(seed + 10), staff, now)}


def _keep_contact(seed: int, staff: Staff, found: list[Customer], now: datetime.datetime) -> dict[str, int]:
    """What is spoken with customers beside their orders, counted. Each has a chance of its own: what else the demo
    tells stays as it was."""
    made = {
        "complaints": complaints.make(random.Random(seed + 1), staff, found, now),
        "opportunities": opportunities.make(random.Random(seed + 2), staff, found, now),
        "mails": mails.make(random.Random(seed + 3), staff, found, now),
        "surveys": surveys.make(random.Random(seed + 4), staff, found, now),
    }
    following.make(random.Random(seed + 5), now)
    plans.make(random.Random(seed + 6), staff, now)
    return made
