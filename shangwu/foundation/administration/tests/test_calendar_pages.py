"""Calendars on pages: those who keep them see each year with its special days, and can publish one."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.calendars.models import Calendar, CalendarEdition
from shangwu.foundation.calendars.years import Kind
from shangwu.foundation.exchange.command import import_file
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


def test_a_year_comes_in_by_file_and_tells_what_its_days_are(client: Client, tmp_path: Path) -> None:
    """A notice lists which days are off and which are worked; the rest follows."""
    path = tmp_path / "2027.csv"
    path.write_text("edition,day,name,worked\nCN-2027,2027-01-01,New Year,no\nCN-2027,2027-01-09,New Year,yes\n")
    columns = {"edition": "number", "day": "days.day", "name": "days.name", "worked": "days.is_working"}
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"columns": columns, "fixed": {"calendar": "CN", "year": "2027"}}))
    said = import_file(
        path, record="calendars.calendaredition", mapping=mapping, dry_run=False,
        account=Account.objects.get().username, refused_to=tmp_path / "refused.csv",
        progress=lambda done, of_about, what: None,
    )  # fmt: skip
    assert (said["rows"], said["refused"]) == (2, 0)
    days = CalendarEdition.objects.get(year=2027).days.order_by("day")
    assert [(one.is_working, one.kind) for one in days] == [(False, Kind.HOLIDAY), (True, Kind.MAKE_UP)]
