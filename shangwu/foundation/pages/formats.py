"""How numbers and days are written on pages: tabular, grouped, the minus a minus, years only where they help."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from shangwu.foundation.money.currencies import currency
from shangwu.foundation.money.writing import MINUS, Number, minor_units, money, number, round_to
from shangwu.foundation.records import clock

__all__ = ["MINUS", "Number", "minor_units", "money", "number", "round_to"]
"""Figures are written in sentences too, so the money room says how."""


@lru_cache(maxsize=64)
def symbol(code: str) -> str:
    """The sign of a currency, or its code."""
    try:
        return currency(code).symbol
    except ValidationError:
        return code


def percent(value: Number) -> str:
    """A share as percent, at most two decimals."""
    return f"{number(round_to(Decimal(value) * 100, 2).normalize() + 0)}%"


def day(value: datetime.date, *, brief: bool = False) -> str:
    """2026-12-18; in lists 12/18 while it is this year."""
    if brief and value.year == today().year:
        return f"{value.month:02}/{value.day:02}"
    return value.isoformat()


def moment(value: datetime.datetime, *, brief: bool = False) -> str:
    """2026-11-23 10:21; in lists only as much as tells it from now: 10:21, yesterday 17:22, 11/20, 2025-11-20."""
    local = timezone.localtime(value)
    clock_time = f"{local.hour:02}:{local.minute:02}"
    if not brief:
        return f"{local.date().isoformat()} {clock_time}"
    age = (today() - local.date()).days
    if age == 0:
        return clock_time
    if age == 1:
        return _("yest. %(time)s") % {"time": clock_time}
    return day(local.date(), brief=True)


_looked_at: ContextVar[datetime.datetime | None] = ContextVar("looked_at", default=None)


@contextmanager
def looking_at(moment: datetime.datetime) -> Iterator[None]:
    """Within: late, soon and "last month" are said as somebody would who looks at that moment."""
    token = _looked_at.set(moment)
    try:
        yield
    finally:
        _looked_at.reset(token)


def now() -> datetime.datetime:
    """The moment that is looked at: the present one, unless a past day is shown."""
    return _looked_at.get() or clock.now()


def today() -> datetime.date:
    """The reader's business date, or the past day that is shown."""
    return now().astimezone(timezone.get_current_timezone()).date()


EARLIEST = datetime.date(1900, 1, 1)
"""Nobody asks about days before it, and their calendars are not ours."""


def asked_day(text: str) -> datetime.date | None:
    """The day that an address asks about, such as `on=2026-11-24`; None for today and for what is no day."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= EARLIEST else None
