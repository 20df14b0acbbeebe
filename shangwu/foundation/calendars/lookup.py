"""The working calendar of a legal entity, read from the tables once per change of them."""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Max, Q, Sum
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.calendars.hours import read_segments
from shangwu.foundation.calendars.models import Calendar, CalendarDay, CalendarEdition, year_edition
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import YearEdition, known_years
from shangwu.foundation.people.models import Entity

_REASON = "deadlines count by the calendar, whoever asks"


def calendar_of(entity: Entity, on: date | None = None) -> WorkingCalendar:
    """The calendar of `entity` in its time zone: its own, else its jurisdiction's.

    on: with the editions known that day, so that a result can be counted again. One query, when nothing has changed.
    Raises ValidationError `calendar` where neither exists.
    """
    return working_calendar(entity.jurisdiction, entity.zone, entity.pk, on)


def working_calendar(
    jurisdiction: str, zone: str, entity_id: int | None = None, on: date | None = None
) -> WorkingCalendar:
    """The calendar of a jurisdiction, or the one that the entity keeps itself. Raises as `calendar_of`."""
    rows = (
        Calendar.objects.unscoped(reason=_REASON)
        .joining(CalendarEdition)
        .filter(Q(kept_by=entity_id) | Q(kept_by__isnull=True), jurisdiction=jurisdiction, archived_at__isnull=True)
        .annotate(versions=Sum("editions__version"), changed=Max("editions__changed_at"))
        .order_by("kept_by_id")  # its own first: NULL sorts last
    )
    found = next(iter(rows), None)
    if found is None:
        raise ValidationError(
            _("There is no calendar for %(jurisdiction)s. Ask an administrator to add one under Settings > Calendars."),
            code="calendar",
            params={"jurisdiction": jurisdiction},
        )
    # Editions are never deleted, only archived, which raises their version too: each change moves the sum up.
    stamp: Any = (found.versions, found.changed)
    weekdays = frozenset(int(digit) - 1 for digit in found.weekdays)
    years = known_years(_editions(found.pk, stamp), on)
    return WorkingCalendar(found.code, ZoneInfo(zone), years, weekdays, read_segments(found.hours))


@lru_cache(maxsize=50)
def _editions(calendar_id: int, stamp: object) -> tuple[YearEdition, ...]:
    """All current editions of a calendar. stamp: changes whenever one of them does."""
    editions = CalendarEdition.objects.unscoped(reason=_REASON).filter(calendar=calendar_id, archived_at__isnull=True)
    days: dict[int, list[CalendarDay]] = defaultdict(list)
    for day in CalendarDay.objects.unscoped(reason=_REASON).joining(CalendarEdition).filter(
        edition__calendar=calendar_id
    ):  # fmt: skip
        days[day.edition_id].append(day)
    return tuple(year_edition(each, days[each.pk]) for each in editions)
