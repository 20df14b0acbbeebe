"""Beside a record: who may see a field reads what was changed in it, classed or not; others, that something was."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers.models import Communication
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock, scopes
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]

SHORT = "personal entries changed"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def a_talk(crew: Crew) -> Communication:
    given = {"customer": a_customer(crew.sales), "method": "phone", "at": clock.now(), "summary": "詢問交期"}
    made: Communication = act(crew.sales, "customers.communication.create", None, given).record
    act(crew.sales, "customers.communication.edit", made, {"summary": "已答覆十二月中"})
    return made


def beside(by: Actor, record: Any, tab: str = "") -> str:
    client = a_client(Person.objects.get(pk=by.person_id), "en")
    page: str = client.get(f"/customers/communications/{record.public_id}/?tab={tab}").content.decode()
    return page.split("sw-timeline", 1)[1]


def test_who_may_see_it_reads_what_was_changed(crew: Crew) -> None:
    told = beside(crew.head, a_talk(crew))
    assert "詢問交期" in told
    assert SHORT not in told


def test_others_read_that_something_was(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same page for one from whom the field is kept."""
    talk = a_talk(crew)
    monkeypatch.setitem(scopes._fields, Communication, {"summary": lambda actor: actor.holds("FIN")})
    told = beside(crew.head, talk)
    assert SHORT in told
    assert "詢問交期" not in told


def test_the_history_asks_no_more_for_more_entries(crew: Crew) -> None:
    talk = a_talk(crew)
    beside(crew.head, talk, "history")
    with CaptureQueriesContext(connection) as few:
        beside(crew.finance, talk, "history")
    for place in range(8):
        act(crew.sales, "customers.communication.edit", talk.fresh, {"summary": f"第{place}次"})
    with CaptureQueriesContext(connection) as many:
        found = beside(crew.executive, talk, "history")
    assert "第7次" in found
    assert len(many) <= len(few) + 2
