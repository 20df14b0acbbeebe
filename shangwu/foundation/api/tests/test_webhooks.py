"""Webhooks: what happened is told once, signed, gated by what its reader may see at the moment of sending."""

import base64
import datetime
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, Row, act, act_many
from shangwu.foundation.api.models import Delivery, Subscription
from shangwu.foundation.api.tests.support import an_account
from shangwu.foundation.api.webhooks import announcing, delivering, signing
from shangwu.foundation.outgoing.tests.receiver import Receiver, a_receiver
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.OUTGOING_LOOPBACK = True
    announcing.forget()
    with a_receiver() as found:
        yield found
    announcing.forget()


@pytest.fixture
def head() -> Person:
    person = a_person(Role.HEAD, department=a_department())
    an_account(person)
    return person


def a_webhook(person: Person, receiver: Receiver, listens_to: str = "people.department.*") -> Any:
    given = {"name": "w", "url": receiver.url, "listens_to": listens_to}
    return act(actor_of(person), "api.subscription.create", None, given).record


def sent() -> list[Delivery]:
    """Send all that is due; the deliveries as they stand then."""
    delivering.deliver_due()
    return list(Delivery.objects.order_by("pk"))


def is_genuine(secret: str, got: Any) -> bool:
    """What a receiver does, by the words of standardwebhooks.com."""
    identity, timestamp = got.headers["Webhook-Id"], got.headers["Webhook-Timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{identity}.{timestamp}.".encode() + got.body, hashlib.sha256).digest()
    version, _comma, signature = got.headers["Webhook-Signature"].partition(",")
    return version == "v1" and hmac.compare_digest(base64.b64decode(signature), expected)


def capitalised(got: Any) -> Any:
    got.headers = {name.title(): value for name, value in got.headers.items()}
    return got


def test_an_event_is_told_signed_and_fresh(head: Person, receiver: Receiver) -> None:
    webhook = a_webhook(head, receiver)
    secret = webhook.disclosed["secret"]
    department = a_department(name="商務一部")
    (delivery,) = sent()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 200, 1)
    got = capitalised(receiver.received[0])
    assert is_genuine(secret, got)
    got.body += b" "
    assert not is_genuine(secret, got), "a changed body passes"
    assert abs(int(got.headers["Webhook-Timestamp"]) - time.time()) < 60
    message = json.loads(got.body)
    assert message["type"] == "people.department.created"
    (record,) = message["data"]["records"]
    assert (record["public_id"], record["name"], record["version"]) == (str(department.public_id), "商務一部", 1)
    assert "id" not in record


def test_what_it_does_not_listen_to_is_not_told(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver, "people.department.edited")
    department = a_department()
    act(HOUSE, "people.department.edit", department, {"name": "乙"})
    assert [one.event for one in sent()] == ["people.department.edited"]


def test_a_batch_is_told_in_messages_of_a_hundred(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver)
    act_many(HOUSE, "people.department.create", [Row({"code": unique(), "name": "x"}) for _ in range(205)])
    deliveries = sent()
    assert [len(one.records) for one in deliveries] == [100, 100, 5]
    told = [record["public_id"] for got in receiver.received for record in json.loads(got.body)["data"]["records"]]
    assert len(set(told)) == 205


def test_a_refused_action_is_not_told(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver)
    department = a_department()
    Delivery.objects.all().delete()
    with pytest.raises(Refusal):
        act(HOUSE, "people.department.edit", department, {"name": "x"}, version=9)
    assert sent() == []


def test_the_reader_sees_no_more_than_today(receiver: Receiver) -> None:
    """A hidden field stays hidden, and a right that was taken away counts at once."""
    department = a_department()
    executive = a_person(Role.EXECUTIVE)
    an_account(executive)
    clerk = a_person(Role.ADMINISTRATOR)
    an_account(clerk)
    a_webhook(executive, receiver, "people.person.joined")
    a_webhook(clerk, receiver, "people.person.joined")
    a_person(mobile="0912345678", department=department)
    assert {one.state for one in sent()} == {"delivered"}
    records = [json.loads(got.body)["data"]["records"][0] for got in receiver.received]
    assert sorted("mobile" in record for record in records) == [False, True]


def test_what_the_reader_may_not_see_is_withheld(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver, "people.roleassignment.*")
    a_person(Role.SALES)
    deliveries = sent()
    assert [one.state for one in deliveries] == ["withheld"]
    assert receiver.received == []


def test_who_has_left_is_told_nothing(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver)
    act(HOUSE, "people.person.leave", head, {"left_on": "2026-11-01"})
    a_department()
    assert [one.state for one in sent()] == ["withheld"]
    assert receiver.received == []


