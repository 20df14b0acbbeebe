"""When a step applies: comparisons of one fact with one value or parameter. Stored as data, never code."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.kinds import LATE_FACTS, Kind
from shangwu.foundation.policy.parameters import parameters, policy


class Comparison(models.TextChoices):
    """The whole vocabulary."""

    ABOVE = "above", _("above")
    AT_LEAST = "at_least", _("at least")
    UP_TO = "up_to", _("up to")
    BELOW = "below", _("below")
    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    HAS = "has", _("has one of")
    LACKS = "lacks", _("has none of")


NUMERIC = frozenset({Comparison.ABOVE, Comparison.AT_LEAST, Comparison.UP_TO, Comparison.BELOW})
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    Comparison.ABOVE: lambda fact, bound: fact > bound,
    Comparison.AT_LEAST: lambda fact, bound: fact >= bound,
    Comparison.UP_TO: lambda fact, bound: fact <= bound,
    Comparison.BELOW: lambda fact, bound: fact < bound,
}

Stored = Mapping[str, str]


def parameter_of(value: str) -> str:
    """The key of the parameter that a value such as `{discount.head}` names; "" for a plain value."""
    return value[1:-1] if value.startswith("{") and value.endswith("}") else ""


def judge(kind: Kind, fact: str, comparison: str, value: str) -> None:
    """Raise ValidationError for a comparison that no request could ever answer, saying what would do."""
    if fact not in kind.facts and fact not in LATE_FACTS:
        known = ", ".join((*kind.facts, *LATE_FACTS))
        raise ValidationError(_("There is no fact “%(fact)s” here. Choose one of: %(known)s."), "fact",
                              {"fact": fact, "known": known})  # fmt: skip
    key = parameter_of(value)
    if key and key not in parameters:
        raise ValidationError(_("There is no parameter “%(key)s”. See the list of parameters."), "fact", {"key": key})
    if comparison in NUMERIC and not key and number(value) is None:
        raise ValidationError(_("“%(value)s” is no number. Write one, or a parameter such as {discount.head}."),
                              "fact", {"value": value})  # fmt: skip
    if comparison in NUMERIC and key and not isinstance(parameters[key].default, int | Decimal):
        raise ValidationError(_("Parameter “%(key)s” is no number. Choose another."), "fact", {"key": key})


def number(value: Any) -> Decimal | None:
    """A kept value as a number; None for what is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def resolved(fact: str, comparison: str, value: str, on: datetime.date) -> dict[str, str]:
    """The comparison as a request keeps it: with the parameter's value of that day."""
    key = parameter_of(value)
    found = {"fact": fact, "comparison": str(comparison), "value": str(policy(key, on)) if key else value}
    return found | ({"parameter": key} if key else {})


def hold(conditions: Iterable[Stored], facts: Mapping[str, Any]) -> bool:
    """Whether all of them hold. A number that is not known is never above or below anything."""
    return all(_holds(one, facts.get(one["fact"])) for one in conditions)


def _holds(one: Stored, fact: Any) -> bool:
    comparison, value = one["comparison"], one["value"]
    if comparison in NUMERIC:
        left, right = number(fact), number(value)
        return left is not None and right is not None and _COMPARED[comparison](left, right)
    if comparison in (Comparison.IS, Comparison.IS_NOT):
        return (_word(fact) == value) is (comparison == Comparison.IS)
    held = {str(each) for each in fact} if isinstance(fact, list | tuple | set | frozenset) else {_word(fact)}
    return bool(held & set(value.split())) is (comparison == Comparison.HAS)


def _word(fact: Any) -> str:
    if isinstance(fact, bool) or fact is None:
        return "yes" if fact else "no"
    return str(fact)
