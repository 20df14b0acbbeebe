"""What may be done to calendars. Years are published, never changed: what was counted can be counted again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import holds
from shangwu.foundation.actions.door import Ask, Refusal, act, action, archive, create, keep, newborn
from shangwu.foundation.calendars.models import Calendar, CalendarDay, CalendarEdition
from shangwu.foundation.calendars.seeds import seeded_year
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.jurisdictions import Jurisdiction

keeps_calendars = holds(Role.HUMAN_RESOURCES, Role.ADMINISTRATOR)

keep(Calendar, clause="3.1.2", may=keeps_calendars)


def _require_own_year(edition: CalendarEdition, by: Actor) -> None:
    """Each day lies in the year that is published (3.1.2). Refuses `calendar_day`."""
    stray = next((each for each in edition.days.all() if each.day.year != edition.year), None)
    if stray is not None:
        raise Refusal(
            "calendar_day",
            _("%(day)s does not lie in %(year)s. Put it into the edition of its own year."),
            {"day": stray.day, "year": str(edition.year)},
        )


create(
    CalendarEdition,
    clause="3.1.2",
    may=keeps_calendars,
    fields=["calendar", "year", "published_on", "is_provisional", "source"],
    parts={"days": ["day", "is_working", "name", "kind"]},
    label=_("Publish a year"),
    body=_require_own_year,
)
archive(CalendarEdition, clause="3.1.2", may=keeps_calendars)


def _published(calendars: Sequence[Calendar], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> set[tuple[int, int]]:
    """The years that these calendars have already."""
    current = CalendarEdition.objects.filter(calendar__in=calendars, archived_at=None)
    return set(current.values_list("calendar_id", "year"))


@action(
    Calendar, "take_year", clause="3.1.2", label=_("Take a year from the library"), may=keeps_calendars,
    prepare=_published, icon="calendar-plus",
)  # fmt: skip
def take_year(
    calendar: Calendar,
    by: Actor,
    published: set[tuple[int, int]],
    *,
    year: Annotated[int, Ask(_("Year"), least=2004, most=2100)],
) -> list[models.Model]:
    """Publish a year as the installed library knows it (3.1.2). Refuses `calendar`.

    The first edition of a year counts as known from the beginning, a later one from today.
    """
    try:
        known = seeded_year(calendar.jurisdiction, year)
    except ValueError:
        raise Refusal(
            "calendar",
            _("The library does not know %(year)s. Publish the year by hand, from the authority's notice."),
            {"year": str(year)},
        ) from None
    edition: CalendarEdition = newborn(CalendarEdition, by, calendar.changed_at)
    edition.calendar, edition.year = calendar, year
    edition.is_provisional, edition.source = known.is_provisional, known.source
    if (calendar.pk, year) in published:
        edition.published_on = calendar.changed_at.astimezone(by.zone).date()
    days = [
        CalendarDay(edition=edition, position=place, day=day, is_working=how.is_working, name=how.name, kind=how.kind)
        for place, (day, how) in enumerate(sorted(known.days.items()), 1)
    ]
    return [edition, *days]


def seed_calendars(by: Actor, years: Iterable[int], places: Iterable[str] = Jurisdiction.values) -> None:
    """The calendars of `places` with `years`, where they are still missing: for a first start and the demo."""
    wanted = sorted(years)
    for place in places:
        with gate.free_reading():
            calendar = Calendar.objects.filter(jurisdiction=place, kept_by=None, archived_at=None).first()
        if calendar is None:
            given = {"code": place, "name": str(Jurisdiction(place).label), "jurisdiction": place}
            calendar = act(by, "calendars.calendar.create", None, given).record
        with gate.free_reading():
            there = set(CalendarEdition.objects.filter(calendar=calendar).values_list("year", flat=True))
        for year in wanted:
            if year not in there:
                act(by, "calendars.calendar.take_year", calendar, {"year": year})
