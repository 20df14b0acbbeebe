"""The days that a page of analysis shows, read from its address like the explorer's."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from shangwu.chapters.analytics import periods
from shangwu.chapters.analytics.explorer.asked import span_of, unknown
from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records import clock

Facts = dict[str, Any]


def span_asked(request: Request, *also: str) -> tuple[Span, Facts]:
    """(the days, what the template needs to offer others). A span without a beginning counts as the last 12 months.

    also: further names of the address. Raises Refusal `invalid` for anything else.
    """
    given = request.GET
    for name in given:
        if name not in {"period", "since", "until", *also}:
            raise unknown(name)
    chosen, since, until = span_of(given)
    today = clock.today(request.actor.zone)
    found = periods.span(chosen, today) if chosen else Span(since, until)
    if found.since is None:
        chosen = "last_12"
        found = Span(periods.span(chosen, found.until or today).since, found.until or today)
    found = Span(found.since, found.until or today)
    kept = {name: given[name] for name in also if given.get(name)}
    return found, {
        "since": found.since,
        "until": found.until,
        "kept": list(kept.items()),
        "choices": [
            {"label": label, "url": f"?{urlencode({**kept, 'period': name})}", "current": name == chosen}
            for name, label in periods.CHOICES.items()
            if name != "all"
        ],
    }


def part_asked(request: Request, parts: Mapping[str, Any]) -> tuple[str, list[Facts]]:
    """(the part of the page, its tabs): the first unless the address names another. Raises Refusal `invalid`."""
    part = request.GET.get("part") or next(iter(parts))
    if part not in parts:
        raise unknown(f"part={part}")
    days = {name: request.GET[name] for name in ("period", "since", "until") if request.GET.get(name)}
    tabs = [
        {"label": label, "url": f"?{urlencode({'part': name, **days})}", "current": name == part}
        for name, label in parts.items()
    ]
    return part, tabs
