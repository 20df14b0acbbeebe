"""What stands in a form: name -> list of texts, whether posted, kept as a draft, or read from a record.

One shape for all three, so that a form is drawn again exactly as it was sent. `given` turns it into an action's
inputs; it judges nothing, because the door judges.
"""

import datetime
import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.http import QueryDict

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.pages.forms import shares
from shangwu.foundation.pages.related import Named, Names, named
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Entries = dict[str, list[str]]

CONTROLS = frozenset({"csrfmiddlewaretoken", "form_token", "version", "next"})
"""Names in a form that are no entries."""

REASON = "_reason"
"""The name under which a form sends the reason that some actions ask for."""

TAKE = "_take."
"""Before the name of a list of which a person has chosen "theirs" or "yours" after a conflict."""

_DIGITS_OF_INTEGER = 10
_GROUPED = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?")


def posted(data: QueryDict) -> Entries:
    """The entries of a post, controls left out."""
    return {name: [str(value) for value in values] for name, values in data.lists() if name not in CONTROLS}


def version_of(data: QueryDict) -> int | None:
    """The version that the person was looking at when the form was drawn."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS_OF_INTEGER else None


def last(entries: Mapping[str, Sequence[str]], name: str) -> str:
    """The last text under a name: a ticked box follows the hidden "no" before it."""
    values = entries.get(name) or [""]
    return values[-1]


def row_count(entries: Mapping[str, Sequence[str]], relation: str) -> int:
    """How many rows of parts the form holds, taken away ones included."""
    text = last(entries, f"{relation}-TOTAL_FORMS")
    return min(int(text), 2000) if text.isascii() and text.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Given:
    """Inputs for the door, and for each relation which row of the form each of its parts came from."""

    inputs: dict[str, Any]
    rows: dict[str, list[int]]

    def place(self, path: str) -> str:
        """The name in the form that an error path of the door means: `lines.2.product` -> `lines-3-product`."""
        head, _dot, rest = path.partition(".")
        number, _dot, name = rest.partition(".")
        if head in self.rows and number.isdigit() and int(number) < len(self.rows[head]):
            return f"{head}-{self.rows[head][int(number)]}-{name}" if name else f"{head}-{self.rows[head][int(number)]}"
        return head


def given(inputs: Iterable[Input], entries: Entries, actor: Actor) -> Given:
    """The inputs that a form's entries mean. What the form does not hold, or leaves to others, stays out."""
    found: dict[str, Any] = {}
    rows: dict[str, list[int]] = {}
    for one in inputs:
        if last(entries, f"{TAKE}{one.name}") == "theirs":
            continue
        if one.kind is Kind.PARTS:
            if f"{one.name}-TOTAL_FORMS" in entries:
                found[one.name], rows[one.name] = _parts(one, entries, actor)
        elif one.kind is Kind.REFERENCES:
            if one.name in entries:
                typed = entries.get(f"{one.name}_text", [])
                found[one.name] = [value.strip() for value in (*entries[one.name], *typed) if value.strip()]
        elif one.name in entries:
            found[one.name] = _value(one, entries, one.name, actor)
    return Given(found, rows)


def _parts(one: Input, entries: Entries, actor: Actor) -> tuple[list[dict[str, Any]], list[int]]:
    """The rows that hold something, and their places in the form."""
    values: list[dict[str, Any]] = []
    places: list[int] = []
    for place in range(row_count(entries, one.name)):
        prefix = f"{one.name}-{place}-"
        if last(entries, f"{prefix}DELETE") or _is_blank(one, entries, prefix):
            continue
        names = [part for part in one.parts if prefix + part.name in entries]
        values.append({part.name: _cell(part, entries, prefix + part.name, actor) for part in names})
        places.append(place)
    return values, places


def _cell(part: Input, entries: Entries, name: str, actor: Actor) -> Any:
    """The value of a cell; an emptied one that has a default goes back to it."""
    value = _value(part, entries, name, actor)
    return text_of(part.default) if value == "" and not part.required and part.default is not None else value


def _is_blank(one: Input, entries: Entries, prefix: str) -> bool:
    """Whether nobody has written into the row: each cell is empty or as it came."""
    for part in one.parts:
        text = last(entries, prefix + part.name).strip()
        typed = last(entries, f"{prefix}{part.name}_text").strip()
        if typed or (text and text != initial(part)):
            return False
    return True


def _value(one: Input, entries: Entries, name: str, actor: Actor) -> Any:
    text = last(entries, name)
    match one.kind:
        case Kind.REFERENCE:
            return text.strip() or last(entries, f"{name}_text").strip()
        case Kind.INTEGER | Kind.DECIMAL:
            number = plain_number(text)
            return shares.from_percent(number) if shares.is_share(one) else number
        case Kind.MOMENT:
            return _aware(text, actor.zone)
        case _:
            return text


def plain_number(text: str) -> str:
    """A number as people type it, without full-width digits and grouping commas; anything else as it is."""
    folded = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    squeezed = folded.replace(" ", "")
    return squeezed.replace(",", "") if _GROUPED.fullmatch(squeezed) else folded


