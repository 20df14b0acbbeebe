"""The page of a record: for who may see it, whole; for everybody else, not there."""

import uuid

import pytest

from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db


def test_a_department_is_shown_with_its_facts_and_history() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department(name="商務一部")
    answer = client.get(f"/people/departments/{department.public_id}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "商務一部" in text
    assert department.code in text


@pytest.mark.parametrize("tab", ["people", "history", "nothing"])
def test_every_tab_opens(tab: str) -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department(name="商務一部")
    act(HOUSE, "people.department.edit", department, {"name": "商務二部"})
    answer = client.get(f"/people/departments/{department.public_id}/?tab={tab}")
    assert answer.status_code == 200


def test_an_unknown_id_is_not_there() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    assert client.get(f"/people/departments/{uuid.uuid4()}/").status_code == 404


def test_new_and_edit_forms_open() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department()
    assert client.get("/people/departments/new/").status_code == 200
    assert client.get(f"/people/departments/{department.public_id}/edit/").status_code == 200


def test_a_department_is_made_by_its_form() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    code = unique()
    answer = client.post("/act/people.department.create/", {"code": code, "name": "新部門", "form_token": unique()})
    made = Department.objects.get(code=code)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/departments/{made.public_id}/")
