"""A year's exceptions to the weekly pattern, and which edition of them was known when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Why a day differs from its weekday. Pay depends on it: work on a holiday costs more than on a rest day."""

    HOLIDAY = "holiday", _("Statutory holiday")
    REST = "rest", _("Rest day by exchange")
    MAKE_UP = "make_up", _("Make-up working day")
    COMPANY = "company", _("Company day")


@dataclass(frozen=True, slots=True)
class Day:
    """One exception. name: as the jurisdiction calls it."""

    is_working: bool
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class YearEdition:
    """One year as published. published_on: None when it was known from the beginning.

    is_provisional: guessed from law and lunar dates before the authority published it; make-up days are missing.
    """

    year: int
    days: Mapping[date, Day] = field(default_factory=dict)
    published_on: date | None = None
    is_provisional: bool = False
    source: str = ""


def known_years(editions: Iterable[YearEdition], on: date | None = None) -> dict[int, YearEdition]:
    """Of each year the edition that was the latest `on` that day (None: of all), so that results can be repeated."""
    known = [
        edition for edition in editions if on is None or edition.published_on is None or edition.published_on <= on
    ]
    known.sort(key=lambda edition: edition.published_on or date.min)
    return {edition.year: edition for edition in known}
