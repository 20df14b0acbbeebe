"""Taking a list out: exactly the rows, columns and order that its reader sees, as text."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shangwu.foundation.audit.notes import note_of
from shangwu.foundation.audit.reading import How, read_many, secret_ones
from shangwu.foundation.exchange.declarations import importers
from shangwu.foundation.exchange.models import Export
from shangwu.foundation.exchange.writing import Column, Form, write
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.codes import listed
from shangwu.foundation.pages.drawing import Drawn, named_in, open_to, resolve
from shangwu.foundation.pages.elements import Look
from shangwu.foundation.pages.lists.asked import Asked, asked, lists_of
from shangwu.foundation.pages.lists.columns import chosen
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.lanes import narrowed
from shangwu.foundation.pages.lists.prepared import Prepared, prepared
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.pages.related import Names, names_for
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Part

PAGE = 1_000
"""Rows that are read at a time."""
Progress = Callable[[int], None]


def list_of(record: str) -> Prepared | None:
    """The list of a record type by its public name; None when it has none."""
    for model, pages in record_pages.items():
        if pages.name == record and pages.list is not None:
            return prepared(model)
    return None


def export(
    by: Actor,
    one: Prepared,
    query: str | Mapping[str, str],
    to: Path,
    form: Form,
    progress: Progress = lambda rows: None,
    *,
    with_lines: bool = False,
) -> int:
    """Write the list that `query` asks for to a file and note down that it left the house; gives the rows.

    with_lines: a row for each line of a record, as such files come in; a record without lines has one row. Of a past
    day there are none: lines of today would stand beside heads of then.
    """
    address = query if isinstance(query, str) else encoded(query)
    question = replace(asked(one, lists_of(address), by), after=None, before=None)
    columns = chosen(one, by, lists_of(address).get("column", []))
    parts = parts_of(one, by) if with_lines and question.on is None else None
    if parts is not None:
        columns = [*columns, *(each for each in one.columns_for(by) if each.name in parts.beside - names_of(columns))]
    titles = [Column(str(each.label), each.is_number) for each in columns]
    currency = currency_field(columns)
    if currency:
        titles.append(Column(_("Currency")))
    if parts is not None:
        titles += [Column(str(each.label), each.is_number) for each in parts.columns]
    secret: list[int] = []
    rows = lines(one, question, by, columns, currency, progress, secret.extend, parts)
    count = write(to, form, titles, rows, title=one.title)
    names = [*(each.name for each in columns), *(parts.names if parts else ())]
    note(by, one.pages.name, question.query(view=False), names, form, count)
    read_many(by, one.model, secret, How.EXPORT)
    return count


@dataclass(frozen=True, slots=True)
class PartsOut:
    """The lines that go out beside their records. beside: what a file of such records needs of the record itself."""

    relation: str
    model: type[Part]
    columns: list[Drawn]
    beside: frozenset[str]

    @property
    def names(self) -> list[str]:
        """What is noted down of them."""
        return [f"{self.relation}.{each.name}" for each in self.columns]

    def rows(self, by: Actor, records: Sequence[Any]) -> tuple[Mapping[int, list[Any]], Names]:
        """The lines of these records in their order, and the names that they refer to; two queries and the names."""
        whole = f"{self.model.parent}_id"
        manager: Any = self.model._default_manager
        found: dict[int, list[Any]] = defaultdict(list)
        kept = manager.visible_to(by, archived=True).filter(**{f"{whole}__in": [one.pk for one in records]})
        every = list(kept.order_by(whole, "position"))
        for row in every:
            found[getattr(row, whole)].append(row)
        return found, names_for(by, self.columns, every)


def parts_of(one: Prepared, by: Actor) -> PartsOut | None:
    """The lines of a record type whose files hold lines: what is typed into them, then all else that has a name."""
    importer = importers.get(one.pages.name)
    if importer is None or not importer.lines:
        return None
    typed = {each.name: each for each in importer.making.inputs}
    model: Any = importer.model._meta.get_field(importer.lines).related_model
    fields = {each.name for each in model._meta.concrete_fields}
    first = [each.name for each in typed[importer.lines].parts if each.name in fields]
    # A name that nobody gave is a plain text: such a column is none for people.
    further = [
        each.name for each in model._meta.concrete_fields
        if each.name not in first and not each.primary_key and each.name not in ("position", model.parent)
        and not isinstance(each.verbose_name, str)
    ]  # fmt: skip
    columns = open_to([resolve(model, name) for name in [*first, *further]], model, by)
    return PartsOut(importer.lines, model, columns, frozenset(typed) - {importer.lines})


def names_of(columns: Sequence[Drawn]) -> frozenset[str]:
    """The names of columns."""
    return frozenset(each.name for each in columns)


def encoded(query: Mapping[str, str]) -> str:
    """A list's address of names and values."""
    made = QueryDict(mutable=True)
    for name, value in query.items():
        made.appendlist(name, value)
    return made.urlencode()


