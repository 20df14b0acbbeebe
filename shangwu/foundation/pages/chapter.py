"""The regulation at hand: its contents, a chapter as a document, and a clause in the side panel of any page."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.foundation.pages import panels, registry
from shangwu.foundation.pages.acting import places
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.as_of import as_of, asked_on, dated
from shangwu.foundation.pages.frame import page_facts, pages_under
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.pages.wording import parameters_of, wording_of
from shangwu.foundation.policy.clauses import CHAPTERS, CLAUSES, INTRODUCTION, TITLES, Chapter, chapter_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing
from shangwu.foundation.regulation import proving
from shangwu.foundation.regulation.actions.proposals import proposes
from shangwu.foundation.regulation.models import Edition
from shangwu.foundation.regulation.shipped import LANGUAGES, REFERENCE
from shangwu.foundation.regulation.texts import chapter_title, wording
from shangwu.foundation.regulation.tracing import KINDS, Trace, is_connected, thread, trace

_CHAPTERS = {one.code: one for one in CHAPTERS}

_AT_A_GLANCE = 12

REGULATION = "the regulation is open to everybody who has signed in"


def contents(request: Request) -> HttpResponse:
    """The whole regulation: introduction, parts, chapters and clauses, each with what is not connected yet."""
    on = asked_on(request)
    facts = {
        "as_of": as_of(request, on),
        "page": {**page_facts(_("Regulation")), "clause": None},
        "introduction": {
            "title": _heading(INTRODUCTION, on),
            "url": dated(url("clause", code=INTRODUCTION), on),
            "pages": pages_under(INTRODUCTION, request.actor),
        },
        "parts": [
            {"title": title, "chapters": [_in_contents(one, on) for one in CHAPTERS if one.code.startswith(part)]}
            for part, title in (("2", _("Workflows")), ("3", _("Management rules")))
        ],
        "connected": sum(is_connected(code) for code in CLAUSES),
        "clauses": len(CLAUSES),
    }
    return render(request, "pages/clause/contents.html", facts)


def show(request: Request, code: str) -> HttpResponse:
    """A chapter as a document: its clauses with their text, beside them the pages on which they are kept."""
    chapter = _CHAPTERS.get(code)
    if chapter is None:
        if code in CLAUSES:
            return show_clause(request, code)
        raise missing()
    on = asked_on(request)
    title = chapter_title(code, _language(), on)
    codes = [each for each, _title in chapter.clauses]
    beside = panels.parts_of_articles(request.actor, codes, on)
    facts = {
        "as_of": as_of(request, on),
        "page": {**page_facts(f"{code} {title}", crumbs=[_root()]), "clause": None},
        "chapter": {"code": code, "title": title},
        "others": [_in_contents(one, on) for one in CHAPTERS if one.code[0] == code[0]],
        "articles": [{**_article(each, request.actor, on), "parts": _drawn(request, beside[each])} for each in codes],
        "parameters": [one for each in codes for one in parameters_of(each, on)],
    }
    return render(request, "pages/clause/chapter.html", facts)


def show_clause(request: Request, code: str) -> HttpResponse:
    """A clause: in the side panel, or as a page of its own with all that keeps it."""
    if code not in TITLES:
        return show(request, code)
    actor, on, in_panel = request.actor, asked_on(request), fragment(request) == "sw-panel"
    beside = places.record_beside(request) if in_panel else None
    facts: dict[str, Any] = {
        **_article(code, actor, on),
        "as_of": as_of(request, on),
        "open_url": dated(url("clause", code=code), on),
        "chapter": {"title": _title_of_chapter(code, on)},
        "parameters": parameters_of(code, on),
        "parameters_url": dated(url("parameters"), on),
        "on": on.isoformat() if on else "",
        "may_propose": proposes(actor, None),
        "parts": _drawn(request, panels.parts_of_clause(actor, code, on, beside)),
    }
    if in_panel:
        return render(request, "pages/clause/panel.html", facts)
    traces = trace(code)
    facts["threads"] = [
        {"label": label, "traces": _with_addresses(kind, traces[kind]), "open": len(traces[kind]) <= _AT_A_GLANCE}
        for kind, label in KINDS.items()
        if kind not in ("parameters", "pages")
    ]
    crumbs = [_root()]
    if code != INTRODUCTION:
        chapter = chapter_of(code)
        label = f"{chapter.code} {_title_of_chapter(code, on)}"
        crumbs.append({"label": label, "url": dated(url("chapter", code=chapter.code), on)})
    facts["page"] = {**page_facts(f"{code} {facts['title']}", crumbs=crumbs), "clause": None}
    return render(request, "pages/clause/clause.html", facts)


def _drawn(request: Request, parts: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    return [render_to_string(template, dict(part), request) for template, part in parts]


def _article(code: str, actor: Actor, on: datetime.date | None = None) -> dict[str, Any]:
    return {
        "code": code,
        "title": _heading(code, on),
        "url": dated(url("clause", code=code), on),
        "wording": wording_of(code, on),
        "proofs": _proofs(code, actor, on),
        "pages": pages_under(code, actor),
        "connected": code == INTRODUCTION or is_connected(code),
    }


def _proofs(code: str, actor: Actor, on: datetime.date | None) -> dict[str, Any] | None:
    """Whether a clause on pay or discipline is in effect, by which edition, or which proofs are missing (3.1.3); and
    whether it binds the reader yet, who has signed for it or not."""
    found = proving.proven(code, on)
    if found is None:
        return None
    edition = found.edition
    link = {"label": f"{edition.number} {edition.title}", "since": edition.since,
            "url": record_url(Edition, edition.public_id)} if edition else None  # fmt: skip
    person = actor.person_id
    unsigned = edition is not None and found.in_effect and person is not None and not proving.binds(code, person, on)
    return {"lacking": found.lacking, "edition": link, "sign_url": url("regulation.signoff.list") if unsigned else ""}


def _in_contents(chapter: Chapter, on: datetime.date | None) -> dict[str, Any]:
    language = _language()
    return {
        "code": chapter.code,
        "title": chapter_title(chapter.code, language, on),
        "url": dated(url("chapter", code=chapter.code), on),
        "clauses": [
            {
                "code": code,
                "title": wording(code, language, on).title,
                "url": dated(url("clause", code=code), on),
                "connected": is_connected(code),
            }
            for code, _title in chapter.clauses
        ],
    }


def _with_addresses(kind: str, traces: Iterable[Trace]) -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "label": one.label,
            "detail": one.detail,
            "url": url(f"{one.name}.list") if kind == "records" else "",
        }
        for one in traces
    ]


def _heading(code: str, on: datetime.date | None) -> str:
    return wording(code, _language(), on).title


def _title_of_chapter(code: str, on: datetime.date | None) -> str:
    return "" if code == INTRODUCTION else chapter_title(chapter_of(code).code, _language(), on)


def _language() -> str:
    spoken = get_language() or ""
    return spoken if spoken in LANGUAGES else REFERENCE


def _root() -> dict[str, str]:
    return {"label": _("Regulation"), "url": url("regulation")}


@thread("pages")
def _pages(code: str) -> Iterable[Trace]:
    for pages in registry.record_pages.values():
        if pages.list is not None and pages.list.clause == code:
            title = capfirst(str(pages.list.title or pages.model._meta.verbose_name_plural))
            yield Trace(f"{pages.name}.list", title, url(f"{pages.name}.list"))
    for route in registry.plain_routes():
        if route.label and route.clause == code:
            yield Trace(route.name, str(route.label), url(route.name))


page(Route("regulation", "regulation/", contents, reason=REGULATION))
page(Route("chapter", "chapter/<str:code>/", show, reason=REGULATION, sample={"code": "=2.6"}))
page(Route("clause", "clause/<str:code>/", show_clause, reason=REGULATION, sample={"code": "=2.6.1"}))
