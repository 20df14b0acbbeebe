"""Years as two libraries know them, to fill the tables with. Read once; the house then counts by its own tables.

Mainland: chinesecalendar (2004 to 2026, with make-up days); later years from `holidays`, provisional until the State
Council has published the exchanges. Taiwan: the government's office calendar; before 2026 Labour Day was a holiday of
workers alone and is added as a company day. Hong Kong: statutory and general holidays together, as offices keep them.
"""

from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from shangwu.foundation.calendars.years import Day, Kind, YearEdition
from shangwu.foundation.text.jurisdictions import Jurisdiction

ZONES = {
    Jurisdiction.MAINLAND: "Asia/Shanghai",
    Jurisdiction.TAIWAN: "Asia/Taipei",
    Jurisdiction.HONG_KONG: "Asia/Hong_Kong",
}


# The last years that both governments had published when the library was released.
_LAST_PUBLISHED_IN_TAIWAN = 2027
_LAST_PUBLISHED_IN_HONG_KONG = 2027


def seeded_year(jurisdiction: str, year: int) -> YearEdition:
    """`year` as the libraries know it. Raises ValueError where they know nothing."""
    return _SEEDS[Jurisdiction(jurisdiction)](year)


def seed_mainland(year: int) -> YearEdition:
    """The mainland's year with make-up days; provisional, and without them, where the notice isn't in the library."""
    import chinese_calendar
    from chinese_calendar import constants

    first, last = min(constants.holidays).year, max(constants.holidays).year
    if year < first:
        raise ValueError(f"chinesecalendar knows the years from {first}")
    if year > last:
        return _seed_from_holidays("CN", "zh_CN", year, is_provisional=True)
    # Without substitutes `holidays` still lists the exchanged rest days; the other library knows which those are.
    statutory = _holidays("CN", "zh_CN", year, observed=False).keys() - constants.in_lieu_days.keys()
    names = {each.value: each.chinese for each in constants.Holiday}
    days: dict[date, Day] = {}
    for day in _days_of(year):
        on_holiday, name = chinese_calendar.get_holiday_detail(day)
        if name is None:
            continue
        kind = Kind.HOLIDAY if day in statutory else Kind.REST
        days[day] = Day(not on_holiday, names[name], kind if on_holiday else Kind.MAKE_UP)
    return YearEdition(year, days, source=_source("chinesecalendar"))


def seed_taiwan(year: int) -> YearEdition:
    """Taiwan's year with substitute and make-up days. Later than the library's own last year it is provisional."""
    return _seed_from_holidays("TW", "zh_TW", year, is_provisional=year > _LAST_PUBLISHED_IN_TAIWAN)


def seed_hong_kong(year: int) -> YearEdition:
    """Hong Kong's year: statutory holidays, and the general ones that offices keep too."""
    edition = _seed_from_holidays("HK", "zh_HK", year, is_provisional=year > _LAST_PUBLISHED_IN_HONG_KONG)
    general = _holidays("HK", "zh_HK", year, categories=("optional",))
    kept = {day: Day(False, name, Kind.HOLIDAY) for day, name in general.items()}
    return YearEdition(year, {**kept, **edition.days}, None, edition.is_provisional, edition.source)


_SEEDS = {
    Jurisdiction.MAINLAND: seed_mainland,
    Jurisdiction.TAIWAN: seed_taiwan,
    Jurisdiction.HONG_KONG: seed_hong_kong,
}


def _seed_from_holidays(country: str, language: str, year: int, *, is_provisional: bool) -> YearEdition:
    import holidays

    library = holidays.country_holidays(country, years=[year], language=language)
    days = {day: Day(False, name, Kind.HOLIDAY) for day, name in library.items()}
    days |= {day: Day(True, "", Kind.MAKE_UP) for day in library.weekend_workdays if day.year == year}
    return YearEdition(year, days, is_provisional=is_provisional, source=_source("holidays"))


def _holidays(country: str, language: str, year: int, **options: Any) -> dict[date, str]:
    import holidays

    return dict(holidays.country_holidays(country, years=[year], language=language, **options))


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(number) for number in range((date(year + 1, 1, 1) - first).days)]


def _source(library: str) -> str:
    return f"{library} {version(library)}"
