"""Rows that have no key of their own, and tell of a record that is there already: a list that is brought in again."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import models

from shangwu.foundation.actions.locking import natural_keys
from shangwu.foundation.exchange.candidates import Candidate
from shangwu.foundation.exchange.declarations import Importer
from shangwu.foundation.exchange.reading.words import folded
from shangwu.foundation.records.actors import Actor

LAST_DIGITS = 7
"""Digits by which numbers are compared: country code and trunk zero are written or not."""

PUBLIC = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)

Told = tuple[Any, ...]


class Twins:
    """What is there of the records that some candidates may tell of: one query, and one for each reference in it."""

    def __init__(self, importer: Importer, by: Actor, candidates: Sequence[Candidate]) -> None:
        self.importer, self.by = importer, by
        self.kept: dict[Told, list[dict[str, Any]]] = defaultdict(list)
        self.named: dict[str, dict[str, int]] = {}
        self.seen: set[Told] = set()
        asked = [one.inputs for one in candidates if self._is_told(one)]
        if asked:
            self._read(asked)

    def of(self, one: Candidate) -> dict[str, Any] | None:
        """The record that a candidate tells of: `public_id` and `archived_at`; None when it is new."""
        if not self._is_told(one):
            return None
        theirs = self._told(one.inputs)
        return next((each for each in self.kept.get(theirs, ()) if not self._differs(one.inputs, each)), None)

    def is_double(self, one: Candidate) -> bool:
        """Whether an earlier row of this portion said the very same."""
        if not self._is_told(one):
            return False
        said = (*self._told(one.inputs), *(_number(one.inputs.get(name)) for name in self.importer.unless))
        is_double = said in self.seen
        self.seen.add(said)
        return is_double

    def _is_told(self, one: Candidate) -> bool:
        return one.key is None and bool(self.importer.twin) and all(one.inputs.get(name) for name in self.importer.twin)

    def _told(self, inputs: dict[str, Any]) -> Told:
        """What the fields say, a reference as the record's primary key where it leads to one."""
        return tuple(
            self.named.get(name, {}).get(str(inputs[name]).lower(), _plain(inputs[name])) for name in self.importer.twin
        )

    def _differs(self, inputs: dict[str, Any], kept: dict[str, Any]) -> bool:
        """Whether other entries say that they are two: of two persons of one name each has a mail of their own. Where
        one of them is the same, another has merely changed."""
        told = [(_number(inputs.get(name)), _number(kept[name])) for name in self.importer.unless]
        filled = [(mine, theirs) for mine, theirs in told if mine and theirs]
        return bool(filled) and all(mine != theirs for mine, theirs in filled)

    def _read(self, asked: Sequence[dict[str, Any]]) -> None:
        """Texts are compared here, as people write them; references and times are asked for as they are."""
        model: Any = self.importer.model
        rows = model.objects.visible_to(self.by, archived=True)
        columns = []
        for name in self.importer.twin:
            field, values = model._meta.get_field(name), {inputs[name] for inputs in asked}
            columns.append(getattr(field, "attname", name))
            if isinstance(field, models.ForeignKey):
                self.named[name] = _keys_of(field.related_model, {str(one) for one in values}, self.by)
                rows = rows.filter(**{f"{field.attname}__in": set(self.named[name].values())})
            elif isinstance(field, models.DateField):
                rows = rows.filter(**{f"{name}__in": values})
        for row in rows.order_by("pk").values("public_id", "archived_at", *self.importer.unless, *columns):
            self.kept[tuple(_plain(row[column]) for column in columns)].append(row)


def _keys_of(model: Any, texts: set[str], by: Actor) -> dict[str, int]:
    """Which records the texts name, by public id or a natural key, of those that one may see."""
    public = {text for text in texts if PUBLIC.fullmatch(text)}
    names = natural_keys(model)
    named = models.Q(public_id__in=public)
    for name in names:
        named |= models.Q(**{f"{name}__in": texts - public})
    rows = model.objects.visible_to(by, archived=True).filter(named).values_list("pk", "public_id", *names)
    return {str(key).lower(): pk for pk, *keys in rows for key in keys if key}


def _plain(value: Any) -> Any:
    """A value as it is compared: text whatever its letters and spaces, all else as it is."""
    return folded(value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    """The same, numbers by their last digits."""
    digits = re.sub(r"[\s().\-/+]", "", value) if isinstance(value, str) else ""
    return digits[-LAST_DIGITS:] if digits.isdigit() and len(digits) >= LAST_DIGITS else _plain(value)
