"""May a parameter have this value? Asked before a change is proposed, and of every default by a test."""

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.calendars.hours import read_segments
from shangwu.foundation.policy.parameters import Kind, Parameter, parameters, policy
from shangwu.foundation.policy.saying import said
from shangwu.foundation.records.refusals import Sentence

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SPAN = re.compile(rf"{_TIME.pattern}-{_TIME.pattern}")
_LEAP_YEAR = 2024


def judge(key: str, value: Any, *, on: datetime.date | None = None, jurisdiction: str = "") -> None:
    """Raise ValidationError when parameter `key` may not have `value`, saying why and what would do.

    Codes: `shape` (not a value of this kind), `bounds`, `relation` (passes another parameter), `law`.
    """
    one = parameters[key]
    _SHAPES[one.kind](one, value)
    _judge_bounds(one, value)
    _judge_relations(one, value, on, jurisdiction)
    clamp = one.clamps.get(jurisdiction)
    if clamp is not None and clamp.lawful(value) != value:
        raise _refused("law", clamp.note)


def warning(one: Parameter, value: Any) -> Sentence:
    """What the law says about a value that is allowed and risky; "" for others."""
    return one.legal_note if one.warn_above is not None and value > one.warn_above else ""


def _refused(code: str, sentence: Sentence, **facts: Any) -> ValidationError:
    # Django's types know its own lazy strings only by a private name.
    return ValidationError(cast(str, sentence), code=code, params=facts or None)


def _number(one: Parameter, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, type(one.default)):
        wanted = _("a whole number") if isinstance(one.default, int) else _("a decimal number")
        raise _refused("shape", _("Give %(wanted)s."), wanted=wanted)


def _switch(one: Parameter, value: Any) -> None:
    if not isinstance(value, bool):
        raise _refused("shape", _("Answer yes or no."))


def _choice(one: Parameter, value: Any) -> None:
    if value not in one.parts:
        choices = ", ".join(str(label) for label in one.parts.values())
        raise _refused("shape", _("Choose one of: %(choices)s."), choices=choices)


def _time(one: Parameter, value: Any) -> None:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _refused("shape", _("Write a time such as 17:30."))


def _hours(one: Parameter, value: Any) -> None:
    if not isinstance(value, str) or not read_segments(value):
        raise _refused("shape", _("Write working hours such as 09:00-12:00,13:00-18:00."))


def _span(one: Parameter, value: Any) -> None:
    if not isinstance(value, str) or not _SPAN.fullmatch(value):
        raise _refused("shape", _("Write a span such as 20:00-08:00."))


def _day_of_year(one: Parameter, value: Any) -> None:
    try:
        datetime.date.fromisoformat(f"{_LEAP_YEAR}-{value}")
    except ValueError:
        raise _refused("shape", _("Write month and day such as 12-15.")) from None


def _shares(one: Parameter, value: Any) -> None:
    whole = isinstance(value, Mapping) and all(type(share) is int and share >= 0 for share in value.values())
    if not whole or set(value) != set(one.parts):
        raise _refused("shape", _("Give every part a whole number of points, 0 or more."))
    if sum(value.values()) != 100:
        raise _refused("bounds", _("The parts make %(sum)s; they must make 100."), sum=sum(value.values()))


def _order(one: Parameter, value: Any) -> None:
    if not isinstance(value, list | tuple) or sorted(value) != sorted(one.parts):
        raise _refused("shape", _("Name every step once."))


def _table(one: Parameter, value: Any) -> None:
    fits = isinstance(value, Mapping) and all(isinstance(each, Decimal) and each >= 0 for each in value.values())
    if not fits:
        raise _refused("shape", _("Give every line an amount, 0 or more."))
    if one.parts and (unknown := sorted(set(value) - set(one.parts))):
        known = ", ".join(one.parts)
        raise _refused("shape", _("“%(name)s” is none of the lines: %(known)s."), name=unknown[0], known=known)


_SHAPES: dict[Kind, Callable[[Parameter, Any], None]] = {
    Kind.NUMBER: _number,
    Kind.SWITCH: _switch,
    Kind.CHOICE: _choice,
    Kind.TIME: _time,
    Kind.HOURS: _hours,
    Kind.SPAN: _span,
    Kind.DAY_OF_YEAR: _day_of_year,
    Kind.SHARES: _shares,
    Kind.ORDER: _order,
    Kind.TABLE: _table,
}


def _judge_bounds(one: Parameter, value: Any) -> None:
    if one.least is not None and value < one.least:
        raise _refused("bounds", _("At least %(bound)s. Choose more."), bound=said(one, one.least))
    if one.most is not None and value > one.most:
        raise _refused("bounds", _("At most %(bound)s. Choose less."), bound=said(one, one.most))


def _judge_relations(one: Parameter, value: Any, on: datetime.date | None, jurisdiction: str) -> None:
    for key, passes in ((one.not_below, -1), (one.not_above, 1)):
        other = parameters.get(key)
        if other is None:
            continue
        limit = policy(key, on, jurisdiction=jurisdiction)
        if (value < limit) if passes < 0 else (value > limit):
            sentence = (
                _("It may not be below “%(other)s” (%(limit)s). Change that first.")
                if passes < 0
                else _("It may not be above “%(other)s” (%(limit)s). Change that first.")
            )
            raise _refused("relation", sentence, other=other.label, limit=said(other, limit))
