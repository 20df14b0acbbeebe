"""The counts in the rail: kept per person, counted again after a page is there, at most once a minute."""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shangwu.foundation.pages import registry
from shangwu.foundation.pages.frame import HOME, RAIL, is_open
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.counting import count
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.models.preferences import prefer, preference
from shangwu.foundation.policy.clauses import INTRODUCTION, chapter_of
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

FRESH = datetime.timedelta(minutes=1)

MOST = 99


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands today: what is due of them, by the code of its chapter, and how much is kept this week.

    kept: of all the duties that they see, in per cent; None where none was due yet.
    """

    due: Mapping[str, int] = field(default_factory=dict)
    kept: float | None = None


_standing: list[Callable[[Actor], Standing]] = []


def standing(found: Callable[[Actor], Standing]) -> Callable[[Actor], Standing]:
    """Let a higher room say how a reader stands. A decorator."""
    _standing.append(found)
    return found


def refresh(actor: Actor) -> None:
    """Count again what stands in the rail, unless that was done a moment ago."""
    if actor.person_id is None:
        return
    at = preference(actor.person_id, RAIL).get("at", "")
    now = clock.now()
    if at and now - datetime.datetime.fromisoformat(at) < FRESH:
        return
    stands = [one(actor) for one in _standing]
    found = _waiting(actor)
    for one in stands:
        found.update({**one.due, HOME: sum(one.due.values())})
    counts = {code: f"{MOST}+" if number > MOST else str(number) for code, number in found.items() if number}
    kept = next((f"{one.kept:.1f}" for one in stands if one.kept is not None), None)
    prefer(actor.person_id, RAIL, counts=counts, kept=kept, at=now.isoformat())


def _waiting(actor: Actor) -> Counter[str]:
    """What the lists that say so count, by chapter."""
    found: Counter[str] = Counter()
    for pages in registry.record_pages.values():
        if pages.list is None or not pages.list.rail or not is_open(pages.model, actor):
            continue
        view = next(view for view in pages.list.views if view.key == pages.list.rail)
        one = prepared(pages.model)
        number = count(one, asked(one, lists_of(view.query), actor), actor, enough=MOST).number
        code = pages.clause if pages.clause == INTRODUCTION else chapter_of(pages.clause).code
        found[code] += number
    return found
