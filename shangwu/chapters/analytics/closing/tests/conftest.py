"""The clock that tests set, a sales team in the mainland, and facts of each test alone."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.closing.models import Finding, MonthClose
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.conftest import desk, moment
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product
from shangwu.foundation.actions.door import act

__all__ = ["desk", "moment"]

SEPTEMBER = datetime.date(2026, 9, 1)


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Path:
    """Facts and snapshots of this test alone."""
    settings.FACTS, settings.SNAPSHOTS = tmp_path / "facts", tmp_path / "snapshots"
    return tmp_path


def sold(desk: Desk, price: str = "100.50", **values: Any) -> Any:
    """A confirmed order of three pieces with a known cost, by the crew's salesperson, with its region."""
    product = a_product(list_price=price, cost="60", category=values.pop("category", "valves"))
    values.setdefault("region", "江蘇")
    return a_confirmed_order(desk, [{"product": product, "quantity": "3"}], **values)


def opened(desk: Desk, month: datetime.date = SEPTEMBER) -> MonthClose:
    """A month's close, just opened by sales support."""
    given = {"month": month, "entity": desk.entity, "department": desk.department}
    made: MonthClose = act(desk.support, "analytics.monthclose.create", None, given).record
    return made


def checked(desk: Desk, close: MonthClose) -> MonthClose:
    """The same with its checks run."""
    made: MonthClose = act(desk.support, "analytics.monthclose.check", close.fresh).record
    return made


def accept_all(desk: Desk, close: MonthClose) -> None:
    """The head accepts every finding that is open."""
    for one in Finding.objects.filter(close=close, state="open"):
        act(desk.head, "analytics.finding.accept", one, {"reason": "已核對"})


@pytest.fixture
def october(desk: Desk, moment: Time) -> Desk:
    """Three orders of September, one by a colleague; it is the first of October."""
    sold(desk)
    sold(desk, "733.33", category="pumps")
    sold(desk, "99", by=desk.colleague)
    moment.go("2026-10-01 09:00")
    return desk
