"""Replay before you rule: what a proposed value would have changed in the last twelve months of real records.

A room registers what it can replay; a proposal's sheet is all that the rooms answer. Nothing is written, and what a
closed month came to stays as it is. Where there is nothing to replay, a room says why.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.policy.reading import stored
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence, filled
from shangwu.foundation.regulation.tracing import is_connected

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: how many there are, or what they come to, with the value that holds and the proposed one.

    what: an English source sentence that stands in the catalogues, with the places that `params` fills.
    named: the first records of which the new value says otherwise, as (record type, public id); whoever shows them
    asks each one's gate. changed: how many there are in all.
    """

    what: str
    before: int | Decimal
    after: int | Decimal
    params: dict[str, str] = field(default_factory=dict)
    named: tuple[tuple[str, str], ...] = ()
    changed: int = 0

    def as_row(self) -> dict[str, Any]:
        """As a proposal keeps it; what is empty is left out."""
        row = {"what": self.what, "params": self.params, "before": stored(self.before), "after": stored(self.after)}
        return row | ({"named": [list(one) for one in self.named], "changed": self.changed} if self.named else {})


Replay = Callable[[Parameter, Any, Any, datetime.date, datetime.date], Iterable[Line]]
"""(parameter, value that holds, proposed value, first day, last day) -> lines."""

_replays: list[tuple[Callable[[str], bool], Replay]] = []


def replays(applies: Callable[[str], bool]) -> Callable[[Replay], Replay]:
    """Register what replays the parameters whose key `applies` accepts. A decorator."""

    def register(replay: Replay) -> Replay:
        _replays.append((applies, replay))
        return replay

    return register


def can_replay(key: str) -> bool:
    """Whether any room can say what a change of this parameter would do."""
    return any(applies(key) for applies, _replay in _replays)


Why = Callable[[Parameter], Sentence]
"""Parameter -> why there is nothing to replay; "" where this one does not know."""

NO_RECORDS = _("There is nothing to try it on: clause %(clause)s keeps no records in the program yet.")
NOT_RECORDED = _("There is nothing to try it on: what it bears on is not recorded in the program yet.")
TELLS_ONLY = _("There is nothing to count: it decides when something is told, or what is shown, and no more.")

_reasons: list[Why] = []
_declared: dict[str, Sentence] = {}


def explains(why: Why) -> Why:
    """Register who may know why there is nothing to replay. A decorator."""
    _reasons.append(why)
    return why


def nothing_to_replay(why: Sentence, *keys: str) -> None:
    """Declare why parameters have nothing to replay."""
    _declared.update(dict.fromkeys(keys, why))


def why_nothing(parameter: Parameter) -> Sentence:
    """Why a change of this parameter can't be tried on any records; "" where nobody knows a reason."""
    if parameter.key in _declared:
        return _declared[parameter.key]
    if parameter.clause != INTRODUCTION and not is_connected(parameter.clause):
        return filled(NO_RECORDS, {"clause": parameter.clause})
    return next((said for why in _reasons if (said := why(parameter))), "")


def whole_days(since: datetime.date, until: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and the last moment of these days in the house."""
    zone = timezone.get_default_timezone()
    first = datetime.datetime.combine(since, datetime.time(), zone)
    return first, datetime.datetime.combine(until, datetime.time.max, zone)


def sheet(parameter: Parameter, former: Any, value: Any, by: Actor) -> list[Line]:
    """What `value` instead of `former` would have changed in the twelve months up to today."""
    until = clock.today(by.zone)
    since = _months_before(until, MONTHS)
    with gate.free_reading():
        return [
            line
            for applies, replay in _replays
            if applies(parameter.key)
            for line in replay(parameter, former, value, since, until)
        ]


def _months_before(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(day.day, last))
