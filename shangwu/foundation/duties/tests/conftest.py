"""The clock and the office of the duties' tests."""

from typing import Any

import pytest

from shangwu.foundation.duties import directory
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.records import clock


@pytest.fixture
def time() -> Any:
    moved = Time("2026-09-21 09:00")  # a Monday
    former = clock.replace_source(moved)
    directory.forget()
    yield moved
    clock.replace_source(former)
    directory.forget()


@pytest.fixture
def office(time: Time) -> Office:
    return Office()
