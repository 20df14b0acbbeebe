"""A list in groups: a lane for each value of a choice, or each record of a small table that the page names for its
board. Each lane has its first rows; lanes stand as sections of the table or side by side as a board."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from shangwu.foundation.pages.elements import Sort
from shangwu.foundation.pages.lists.asked import Asked
from shangwu.foundation.pages.lists.conditions import Condition, Question, answered
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.prepared import MOST_LANES, Prepared
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

SIZE = 12
"""So many rows of each lane are shown; the rest is one click away."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a list that has one value. pair: name and value as the address has them. asked: the list's question
    narrowed to it. value: of the choice, or the record of the table; None for what has none."""

    question: Question
    pair: tuple[str, str]
    label: Sentence
    asked: Asked
    value: Any = None

    def holds(self, row: Any) -> bool:
        """Whether a row has this value."""
        return bool(getattr(row, self.question.field.attname) == getattr(self.value, "pk", self.value))


@dataclass(frozen=True, slots=True)
class Lane:
    """One part and its first rows. address: the list of all of them, on its own."""

    part: Part
    rows: list[Any]
    has_more: bool
    address: str

    @property
    def label(self) -> Sentence:
        """How people call it."""
        return self.part.label


def narrowed(prepared: Prepared, asked: Asked, actor: Actor) -> Iterator[Part]:
    """The parts of a grouped list, in the order of the choices or of the table."""
    one = next((each for each in prepared.questions_for(actor) if each.name == asked.group), None)
    if one is None or one.sort not in (Sort.CHOICE, Sort.REFERENCE):
        return
    for pair, value, condition in [*_conditions(one, actor), *_empty(one, actor)]:
        question = replace(asked, conditions=(*asked.conditions, condition), group="", look="", after=None, before=None)
        yield Part(one, pair, condition.text if value is not None else "—", question, value)


def _conditions(one: Question, actor: Actor) -> Iterator[tuple[tuple[str, str], Any, Condition]]:
    """(name and value in the address, value, condition) of every value."""
    if one.sort is Sort.REFERENCE:
        rows = one.related.objects.visible_to(actor).order_by(*one.related._meta.ordering)
        for row in rows[:MOST_LANES]:
            key, q = str(row.public_id), Q(**{one.field.attname: row.pk})
            yield (one.name, key), row, Condition(one, q, str(row), {one.name: [key]}, ((key, str(row)),))
        return
    for value, _label in one.field.flatchoices:
        if value not in ("", None) and (condition := answered(one, {one.name: [str(value)]}, actor)):
            yield (one.name, str(value)), value, condition


def _empty(one: Question, actor: Actor) -> Iterator[tuple[tuple[str, str], None, Condition]]:
    """The same for rows without a value, where there may be any."""
    pair = (f"{one.name}.empty", "yes")
    may_be_empty = one.field.null or (one.field.blank and one.sort is Sort.CHOICE)
    if may_be_empty and (condition := answered(one, {pair[0]: [pair[1]]}, actor)):
        yield pair, None, condition


def lanes(prepared: Prepared, asked: Asked, actor: Actor) -> list[Lane]:
    """The lanes that hold anything; of a board whose cards are moved, all. As many queries as there are values."""
    made, board = [], prepared.page.board
    is_moved = board is not None and board.by == asked.group
    for part in narrowed(prepared, asked, actor):
        rows = found(prepared, part.asked, actor, size=SIZE)
        if rows.rows or (is_moved and part.value is not None):
            address = asked.address(without=("group", "look", *part.question.names), more=[part.pair])
            made.append(Lane(part, rows.rows, rows.older is not None, address))
    return made
