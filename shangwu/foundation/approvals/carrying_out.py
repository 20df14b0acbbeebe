"""Whether a decision is being carried out: the only time when actions of `by_decision` may be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_carrying_out: ContextVar[bool] = ContextVar("carrying_out", default=False)


def is_carrying_out() -> bool:
    """Whether the action now being done follows from a decision."""
    return _carrying_out.get()


@contextmanager
def carrying_out() -> Iterator[None]:
    """Within: the engine does on the subject what has been decided."""
    token = _carrying_out.set(True)
    try:
        yield
    finally:
        _carrying_out.reset(token)
