"""The counts in the rail: kept per person, counted again after a page is there, at most once a minute."""

import datetime

from shangwu.foundation.pages import registry
from shangwu.foundation.pages.frame import RAIL, is_open
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.counting import count
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.models.preferences import prefer, preference
from shangwu.foundation.policy.clauses import INTRODUCTION, chapter_of
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

FRESH = datetime.timedelta(minutes=1)

MOST = 99


def refresh(actor: Actor) -> None:
    """Count again what stands in the rail, unless that was done a moment ago."""
    if actor.person_id is None:
        return
    at = preference(actor.person_id, RAIL).get("at", "")
    now = clock.now()
    if at and now - datetime.datetime.fromisoformat(at) < FRESH:
        return
    found: dict[str, int] = {}
    for pages in registry.record_pages.values():
        if pages.list is None or not pages.list.rail or not is_open(pages.model, actor):
            continue
        view = next(view for view in pages.list.views if view.key == pages.list.rail)
        one = prepared(pages.model)
        number = count(one, asked(one, lists_of(view.query), actor), actor, enough=MOST).number
        code = pages.clause if pages.clause == INTRODUCTION else chapter_of(pages.clause).code
        found[code] = found.get(code, 0) + number
    counts = {code: f"{MOST}+" if number > MOST else str(number) for code, number in found.items() if number}
    prefer(actor.person_id, RAIL, counts=counts, at=now.isoformat())
