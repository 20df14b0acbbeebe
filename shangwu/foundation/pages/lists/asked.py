"""What an address asks of a list. All of it stands in the address, so that a link shows a colleague the same."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from shangwu.foundation.pages import formats
from shangwu.foundation.pages.as_of import ON, moment_of, past
from shangwu.foundation.pages.lists.conditions import Condition, answered, further_conditions
from shangwu.foundation.pages.lists.cursor import Cursor
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.records.actors import Actor

BOARD = "board"
"""The look in which lanes stand side by side."""

TEXT = 100
"""Longer search texts are cut."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """sort: name of the sort column, "" for newest first. view: key of the view it started from.

    group: name of the choice by which the rows stand in lanes. look: "board" for lanes side by side. on: the past day
    whose rows and values are wanted; None for today's. The rows of a day stand in no lanes.
    """

    conditions: tuple[Condition, ...] = ()
    q: str = ""
    sort: str = ""
    descending: bool = True
    archived: bool = False
    group: str = ""
    look: str = ""
    view: str = ""
    on: datetime.date | None = None
    after: Cursor | None = None
    before: Cursor | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing narrows the list."""
        return not (self.conditions or self.q or self.archived)

    def pairs(self, *, without: Iterable[str] = (), view: bool = True) -> Pairs:
        """The address's names and values in their canonical order, without the place in the list."""
        found: Pairs = [("view", self.view)] if view and self.view else []
        if self.q:
            found.append(("q", self.q))
        for one in self.conditions:
            found += [(name, value) for name, values in one.values.items() for value in values]
        if self.archived:
            found.append(("archived", "yes"))
        if self.sort:
            found.append(("sort", ("-" if self.descending else "") + self.sort))
        day = self.on.isoformat() if self.on else ""
        found += [(name, value) for name, value in (("group", self.group), ("look", self.look), (ON, day)) if value]
        dropped = set(without)
        return [(name, value) for name, value in found if name not in dropped]

    def query(self, *, without: Iterable[str] = (), more: Iterable[tuple[str, str]] = (), view: bool = True) -> str:
        """The same question as a query string, with names left out and pairs added."""
        made = QueryDict(mutable=True)
        for name, value in [*self.pairs(without=without, view=view), *more]:
            made.appendlist(name, value)
        return made.urlencode()

    def address(self, *, without: Iterable[str] = (), more: Iterable[tuple[str, str]] = ()) -> str:
        """What follows the list's path in a link to it."""
        query = self.query(without=without, more=more)
        return f"?{query}" if query else ""


def asked(prepared: Prepared, given: Mapping[str, list[str]], actor: Actor) -> Asked:
    """Read an address. What is unknown, hidden from the reader or makes no sense is left out."""
    clean = {name: [value.replace("\0", "") for value in values] for name, values in given.items()}

    def one(name: str) -> str:
        return (clean.get(name) or [""])[-1].strip()

    on = past(formats.asked_day(one(ON)))
    with formats.looking_at(moment_of(on, actor)):
        conditions = [answered(question, clean, actor) for question in prepared.questions_for(actor)]
        conditions += further_conditions(prepared.model, clean, actor)
    sort = one("sort")
    name = sort.removeprefix("-")
    known = name in prepared.sorts_for(actor) and name != ""
    group = one("group") if one("group") in prepared.groups_for(actor) and on is None else ""
    return Asked(
        conditions=tuple(found for found in conditions if found is not None),
        q=one("q")[:TEXT],
        sort=name if known else "",
        descending=sort.startswith("-") if known else True,
        archived=one("archived") == "yes",
        group=group,
        look=BOARD if group and one("look") == BOARD else "",
        view=one("view")[:40],
        on=on,
        after=Cursor.read(one("after")),
        before=Cursor.read(one("before")) if not one("after") else None,
    )


def lists_of(query: str) -> dict[str, list[str]]:
    """A query string as names with their values."""
    return {name: [str(value) for value in values] for name, values in QueryDict(query).lists()}
