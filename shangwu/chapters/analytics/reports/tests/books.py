"""A department's books for tests: orders of two autumns, their months locked, so that reports can be drafted."""

import contextlib
import datetime
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.test import override_settings

from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.models import Finding, Proposal, ReportFinding, SalesReport
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer, person_of
from shangwu.chapters.sales.models import Order, Product
from shangwu.chapters.sales.tests.factories import a_product
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Beat
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import HOUSE, unique

ZONE = ZoneInfo("Asia/Taipei")
NOW = datetime.datetime(2026, 12, 3, 10, tzinfo=ZONE)
_SECONDS = itertools.count()
OCTOBER, NOVEMBER = datetime.date(2026, 10, 1), datetime.date(2026, 11, 1)
LOCKED = [datetime.date(2025, 10, 1), datetime.date(2025, 11, 1), datetime.date(2026, 9, 1), OCTOBER, NOVEMBER]
SALES = [  # day, region, net, days late or None for not shipped
    ("2025-10-08", "高雄", "1000", 0), ("2025-10-20", "台北", "300", 0), ("2025-11-05", "高雄", "900", 0),
    ("2026-09-10", "高雄", "900", 0), ("2026-10-06", "高雄", "350.25", 3), ("2026-10-13", "高雄", "249.75", 0),
    ("2026-10-20", "台北", "400", 0), ("2026-11-10", "高雄", "1000", 0),
]  # fmt: skip


class Books(Crew):
    """The crew with its orders. October 2026: 1,000 in all, a year before 1,300; in Kaohsiung 600 after 1,000."""

    def __init__(self) -> None:
        super().__init__()
        # Each test is undone: whoever came into being within one would be gone in the next.
        for by in (self.executive, self.head, self.business, self.sales, self.support, self.finance):
            assert by.person_id
        seed_calendars(HOUSE, [2025, 2026, 2027], ["TW"])
        self.orders = [self.sold(*one) for one in SALES]
        for month in LOCKED:
            lock(self, month)

    @cached_property
    def business(self) -> Actor:
        return self.one(Role.BUSINESS)

    @cached_property
    def product(self) -> Product:
        return a_product(by=replace(HOUSE, department_id=self.department.pk), cost="60", category="valves")

    @cached_property
    def customers(self) -> dict[str, Customer]:
        return {}

    def sold(self, day: str, region: str, net: str, late: int | None) -> Order:
        """An order of another ledger, whose goods left so many days after the promised one."""
        customer = self.customers.setdefault(region, a_customer(self.sales, region=region))
        return sold(self, customer, self.product, datetime.date.fromisoformat(day), net, late)

    def report(self, month: datetime.date = OCTOBER, by: Actor | None = None) -> SalesReport:
        """A draft of a month."""
        given = {"cadence": "month", "starts_on": month, "secrecy": 1}
        made: SalesReport = act(by or self.business, "analytics.salesreport.create", None, given).record
        return made

    def finding(self, report: SalesReport, rule: str) -> ReportFinding:
        """What a rule has found in a report."""
        return ReportFinding.objects.get(report=report.pk, rule=rule)


def sold(
    crew: Crew,
    customer: Customer,
    product: Product,
    ordered: datetime.date,
    net: str,
    late: int | None = 0,
    **values: Any,
) -> Order:
    """An order of another ledger: only such a one can lie in the past. late: days; None where nothing has left."""
    promised = ordered + datetime.timedelta(days=2)
    given: dict[str, Any] = {
        "customer": customer, "region": customer.region, "ordered_on": ordered, "promised_on": promised,
        "lines": [{"product": product, "quantity": "1", "net": net, "cost": "60"}],
    } | values  # fmt: skip
    if late is not None:
        given["shipped_on"] = promised + datetime.timedelta(days=late)
    by = replace(crew.support, source=Source.IMPORT)
    made: Order = act(by, "sales.order.import", None, given, number=unique("LG")).record
    return made


def lock(crew: Crew, month: datetime.date) -> None:
    """Close a month, whatever its checks say."""
    given = {"month": month, "department": crew.department}
    close = act(crew.support, "analytics.monthclose.create", None, given).record
    act(crew.support, "analytics.monthclose.check", close)
    for one in Finding.objects.filter(close=close.pk, state=Finding.State.OPEN):
        act(crew.executive, "analytics.finding.accept", one, {"reason": "已核對"})
    freezing.lock(crew.support, close.fresh)


def last_month_drafted(session: Callable[[Actor], str]) -> dict[str, Any]:
    """A department of its own whose last month is locked and drafted, its two proposals assigned: for the browser."""
    crew = Crew()
    last = (clock.today(crew.head.zone).replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    before = last.replace(year=last.year - 1)
    seed_calendars(HOUSE, range(before.year, last.year + 2), [crew.jurisdiction])
    product = a_product(by=replace(HOUSE, department_id=crew.department.pk), category="valves")
    customer = a_customer(crew.sales, region="高雄")
    sold(crew, customer, product, before.replace(day=6), "1000")
    orders = [sold(crew, customer, product, last.replace(day=day), "300") for day in (6, 7)]
    for month in (before, last):
        lock(crew, month)
    given = {"cadence": "month", "starts_on": last, "secrecy": 1}
    report = act(crew.one(Role.BUSINESS), "analytics.salesreport.create", None, given).record
    due = clock.today(crew.head.zone) + datetime.timedelta(days=14)
    for one in Proposal.objects.filter(report=report.pk):
        act(crew.head, "analytics.proposal.assign", one, {"person": person_of(crew.sales), "due_on": due})
    kept = ("sales_down", "region_down")
    for each in ReportFinding.objects.filter(report=report.pk).exclude(rule__in=kept):
        act(crew.head, "analytics.reportfinding.reject", each, reason="不另述")
    reader = Person.objects.get(pk=crew.finance.person_id)
    return {
        "url": f"/analytics/salesreports/{report.public_id}/",
        "findings": [
            f"/analytics/reportfindings/{one.public_id}/"
            for one in ReportFinding.objects.filter(report=report.pk, rule__in=kept).order_by("pk")
        ],
        "orders": [one.number for one in orders],
        "reader": reader.staff_number,
        "sessions": {"reporting head": session(crew.head), "reporting executive": session(crew.executive)},
    }


@contextlib.contextmanager
def books(blocker: Any, folder: Path) -> Iterator[Books]:
    """Books for all tests of a module, at ten in the morning of 3 December 2026; gone at its end.

    Readers keep the facts of a moment, so each house has its own second of that minute.
    """
    at = NOW.astimezone(datetime.UTC) + datetime.timedelta(seconds=next(_SECONDS))
    former = clock.replace_source(lambda: at)
    places = override_settings(FACTS=folder / "facts", SNAPSHOTS=folder / "snapshots")
    try:
        with places, blocker.unblock(), transaction.atomic():
            directory.forget()
            Beat.objects.create(since=NOW - datetime.timedelta(days=120), until=NOW)
            yield Books()
            transaction.set_rollback(True)
    finally:
        clock.replace_source(former)
        directory.forget()
