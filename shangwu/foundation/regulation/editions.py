"""Which edition of the text holds on a day, and what it says: read into memory once a day and after each publication.

An edition begins on a day that lies ahead when it is published, and is never changed afterwards. So a process that has
read today's editions needs no news until tomorrow, and a text that was read once stays. What is to come is read anew.
"""

import datetime
import uuid
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from shangwu.foundation.records import gate
from shangwu.foundation.regulation.daily import Daily
from shangwu.foundation.regulation.shipped import Wording

IN_PRINT = ("published", "superseded")


@dataclass(frozen=True, slots=True)
class Held:
    """An edition that holds from a day on.

    touches_pay: it changed what is said on pay or discipline; steps: kinds of due procedure that it has proofs of.
    """

    since: datetime.date
    pk: int
    public_id: uuid.UUID
    number: str
    title: str
    touches_pay: bool = False
    steps: frozenset[str] = frozenset()


Texts = dict[tuple[str, str], Wording]
"""(code, language) -> how it is worded."""

_texts: dict[int, Texts] = {}


def held_on(on: datetime.date | None = None) -> Held | None:
    """The edition that holds on a day, today when None; None while the text that the program ships does."""
    today, found = _editions.known(on)
    place = bisect_right(found, on or today, key=lambda one: one.since)
    return found[place - 1] if place else None


def history() -> list[Held]:
    """All editions that were ever published, those to come included, oldest first."""
    _today, found = _editions.known(datetime.date.max)
    return list(found)


def ended_on(one: Held) -> datetime.date | None:
    """The last day of an edition, if another one follows."""
    after = [each.since for each in history() if each.since > one.since]
    return min(after) - datetime.timedelta(days=1) if after else None


def worded(code: str, language: str, on: datetime.date | None = None) -> Wording | None:
    """How the edition of a day words a clause; None while the shipped text holds, or where it does not know it yet."""
    held = held_on(on)
    return None if held is None else texts_of(held.pk).get((code, language))


def texts_of(pk: int) -> Texts:
    """The text of a published edition, all languages."""
    if pk not in _texts:
        _texts[pk] = read_texts(pk)
    return _texts[pk]


def read_texts(pk: int) -> Texts:
    """The text of an edition as it stands now."""
    from shangwu.foundation.regulation.models import Passage

    found: Texts = {}
    with gate.free_reading():
        for one in Passage.objects.filter(edition_id=pk):
            found |= {(one.code, language): one.wording(language) for language in one.LANGUAGES}
    return found


def forget() -> None:
    """Read the list of editions again at the next question: one has been published."""
    _editions.forget()
    _texts.clear()


def _published() -> list[Held]:
    from shangwu.foundation.regulation.models import Edition, Procedure

    columns = ("effective_from", "pk", "public_id", "number", "title", "touches_pay")
    steps: dict[int, set[str]] = defaultdict(set)
    with gate.free_reading():
        for pk, kind in Procedure.objects.filter(edition__state__in=IN_PRINT).values_list("edition_id", "kind"):
            steps[pk].add(kind)
        rows = Edition.objects.filter(state__in=IN_PRINT).order_by("effective_from").values_list(*columns)
        return [
            Held(since, pk, key, number or "", title, touches, frozenset(steps[pk]))
            for since, pk, key, number, title, touches in rows
            if since
        ]


_editions = Daily(lambda: _published())