def _aware(text: str, zone: datetime.tzinfo) -> Any:
    """A moment typed without a zone is in the person's own."""
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def initial(one: Input) -> str:
    """The text with which an empty form shows an input."""
    return _shown(one, one.default, None)


def _shown(one: Input, value: Any, zone: datetime.tzinfo | None) -> str:
    text = text_of(value, zone)
    return shares.to_percent(text) if shares.is_share(one) else text


def text_of(value: Any, zone: datetime.tzinfo | None = None) -> str:
    """A value as its field shows it for editing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}" if value else "0"
        case datetime.datetime():
            return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        case datetime.date():
            return value.isoformat()
        case _:
            return str(getattr(value, "value", value))


def names_by_key(
    actor: Actor, wanted: Iterable[tuple[type[models.Model] | None, str]]
) -> dict[tuple[type[models.Model] | None, str], str]:
    """Names of records by public id, through the actor's gate. What is no public id, or not to be seen, is left out."""
    groups: dict[type[models.Model], set[uuid.UUID]] = {}
    for model, key in wanted:
        if model is not None and (public := _public_id(key)):
            groups.setdefault(model, set()).add(public)
    found: dict[tuple[type[models.Model] | None, str], str] = {}
    for model, keys in groups.items():
        for each in named(actor, model, models.Q(public_id__in=keys)).values():
            found[(model, each.public_id)] = each.label
    return found


def _public_id(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None


def of_record(record: Record, inputs: Sequence[Input], actor: Actor) -> tuple[Entries, frozenset[str]]:
    """The entries with which an edit form begins, and the names of references that the actor may not see."""
    relations: Any = {one.name: getattr(record, one.name) for one in inputs if one.kind is Kind.PARTS}
    parts = {name: list(rows.visible_to(actor, archived=True)) for name, rows in relations.items()}
    names = Names()
    for model, keys in _references(record, inputs, parts).items():
        names.add(actor, model, keys)
    entries: Entries = {}
    concealed: set[str] = set()
    for one in inputs:
        if one.kind is Kind.PARTS:
            entries[f"{one.name}-TOTAL_FORMS"] = [str(len(parts[one.name]))]
            for place, row in enumerate(parts[one.name]):
                for part in one.parts:
                    show(part, row, f"{one.name}-{place}-{part.name}", entries, names, concealed, actor)
        else:
            show(one, record, one.name, entries, names, concealed, actor)
    return entries, frozenset(concealed)


def _references(
    record: Any, inputs: Sequence[Input], parts: Mapping[str, Sequence[Any]]
) -> dict[type[models.Model], set[Any]]:
    """Primary keys of everything that the record and its parts refer to in these inputs."""
    found: dict[type[models.Model], set[Any]] = defaultdict(set)
    for one in inputs:
        if one.kind is Kind.PARTS:
            for row in parts[one.name]:
                for model, keys in _references(row, one.parts, {}).items():
                    found[model] |= keys
        elif one.kind is Kind.REFERENCE and one.model is not None:
            found[one.model].add(getattr(record, f"{one.name}_id", None))
        elif one.kind is Kind.REFERENCES and one.model is not None:
            found[one.model].update(getattr(record, one.name, None) or ())
    return found


def show(one: Input, row: Any, name: str, entries: Entries, names: Names, concealed: set[str], actor: Actor) -> None:
    """Put one value of a record or part among the entries."""
    if one.kind is Kind.REFERENCE and one.model is not None:
        pk = getattr(row, f"{one.name}_id", None)
        known = names.of(one.model, pk) if pk is not None else Named("")
        if pk is not None and not known.public_id:
            concealed.add(name)
        entries[name], entries[f"{name}_text"] = [known.public_id], [known.label]
    elif one.kind is Kind.REFERENCES and one.model is not None:
        shown = [names.of(one.model, pk) for pk in getattr(row, one.name, None) or ()]
        if not all(known.public_id for known in shown):
            concealed.add(name)
        entries[name] = [known.public_id for known in shown if known.public_id]
    else:
        entries[name] = [_shown(one, getattr(row, one.name, None), actor.zone)]


def of_nothing(inputs: Sequence[Input], asked: Mapping[str, Sequence[str]]) -> Entries:
    """The entries with which a new form begins: defaults, and what the address asks for: `?customer=<public id>`, in a
    first row `&covered-0-order=<public id>`."""
    entries: Entries = {}
    for one in inputs:
        if one.kind is Kind.PARTS:
            row = _first_row(one, asked)
            entries |= {f"{one.name}-TOTAL_FORMS": ["1" if row else "0"], **row}
        elif one.name in asked:
            entries[one.name] = list(asked[one.name])
        elif one.kind is not Kind.REFERENCES:
            entries[one.name] = [initial(one)]
    return entries


def _first_row(one: Input, asked: Mapping[str, Sequence[str]]) -> Entries:
    """The first row of parts that the address asks for; nothing where it asks for none."""
    names = {f"{one.name}-0-{part.name}": part for part in one.parts}
    if not names.keys() & asked.keys():
        return {}
    return {name: list(asked.get(name) or [initial(part)]) for name, part in names.items()}
