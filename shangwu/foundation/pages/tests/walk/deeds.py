"""What the house of browser tests does when a test asks for it: work that in life the clock or another day brings."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from shangwu.chapters.customers.tests.factories import Crew

_DAY = datetime.timedelta(days=1)


def deeds(crew: Crew) -> dict[str, Callable[[], Any]]:
    """The deeds by the names under which tests ask for them; each answers with what JSON can say."""
    return {
        "export": _export,
        "order taken two weeks ago": partial(_order_taken, crew, days=-14),
        "order taken tomorrow": partial(_order_taken, crew, days=1),
        "order taken last month": partial(_order_of_last_month, crew),
        "report of last month": _report_of_last_month,
        "targets of last month": partial(_targets_of_last_month, crew),
        "last month locked": partial(_last_month_locked, crew),
    }


def _targets_of_last_month(crew: Crew) -> dict[str, str]:
    """The department's targets of last month, set by the executive, and an order of 900 that counts for them."""
    from shangwu.chapters.analytics.performance.tests.sheets import REVENUE, a_sheet, last_month, person, sold

    sold(crew, "900", last_month(crew))
    given = {"level": "department", "department": crew.department, "lines": [REVENUE]}
    sheet = a_sheet(crew, crew.head, by=crew.executive, **given)
    return {"url": f"/analytics/kpisheets/{sheet.public_id}/", "seller": person(crew.sales).staff_number or ""}


def _last_month_locked(crew: Crew) -> None:
    """What sales support and the worker do: last month checked, its findings accepted, frozen, locked."""
    from shangwu.chapters.analytics.performance.tests.sheets import last_month, lock

    lock(crew, last_month(crew))


def _export() -> None:
    """What the worker does every minute: bring the facts of the analysis up to date."""
    from shangwu.foundation.measures.exporting import export_all

    export_all()


def _report_of_last_month() -> dict[str, Any]:
    """A department whose last month is locked, and the draft of its report."""
    from shangwu.chapters.analytics.reports.tests.books import last_month_drafted
    from shangwu.foundation.pages.tests.walk.house import _session

    return last_month_drafted(_session)


def _order_of_last_month(crew: Crew) -> dict[str, Any]:
    """An order of twelve days before this month, so that its review was due in the last one, holidays or not."""
    from shangwu.foundation.records import clock

    today = clock.today(crew.sales.zone)
    return {**_order_taken(crew, days=-(today.day + 12)), "month": f"{today.replace(day=1) - _DAY:%Y-%m}"}


def _order_taken(crew: Crew, days: int) -> dict[str, Any]:
    """An order taken so many days from today, and how long its review may take."""
    from shangwu.chapters.sales.tests.factories import an_order
    from shangwu.foundation.administration.calendar_years import seed_calendars
    from shangwu.foundation.calendars.lookup import calendar_of
    from shangwu.foundation.duties.models import Duty
    from shangwu.foundation.duties.ticking import tick
    from shangwu.foundation.records import clock
    from shangwu.foundation.regulation import values
    from tests.builders import HOUSE

    seed_calendars(HOUSE, [clock.now().year + more for more in (0, 1)], [crew.entity.jurisdiction])
    former = clock.replace_source(lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days))
    try:
        values.forget()
        order = an_order(crew)
        taken = clock.today(crew.sales.zone)
    finally:
        clock.replace_source(former)
        values.forget()
    tick()
    due = Duty.objects.get(rule="2.6.1.1", subject_id=order.pk).due_at
    assert due is not None
    day = due.astimezone(crew.sales.zone).date()
    return {
        "url": f"/sales/orders/{order.public_id}/",
        "number": order.number,
        "due": day.isoformat(),
        "days": calendar_of(crew.entity).working_days_between(taken, day),
    }
