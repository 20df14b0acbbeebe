"""A shop with its figures, each test's own, and a clock that tests set."""

import datetime
import itertools
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.explorer.tests.selling import Shop, own_facts
from shangwu.chapters.customers.tests.conftest import Time, time

__all__ = ["time"]

_SECONDS = itertools.count(1)


@pytest.fixture
def morning(time: Time) -> Time:
    """Ten o'clock on 25 March 2026 and some seconds: readers keep the facts of a moment, so each test has its own."""
    time.now += datetime.timedelta(seconds=next(_SECONDS))
    return time


@pytest.fixture
def shop(settings: Any, tmp_path: Path, db: None) -> Shop:
    """Four orders, exported."""
    own_facts(settings, tmp_path)
    return Shop().export()