def test_trade_secrets_leave_by_no_webhook(head: Person, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = a_webhook(head, receiver)
    assert delivering._reader(webhook).clearance == 1  # type: ignore[union-attr]
    assert actor_of(head).clearance == 3, "the reader could read them in the house"


def test_a_failure_is_tried_again_later_and_given_up_in_the_end(
    head: Person, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = a_webhook(head, receiver)
    receiver.answers(500)
    a_department()
    again: list[tuple[int, datetime.datetime]] = []
    start = clock.now()
    moment = start
    former = clock.replace_source(lambda: moment)
    try:
        (delivery,) = Delivery.objects.all()
        for tried, wait in enumerate(delivering.WAITS, start=1):
            found = delivering.deliver(delivery.pk, lambda pk, at: again.append((pk, at)))
            assert found is not None
            assert (found.state, found.attempts, found.status) == ("waiting", tried, 500)
            assert found.due_at - moment == wait
            assert delivering.deliver(delivery.pk) is None, "tried before it was due"
            moment = found.due_at
        found = delivering.deliver(delivery.pk)
    finally:
        clock.replace_source(former)
    assert found is not None
    assert (found.state, found.attempts) == ("failed", len(delivering.WAITS) + 1)
    assert len(receiver.received) == len(delivering.WAITS) + 1
    assert len({capitalised(got).headers["Webhook-Id"] for got in receiver.received}) == 1, "a retry is a new message"
    assert [pk for pk, _at in again] == [delivery.pk] * len(delivering.WAITS)
    assert webhook.fresh.active is False


def test_gone_means_never_again(head: Person, receiver: Receiver) -> None:
    webhook = a_webhook(head, receiver)
    receiver.answers(410)
    a_department()
    assert [one.state for one in sent()] == ["failed"]
    assert webhook.fresh.active is False
    a_department()
    assert len(Delivery.objects.all()) == 1


def test_a_redirect_does_not_lead_the_message_elsewhere(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver)
    receiver.answers(307, {"Location": receiver.url + "/other"})
    a_department()
    assert [(one.state, one.status) for one in sent()] == [("waiting", 307)]
    assert len(receiver.received) == 1


def test_an_address_that_leads_inside_is_never_called(head: Person, receiver: Receiver, settings: Settings) -> None:
    a_webhook(head, receiver)
    settings.OUTGOING_LOOPBACK = False
    a_department()
    assert [(one.state, one.trouble) for one in sent()] == [("waiting", "url")]
    assert receiver.received == []


def test_a_claimed_delivery_is_left_alone_until_its_worker_must_be_dead(head: Person, receiver: Receiver) -> None:
    a_webhook(head, receiver)
    a_department()
    Delivery.objects.update(claimed_at=clock.now())
    assert delivering.deliver_due() == 0
    Delivery.objects.update(claimed_at=clock.now() - delivering.CLAIM * 2)
    assert delivering.deliver_due() == 1
    assert len(receiver.received) == 1
    assert delivering.deliver_due() == 0, "told twice"


def test_a_test_is_sent_whatever_it_listens_to(head: Person, receiver: Receiver) -> None:
    webhook = a_webhook(head, receiver, "people.post.created")
    act(actor_of(head), "api.subscription.test", webhook)
    assert [(one.event, one.state) for one in sent()] == [("api.subscription.tested", "delivered")]
    body = json.loads(receiver.received[0].body)
    assert "salt" not in body["data"]["records"][0]


def test_a_new_secret_replaces_the_old_one(head: Person, receiver: Receiver) -> None:
    webhook = a_webhook(head, receiver)
    old = signing.secret_of(webhook)
    new = act(actor_of(head), "api.subscription.renew", webhook).record.disclosed["secret"]
    assert new != old
    a_department()
    sent()
    got = capitalised(receiver.received[0])
    assert is_genuine(new, got)
    assert not is_genuine(old, got)


def test_suspended_and_archived_webhooks_are_silent(head: Person, receiver: Receiver) -> None:
    webhook = a_webhook(head, receiver)
    act(actor_of(head), "api.subscription.suspend", webhook)
    a_department()
    assert sent() == []
    act(actor_of(head), "api.subscription.resume", webhook)
    act(actor_of(head), "api.subscription.archive", webhook)
    a_department()
    assert sent() == []


def test_only_its_person_changes_where_it_leads() -> None:
    """Another's webhook sends another's data: not even an administrator turns it elsewhere."""
    head, administrator = a_person(Role.HEAD, department=a_department()), a_person(Role.ADMINISTRATOR)
    given = {"name": "w", "url": "https://public.example/", "listens_to": "*"}
    webhook = act(actor_of(head), "api.subscription.create", None, given).record
    for verb, inputs in (("edit", {"url": "https://other.example/"}), ("renew", {}), ("test", {}), ("resume", {})):
        with pytest.raises(Refusal) as caught:
            act(actor_of(administrator), f"api.subscription.{verb}", webhook, inputs)
        assert caught.value.code == "forbidden", verb
    assert act(actor_of(administrator), "api.subscription.suspend", webhook).record.active is False


@pytest.mark.parametrize(
    ("name", "value"),
    [("url", "http://public.example/"), ("url", "https://127.0.0.1:22/"), ("listens_to", "sales.order.dreamt")],
)
def test_what_can_not_work_is_refused_at_once(head: Person, name: str, value: str) -> None:
    given = {"name": "w", "url": "https://public.example/", "listens_to": "people.*"} | {name: value}
    with pytest.raises(Refusal) as caught:
        act(actor_of(head), "api.subscription.create", None, given)
    assert name in caught.value.fields


def test_an_action_that_nobody_listens_to_pays_nothing(head: Person, receiver: Receiver) -> None:
    department = a_department()
    with CaptureQueriesContext(connection) as seen:
        act(HOUSE, "people.department.edit", department, {"name": "乙"})
    assert not [one["sql"] for one in seen if "api_" in one["sql"] or "procrastinate" in one["sql"]]


def test_a_subscription_that_was_never_committed_breaks_nothing(receiver: Receiver) -> None:
    """What a process remembers may be of a transaction that was rolled back."""
    announcing._memory.found = [(999_999_999, "*")]
    announcing._memory.moment = time.monotonic()
    a_department()
    assert list(Delivery.objects.all()) == []


def test_no_secret_is_kept(head: Person, receiver: Receiver) -> None:
    webhook = a_webhook(head, receiver)
    secret = webhook.disclosed["secret"]
    row = Subscription.objects.filter(pk=webhook.pk).values().get()
    assert not any(secret in str(value) or secret[6:] in str(value) for value in row.values())
