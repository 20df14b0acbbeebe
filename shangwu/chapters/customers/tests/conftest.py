"""Clocks that tests set, and values of parameters that they choose."""

import datetime
import zoneinfo
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shangwu.chapters.customers.tests import complaining
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.foundation.duties import directory
from shangwu.foundation.policy import parameters
from shangwu.foundation.records import clock

TAIPEI = zoneinfo.ZoneInfo("Asia/Taipei")


class Time:
    """The moment that the house takes for now."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 25, 10, tzinfo=TAIPEI)

    def __call__(self) -> datetime.datetime:
        return self.now.astimezone(datetime.UTC)

    def to(self, day: str, hour: int = 10) -> datetime.datetime:
        """Go to a day of 2026, such as "04-04"."""
        month, date = map(int, day.split("-"))
        self.now = datetime.datetime(2026, month, date, hour, tzinfo=TAIPEI)
        return self.now


@pytest.fixture
def time() -> Iterator[Time]:
    """It is the morning of 25 March 2026 in Taipei, until the test says otherwise."""
    moved = Time()
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`rule(pool_D=10)`: parameters have these values from now on."""

    def hold(**values: Any) -> None:
        read, given = parameters._reader, {name.replace("_", ".", 1): value for name, value in values.items()}
        monkeypatch.setattr(
            parameters, "_reader", lambda one, on: given[one.key] if one.key in given else read(one, on)
        )

    return hold


@pytest.fixture
def moment() -> Iterator[complaining.Time]:
    """Tuesday, 29 September 2026, ten in the morning, until the test of a complaint moves it."""
    moved = complaining.Time("2026-09-29 10:00")
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)
    directory.forget()


@pytest.fixture
def desk(moment: complaining.Time) -> Desk:
    """A customer service in the mainland."""
    return Desk()
