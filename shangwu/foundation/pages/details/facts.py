"""Facts and parts of a record, drawn by the same columns as its list, through the field gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.locking import target_of
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.actions.registry import Action, actions
from shangwu.foundation.pages.drawing import Drawn, open_to, resolve
from shangwu.foundation.pages.elements import Column, Group, Look, Wide
from shangwu.foundation.pages.forms.sums import column_of
from shangwu.foundation.pages.frame import clause_facts
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import own, scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.refusals import Sentence

_EDITED_IN_PLACE = frozenset(
    {Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.MOMENT, Kind.BOOLEAN, Kind.CHOICE, Kind.REFERENCE}
)


@dataclass(frozen=True, slots=True)
class Section:
    """A card of facts. The first has no title."""

    title: Sentence
    columns: list[Drawn]
    clause: Any = None


def sections(pages: RecordPages, actor: Actor) -> list[Section]:
    """The facts as declared, without what the reader may not see."""
    assert pages.detail is not None
    loose: list[Drawn] = []
    found: list[Section] = []
    for item in pages.detail.facts:
        if isinstance(item, Group):
            items = [each.name if isinstance(each, Wide) else each for each in item.items]
            drawn = [_drawn(pages, each) for each in items if isinstance(each, str | Column)]
            found.append(Section(item.title, open_to(drawn, pages.model, actor), clause_facts(item.clause)))
        else:
            loose.append(resolve(pages.model, item, pages.detail.tones))
    found += _own_sections(pages, actor)
    return [one for one in [Section("", open_to(loose, pages.model, actor)), *found] if one.columns]


def _drawn(pages: RecordPages, item: str | Column) -> Drawn:
    """A fact by its field's name, or as a column says it: computed, or an amount with its currency."""
    if isinstance(item, str):
        return column_of(pages.model, item)
    return resolve(pages.model, item, pages.detail.tones if pages.detail else {})


def _own_sections(pages: RecordPages, actor: Actor) -> list[Section]:
    """Cards of the own fields that the reader may know of, in their order."""
    cards: dict[str, list[Drawn]] = {}
    for one in own.seen(pages.model, actor):
        cards.setdefault(one.heading, []).append(resolve(pages.model, one.name))
    return [Section(card or _("Further entries"), columns) for card, columns in cards.items()]


def edited_in_place(pages: RecordPages, actor: Actor, record: Any) -> frozenset[str]:
    """Names of the fields that the reader may change where they stand."""
    edit: Action | None = actions.get(f"{pages.name}.edit")
    if edit is None or not edit.offered_to(actor, record):
        return frozenset()
    return frozenset(one.name for one in inputs_of(edit, actor) if one.kind in _EDITED_IN_PLACE)


def fact(pages: RecordPages, one: Drawn, record: Any, names: Names, editable: frozenset[str]) -> dict[str, Any]:
    """One fact for the template."""
    may = one.name in editable and one.column.value is None and one.column.edit
    return {
        "label": one.label,
        "value": one.html(record, names, brief=False),
        "edit_url": _cell_url(pages, record, one.name) if may else "",
        "name": one.name,
        "wide": one.look is Look.LONG,
        "total": False,
        "clause": None,
    }


def _cell_url(pages: RecordPages, record: Any, field: str) -> str:
    try:
        return reverse(f"{pages.name}.cell", kwargs={"public_id": record.public_id, "field": field})
    except NoReverseMatch:
        return ""


ON_PHONES = ("quantity", "what")
"""Which columns a phone shows between the first and the last: how many of a product, and what is to be done."""


@dataclass(frozen=True, slots=True)
class Table:
    """A record's parts as a table. rows: None when only their number is known, because the tab is not open."""

    key: str
    title: Sentence
    columns: list[Drawn]
    rows: list[Any]
    count: int

    def heads(self) -> list[dict[str, Any]]:
        """Label and alignment of each column; what a phone has no room for is marked."""
        return [{"label": one.label, "classes": self._classes(one)} for one in self.columns]

    def drawn_rows(self, names: Names) -> list[list[dict[str, Any]]]:
        """The cells of each row."""
        return [
            [{"html": one.html(row, names), "classes": self._classes(one)} for one in self.columns] for row in self.rows
        ]

    def _classes(self, one: Drawn) -> str:
        spare = one not in (self.columns[0], self.columns[-1]) and one.name not in ON_PHONES
        return " ".join(filter(None, [one.classes, "is-spare" if spare else ""]))


