"""The demo department in small: the same people and months, fewer customers and orders."""

import contextlib
from collections.abc import Iterator
from unittest import mock

from shangwu.demo import customers, orders


@contextlib.contextmanager
def small() -> Iterator[None]:
    """Within it, the demo has forty customers and three orders a month."""
    with mock.patch.object(customers, "COUNT", 40), mock.patch.object(orders, "PER_MONTH", 3):
        yield
