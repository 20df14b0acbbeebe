"""2.7.2: a report is drafted when its last month is locked, at the turn of a month as at any other time, and once."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.analytics.models import SalesReport
from shangwu.chapters.analytics.reports import events, figures
from shangwu.chapters.analytics.reports.events import draft_reports
from shangwu.chapters.analytics.reports.tests.books import NOVEMBER, OCTOBER, ZONE, Books, lock
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties import directory
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]

DECEMBER = datetime.date(2026, 12, 1)
EVE, NEW_YEAR = "2026-12-31 23:59", "2027-01-01 00:00"


class Now:
    """The moment in Taipei that the house takes for now."""

    def go(self, text: str) -> None:
        self.at = datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)
        directory.forget()

    def __call__(self) -> datetime.datetime:
        return self.at.astimezone(datetime.UTC)


@pytest.fixture
def now() -> Iterator[Now]:
    moved = Now()
    moved.go(EVE)
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)
    directory.forget()


def drafted() -> list[tuple[str, datetime.date]]:
    """What is there, as cadence and first day."""
    found = SalesReport.objects.exclude(state="withdrawn").order_by("starts_on", "cadence")
    return list(found.values_list("cadence", "starts_on"))


def test_a_month_that_is_over_but_not_locked_is_not_drafted(house: Books, now: Now) -> None:
    """At 23:59 of its last day the month before is drafted; at midnight nothing more, until December is locked."""
    assert house.business.person_id
    assert draft_reports() == 1
    assert drafted() == [("month", NOVEMBER)]
    now.go(NEW_YEAR)
    assert draft_reports() == 0
    assert attempt(house.business, "analytics.salesreport.create", None, december()) == "open"
    lock(house, DECEMBER)
    assert draft_reports() == 2, "the month, and with it the quarter"
    assert drafted() == [("quarter", OCTOBER), ("month", NOVEMBER), ("month", DECEMBER)]
    assert draft_reports() == 0


def december() -> dict[str, Any]:
    return {"cadence": "month", "starts_on": DECEMBER, "secrecy": 1}


@pytest.mark.parametrize(("at", "answer"), [(EVE, "early"), (NEW_YEAR, "done")])
def test_a_month_is_locked_from_the_first_minute_of_the_next_on(house: Books, now: Now, at: str, answer: str) -> None:
    now.go(at)
    given = {"month": DECEMBER, "department": house.department}
    close = act(house.support, "analytics.monthclose.create", None, given).record
    act(house.support, "analytics.monthclose.check", close)
    assert attempt(house.support, "analytics.monthclose.ask_lock", close.fresh) == answer


def test_an_order_of_the_last_minute_is_that_months(house: Books, now: Now) -> None:
    """Sold a minute before midnight it stands in December's report, a minute after in none yet."""
    assert house.business.person_id
    for at, region in ((EVE, "台北"), ("2027-01-01 00:01", "高雄")):
        now.go(at)
        house.sold(f"{clock.today(ZONE)}", region, "70", None)
    lock(house, DECEMBER)
    draft_reports()
    report = SalesReport.objects.get(cadence="month", starts_on=DECEMBER)
    sold = figures.figure(report.sheet, "sold")
    assert sold is not None
    assert sold.value("sales.revenue") == Decimal(70)


def test_a_draft_that_somebody_made_first_is_the_only_one(house: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock has seen that it is missing; meanwhile a person drafts it."""
    assert house.business.person_id
    wanted = list(events._wanted())
    assert len(wanted) == 1
    house.report(NOVEMBER)
    monkeypatch.setattr(events, "_wanted", lambda: iter(wanted))
    assert draft_reports() == 0
    assert drafted() == [("month", NOVEMBER)]
