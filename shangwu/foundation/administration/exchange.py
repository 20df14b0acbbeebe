"""Years of a calendar come in by file, a row for each special day, as authorities give them out (3.1.2)."""

from typing import Any

from shangwu.foundation.calendars.models import CalendarEdition
from shangwu.foundation.calendars.years import Kind
from shangwu.foundation.exchange.declarations import importing
from shangwu.foundation.records.actors import Actor


def with_kinds(inputs: dict[str, Any], by: Actor) -> dict[str, Any]:
    """What a notice does not say of a day: one that is worked makes up for another, any other one is a holiday."""
    for day in inputs.get("days", ()):
        day.setdefault("kind", Kind.MAKE_UP if day.get("is_working") else Kind.HOLIDAY)
    return inputs


importing(CalendarEdition, clause="3.1.2", lines="days", key=["number"], edits="", adapt=with_kinds)
