"""Remarks: seen by whoever sees the record, written through the door, and heard of by those concerned."""

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.comments import telling
from shangwu.foundation.pages.comments.following import followers, is_following
from shangwu.foundation.pages.comments.reading import comments_on, mentioned
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import HOUSE, a_department, a_person, an_actor, unique

pytestmark = pytest.mark.django_db


def person_of(actor: object) -> Person:
    """The person behind an actor."""
    return Person.objects.get(pk=actor.person_id)  # type: ignore[attr-defined]


def a_remark(by: object, record: object, text: str = "remark", **more: object) -> Comment:
    """A remark under a department or customer."""
    about = f"{record._meta.app_label}.{record._meta.model_name}"  # type: ignore[attr-defined]
    inputs = {"about": about, "about_id": str(record.public_id), "text": text} | more  # type: ignore[attr-defined]
    return act(by, "pages.comment.create", None, inputs).record  # type: ignore[arg-type]


def test_a_remark_stands_under_its_record_for_every_reader() -> None:
    crew = Crew()
    customer = a_customer(crew.sales)
    client = a_client(person_of(crew.sales))
    url = f"/customers/customers/{customer.public_id}/"
    answer = client.post(
        f"{url}comment/", {"text": "電話談了交期", "form_token": unique()}, headers=part("div#sw-timeline")
    )
    assert "電話談了交期" in answer.content.decode()
    assert "電話談了交期" in a_client(person_of(crew.head)).get(url).content.decode()


def test_who_may_not_see_the_record_can_neither_read_nor_write_under_it() -> None:
    crew = Crew()
    customer = a_customer(crew.sales)
    a_remark(crew.sales, customer, "只有我們知道")
    stranger = a_client(a_person(Role.SALES, department=a_department()))
    url = f"/customers/customers/{customer.public_id}/"
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}comment/", {"text": "x"}).status_code == 404
    with pytest.raises(Refusal) as caught:
        a_remark(an_actor(Role.SALES, department=a_department()), customer)
    assert caught.value.code == "missing"


@pytest.mark.parametrize(("about", "about_id"), [("no.such", "x"), ("people.department", "x"), ("pages.comment", None)])
def test_what_is_no_record_is_missing(about: str, about_id: str | None) -> None:
    remark = a_remark(HOUSE, a_department())
    inputs = {"about": about, "about_id": about_id or str(remark.public_id), "text": "t"}
    with pytest.raises(Refusal) as caught:
        act(an_actor(Role.ADMINISTRATOR), "pages.comment.create", None, inputs)
    assert caught.value.code == "missing"


def test_an_empty_remark_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        a_remark(an_actor(Role.ADMINISTRATOR), a_department(), "   ")
    assert "text" in caught.value.fields


def test_only_the_writer_takes_a_remark_away() -> None:
    by = an_actor(Role.ADMINISTRATOR)
    department = a_department()
    remark = a_remark(by, department)
    url = f"/people/departments/{department.public_id}/comment/{remark.public_id}/"
    assert a_client(a_person(Role.ADMINISTRATOR)).post(url).status_code == 404
    assert len(comments_on(department)) == 1
    a_client(person_of(by)).post(url)
    assert comments_on(department) == []


def test_the_log_holds_no_word_of_a_remark() -> None:
    remark = a_remark(an_actor(Role.ADMINISTRATOR), a_department(), "非常私人的話")
    entry = Entry.objects.get(verb="pages.comment.create", record_id=remark.pk)
    assert "私人" not in str(entry.changes)
    assert "text" in entry.commitments


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("請 @王小明 看", {"王小明"}),
        ("@王小明明 與 @王小明", {"王小明", "王小明明"}),
        ("mail me a@b.c", set()),
        ("＠王小明", {"王小明"}),
        ("@", set()),
    ],
)
def test_names_after_an_at_are_mentions_the_longest_first(text: str, names: set[str]) -> None:
    by = an_actor(Role.ADMINISTRATOR, name="林志豪")
    a_person(name="王小明")
    a_person(name="王小明明")
    assert {person.name for person in mentioned(by, text)} == names


def test_writer_and_mentioned_follow_from_then_on_until_they_stop() -> None:
    by, other = an_actor(Role.ADMINISTRATOR), a_person(name="周美玲")
    department = a_department()
    a_remark(by, department, "@周美玲", mentions=[other])
    assert followers("people.department", [department.pk]) == {department.pk: {by.person_id, other.pk}}
    client = a_client(other)
    client.post(f"/people/departments/{department.public_id}/follow/")
    a_remark(by, department, "@周美玲", mentions=[other])
    assert not is_following(actor_of(other), department)


def test_those_mentioned_are_told_unless_they_may_not_see_it() -> None:
    crew = Crew()
    customer = a_customer(crew.sales)
    stranger = a_person(Role.SALES, department=a_department())
    remark = a_remark(crew.sales, customer, "看", mentions=[person_of(crew.head), stranger])
    telling.tell_of_comment(comment_id=remark.pk)
    told = set(Notice.objects.values_list("person_id", flat=True))
    assert told == {crew.head.person_id}


def test_followers_hear_of_a_change_but_not_of_their_own() -> None:
    by, other = an_actor(Role.ADMINISTRATOR), an_actor(Role.ADMINISTRATOR)
    department = a_department()
    a_remark(by, department)
    a_remark(other, department)
    done = act(by, "people.department.edit", department, {"name": "new"})
    Notice.objects.all().delete()
    telling.tell_of_change(entry_id=done.entry_id, kind="people.department", record_ids=[department.pk])
    assert set(Notice.objects.values_list("person_id", flat=True)) == {other.person_id}


def test_request_code_reads_comments_through_the_record_alone() -> None:
    a_remark(HOUSE, a_department())
    with gate.request_code(), pytest.raises(gate.UnscopedRead):
        list(Comment.objects.all())
