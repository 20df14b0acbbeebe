"""The log before the officers who read it, and before nobody else (3.4.2)."""

import pytest
from django.test import Client

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.tests.factories import an_order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.exporting import export, list_of
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.models import Secrecy
from tests.builders import HOUSE, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4.2")]


@pytest.fixture
def auditor() -> Client:
    return a_client(a_person(Role.AUDITOR))


@pytest.fixture
def crew() -> Crew:
    return Crew()


def text(client: Client, query: str = "") -> str:
    answer = client.get(f"/log/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_deed_stands_there_with_its_person_and_reason(auditor: Client) -> None:
    person = a_person(name="鄭立行")
    act(HOUSE, "people.person.set_clearance", person, {"clearance": 2}, reason="New post")
    page = text(auditor)
    assert "Set the clearance" in page
    assert "鄭立行" in page
    assert "New post" in page


def test_a_record_that_the_auditor_may_not_see_has_no_name_there(auditor: Client, crew: Crew) -> None:
    order = an_order(crew)
    page = text(auditor)
    assert order.number not in page
    assert str(order.public_id) not in page
    assert "•••" in page


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.SECRECY_OFFICER)])
def test_for_everybody_else_it_is_not_there(role: Role) -> None:
    assert a_client(a_person(role)).get("/log/").status_code == 404


def test_readings_exports_and_sign_ins_are_asked_for_apart(auditor: Client, crew: Crew, tmp_path: object) -> None:
    order = an_order(crew)
    act(crew.head, "sales.order.set_secrecy", order, {"secrecy": Secrecy.SECRET}, reason="投標")
    head = Person.objects.get(pk=crew.head.person_id)
    a_client(head).get(f"/sales/orders/{order.public_id}/")
    one = list_of("sales.order")
    assert one is not None
    export(actor_of(head), one, "", tmp_path / "out.csv", "csv")  # type: ignore[operator]
    auditor.post("/accounts/login/", {"login": "nobody", "password": "wrong"})

    assert text(auditor, "?kind=reading").count("opened its page") == 1
    taken = text(auditor, "?kind=export")
    assert taken.count("took the list out") == 1
    assert "opened its page" not in taken
    assert "Set the secrecy level" not in text(auditor, "?kind=sign_in")


def test_one_persons_deeds_are_found_and_older_ones_lie_behind(auditor: Client) -> None:
    officer, other = a_person(Role.HUMAN_RESOURCES, name="簡郁婷"), a_person(Role.HUMAN_RESOURCES)
    for by in [officer] * 60 + [other]:
        act(actor_of(by), "people.post.create", None, {"name": "專員"})
    first = text(auditor, f"?person={officer.public_id}")
    assert first.count('<td class="sw-nowrap">簡郁婷') == 50
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert text(auditor, older).count('<td class="sw-nowrap">簡郁婷') == 10


@pytest.mark.parametrize("query", ["?kind=x", "?before=x", "?before=99999999999999999999", "?person=1", "?person=%00"])
def test_no_question_breaks_it(auditor: Client, query: str) -> None:
    text(auditor, query)
