"""Panels: what a higher room shows on a lower room's page, and the cards of My day. Registered, never imported down."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A card or tab. `facts(actor, record)` gives what `template` draws, or None when there is nothing to show.

    On My day record is None, and the facts may say `count`, which stands beside the title, and `told`, a sentence for
    the head of the page. place: "main", "side" or (on a record's page) "tab"; "first": before the record's tabs,
    for what the record is there for; or "top": right under the head, with no card around it, for what is done most.
    order: smaller stands higher. on_paper: it stands on the printed record, too, so it shows nothing that has a gate.
    """

    key: str
    title: Sentence
    template: str
    facts: Callable[[Actor, Record | None], Mapping[str, Any] | None]
    place: str = "main"
    order: int = 50
    clause: str = ""
    on_paper: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RowsPanel:
    """A short list of another record type, drawn from its ListPage: a customer's orders, my orders of today.

    query: the filter as in an address, where `{record}` is the page's record and "me" the reader:
    `RowsPanel("orders", Order, _("Orders"), "customer={record}")`. told: what My day's head says of so many rows.
    """

    key: str
    model: type[Record]
    title: Sentence
    query: str
    columns: tuple[str, ...] = ()
    limit: int = 10
    sort: str = ""
    place: str = "tab"
    order: int = 50
    clause: str = ""
    told: Callable[[int], str] | None = None


AnyPanel = Panel | RowsPanel

ClauseFacts = Callable[[Actor, str, datetime.date | None, Record | None], Mapping[str, Any] | None]
_on_clauses: list[tuple[str, ClauseFacts]] = []
ArticleFacts = Callable[[Actor, Sequence[str], datetime.date | None], Mapping[str, Mapping[str, Any]]]
_on_articles: list[tuple[str, ArticleFacts]] = []


def on_clause(template: str) -> Callable[[ClauseFacts], ClauseFacts]:
    """Show something of a clause in the side panel and on its page: facts(actor, code, on, beside) for `template`.

    on: the day that is looked at; None for today. beside: the record on whose page the side panel stands, if any.
    """

    def register(facts: ClauseFacts) -> ClauseFacts:
        _on_clauses.append((template, facts))
        return facts

    return register


def parts_of_clause(
    actor: Actor, code: str, on: datetime.date | None = None, beside: Record | None = None
) -> list[tuple[str, Mapping[str, Any]]]:
    """(template, facts) of what higher rooms show of a clause on a day."""
    found = ((template, facts(actor, code, on, beside)) for template, facts in _on_clauses)
    return [(template, one) for template, one in found if one is not None]


def on_articles(template: str) -> Callable[[ArticleFacts], ArticleFacts]:
    """Show something beside each clause of a chapter: facts(actor, codes, on) gives by code what `template` draws."""

    def register(facts: ArticleFacts) -> ArticleFacts:
        _on_articles.append((template, facts))
        return facts

    return register


def parts_of_articles(
    actor: Actor, codes: Sequence[str], on: datetime.date | None = None
) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
    """By clause, (template, facts) of what higher rooms show beside it on a day."""
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {code: [] for code in codes}
    for template, facts in _on_articles:
        for code, one in facts(actor, codes, on).items():
            found[code].append((template, one))
    return found


_panels: dict[type[Record], list[AnyPanel]] = {}
_everywhere: list[AnyPanel] = []
_my_day: list[AnyPanel] = []


def panel(model: type[Record], *found: AnyPanel) -> None:
    """Show panels on the page of `model`."""
    _panels.setdefault(model, []).extend(found)
    _panels[model].sort(key=lambda one: one.order)


def my_day(*found: AnyPanel) -> None:
    """Show cards on My day."""
    _my_day.extend(found)
    _my_day.sort(key=lambda one: one.order)


def panel_everywhere(*found: AnyPanel) -> None:
    """Show panels on the page of every record type: what hangs on any record, such as files."""
    _everywhere.extend(found)


def panels_of(model: type[Record]) -> list[AnyPanel]:
    """The panels of a record type, in order."""
    return sorted([*_panels.get(model, ()), *_everywhere], key=lambda one: one.order)


Seals = Callable[[Record], list[dict[str, Any]]]
_on_paper: list[Seals] = []


def on_paper(seals: Seals) -> Seals:
    """Put boxes with seals at the foot of printed records: {title, seals, lines}. A decorator."""
    _on_paper.append(seals)
    return seals


def seals_of(record: Record) -> list[dict[str, Any]]:
    """The boxes of a record's printed form."""
    return [box for seals in _on_paper for box in seals(record)]


def cards() -> list[AnyPanel]:
    """The cards of My day, in order."""
    return list(_my_day)