def tables(
    pages: RecordPages,
    actor: Actor,
    record: Any,
    shown: str | None = None,
    then: Mapping[str, Sequence[Any]] | None = None,
) -> list[Table]:
    """The tables of a record's parts. Beyond the first, a table without rows is left out.

    shown: key of the open tab; only its rows are read (the first table's by default), the others are counted in one
    question. None reads all. then: the rows of another day, by relation; nothing is read.
    """
    assert pages.detail is not None
    relations = [each.relation for each in pages.detail.parts]
    if shown is None or then is not None:
        read = relations
    elif shown in relations:
        read = [shown]
    else:
        read = [] if shown else relations[:1]
    counts = _counts(record, actor, [name for name in relations if name not in read])
    found: list[Table] = []
    for declared in pages.detail.parts:
        part: Any = target_of(pages.model, declared.relation)
        columns = open_to([resolve(part, one) for one in declared.columns if one != "position"], part, actor)
        rows = []
        if then is not None:
            rows = list(then.get(declared.relation, ()))
        elif declared.relation in read:
            rows = list(getattr(record, declared.relation).visible_to(actor, archived=True).order_by("position"))
        count = counts.get(declared.relation, len(rows))
        title = declared.title or part._meta.verbose_name_plural
        if count or not found:
            found.append(Table(declared.relation, title, _filled(columns, rows), rows, count))
    return found


def _counts(record: Any, actor: Actor, relations: Sequence[str]) -> dict[str, int]:
    """How many parts of each kind a record has, in one question."""
    if not relations:
        return {}

    def draw() -> Any:
        questions = []
        for name in relations:
            part: Any = target_of(type(record), name)
            rows = part.objects.visible_to(actor, archived=True).filter(**{f"{part.parent}_id": OuterRef("pk")})
            counted = rows.order_by().values(f"{part.parent}_id").annotate(many=Count("pk")).values("many")
            questions.append(Coalesce(Subquery(counted), 0))
        own = type(record).objects.visible_to(actor, archived=True).filter(pk__any=Keys())
        return own.order_by().values_list(*questions)

    found = once((_counts, type(record), tuple(relations), actor.rights), draw).values([record.pk])
    return dict(zip(relations, found[0] if found else [0] * len(relations), strict=True))


def is_empty(value: Any) -> bool:
    """Whether a fact says nothing; an amount of nought says nothing either."""
    return value is None or value in ("", []) or (isinstance(value, Decimal) and not value)


def without(table: Table, of: type[models.Model]) -> Table:
    """The table without the columns that a gate keeps from some readers."""
    hidden = scopes.gated_fields(target_of(of, table.key))
    return replace(table, columns=[one for one in table.columns if one.name not in hidden])


def said_once(table: Table, names: Names) -> Table:
    """The table without texts that only say again, in each row, what a record beside them is called."""
    named = [(one, one.related) for one in table.columns if one.related is not None]
    beside = [{names.of(model, one.value(row)).label for one, model in named} for row in table.rows]
    told = [one for one in table.columns if not _says_again(one, table.rows, beside)]
    return replace(table, columns=told)


def _says_again(one: Drawn, rows: Sequence[Any], beside: Sequence[set[str]]) -> bool:
    if one.look is not Look.TEXT or not rows:
        return False
    texts = [one.value(row) for row in rows]
    return any(texts) and all(text in labels for text, labels in zip(texts, beside, strict=True) if text)


def _filled(columns: list[Drawn], rows: Sequence[Any]) -> list[Drawn]:
    """Without the columns in which no row says anything; amounts stand even at nought."""
    if not rows:
        return columns
    return [
        one
        for one in columns
        if one.look is Look.MONEY or any(one.value(row) not in (None, "", [], 0, False) for row in rows)
    ]


def totals(pages: RecordPages, actor: Actor, record: Any, names: Names) -> list[dict[str, Any]]:
    """The record's own sums under its first table of parts: those that its form works out."""
    form = pages.form(f"{pages.name}.create")
    declared = form.sums if form is not None else ()
    drawn = open_to([column_of(pages.model, name) for name in declared], pages.model, actor)
    return [
        {"label": one.label, "value": one.html(record, names, brief=False), "total": one is drawn[-1]} for one in drawn
    ]
