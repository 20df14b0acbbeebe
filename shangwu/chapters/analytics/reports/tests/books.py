"""A department's books for tests: orders of two autumns, their months locked, so that reports can be drafted."""

import contextlib
import datetime
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.test import override_settings

from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.models import Finding, ReportFinding, SalesReport
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order, Product
from shangwu.chapters.sales.tests.factories import a_product
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Beat
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import HOUSE

ZONE = ZoneInfo("Asia/Taipei")
NOW = datetime.datetime(2026, 12, 3, 10, tzinfo=ZONE)
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
            self.lock(month)

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
        """An order of another ledger: Source.IMPORT alone may date it back."""
        by = replace(self.support, source=Source.IMPORT)
        customer = self.customers.setdefault(region, a_customer(self.sales, region=region))
        ordered = datetime.date.fromisoformat(day)
        promised = ordered + datetime.timedelta(days=2)
        given: dict[str, Any] = {
            "customer": customer, "region": region, "ordered_on": ordered, "promised_on": promised,
            "lines": [{"product": self.product, "quantity": "1", "net": net, "cost": "60"}],
        }  # fmt: skip
        if late is not None:
            given["shipped_on"] = promised + datetime.timedelta(days=late)
        made: Order = act(by, "sales.order.import", None, given).record
        return made

    def lock(self, month: datetime.date) -> None:
        """Close a month, whatever its checks say."""
        given = {"month": month, "department": self.department}
        close = act(self.support, "analytics.monthclose.create", None, given).record
        act(self.support, "analytics.monthclose.check", close)
        for one in Finding.objects.filter(close=close.pk, state=Finding.State.OPEN):
            act(self.executive, "analytics.finding.accept", one, {"reason": "已核對"})
        freezing.lock(self.support, close.fresh)

    def report(self, month: datetime.date = OCTOBER, by: Actor | None = None) -> SalesReport:
        """A draft of a month."""
        given = {"cadence": "month", "starts_on": month, "secrecy": 1}
        made: SalesReport = act(by or self.business, "analytics.salesreport.create", None, given).record
        return made

    def finding(self, report: SalesReport, rule: str) -> ReportFinding:
        """What a rule has found in a report."""
        return ReportFinding.objects.get(report=report.pk, rule=rule)


@contextlib.contextmanager
def books(blocker: Any, folder: Path) -> Iterator[Books]:
    """Books for all tests of a module, at ten in the morning of 3 December 2026; gone at its end."""
    former = clock.replace_source(lambda: NOW.astimezone(datetime.UTC))
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
