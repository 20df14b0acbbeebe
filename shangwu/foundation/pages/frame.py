"""The frame around every page: rail, bar, person menu. Computed only when a template asks for it."""

import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.foundation.actions.registry import actions, record_name
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages import formats, registry
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import asked_on
from shangwu.foundation.pages.models.preferences import preferences_of
from shangwu.foundation.pages.reading import FreshToken, reader_of
from shangwu.foundation.people.models import Department, Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CHAPTERS, INTRODUCTION, TITLES, Chapter, chapter_of
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

Facts = dict[str, Any]

RAIL = "rail"
"""Under which key a person's rail counts are kept."""

HOME = "home"
"""What is due of a person in all chapters, among those counts."""

_INDENT = "\u00a0"

_TABS = 4
_ON_PHONES = ("d", "a")
"""Which places stand in the bar of a phone: My day and the approvals."""
_OWN_NAMES = {"zh-hant": "繁", "zh-hans": "简", "en": "EN"}


def context(request: HttpRequest) -> Facts:
    """The context processor: what base.html reads."""
    return {"frame": Frame(request), "form_token": FreshToken(), "csrf_token": _Csrf(request), "request": request}


def pages_under(code: str, actor: Actor) -> list[Facts]:
    """Lists and pages of a chapter or clause that the reader sees anything in."""
    found: list[Facts] = []
    for pages in sorted(registry.record_pages.values(), key=lambda one: one.list.order if one.list else 0):
        one = pages.list
        if one is not None and not one.personal and _is_under(one.clause, code) and is_open(one.model, actor):
            title = capfirst(str(one.title or one.model._meta.verbose_name_plural))
            found.append({"label": title, "url": url(f"{pages.name}.list"), "icon": one.icon, "clause": one.clause})
    for route in registry.plain_routes():
        if route.label and _is_under(route.clause, code) and route.is_open_to(actor):
            found.append({"label": route.label, "url": url(route.name), "icon": route.icon, "clause": route.clause})
    return found


def _is_under(clause: str, code: str) -> bool:
    return clause == code or clause.startswith(code + ".")


def is_open(model: type[Record], actor: Actor) -> bool:
    """Whether the reader has any arm of the record's scope."""
    known = actor.worked_out.get(is_open)
    if known is None:
        known = actor.worked_out[is_open] = _opened_to(actor.rights)
    try:
        works_out = scopes.arms_of(model)
    except LookupError:
        return False
    if works_out not in known:
        known[works_out] = bool(scopes.arms(model, actor))
    return bool(known[works_out])


@lru_cache(maxsize=512)
def _opened_to(_rights: tuple[Any, ...]) -> dict[Any, bool]:
    """Whether those rights open a scope, as far as it was asked."""
    return {}


@lru_cache(maxsize=256)
def _organisation(entity_id: int | None, department_id: int | None, _day: datetime.date) -> str:
    """Names as they were when this process first drew them today."""
    reason = "the frame names the reader's own legal entity and department"
    entity = (
        Entity.objects.unscoped(reason=reason).filter(pk=entity_id or 0).values_list("short_name", flat=True).first()
    )
    rows = Department.objects.unscoped(reason=reason).filter(pk=department_id or 0)
    return " · ".join(filter(None, [entity, rows.values_list("name", flat=True).first()]))


def _unread() -> QuerySet[Any, Any]:
    unread = Notice.objects.filter(person__any=Keys(), read_at__isnull=True)
    return unread.order_by().values_list("person").annotate(many=Count("pk"))


