"""Own fields: what a house adds to a record type without code. Their values live in the record's one `extra` column.

Everywhere else an own field is called `own_<key>` and looks like a field of the model: it has a column (a Django field
that is in no table), an input, a gate and a place in lists. The definitions are records (room own_fields); this module
keeps them in memory and never queries by itself.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

PREFIX = "own_"

LONGEST_LINE, LONGEST_TEXT = 200, 4000


class Kind(models.TextChoices):
    """What sort of value an own field takes."""

    TEXT = "text", _("Text")
    LONG = "long", _("Long text")
    NUMBER = "number", _("Whole number")
    DECIMAL = "decimal", _("Number with decimals")
    DATE = "date", _("Day")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Choice")


TEXTS = frozenset({Kind.TEXT, Kind.LONG})
"""What the search looks into."""


def said(reference: str, simplified: str = "", english: str = "") -> Sentence:
    """A label that speaks the reader's language, and the house's own where that language has none."""
    return _said(reference, simplified, english)  # type: ignore[no-any-return]


def _choose(reference: str, simplified: str, english: str) -> str:
    language = get_language() or ""
    own = english if language.startswith("en") else simplified if language.startswith("zh-hans") else ""
    return own or reference


_said: Any = lazy(_choose, str)


@dataclass(frozen=True, eq=False)
class Own:
    """One own field. Compared by identity: it is made anew when its definition changes.

    key: its name in `extra` and in the API. heading: the card in which it stands, "" for the common one.
    seen_by, kept_by: codes of the roles that may see it and change it; empty: whoever may see or change the record.
    needed_from: from this day on it must be filled in. since, until: first and last day on which it is kept.
    """

    model: type[models.Model]
    key: str
    kind: Kind
    label: Sentence
    help: Sentence = ""
    heading: str = ""
    choices: tuple[tuple[str, Sentence], ...] = ()
    seen_by: frozenset[str] = frozenset()
    kept_by: frozenset[str] = frozenset()
    needed_from: datetime.date | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None

    @property
    def name(self) -> str:
        """How inputs, columns and filters call it."""
        return PREFIX + self.key

    @cached_property
    def column(self) -> models.Field[Any, Any]:
        """A field of its kind, which no table has: label, choices and kind are read from it like from any other."""
        made = _COLUMNS[self.kind](self)
        made.set_attributes_from_name(self.name)
        made.model = self.model
        return made

    def is_kept_on(self, day: datetime.date) -> bool:
        """Whether it is asked for, and taken, on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def is_needed_on(self, day: datetime.date) -> bool:
        """Whether a record may not be without it on that day."""
        return self.needed_from is not None and self.needed_from <= day

    def is_seen_by(self, actor: Actor) -> bool:
        """Whether the actor may know of it at all."""
        return actor.is_system or not self.seen_by or actor.holds_any(self.seen_by)

    def is_kept_by(self, actor: Actor) -> bool:
        """Whether the actor may change it, where the record is theirs to change."""
        return self.is_seen_by(actor) and (actor.is_system or not self.kept_by or actor.holds_any(self.kept_by))

    def value(self, kept: Any) -> Any:
        """The value that JSON holds, as Python has it; None when there is none."""
        match self.kind:
            case Kind.DECIMAL if kept is not None:
                return Decimal(str(kept))
            case Kind.DATE if kept is not None:
                return datetime.date.fromisoformat(kept)
        return kept


def _plain(**more: Any) -> dict[str, Any]:
    return {"null": True, "blank": True, **more}


_COLUMNS: dict[Kind, Callable[[Own], models.Field[Any, Any]]] = {
    Kind.TEXT: lambda one: models.CharField(one.label, max_length=LONGEST_LINE, blank=True, help_text=one.help),  # type: ignore[arg-type]
    Kind.LONG: lambda one: models.TextField(one.label, max_length=LONGEST_TEXT, blank=True, help_text=one.help),  # type: ignore[arg-type]
    Kind.NUMBER: lambda one: models.IntegerField(one.label, **_plain(help_text=one.help)),  # type: ignore[arg-type]
    Kind.DECIMAL: lambda one: models.DecimalField(
        one.label,  # type: ignore[arg-type]
        **_plain(help_text=one.help, max_digits=20, decimal_places=6),
    ),
    Kind.DATE: lambda one: models.DateField(one.label, **_plain(help_text=one.help)),  # type: ignore[arg-type]
    Kind.YES_NO: lambda one: models.BooleanField(one.label, **_plain(help_text=one.help)),  # type: ignore[arg-type]
    Kind.CHOICE: lambda one: models.CharField(
        one.label,  # type: ignore[arg-type]
        max_length=LONGEST_LINE,
        blank=True,
        choices=one.choices,
        help_text=one.help,  # type: ignore[arg-type]
    ),
}


