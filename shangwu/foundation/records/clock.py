"""The one clock. Nothing else in the house asks what time it is, so that a test can move time."""

import datetime
from collections.abc import Callable


def _system() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


_source: Callable[[], datetime.datetime] = _system


def now() -> datetime.datetime:
    """The present instant, aware, in UTC."""
    return _source()


def today(zone: datetime.tzinfo) -> datetime.date:
    """The business date in `zone`: a legal entity's day, not the server's."""
    return now().astimezone(zone).date()


def replace_source(source: Callable[[], datetime.datetime]) -> Callable[[], datetime.datetime]:
    """Put another clock in place and return the former one, for tests and simulations."""
    global _source
    former, _source = _source, source
    return former
