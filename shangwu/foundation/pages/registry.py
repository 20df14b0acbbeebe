"""The registry of pages: what the rooms declare, and the routes that the kit makes of it.

A room declares `ListPage`, `DetailPage`, `FormPage` (or `Pages`, all three in one) in its pages.py. Each route says
which record and verb it reads and how its sample address is built, so that the authorisation matrix finds every page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import HttpResponse

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.elements import Begins, Beside, Board, Checklist, Column, Filter, Group, Parts, View
from shangwu.foundation.policy.clauses import INTRODUCTION, chapter_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

RESERVED = frozenset(
    {"q", "sort", "group", "look", "after", "before", "view", "column", "archived", "exact", "row", "all", "find"}
)
"""Names that a list's address uses itself: a filter can't be called so."""


@dataclass(frozen=True, slots=True, eq=False)
class ListPage:
    """A list of records: what it shows, asks, sorts by and does to many.

    search: fields whose text the search box looks into; the record's own `searchable` columns need no naming.
    A path over a reference ("customer__name") looks into that record's own search, through its own gate.
    sorts: sortable columns besides newest first; "-promised_on" starts with the latest. Each needs its index.
    bulk: verbs offered for a selection; by default those whose action says so. views: tabs that come with the page.
    board: how cards are moved between lanes; without it a board only shows.
    tones: kind of pill per state, where the word alone does not tell (see tones.py). compact: the two fields that
    stand on the first line of a folded row. steps: what an empty list says to do first. rail: key of the view whose
    count stands beside the chapter. order: place among the pages of a chapter. tab: stands at the foot of a phone
    (three at most are shown). personal: it stands in the person's own menu, not under a chapter.
    """

    model: type[Record]
    clause: str
    columns: Sequence[str | Column]
    search: Sequence[str] = ()
    filters: Sequence[str | Filter] = ()
    sorts: Sequence[str] = ()
    bulk: Sequence[str] | None = None
    views: Sequence[View] = ()
    board: Board | None = None
    empty: Sentence = ""
    steps: Sequence[tuple[Sentence, Sentence]] = ()
    title: Sentence = ""
    path: str = ""
    icon: str = "file-text"
    tones: Mapping[str, str] = field(default_factory=dict)
    compact: Sequence[str] = ()
    rail: str = ""
    order: int = 50
    tab: bool = False
    personal: bool = False

    def __post_init__(self) -> None:
        pages = pages_of(self.model, self.clause, self.path)
        if pages.list is not None:
            raise ValueError(f"{self.model._meta.label} has two lists")
        if clash := RESERVED & {one if isinstance(one, str) else one.name for one in self.filters}:
            raise ValueError(f"{self.model._meta.label}: a filter can't be called {', '.join(clash)}")
        pages.list = self


@dataclass(frozen=True, slots=True, eq=False)
class DetailPage:
    """A record on its own page: header, facts, parts, state track, timeline, panels of higher rooms.

    title: fields whose values stand as the page's name beside the number ("customer"); else str(record).
    facts: fields on the left, in order; sections may be given as Group. parts: tables of the record's parts.
    track: the states of a smooth course, in order. meta: fields in the line under the name.
    """

    model: type[Record]
    clause: str
    facts: Sequence[str | Column | Group]
    parts: Sequence[Parts] = ()
    title: Sequence[str] = ()
    track: Sequence[str] = ()
    meta: Sequence[str] = ("owner", "department")
    path: str = ""
    icon: str = ""
    tones: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pages = pages_of(self.model, self.clause, self.path)
        if pages.detail is not None:
            raise ValueError(f"{self.model._meta.label} has two details")
        pages.detail = self


@dataclass(frozen=True, slots=True, eq=False)
class FormPage:
    """The form of an action: groups of its inputs. An edit without a form of its own is drawn as the create form.

    action: `<chapter>.<record>.<verb>`. Inputs that no group names stand in a last group, so none is lost.
    sums: names shown as totals. beside: what is told while the form is filled in. follows: names of entries, such as
    "lines.unit_price", that may follow another entry; where one comes to something else, the form says so. checklist:
    how the record would stand. begins: what a fresh form begins with, by name, where its address does not ask for it;
    who fills it in may write over it.
    """

    action: str
    groups: Sequence[Group] = ()
    title: Sentence = ""
    clause: str = ""
    sums: Sequence[str] = ()
    follows: Sequence[str] = ()
    beside: Beside | None = None
    checklist: Checklist | None = None
    begins: Begins | None = None

    def __post_init__(self) -> None:
        if self.action in forms:
            raise ValueError(f"{self.action} has two forms")
        forms[self.action] = self


def Pages(  # noqa: N802
    model: type[Record],
    *,
    clause: str,
    columns: Sequence[str | Column],
    facts: Sequence[str | Column | Group] = (),
    groups: Sequence[Group] = (),
    parts: Sequence[Parts] = (),
    title: Sequence[str] = (),
    track: Sequence[str] = (),
    begins: Begins | None = None,
    **more: Any,
) -> "RecordPages":
    """List, detail and forms of an everyday record in one declaration. `more` goes to the list."""
    ListPage(model, clause=clause, columns=columns, **more)
    DetailPage(model, clause=clause, facts=facts or columns, parts=parts, title=title, track=track)
    if groups:
        FormPage(f"{record_name(model)}.create", groups=groups, clause=clause, begins=begins)
    return record_pages[model]


@dataclass(slots=True, eq=False)
class RecordPages:
    """All pages of one record type. `path`: the part of the address that is theirs, such as "sales/orders"."""

    model: type[Record]
    clause: str
    path: str
    list: ListPage | None = None
    detail: DetailPage | None = None

    @property
    def name(self) -> str:
        """The public name of the record type: `sales.order`."""
        return record_name(self.model)

    def form(self, action: str) -> FormPage | None:
        """The form declared for an action; for an edit, that of the creation."""
        if action in forms:
            return forms[action]
        return forms.get(f"{self.name}.create") if action == f"{self.name}.edit" else None


record_pages: dict[type[models.Model], RecordPages] = {}
forms: dict[str, FormPage] = {}


def pages_of(model: type[Record], clause: str, path: str = "") -> RecordPages:
    """The pages of a record type, made on the first declaration. Raises KeyError for an unknown clause."""
    if clause != INTRODUCTION:
        chapter_of(clause)
    if model not in record_pages:
        record_pages[model] = RecordPages(model, clause, path or _path(model))
    elif path:
        record_pages[model].path = path
    return record_pages[model]


def _path(model: type[Record]) -> str:
    name = str(model._meta.model_name)
    plural = name[:-1] + "ies" if name.endswith("y") else name + ("es" if name.endswith(("s", "x", "ch")) else "s")
    return f"{model._meta.app_label}/{plural}"


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One address. Its registry entry is its classification: nothing answers that no Route names.

    path: as in django.urls.path. model, verb: the record that it reads and what it does there: "list", "detail" or a
    public action name. Without a model, `reason` says why no record gate applies. clause: stands in the bar and opens
    the rail's chapter; with a `label` the page is offered there. sample: for each part of the path, an attribute of
    the sample record, or "=text" for a fixed text.
    signed_in: False for what anybody may open. roles: who alone may open it; empty: everybody who has signed in. For
    others the page is not there, neither in the rail.
    """

    name: str
    path: str
    view: Callable[..., HttpResponse]
    model: type[Record] | None = None
    verb: str = ""
    methods: tuple[str, ...] = ("GET",)
    reason: str = ""
    clause: str = ""
    label: Sentence = ""
    icon: str = "file-text"
    sample: Mapping[str, str] = field(default_factory=dict)
    signed_in: bool = True
    roles: frozenset[str] = frozenset()

    def is_open_to(self, actor: Actor) -> bool:
        """Whether somebody's roles let them open it; what a record's page shows is the record's own gate's matter."""
        return not self.roles or actor.holds_any(self.roles)

    def sample_arguments(self, record: Record | None) -> dict[str, str]:
        """The arguments of a sample address, for `reverse(route.name, kwargs=...)`."""
        return {
            name: source[1:] if source.startswith("=") else str(getattr(record, source))
            for name, source in self.sample.items()
        }


Family = Callable[[RecordPages], Iterable[Route]]
_families: list[Family] = []
_plain: dict[str, Route] = {}


def family(routes_of: Family) -> Family:
    """Register a maker of routes: it is asked once for every record type that has pages."""
    _families.append(routes_of)
    return routes_of


def page(route: Route) -> Route:
    """Register a page that belongs to no record type (a board, my day), or a further page of one."""
    if route.name in _plain:
        raise ValueError(f"page {route.name} is declared twice")
    if route.model is None and not route.reason:
        raise ValueError(f"page {route.name}: say which record it reads, or why none")
    _plain[route.name] = route
    return route


def plain_routes() -> list[Route]:
    """The pages that were registered one by one."""
    return list(_plain.values())


def routes() -> Iterator[Route]:
    """Every route of the pages, plain ones first."""
    yield from _plain.values()
    for pages in record_pages.values():
        for routes_of in _families:
            yield from routes_of(pages)
