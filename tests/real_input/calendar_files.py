"""The years that authorities published, as tables: a row for each day that differs from its weekday."""

import csv
import json
from datetime import date
from pathlib import Path

from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.calendars.lookup import working_calendar
from shangwu.foundation.calendars.models import Calendar
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE
from tests.real_input.house import House
from tests.support import real_data

YEARS = {"CN-2024": 251, "CN-2025": 248, "TW-2024": 251}
"""Working days of each."""
COLUMNS = {"版本": "number", "日期": "days.day", "名稱": "days.name", "上班": "days.is_working"}


def special_days(edition: str) -> list[tuple[date, str, bool]]:
    """(day, name, whether it is worked), as the authority has it."""
    place, year = edition.lower().split("-")
    published = json.loads(real_data(f"calendars/{place}_{year}.json").read_text("utf-8"))
    if place == "cn":
        return [(date.fromisoformat(one["date"]), one["name"], not one["isOffDay"]) for one in published["days"]]
    days = [(date.fromisoformat(one["date"]), one["description"], not one["isHoliday"]) for one in published]
    return [one for one in days if one[2] is (one[0].weekday() >= 5)]


def table(edition: str, folder: Path) -> Path:
    """The year as somebody keeps it in a spreadsheet."""
    path = folder / f"{edition}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = [
            [edition, day.isoformat(), name, "是" if worked else "否"] for day, name, worked in special_days(edition)
        ]
        csv.writer(out).writerows([[*COLUMNS], *rows])
    return path


def keep_calendars(house: House) -> None:
    """The head keeps calendars too; there are two, and no year of them is known yet."""
    given = {"person": house.head, "role": Role.HUMAN_RESOURCES, "starts_on": date(2020, 1, 1)}
    act(HOUSE, "people.roleassignment.create", None, given)
    seed_calendars(HOUSE, [], ["CN", "TW"])
    assert Calendar.objects.count() == 2


def require_as_published(edition: str) -> None:
    """What is counted by now is what the authority published: each special day, and the working days of the year."""
    place, year = edition.split("-")
    calendar = working_calendar(place, "Asia/Shanghai" if place == "CN" else "Asia/Taipei")
    special = special_days(edition)
    assert [day for day, _name, worked in special if calendar.is_working(day) is not worked] == []
    assert calendar.working_days_of(int(year)) == YEARS[edition]
