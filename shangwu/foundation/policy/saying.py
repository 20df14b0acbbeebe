"""A parameter's value in words, in the reader's language: for the text of a clause, its panel and its proposals."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangwu.foundation.policy.parameters import Kind, Parameter
from shangwu.foundation.policy.units import Unit, worded

_HUNDREDFOLD = frozenset((Unit.SHARE, Unit.SHARE_A_DAY))
_LEAP_YEAR = 2024


def said(one: Parameter, value: Any) -> str:
    """`value` of a parameter with its unit, such as "7 days", "size 25%, growth 20%" or "17:30"."""
    return _WORDS.get(one.kind, _text)(one, value)


def lines_of(one: Parameter, value: Any) -> list[tuple[str, str]]:
    """A table as its lines: the name of each and what it has, with its unit; nothing for what is no table."""
    if one.kind is not Kind.TABLE:
        return []
    return [(str(one.parts.get(name, name)), _number(one, amount)) for name, amount in value.items()]


def beside(one: Parameter, former: Any, value: Any) -> list[tuple[str, str, str]]:
    """Two tables line by line: the name, what it had and what it is to have; "" where one of them lacks it."""
    before, after = dict(lines_of(one, former)), dict(lines_of(one, value))
    return [(name, before.get(name, ""), after.get(name, "")) for name in {**before, **after}]


def _text(one: Parameter, value: Any) -> str:
    return str(value)


def _number(one: Parameter, value: Decimal | int) -> str:
    shown = value * 100 if one.unit in _HUNDREDFOLD else value
    return worded(one.unit, int(shown), _figure(shown))


def _figure(value: Decimal | int) -> str:
    text = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _switch(one: Parameter, value: bool) -> str:
    return _("yes") if value else _("no")


def _choice(one: Parameter, value: str) -> str:
    return str(one.parts.get(value, value))


def _hours(one: Parameter, value: str) -> str:
    return _(", ").join(part.replace("-", "–") for part in value.split(","))


def _span(one: Parameter, value: str) -> str:
    return value.replace("-", "–")


def _day_of_year(one: Parameter, value: str) -> str:
    day = datetime.date.fromisoformat(f"{_LEAP_YEAR}-{value}")
    return date_format(day, pgettext("format of a day of the year", "F j"))


def _shares(one: Parameter, value: Mapping[str, int]) -> str:
    return _(", ").join(
        f"{label} {worded(Unit.PERCENT, value[part], str(value[part]))}" for part, label in one.parts.items()
    )


def _order(one: Parameter, value: tuple[str, ...]) -> str:
    return " → ".join(str(one.parts[part]) for part in value)


def _table(one: Parameter, value: Mapping[str, Decimal]) -> str:
    return _(", ").join(f"{name} {amount}" for name, amount in lines_of(one, value)) or _("not entered yet")


_WORDS: dict[Kind, Callable[[Parameter, Any], str]] = {
    Kind.NUMBER: _number,
    Kind.SWITCH: _switch,
    Kind.CHOICE: _choice,
    Kind.HOURS: _hours,
    Kind.SPAN: _span,
    Kind.DAY_OF_YEAR: _day_of_year,
    Kind.SHARES: _shares,
    Kind.ORDER: _order,
    Kind.TABLE: _table,
}
