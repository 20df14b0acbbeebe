"""A declared list made ready once: columns, questions and orders resolved against the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import Action, actions, actions_of
from shangwu.foundation.pages.drawing import Drawn, open_to, resolve
from shangwu.foundation.pages.elements import Look, Sort
from shangwu.foundation.pages.lists import own_fields
from shangwu.foundation.pages.lists.conditions import Question, question
from shangwu.foundation.pages.registry import ListPage, RecordPages, record_pages
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields

MOST_LANES = 24
"""A choice of more values makes no groups: each costs a query."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A list page with everything resolved. columns: all that can be shown; folded: the four of a folded row."""

    page: ListPage
    pages: RecordPages
    columns: tuple[Drawn, ...]
    questions: tuple[Question, ...]
    sorts: Mapping[str, Sentence]
    folded: Mapping[str, str]

    @property
    def model(self) -> Any:
        """The record type."""
        return self.page.model

    @property
    def title(self) -> str:
        """The list's name."""
        return capfirst(str(self.page.title or self.page.model._meta.verbose_name_plural or self.pages.name))

    @property
    def key(self) -> str:
        """Name of the column that is the link: the number if shown, else the first."""
        return self.columns[0].name

    def columns_for(self, actor: Actor) -> list[Drawn]:
        """The columns that the reader may choose from."""
        return open_to((*self.columns, *own_fields.columns(self.model)), self.page.model, actor)

    def questions_for(self, actor: Actor) -> list[Question]:
        """The filters that the reader may set."""
        hidden = hidden_fields(self.page.model, actor)
        own = [question(self.model, one) for one in own_fields.filters(self.model)]
        return [one for one in (*self.questions, *own) if one.name not in hidden]

    def sorts_for(self, actor: Actor) -> dict[str, Sentence]:
        """Name and label of the orders that the reader may choose."""
        hidden = hidden_fields(self.page.model, actor)
        return {name: label for name, label in self.sorts.items() if name not in hidden}

    def groups_for(self, actor: Actor) -> dict[str, Sentence]:
        """Name and label of the choices by which the reader may group the rows."""
        by = self.page.board.by if self.page.board is not None else ""
        return {
            one.name: one.label
            for one in self.questions_for(actor)
            if one.name == by or (one.sort is Sort.CHOICE and 1 < len(one.field.flatchoices) <= MOST_LANES)
        }

    def bulk(self) -> list[Action]:
        """The actions offered for a selection."""
        if self.page.bulk is not None:
            return [actions[f"{self.pages.name}.{verb}"] for verb in self.page.bulk]
        return [one for one in actions_of(self.page.model) if one.bulk and one.shown and not one.makes]


@cache
def prepared(model: type[Record]) -> Prepared:
    """The list of a record type, made ready. Raises LookupError when it has none."""
    pages = record_pages.get(model)
    if pages is None or pages.list is None:
        raise LookupError(f"{model._meta.label} has no list: declare a ListPage")
    page = pages.list
    columns = tuple(resolve(model, one, page.tones) for one in page.columns)
    sorts: dict[str, Sentence] = {"": _("Newest first")}
    for name in page.sorts:
        field = model._meta.get_field(name.removeprefix("-"))
        assert isinstance(field, models.Field)
        shown = next((one.label for one in columns if one.name == field.name), field.verbose_name)
        sorts[field.name] = shown
    questions = tuple(question(model, one) for one in page.filters)
    return Prepared(page, pages, columns, questions, sorts, _folded(page, columns))


def _folded(page: ListPage, columns: tuple[Drawn, ...]) -> dict[str, str]:
    """Which column stands where when a row folds in two lines at 390 px: class by column name."""
    key, *rest = columns
    shown = [one for one in rest if one.column.shown] or rest
    number_first = key.look is Look.KEY

    def first(*looks: Look) -> str:
        return next((one.name for look in looks for one in shown if one.look is look and one.name not in found), "")

    places = ("is-name", "is-amount")
    found = dict(zip(page.compact, places, strict=False))
    free = [place for place in ("is-name", "is-number", "is-amount", "is-state") if place not in found.values()]
    if key.name not in found:
        wanted = "is-number" if number_first and "is-number" in free else next(iter(free), "")
        found[key.name] = wanted
        free.remove(wanted)
    looks = {
        "is-name": (Look.REFERENCE, Look.TEXT, Look.PERSON, Look.LONG),
        "is-number": (Look.KEY, Look.REFERENCE, Look.TEXT, Look.PERSON, Look.LONG),
        "is-amount": (Look.MONEY, Look.NUMBER, Look.DATE, Look.MOMENT),
        "is-state": (Look.STATE, Look.CHOICE, Look.DATE, Look.MOMENT, Look.PERSON),
    }
    for place in free:
        if name := first(*looks[place]):
            found[name] = place
    return found