def lines(
    one: Prepared,
    question: Asked,
    by: Actor,
    columns: Sequence[Drawn],
    currency: str,
    progress: Progress,
    secret: Callable[[list[int]], None],
    parts: PartsOut | None = None,
) -> Iterator[list[str]]:
    """The rows as text, read page by page in the list's own order. secret: is told the keys of secret rows."""
    count = 0
    if question.group:  # as the list shows it: lane after lane
        for part in narrowed(one, question, by):
            yield from lines(one, part.asked, by, columns, currency, progress, secret, parts)
        return
    while True:
        page = found(one, question, by, size=PAGE)
        names = names_for(by, columns, page.rows)
        secret(secret_ones(page.rows))
        below, named = parts.rows(by, page.rows) if parts is not None else ({}, names)
        for row in page.rows:
            cells = [text_of(each, row, names, by) for each in columns]
            cells += [getattr(row, currency, "")] if currency else []
            if parts is None:
                yield cells
                continue
            for line in below.get(row.pk) or [None]:
                yield [*cells, *("" if line is None else text_of(each, line, named, by) for each in parts.columns)]
        count += len(page.rows)
        progress(count)
        if page.older is None:
            return
        question = replace(question, after=page.older)


def currency_field(columns: Sequence[Drawn]) -> str:
    """The field that tells the currency of the amounts, unless a column shows it already."""
    fields = {each.column.currency for each in columns if each.look is Look.MONEY and each.column.currency}
    shown = {each.name for each in columns}
    return next(iter(sorted(fields - shown)), "") if not fields & shown else ""


def text_of(one: Drawn, row: Any, names: Names, by: Actor) -> str:
    """A value as a person would type it: plain digits, ISO days, the words of states and names."""
    value = one.value(row)
    if value is None or value == "" or value == []:
        return ""
    match one.look:
        case Look.REFERENCE | Look.PERSON if one.related is not None:
            return str(names.of(one.related, value).label)
        case Look.PERSONS:
            return ", ".join(str(names.of(named_in(one.field), key).label) for key in value)
        case Look.LISTED:
            return listed(one.field, value)
        case Look.STATE | Look.CHOICE if one.field is not None:
            return str(next((label for key, label in one.field.flatchoices if key == value), value))
        case Look.MONEY:
            return amount(value, getattr(row, one.column.currency, "") if one.column.currency else "")
        case Look.RATE:
            return f"{plain(Decimal(value) * 100)}%"
        case Look.YES_NO:
            return str(_("yes") if value else _("no"))
    if isinstance(value, datetime.datetime):
        return value.astimezone(by.zone).strftime("%Y-%m-%d %H:%M")
    return plain(value) if isinstance(value, Decimal) else str(value)


def plain(value: Decimal) -> str:
    """A number without grouping and without empty decimals."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Any, currency: str) -> str:
    """An amount with the decimals of its currency, and further ones if it has them: nothing is rounded away."""
    places = formats.minor_units(currency)
    exact = plain(Decimal(value))
    decimals = len(exact.partition(".")[2])
    return exact if decimals >= places else f"{Decimal(value):.{places}f}"


def note(by: Actor, record_type: str, query: str, columns: Sequence[str], form: str, rows: int) -> None:
    """Write down who took what out: with its question among the exports, and in the sealed log."""
    made = Export.objects.create(
        person_id=by.person_id, record_type=record_type, query=query, columns=list(columns), form=form, rows=rows,
        at=clock.now(), address=by.address,
    )  # fmt: skip
    note_of(by, f"{record_type}.export", "exchange.export", made.pk, count=rows)
