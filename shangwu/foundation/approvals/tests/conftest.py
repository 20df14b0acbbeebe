"""A small company that decides."""

import pytest

from shangwu.foundation.approvals.tests.asking import Company


@pytest.fixture
def company() -> Company:
    """A salesperson under a head under the executive, and others: all of them at work."""
    found = Company()
    for one in (found.gm, found.vice, found.head, found.seller, found.money, found.clerk, found.other):
        assert one.pk
    return found