@dataclass(frozen=True, slots=True)
class _Edition:
    mark: str
    fields: Mapping[type[models.Model], tuple[Own, ...]]


NONE = _Edition("0//", {})
"""What holds while no house has defined anything."""

_now = NONE
_load: Callable[[], Iterable[Own]] = tuple

extensible: dict[type[models.Model], None] = {}
"""Record types that may have own fields: those with an action that takes fields. Filled by the actions' registry."""


def connect(load: Callable[[], Iterable[Own]]) -> None:
    """Say where the definitions are read from."""
    global _load
    _load = load


def freshen(mark: str) -> bool:
    """Read the definitions again when the database has another edition of them; says whether it had.

    The mark is asked for within queries that are made anyway. It is older than the rows read after it or as old, so
    that a change in between is at worst read twice.
    """
    global _now
    if mark == _now.mark:
        return False
    found: dict[type[models.Model], list[Own]] = {}
    for one in _load():
        found.setdefault(one.model, []).append(one)
    _now = _Edition(mark, {model: tuple(each) for model, each in found.items()})
    return True


def forget() -> None:
    """Forget all definitions: for tests, whose databases come and go."""
    global _now
    _now = NONE


def fields_of(model: type[models.Model]) -> tuple[Own, ...]:
    """The own fields of a record type in their order, those of other days included; gates are asked apart."""
    return _now.fields.get(model, ())


def seen(model: type[models.Model], actor: Actor) -> Iterator[Own]:
    """Those of which the actor may know."""
    return (one for one in fields_of(model) if one.is_seen_by(actor))


def is_own(name: str) -> bool:
    """Whether a name means an own field."""
    return name.startswith(PREFIX)


def named(model: type[models.Model], name: str) -> Own | None:
    """The own field of that name; None when there is none."""
    return next((one for one in fields_of(model) if one.name == name), None) if is_own(name) else None


def hidden(model: type[models.Model], actor: Actor) -> frozenset[str]:
    """Names of the own fields that the actor may not know of."""
    return frozenset(one.name for one in fields_of(model) if not one.is_seen_by(actor))


def gated(model: type[models.Model]) -> frozenset[str]:
    """Names of the own fields that not everyone who sees the record may see."""
    return frozenset(one.name for one in fields_of(model) if one.seen_by)


def is_classed(model: type[models.Model], name: str) -> bool:
    """Whether the log may hold a commitment only: a gated one, one of which nothing is known any more, and all of a
    record type about persons, whose `extra` is classed as a whole."""
    if not is_own(name):
        return False
    if "extra" in getattr(model, "classes", {}):
        return True
    one = named(model, name)
    return one is None or bool(one.seen_by)


def kept(extra: Mapping[str, Any] | None, name: str) -> Any:
    """What `extra` holds under a name, as JSON has it."""
    return (extra or {}).get(name.removeprefix(PREFIX))


def value_of(record: Any, name: str) -> Any:
    """The value of an own field of a record. Raises AttributeError when there is no such field."""
    one = named(type(record), name)
    if one is None:
        raise AttributeError(f"{type(record).__name__} has no own field {name}")
    return one.value(kept(record.extra, name))


def put(record: Any, name: str, value: Any) -> None:
    """Put a value on a record in memory; None and "" take it away."""
    extra = dict(record.extra)
    key = name.removeprefix(PREFIX)
    if value is None or value == "":
        extra.pop(key, None)
    else:
        extra[key] = _stored(value)
    record.extra = extra


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, datetime.date) else value


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, tuple[Any, Any]]:
    """Name -> (before, after) of what differs between two contents of `extra`, as JSON has it."""
    then, now = before or {}, after or {}
    keys = dict.fromkeys([*then, *now])
    return {PREFIX + key: (then.get(key), now.get(key)) for key in keys if then.get(key) != now.get(key)}
