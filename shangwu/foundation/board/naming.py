"""The rows of the board in order: chapters and clauses, people and departments that the reader sees."""

from typing import Any

from shangwu.foundation.board.counting import Heat
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.policy.clauses import CHAPTERS, INTRODUCTION, TITLES
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

Row = tuple[Any, str, str, str]
"""Key, name, number before it, address of its own page."""


def connected(by: str) -> frozenset[str] | None:
    """The chapters or clauses under which something can be proved; None for people and departments."""
    if by not in ("chapter", "clause"):
        return None
    proved = [one for one in rules.values() if one.is_connected]
    return frozenset(one.chapter if by == "chapter" else one.clause for one in proved)


def row_names(actor: Actor, by: str, found: Heat | None = None) -> list[Row]:
    """The rows of a breakdown. People and departments: those that have any duty in `found`, else all that are seen."""
    # What is asked of everybody stands under the introduction.
    of_all = any(one.clause == INTRODUCTION for one in rules.values() if one.is_connected)
    titles = {code: title for code, title in TITLES.items() if of_all or code != INTRODUCTION}
    if by == "chapter":
        before = [_clause(INTRODUCTION, titles[INTRODUCTION])] if of_all else []
        return before + [(one.code, str(one.title), one.code, url("chapter", code=one.code)) for one in CHAPTERS]
    if by == "clause":
        return [_clause(code, title) for code, title in titles.items()]
    model = Person if by == "person" else Department
    names = Names()
    if found is None:
        keys = list(model._default_manager.visible_to(actor, archived=True).values_list("pk", flat=True))
    else:
        keys = [key for key in found.cells if key is not None]
    names.add(actor, model, keys)
    rows = [(key, names.of(model, key).label, "", names.of(model, key).url) for key in keys]
    worst_first = {key: found.row(key).late for key in keys} if found is not None else {}
    return sorted(rows, key=lambda row: (-worst_first.get(row[0], 0), row[1]))


def _clause(code: str, title: Sentence) -> Row:
    return code, str(title), code, url("clause", code=code)
