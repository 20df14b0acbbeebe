"""What an address of the board asks for: as of when, by what, which row and week."""

import datetime
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from shangwu.foundation.board.counting import BREAKDOWNS, Span, span_until
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.as_of import ON, moment_of
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A view of the board. row, week: the chosen cell; "" and None for the whole. day: as of its end, or now.

    table: the figures themselves instead of the map's colours.
    """

    by: str
    row: str
    week: datetime.date | None
    day: datetime.date
    is_today: bool
    span: Span
    table: bool = False

    def address(self, **instead: str) -> str:
        """The query of this view with some of it changed; an empty value is left out."""
        given = {
            "by": "" if self.by == "chapter" else self.by,
            "row": self.row,
            "week": self.week.isoformat() if self.week else "",
            ON: "" if self.is_today else self.day.isoformat(),
            "show": "table" if self.table else "",
        }
        query = {name: value for name, value in {**given, **instead}.items() if value}
        return f"?{urlencode(query)}"


def asked(query: QueryDict, actor: Actor) -> Asked:
    """What a query asks for; what cannot be read counts as not asked."""
    now = clock.now()
    today = now.astimezone(actor.zone).date()
    # The former name of the day still stands in addresses that people have kept.
    day = min(read_day(query.get(ON, query.get("as_of", ""))) or today, today)
    as_of = moment_of(None if day == today else day, actor)
    by = query.get("by", "chapter")
    week = read_day(query.get("week", ""))
    return Asked(
        by=by if by in BREAKDOWNS else "chapter",
        row=query.get("row", "")[:40],
        week=week - datetime.timedelta(days=week.weekday()) if week else None,
        day=day,
        is_today=day == today,
        span=span_until(day, as_of),
        table=query.get("show") == "table",
    )


def read_day(text: str) -> datetime.date | None:
    """A day as an address carries it; None for anything else."""
    return formats.asked_day(text) if _DAY.fullmatch(text) else None
