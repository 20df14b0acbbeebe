"""What people write for a parameter, as its value: the way back from `saying`; and how values lie in the database."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shangwu.foundation.policy.parameters import Kind, Parameter
from shangwu.foundation.policy.units import Unit

_FIGURE = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
_HUNDREDTHS = frozenset((Unit.SHARE, Unit.SHARE_A_DAY))


def read(one: Parameter, text: str) -> Any:
    """The value that `text` says, in the unit in which the value is shown: "5" or "5%" for five hundredths.

    Shares are written in the order of their parts, "70/15/15"; an order as its steps, "a, b, c"; a table as
    "Taipei=29500; Kaohsiung=29500", shares as "0.03%". Bounds are `judging`'s business. Raises ValidationError `shape`.
    """
    return _READERS.get(one.kind, _as_written)(one, unicodedata.normalize("NFKC", text).strip())


def written(one: Parameter, value: Any) -> str:
    """`value` as `read` takes it back: what stands in the field before anybody types."""
    return _WRITERS.get(one.kind, _plain)(one, value)


def stored(value: Any) -> Any:
    """`value` as JSON: decimals as text, so that no digit is lost."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: stored(each) for key, each in value.items()}
    return list(value) if isinstance(value, tuple) else value


def restored(one: Parameter, raw: Any) -> Any:
    """The value that `stored` made `raw` of."""
    if one.kind is Kind.NUMBER and isinstance(one.default, Decimal):
        return Decimal(raw)
    if one.kind is Kind.TABLE:
        return {name: Decimal(amount) for name, amount in raw.items()}
    return tuple(raw) if one.kind is Kind.ORDER else raw


def _shape(sentence: str) -> ValidationError:
    return ValidationError(sentence, code="shape")


def _number(one: Parameter, text: str) -> Any:
    found = _FIGURE.match(text)
    if found is None:
        raise _shape(_("Write a number."))
    figure = Decimal(found.group().replace(",", ""))
    if one.unit in _HUNDREDTHS:
        figure = figure.scaleb(-2)
    if isinstance(one.default, Decimal):
        return figure
    if figure != figure.to_integral_value():
        raise _shape(_("Write a whole number."))
    return int(figure)


def _switch(one: Parameter, text: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    answers |= {_("yes"): True, _("no"): False}
    if text.lower() not in answers:
        raise _shape(_("Answer yes or no."))
    return answers[text.lower()]


def _named(one: Parameter, text: str) -> str:
    """The key of the part that people call `text`; `text` itself when none is called so."""
    names = {str(label).lower(): key for key, label in one.parts.items()}
    return names.get(text.strip().lower(), text.strip())


def _shares(one: Parameter, text: str) -> dict[str, int]:
    figures = re.findall(r"\d+", text)
    if len(figures) != len(one.parts):
        parts = _(", ").join(str(label) for label in one.parts.values())
        raise _shape(_("Write the shares like 70/15/15, in this order: %(parts)s.") % {"parts": parts})
    return dict(zip(one.parts, map(int, figures), strict=True))


def _order(one: Parameter, text: str) -> tuple[str, ...]:
    return tuple(_named(one, step) for step in re.split(r"[,;\u3001→]|->", text) if step.strip())


def _table(one: Parameter, text: str) -> dict[str, Decimal]:
    found = {}
    for line in filter(str.strip, re.split(r"[;\n]", text)):
        name, equals, amount = line.partition("=")
        try:
            found[_named(one, name)] = _amount(one, amount)
        except InvalidOperation:
            equals = ""
        if not equals or not name.strip():
            raise _shape(_("Write one line for each name, such as Taipei=29500."))
    return found


def _amount(one: Parameter, text: str) -> Decimal:
    """An amount in a table; where it is a share, also in per cent. Raises InvalidOperation."""
    figure = text.strip().replace(",", "")
    if one.unit in _HUNDREDTHS and figure.endswith("%"):
        return Decimal(figure[:-1]).scaleb(-2)
    return Decimal(figure)


def _as_written(one: Parameter, text: str) -> str:
    return text.strip()


def _plain(one: Parameter, value: Any) -> str:
    return str(value)


def _write_number(one: Parameter, value: Decimal | int) -> str:
    shown = value * 100 if one.unit in _HUNDREDTHS else value
    text = f"{shown:f}" if isinstance(shown, Decimal) else str(shown)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_amount(one: Parameter, amount: Decimal) -> str:
    return f"{_write_number(one, amount)}%" if one.unit in _HUNDREDTHS else f"{amount:f}"


_READERS: dict[Kind, Callable[[Parameter, str], Any]] = {
    Kind.NUMBER: _number,
    Kind.SWITCH: _switch,
    Kind.CHOICE: _named,
    Kind.SHARES: _shares,
    Kind.ORDER: _order,
    Kind.TABLE: _table,
}

_WRITERS: dict[Kind, Callable[[Parameter, Any], str]] = {
    Kind.NUMBER: _write_number,
    Kind.SWITCH: lambda one, value: _("yes") if value else _("no"),
    Kind.CHOICE: lambda one, value: str(one.parts.get(value, value)),
    Kind.SHARES: lambda one, value: "/".join(str(value[part]) for part in one.parts),
    Kind.ORDER: lambda one, value: ", ".join(str(one.parts[part]) for part in value),
    Kind.TABLE: lambda one, value: "; ".join(f"{name}={_write_amount(one, each)}" for name, each in value.items()),
}
