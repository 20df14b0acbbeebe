"""Each person is told once, inside; who has to read something is known by name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Channel, Choice, Dispatch, Kind, Notice
from shangwu.foundation.notices.posting import post
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.notices.tests.conftest import Time
from tests.builders import HOUSE, a_department, a_person, an_entity

pytestmark = pytest.mark.django_db


def ways(notice: Notice) -> set[str]:
    return set(Dispatch.objects.filter(notice=notice).values_list("channel", flat=True))


def test_each_person_is_told_once() -> None:
    one = a_person()
    assert notify([one.pk, None, one.pk], "Order %(number)s waits for you", {"number": "SO1"}) == 1
    with translation.override("en"):
        assert Notice.objects.get().sentence == "Order SO1 waits for you"


def test_inside_everything_is_told_and_outside_what_one_has_chosen(time: Time) -> None:
    one = a_person(entity=an_entity(), email="reader@example.invalid")
    Choice.objects.create(person=one, kind=Kind.CHANGE, channel=Channel.MAIL, wanted=False)
    notify([one.pk], "followed", kind=Kind.CHANGE)
    notify([one.pk], "due", kind=Kind.DUTY)
    post()
    followed, due = Notice.objects.order_by("pk")
    assert (ways(followed), ways(due)) == (set(), {"mail"})
    assert Notice.objects.filter(person=one, read_at__isnull=True).count() == 2


def test_what_is_settled_twice_goes_out_once(time: Time) -> None:
    one = a_person(entity=an_entity(), email="reader@example.invalid")
    notify([one.pk], "due")
    assert (post(), post()) == (1, 0)
    Notice.objects.update(posted_at=None)  # as if a worker had died before it could say so
    post()
    assert Dispatch.objects.count() == 1


def test_who_has_left_is_told_nothing_outside(time: Time) -> None:
    one = a_person(entity=an_entity(), email="reader@example.invalid")
    notify([one.pk], "due")
    act(HOUSE, "people.person.leave", one, {"left_on": "2026-11-20"})
    post()
    assert not Dispatch.objects.exists()


def test_what_must_be_read_knows_its_sender_and_its_readers() -> None:
    sender, readers = a_person(), [a_person(), a_person()]
    record = a_department(name="公告")
    notify([one.pk for one in readers], "Read this", about=record, must_read_by=sender.pk)
    found = list(Notice.objects.order_by("pk"))
    assert {one.kind for one in found} == {"issued"}
    assert len({one.issue for one in found}) == 1
    assert all(one.must_read and one.sender_id == sender.pk and one.confirmed_at is None for one in found)


def test_settling_many_notices_asks_no_more_often_than_settling_one(time: Time) -> None:
    entity = an_entity()

    def asked(count: int) -> int:
        people = [a_person(entity=entity, email=f"{number}@example.invalid") for number in range(count)]
        notify([one.pk for one in people], "due")
        with CaptureQueriesContext(connection) as queries:
            assert post() == count
        return len(queries)

    assert asked(1) == asked(12)
