"""My day: the home page. Rooms register its cards (panels.py); this page only lays them out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as date_text
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangwu.foundation.duties.rules import rules
from shangwu.foundation.pages import formats, panels
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.panels import DrawnPanel, drawn
from shangwu.foundation.pages.frame import clause_facts, page_facts, pages_under
from shangwu.foundation.pages.lists import rail
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

BARE = "bare"
"""Says to the later fragment that the main column holds nothing yet."""
PLACES = 3
"""Places that are named to who has nothing waiting."""
ROLES = frozenset(Role)
FIRST = 10
"""Cards of the main column above this place are in the first answer: what is to be done today, and decided."""


def show(request: Request) -> HttpResponse:
    """What is to be done today, for the reader; the cards beside it come in a later fragment."""
    rail.refresh(request.actor)
    today = formats.today()
    cards = _cards(request, [one for one in panels.cards() if _is_first(one)])
    told = [one.told for one in cards if one.told]
    facts: dict[str, Any] = {
        "page": page_facts(_("My day")),
        "day": {
            "title": _("%(weekday)s, %(month)s %(day)s")
            % {"month": date_text(today, "F"), "day": _day_of_month(today.day), "weekday": date_text(today, "l")},
            "lines": [_("Good day, %(name)s.") % {"name": request.actor.name}, *told],
            "week": _("Week %(week)s") % {"week": today.isocalendar().week},
        },
        **_laid_out(cards),
        "later_url": url("my_day_later") + ("" if _fills_the_column(cards) else f"?{BARE}=1"),
    }
    return render(request, "pages/my_day.html", facts)


def _places(actor: Actor) -> list[dict[str, str]]:
    """Where the reader's work is, for a day on which nothing waits: the clauses that ask most of their roles."""
    demands = Counter(one.clause for one in rules.values() if actor.holds_any([who for who in one.who if who in ROLES]))
    found: dict[str, dict[str, str]] = {}
    for clause, _count in demands.most_common():
        shut = clause_facts(clause) or {}
        named = {"label": f"{shut.get('code')} {shut.get('title')}", "url": shut.get("url", "")}
        place = next(iter(pages_under(clause, actor)), named)
        found.setdefault(place["url"], {"label": place["label"], "url": place["url"]})
    return [*found.values(), {"label": _("Regulation"), "url": url("regulation")}][:PLACES]


def later(request: Request) -> HttpResponse:
    """The other cards: below the first ones, and beside them."""
    others = [one for one in panels.cards() if not _is_first(one)]
    cards = _cards(request, others)
    is_bare = BARE in request.GET and not _fills_the_column(cards)
    places = _places(request.actor) if is_bare else []
    return render(request, "pages/my_day_later.html", {**_laid_out(cards), "places": places})


def _fills_the_column(cards: Iterable[DrawnPanel]) -> bool:
    return any(one.place != "side" and not one.is_empty for one in cards)


def _is_first(one: panels.AnyPanel) -> bool:
    return one.place != "side" and one.order < FIRST


def _cards(request: Request, wanted: Iterable[panels.AnyPanel]) -> list[DrawnPanel]:
    """The panels that the reader may see."""
    return [found for one in wanted if (found := drawn(request.actor, one)) is not None]


def _laid_out(cards: list[DrawnPanel]) -> dict[str, list[dict[str, Any]]]:
    """In the main column, beside it, and those with nothing in them, of which the page only says so."""
    return {
        "main_cards": [_card(one) for one in cards if one.place != "side" and not one.is_empty],
        "side_cards": [_card(one) for one in cards if one.place == "side" and not one.is_empty],
        "quiet_cards": [_card(one) for one in cards if one.is_empty],
    }


def _day_of_month(day: int) -> str:
    """The day as a title writes it: in figures, or in the words of a language that spells dates out."""
    words = pgettext(
        "days of the month, for a title; one word each",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31",
    )
    return words.split()[day - 1]


def _card(one: DrawnPanel) -> dict[str, Any]:
    """A panel as the card component reads it."""
    return {
        "title": one.title,
        "count": one.count,
        "clause": one.clause,
        "body": one.html,
        "padded": one.padded,
        "url": one.url,
        "url_label": _("All"),
    }


OWN = "the reader's own cards; each card reads through its own gate"
page(Route("my_day", "", show, reason=OWN))
page(Route("my_day_later", "my-day/later/", later, reason=OWN))
