"""The house counts by its own tables, and sees each change of them at once."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.calendars.lookup import calendar_of
from shangwu.foundation.calendars.models import Calendar, CalendarEdition
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import HOUSE, an_actor, an_entity

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 9, 2)


@pytest.fixture
def entity() -> Any:
    seed_calendars(HOUSE, [2025, 2026], ["CN", "TW"])
    return an_entity(jurisdiction="CN", zone="Asia/Shanghai")


def publish(year: int, **values: Any) -> Any:
    calendar = Calendar.objects.get(code="CN")
    return act(HOUSE, "calendars.calendaredition.create", None, {"calendar": calendar, "year": year} | values)


def test_a_seeded_calendar_counts_as_its_library(entity: Any) -> None:
    calendar = calendar_of(entity)
    assert [calendar.working_days_of(year) for year in (2025, 2026)] == [248, 248]
    assert str(calendar.zone) == "Asia/Shanghai"


def test_seeding_again_changes_nothing(entity: Any) -> None:
    before = CalendarEdition.objects.count()
    seed_calendars(HOUSE, [2025, 2026], ["CN", "TW"])
    assert CalendarEdition.objects.count() == before


def test_a_new_edition_counts_at_once_and_the_old_one_on_its_day(entity: Any) -> None:
    assert calendar_of(entity).next_working_day(WEDNESDAY) == date(2026, 9, 3)
    days = [{"day": date(2026, 9, 3), "is_working": False, "name": "Parade", "kind": "holiday"}]
    publish(2026, published_on=date(2026, 5, 1), days=days)
    assert calendar_of(entity).next_working_day(WEDNESDAY) == date(2026, 9, 4)
    assert calendar_of(entity, on=date(2026, 4, 30)).next_working_day(WEDNESDAY) == date(2026, 9, 3)


def test_an_archived_edition_no_longer_counts(entity: Any) -> None:
    made = publish(2028, days=[])
    assert calendar_of(entity).next_working_day(date(2028, 3, 1)) == date(2028, 3, 2)
    act(HOUSE, "calendars.calendaredition.archive", made.public_id)
    with pytest.raises(ValidationError, match="2028"):
        calendar_of(entity).next_working_day(date(2028, 3, 1))


def test_an_entitys_own_calendar_wins(entity: Any) -> None:
    given = {"code": "OWN", "name": "Own", "jurisdiction": "CN", "kept_by": entity, "weekdays": "123456", "hours": ""}
    act(HOUSE, "calendars.calendar.create", None, given)
    own = Calendar.objects.get(code="OWN")
    act(HOUSE, "calendars.calendar.take_year", own, {"year": 2026})
    assert calendar_of(entity).is_working(date(2026, 9, 5))
    assert not calendar_of(an_entity(jurisdiction="CN")).is_working(date(2026, 9, 5))


def test_where_there_is_no_calendar_it_is_said(entity: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        calendar_of(an_entity(jurisdiction="HK"))
    assert refused.value.code == "calendar"


def test_request_code_may_count_without_naming_a_reader(entity: Any) -> None:
    with gate.request_code():
        assert calendar_of(entity).working_days_of(2026) == 248


def test_counting_asks_one_question_when_nothing_has_changed(entity: Any, django_assert_num_queries: Any) -> None:
    calendar_of(entity)
    with django_assert_num_queries(1):
        calendar_of(entity)


def test_a_day_of_another_year_is_refused(entity: Any) -> None:
    with pytest.raises(Refusal) as refused:
        publish(2028, days=[{"day": date(2027, 1, 1), "name": "New Year"}])
    assert refused.value.code == "calendar_day"


def test_one_year_is_published_once_a_day(entity: Any) -> None:
    with pytest.raises(Refusal):
        publish(2026)


def test_only_those_who_keep_calendars_publish(entity: Any) -> None:
    calendar = Calendar.objects.get(code="CN")
    with pytest.raises(Refusal) as refused:
        act(an_actor(Role.SALES), "calendars.calendar.take_year", calendar, {"year": 2024})
    assert refused.value.code == "forbidden"
    act(an_actor(Role.HUMAN_RESOURCES), "calendars.calendar.take_year", calendar, {"year": 2024})
    assert calendar_of(entity).working_days_of(2024) == 251


@pytest.mark.parametrize("hours", ["9-5", "18:00-09:00"])
def test_unreadable_hours_are_refused(entity: Any, hours: str) -> None:
    with pytest.raises(Refusal) as refused:
        act(HOUSE, "calendars.calendar.edit", Calendar.objects.get(code="CN"), {"hours": hours})
    assert "hours" in refused.value.fields
