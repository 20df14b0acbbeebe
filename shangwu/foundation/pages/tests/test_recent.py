"""The palette begins with what one has pinned and opened lately, as far as one still sees it."""

import uuid
from typing import Any

import pytest
from django.test import Client

from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.recent import MOST_OPENED, MOST_PINNED, opened_by, pinned_by
from shangwu.foundation.pages.tests.lists.test_list_page import text_of
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return a_person(Role.ADMINISTRATOR, whole_company=True)


@pytest.fixture
def client(person: Person) -> Client:
    return a_client(person)


def address(one: Any) -> str:
    return f"/people/departments/{one.public_id}/"


def offered(client: Client) -> str:
    return text_of(client.get("/find/?q="))


def named(count: int) -> list[Department]:
    return [a_department(name=f"第{place}處") for place in range(count)]


def test_what_was_opened_lately_comes_first_each_once(client: Client, person: Person) -> None:
    first, second = named(2)
    for one in (first, second, second, first):
        client.get(address(one))
    assert [key for _name, key in opened_by(person.pk)] == [str(first.public_id), str(second.public_id)]
    shown = offered(client)
    assert "Opened lately" in shown
    assert shown.index("第0處") < shown.index("第1處")


def test_only_so_many_are_kept(client: Client, person: Person) -> None:
    for one in named(MOST_OPENED + 2):
        client.get(address(one))
    assert len(opened_by(person.pk)) == MOST_OPENED


def test_a_pin_is_set_and_taken_away(client: Client, person: Person) -> None:
    (one,) = named(1)
    client.post(f"{address(one)}pin/")
    assert "Pinned" in offered(client)
    assert "Pinned" in text_of(client.get(address(one)))
    client.post(f"{address(one)}pin/")
    assert pinned_by(person.pk) == []


def test_pins_have_an_end(client: Client, person: Person) -> None:
    for one in named(MOST_PINNED):
        client.post(f"{address(one)}pin/")
    (more,) = named(1)
    assert client.post(f"{address(more)}pin/").status_code == 422
    assert len(pinned_by(person.pk)) == MOST_PINNED


def test_what_one_may_no_longer_see_is_not_offered(client: Client) -> None:
    (one,) = named(1)
    client.post(f"{address(one)}pin/")
    act(HOUSE, "people.department.archive", one)
    assert "第0處" not in offered(client)


def test_nobody_pins_what_is_not_there(client: Client) -> None:
    assert client.post(f"/people/departments/{uuid.uuid4()}/pin/").status_code == 404


def test_a_broken_setting_offers_nothing(client: Client, person: Person) -> None:
    from shangwu.foundation.pages.models.preferences import prefer

    prefer(person.pk, "records:pinned", records=[["people.department", "x"]])
    assert client.get("/find/?q=").status_code == 200
