"""From a clause to all that keeps it: parameters, duties, actions, records, pages, measures and tests, each read from
its own registry. What is not built yet is said plainly (`is_connected`).

A room above registers its own thread (`thread`), so that this one imports nobody above it.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.policy.clauses import chapter_of
from shangwu.foundation.policy.parameters import parameters, policy
from shangwu.foundation.policy.saying import said
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.regulation.marks import marked_tests

KINDS: dict[str, Sentence] = {
    "parameters": _("Parameters"),
    "duties": _("Duties"),
    "actions": _("Actions"),
    "records": _("Records"),
    "pages": _("Pages"),
    "measures": _("Measures"),
    "tests": _("Tests"),
}
"""What a clause can lead to, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that a clause leads to: its public name, what people call it, and what stands beside it."""

    name: str
    label: str
    detail: str = ""


Find = Callable[[str], Iterable[Trace]]
_threads: dict[str, Find] = {}


def thread(kind: str) -> Callable[[Find], Find]:
    """Register what finds the things of a kind under a clause. Raises ValueError for a kind registered twice."""
    if kind not in KINDS or kind in _threads:
        raise ValueError(f"{kind} is no kind of thread, or has one already")

    def register(find: Find) -> Find:
        _threads[kind] = find
        return find

    return register


def trace(code: str) -> dict[str, tuple[Trace, ...]]:
    """All that a clause leads to, by kind; an empty kind has nothing yet."""
    return {kind: tuple(_threads[kind](code)) if kind in _threads else () for kind in KINDS}


def is_connected(code: str) -> bool:
    """Whether the clause's own room has a record that an action under it changes; else it never counts as kept.

    What other rooms file under the clause (a calendar, a role, an import) helps it, and does not yet keep it.
    """
    room = chapter_of(code).room
    return any(one.clause == code and one.model._meta.app_label == room for one in actions.values())


def parameters_of(code: str, on: datetime.date | None = None) -> Iterable[Trace]:
    """The parameters of a clause with their values on a day, today when None."""
    for one in parameters.values():
        if one.clause == code:
            yield Trace(one.key, str(one.label), said(one, policy(one.key, on)))


@thread("parameters")
def _parameters(code: str) -> Iterable[Trace]:
    return parameters_of(code)


@thread("actions")
def _actions(code: str) -> Iterable[Trace]:
    for one in actions.values():
        if one.clause == code:
            yield Trace(one.name, str(one.label), str(capfirst(one.model._meta.verbose_name)))


@thread("records")
def _records(code: str) -> Iterable[Trace]:
    models = {one.model: None for one in actions.values() if one.clause == code}
    for model in models:
        yield Trace(f"{model._meta.app_label}.{model._meta.model_name}", str(capfirst(model._meta.verbose_name_plural)))


@thread("measures")
def _measures(code: str) -> Iterable[Trace]:
    for one in measures.values():
        if one.clause == code:
            yield Trace(one.name, str(one.label), str(one.definition))


@thread("tests")
def _tests(code: str) -> Iterable[Trace]:
    for name in marked_tests().get(code, ()):
        yield Trace(name, name.rpartition("::")[2].removeprefix("test_").replace("_", " "))
