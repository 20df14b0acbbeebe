"""The books that the tests of reports share."""

from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.chapters.analytics.reports.tests.books import Books, books


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """A department with locked months; each test leaves it as it was."""
    with books(django_db_blocker, tmp_path_factory.mktemp("books")) as found:
        yield found
