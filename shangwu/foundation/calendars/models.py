"""The calendars that the house counts by. A change is a new edition, so that what was counted can be counted again."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.calendars.hours import read_segments
from shangwu.foundation.calendars.years import Day, Kind, YearEdition
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.text.jurisdictions import Jurisdiction


def require_hours(text: str) -> None:
    """A validator: `text` is working hours. Raises ValidationError `hours`."""
    read_segments(text)


class Calendar(Record):
    """Which days and hours are worked in a jurisdiction, or in one legal entity that keeps its own.

    weekdays: the digits of the working days, 1 is Monday. hours: `09:00-12:00,13:00-18:00`, empty for none.
    """

    natural_keys = ("code",)

    code = models.CharField(_("Code"), max_length=10, unique=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=60)
    jurisdiction = models.CharField(_("Jurisdiction"), max_length=2, choices=Jurisdiction.choices)
    kept_by = models.ForeignKey(
        "people.Entity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calendars",
        verbose_name=_("Only for this legal entity"),
    )
    weekdays = models.CharField(
        _("Working weekdays"),
        max_length=7,
        default="12345",
        help_text=_("Digits in order: 1 is Monday, 7 is Sunday."),
        validators=[RegexValidator("^1?2?3?4?5?6?7?$", _("Write the working days in order, like 12345."))],
    )
    hours = models.CharField(
        _("Working hours"), max_length=120, default="09:00-12:00,13:00-18:00", blank=True, validators=[require_hours]
    )

    class Meta(Record.Meta):
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "kept_by"],
                condition=Q(archived_at__isnull=True),
                nulls_distinct=False,
                name="calendar_once",
                violation_error_message=_("This jurisdiction has its calendar already. Edit that one."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarEdition(Record):
    """One year of a calendar as published on a day. A later edition of the same year replaces it from its day on."""

    parts = ("days",)

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="editions", verbose_name=_("Calendar"))
    year = models.PositiveSmallIntegerField(_("Year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    published_on = models.DateField(
        _("Published on"), null=True, blank=True, help_text=_("Empty when it was known from the beginning.")
    )
    is_provisional = models.BooleanField(
        _("Provisional"), default=False, help_text=_("Guessed before it was published: make-up days are missing.")
    )
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "year", "published_on"],
                condition=Q(archived_at__isnull=True),
                nulls_distinct=False,
                name="calendar_edition_once",
                violation_error_message=_("This year was published on that day already. Give the new edition its day."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(Part):
    """A day that differs from its weekday."""

    parent = "edition"

    edition = models.ForeignKey(CalendarEdition, models.CASCADE, related_name="days", verbose_name=_("Calendar year"))
    day = models.DateField(_("Day"))
    is_working = models.BooleanField(_("Worked"), default=False)
    name = models.CharField(_("Name"), max_length=100, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.HOLIDAY)

    class Meta(Part.Meta):
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "day"],
                name="calendar_day_once",
                violation_error_message=_("This day stands here twice. Remove one of the two."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


def year_edition(edition: CalendarEdition, days: list[CalendarDay]) -> YearEdition:
    """A stored edition as the counting rules take it."""
    special: dict[date, Day] = {each.day: Day(each.is_working, each.name, Kind(each.kind)) for each in days}
    return YearEdition(edition.year, special, edition.published_on, edition.is_provisional, edition.source)
