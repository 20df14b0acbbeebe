"""A shop with its figures, each test's own, and a clock that tests set."""

from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.explorer.tests.selling import Shop, own_facts
from shangwu.chapters.customers.tests.conftest import time

__all__ = ["time"]


@pytest.fixture
def shop(settings: Any, tmp_path: Path, db: None) -> Shop:
    """Four orders, exported."""
    own_facts(settings, tmp_path)
    return Shop().export()
