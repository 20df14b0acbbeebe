"""Calendars on pages: those who keep them see each year with its special days, and can publish one."""

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.calendars.models import Calendar, CalendarEdition
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_person, unique

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    seed_calendars(HOUSE, [2026], ["CN"])
    account = Account.objects.create_user(username=unique("u"), person=a_person(Role.HUMAN_RESOURCES), language="en")
    client = Client()
    client.force_login(account)
    return client


def test_calendars_and_their_years_are_listed(client: Client) -> None:
    assert "Mainland China" in client.get(reverse("calendars.calendar.list")).content.decode()
    assert ">2026<" in client.get(reverse("calendars.calendaredition.list")).content.decode()


def test_a_year_shows_its_special_days(client: Client) -> None:
    edition = CalendarEdition.objects.get()
    answer = client.get(reverse("calendars.calendaredition.detail", args=[edition.public_id]))
    assert answer.status_code == 200
    assert "国庆节" in answer.content.decode()


def test_forms_open(client: Client) -> None:
    for name in ("calendars.calendar.create", "calendars.calendaredition.create"):
        assert client.get(reverse(name)).status_code == 200


def test_a_year_is_taken_from_the_library_by_a_button(client: Client) -> None:
    calendar = Calendar.objects.get()
    address = reverse("do.calendars.calendar.take_year", args=[calendar.public_id])
    answer = client.post(address, {"year": "2025", "form_token": unique(), "version": calendar.version})
    assert answer.status_code in (200, 303)
    assert CalendarEdition.objects.filter(year=2025).count() == 1