class _Csrf:
    """The CSRF token, made when it is printed."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __str__(self) -> str:
        return get_token(self.request)


def page_facts(
    title: Sentence, *, clause: str = "", crumbs: list[Facts] | None = None, record: str = "", **more: Any
) -> Facts:
    """What `page` holds in a template: title, crumbs, clause chip."""
    before: list[Facts] = []
    if clause == INTRODUCTION:
        before.append({"label": _("Regulation"), "url": url("regulation")})
    elif clause:
        chapter = chapter_of(clause)
        before.append({"label": f"{chapter.code} {chapter.title}", "url": url("chapter", code=chapter.code)})
    return {
        "title": title,
        "crumbs": before + (crumbs or []),
        "clause": clause_facts(clause),
        "record": record,
        **more,
    }


def clause_facts(code: str) -> Facts | None:
    """Code, title and address of a clause, for chips."""
    if not code:
        return None
    title = TITLES.get(code) or chapter_of(code).title
    return {"code": code, "title": title, "url": url("clause", code=code)}


class Frame:
    """Parts of the frame, each worked out when it is first printed."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _actor(self) -> Actor | None:
        return reader_of(self._request)

    @cached_property
    def alike(self) -> tuple[Any, ...]:
        """Pages of which this is the same are the same in their rail, the menu of what may be made, and the tab bar:
        drawn for the same rights on the same day, in the same language, at the same place, with the same counts."""
        actor, match = self._actor, self._request.resolver_match
        if actor is None:
            return ("nobody", get_language())
        place = (match.route, match.kwargs.get("code")) if match else ()
        return (
            actor.person_id,
            hash(actor.rights),
            get_language(),
            place,
            self.organisation,
            *self.counts.items(),
            self._kept.get("kept"),
        )

    @cached_property
    def urls(self) -> Facts:
        """Addresses that the frame needs."""
        return {
            "home": url("my_day") or "/",
            "find": url("find"),
            "notices": url("notices"),
            "preferences": url("preferences"),
            "language": url("language"),
            "entrance": url("account_login"),
        }

    @cached_property
    def unread(self) -> int:
        """How many notices the reader has not opened."""
        if self._actor is None:
            return 0
        return sum(many for _person, many in once(Frame, _unread).values([self._actor.person_id or 0]))

    @cached_property
    def other_day(self) -> datetime.date | None:
        """The day that the address asks about, for pages that cannot be asked as of a day; None for today."""
        return asked_on(self._request)

    @cached_property
    def theme(self) -> str:
        """Light, dark or as the system has it."""
        chosen = self._request.COOKIES.get("sw_theme", "auto")
        return chosen if chosen in ("light", "dark") else "auto"

    @cached_property
    def text(self) -> str:
        """Larger text, when chosen."""
        return "large" if self._request.COOKIES.get("sw_text") == "large" else ""

    @cached_property
    def languages(self) -> list[Facts]:
        """The languages to choose from, each in its own script."""
        now = get_language()
        return [
            {"code": code, "label": _OWN_NAMES.get(code, code), "current": code == now}
            for code, _name in settings.LANGUAGES
        ]

    @cached_property
    def demo(self) -> str:
        """The ribbon of a demonstration house."""
        return _("Demonstration: invented people and figures.") if settings.DEMO else ""

    @cached_property
    def places(self) -> list[Facts]:
        """The places that are no chapter."""
        path = self._request.path
        places = (
            (self.urls["home"], "sun-high", _("My day"), "d", HOME),
            (url("board"), "layout-grid", _("Board"), "b", ""),
            (url("approvals.request.list"), "rubber-stamp", _("Approvals"), "a", INTRODUCTION),
            (url("regulation"), "notes", _("Regulation"), "r", ""),
        )
        return [
            {
                "url": at,
                "icon": icon,
                "label": label,
                "current": path == at,
                "go": key,
                "count": self.counts.get(of, ""),
            }
            for at, icon, label, key, of in places
            if at
        ]

    @cached_property
    def groups(self) -> list[Facts]:
        """The twelve chapters, work first, then administration."""
        if self._actor is None:
            return []
        labels = {"2": _("Work"), "3": _("Rules of the house")}
        found = []
        for part, label in labels.items():
            entries: list[Facts] = []
            for one in CHAPTERS:
                if one.code.startswith(part):
                    entries.append(self._entry(one))
                    entries += self._below(one, self._actor) if one is self._current else []
            found.append({"label": label, "entries": entries})
        return found

    def _below(self, chapter: Chapter, actor: Actor) -> list[Facts]:
        """The pages of the chapter that is open, under its name. Of addresses within each other the longest is here."""
        path = self._request.path
        entries = pages_under(chapter.code, actor)
        here = max((one["url"] for one in entries if path.startswith(one["url"])), key=len, default="")
        return [
            {
                "url": entry["url"],
                "number": _INDENT,
                "label": entry["label"],
                "current": entry["url"] == here,
                "count": "",
            }
            for entry in entries
        ]

    @cached_property
    def _kept(self) -> Facts:
        """What the rail tells, out of a kept table: it is counted when My day is opened (lists/rail.py)."""
        return preferences_of(self._request, self._actor.person_id).get(RAIL, {}) if self._actor else {}

    @property
    def counts(self) -> Facts:
        """Counts in the rail, by the code of a chapter, and HOME."""
        return self._kept.get("counts") or {}

    @cached_property
    def foot(self) -> Facts | None:
        """How much of this week's duties is kept, as far as the reader sees them."""
        kept = self._kept.get("kept")
        return (
            {"label": _("Kept this week"), "value": f"{kept}%", "percent": kept, "url": url("board")} if kept else None
        )

    @cached_property
    def organisation(self) -> str:
        """The reader's own legal entity and department."""
        actor = self._actor
        return _organisation(actor.entity_id, actor.department_id, formats.today()) if actor else ""

    def _entry(self, chapter: Chapter) -> Facts:
        return {
            "url": url("chapter", code=chapter.code),
            "number": chapter.code,
            "label": chapter.title,
            "current": chapter is self._current and self._request.path == url("chapter", code=chapter.code),
            "count": self.counts.get(chapter.code, ""),
        }

    @cached_property
    def _current(self) -> Chapter | None:
        """The chapter of the page now shown."""
        match = self._request.resolver_match
        code = (match.kwargs.get("code") if match else None) or getattr(self._request, "clause", "")
        try:
            return chapter_of(code) if code else None
        except KeyError:
            return None

    @cached_property
    def tabs(self) -> list[Facts]:
        """The bar at the foot of a phone: the day, what is to be decided, and the lists that are open most."""
        if self._actor is None:
            return []
        lists = sorted((one.list for one in registry.record_pages.values() if one.list), key=lambda one: one.clause)
        found = [{**place} for place in self.places if place["go"] in _ON_PHONES]
        for one in lists:
            if one.tab and is_open(one.model, self._actor):
                at = url(f"{registry.record_pages[one.model].name}.list")
                label = capfirst(str(one.title or one.model._meta.verbose_name_plural))
                current = self._request.path == at
                found.append({"url": at, "icon": one.icon, "label": label, "current": current})
        return found[:_TABS]

    @cached_property
    def person(self) -> Facts | None:
        """Who has signed in."""
        if self._actor is None:
            return None
        roles = [str(label) for value, label in Role.choices if value in self._actor.roles]
        return {"name": self._actor.name, "tint": None, "detail": "、".join(roles)}

    @cached_property
    def menu(self) -> list[Facts]:
        """What the person menu offers."""
        entries: list[Facts] = [
            {"url": url("usersessions_list"), "label": _("Sessions"), "icon": "device-desktop"},
            {"url": url("account_change_password"), "label": _("Change the password"), "icon": "lock"},
            {"url": url("mfa_index"), "label": _("Passkeys and codes"), "icon": "key"},
            {"url": url("api.token.list"), "label": _("My tokens"), "icon": "shield-lock"},
            *self._personal(),
            {"url": url("account_logout"), "label": _("Sign out"), "icon": "logout", "post": True},
        ]
        return [{"post": False, **entry} for entry in entries if entry["url"]]

    def _personal(self) -> list[Facts]:
        """Lists of the reader's own doings, which belong to no chapter."""
        if self._actor is None:
            return []
        lists = [one.list for one in registry.record_pages.values() if one.list is not None and one.list.personal]
        return [
            {"url": url(f"{record_name(one.model)}.list"), "label": capfirst(str(one.title)), "icon": one.icon}
            for one in lists
            if is_open(one.model, self._actor)
        ]

    @cached_property
    def create(self) -> list[Facts]:
        """What the reader may make, from the registry of actions."""
        if self._actor is None:
            return []
        found = []
        for pages in registry.record_pages.values():
            one = actions.get(f"{pages.name}.create")
            address = url(f"{pages.name}.create")
            if pages.list and one and address and one.offered_to(self._actor, None):
                found.append({"url": address, "label": str(pages.model._meta.verbose_name), "icon": pages.list.icon})
        return found
