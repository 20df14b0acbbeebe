"""Which column is which field: proposed with a reason, decided by a person."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from shangwu.foundation.exchange.reading import dates, values
from shangwu.foundation.exchange.reading.words import folded
from shangwu.foundation.text.script import simplified

LEAST = 0.5
"""A weaker resemblance is no proposal."""
SAMPLES = 50

LIKENESS = {
    "label": (1.0, _("The column is named like the field.")),
    "synonym": (0.9, _("The column's name means the same.")),
    "part": (0.6, _("The column's name holds the field's name.")),
    "content": (0.55, _("The column's content looks like it.")),
}
MISFIT = 0.3
"""What is left of a likeness when most cells can't be read as the field's kind."""
LOOKS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z"),
    "credit_code": re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}\Z"),
    "website": re.compile(r"https?://\S+\Z"),
}


class Field(NamedTuple):
    """What a column can be. `labels`: in every language; `kind`: as in `actions.inputs.Kind`; `choices`: folded."""

    name: str
    labels: tuple[str, ...]
    kind: str = "text"
    required: bool = False
    choices: frozenset[str] = frozenset()


class Proposal(NamedTuple):
    """A column (counted from 0) for a field, how alike they are from 0 to 1, and why."""

    column: int
    field: str
    score: float
    reason: StrPromise


def propose(header: Sequence[str], fields: Sequence[Field], rows: Sequence[Sequence[str]] = ()) -> list[Proposal]:
    """The best pairs, each column and each field at most once, in the order of the columns."""
    pairs = [
        proposal
        for column, title in enumerate(header)
        for field in fields
        if (proposal := likeness(column, title, field, cells_of(rows, column))) and proposal.score >= LEAST
    ]
    pairs.sort(key=lambda pair: (-pair.score, pair.column))
    columns: set[int] = set()
    names: set[str] = set()
    chosen = []
    for pair in pairs:
        if pair.column not in columns and pair.field not in names:
            columns.add(pair.column)
            names.add(pair.field)
            chosen.append(pair)
    return sorted(chosen)


def cells_of(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    """The first filled cells of a column."""
    return [row[column] for row in rows if column < len(row) and row[column].strip()][:SAMPLES]


def likeness(column: int, title: str, field: Field, cells: list[str]) -> Proposal | None:
    """How a column resembles a field, by name first and by content second."""
    key = compared(title)
    own = {compared(name) for name in (field.name, *field.labels)} - {""}
    share = fitting(field, cells)
    if key in own:
        how = "label"
    elif key in meanings(frozenset(own)):
        how = "synonym"
    elif any(len(name) > 1 and name in key and len(name) * 3 >= len(key) for name in own):
        how = "part"
    elif (field.name in LOOKS or field.choices) and cells and share > 0.9:
        how = "content"
    else:
        return None
    score, reason = LIKENESS[how]
    return Proposal(column, field.name, score * (1 if share >= 0.5 else MISFIT), reason)


@cache
def compared(name: str) -> str:
    """A name without case, width, script, spaces, signs, brackets and what stands in them."""
    text = re.sub(r"\([^)]*\)", "", folded(name)) or folded(name)
    return re.sub(r"[\W_]+", "", simplified(text))


@cache
def groups() -> list[frozenset[str]]:
    """The synonyms' table, compared form."""
    text = resources.files(__package__).joinpath("synonyms.toml").read_text("utf-8")
    return [frozenset(map(compared, group)) for group in tomllib.loads(text)["groups"]]


@cache
def meanings(names: frozenset[str]) -> frozenset[str]:
    """All names that mean one of these."""
    return frozenset().union(*(group for group in groups() if group & names))


def fitting(field: Field, cells: list[str]) -> float:
    """The share of the cells that can be the field's value; 1 where nothing speaks against it."""
    if not cells:
        return 1.0
    if field.choices:
        return sum(folded(cell) in field.choices for cell in cells) / len(cells)
    if looks := LOOKS.get(field.name):
        return sum(bool(looks.match(cell.strip())) for cell in cells) / len(cells)
    return sum(readable(field.kind, cell) for cell in cells) / len(cells)


def readable(kind: str, cell: str) -> bool:
    """Whether a cell can be read as that kind."""
    try:
        if kind in {"decimal", "integer"}:
            values.percentage(cell)
        elif kind in {"date", "moment"}:
            text = dates.split(folded(cell))[0]
            if not any(day_or_none(text, order) for order in dates.Order):
                return False
        elif kind == "boolean":
            values.yes_or_no(cell)
    except ValidationError:
        return False
    return True


def day_or_none(text: str, order: dates.Order) -> object | None:
    """The day, or None where there is none."""
    try:
        return dates.day(text, order)
    except ValidationError:
        return None


def unused(header: Sequence[str], proposals: Iterable[Proposal]) -> list[str]:
    """The columns that no field takes."""
    taken = {proposal.column for proposal in proposals}
    return [title for column, title in enumerate(header) if column not in taken]
