"""Sends deliveries: claims one, reads what its reader may see now, signs, sends, and decides what comes next."""

import datetime
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import translation

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api import listing
from shangwu.foundation.api.models import Delivery, Subscription
from shangwu.foundation.api.rendering import plain
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.api.webhooks import signing
from shangwu.foundation.outgoing.calling import CallFailed, fetch
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor, Source, system
from shangwu.foundation.records.models import Secrecy
from shangwu.foundation.records.refusals import Refusal

WAITS = tuple(
    datetime.timedelta(seconds=seconds)
    for seconds in (10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)
)
"""How long to wait after each failure: eleven tries in three days, then the webhook is suspended."""

CLAIM = datetime.timedelta(minutes=2)
"""A claim older than this is of a worker that died: the longest call takes ten seconds."""

GONE = 410
"""With this answer a receiver says that it wants nothing more, ever."""

Schedule = Callable[[int, datetime.datetime], None]


@dataclass(frozen=True, slots=True)
class _Result:
    """How a try went. trouble: what failed on the way; status: what the receiver answered."""

    status: int | None = None
    trouble: str = ""

    @property
    def received(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver(pk: int, again: Schedule | None = None) -> Delivery | None:
    """Send one delivery, if it is waiting and nobody else is at it. Answers it as it stands then.

    again: called with (id, moment) when a further try is due.
    """
    now = clock.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)
    if not Delivery.objects.filter(free, pk=pk, state=Delivery.State.WAITING, due_at__lte=now).update(claimed_at=now):
        return None
    with gate.free_reading():
        delivery = Delivery.objects.select_related("subscription__person__entity").get(pk=pk)
    body = _body(delivery)
    if body is None:
        return _finish(delivery, Delivery.State.WITHHELD)
    result = _sent(delivery, body)
    delivery.status, delivery.trouble, delivery.attempts = result.status, result.trouble, delivery.attempts + 1
    if result.received:
        return _finish(delivery, Delivery.State.DELIVERED)
    if result.status == GONE or delivery.attempts > len(WAITS):
        _suspend(delivery.subscription, result)
        return _finish(delivery, Delivery.State.FAILED)
    delivery.due_at = clock.now() + WAITS[delivery.attempts - 1]
    _save(delivery)
    if again is not None:
        again(pk, delivery.due_at)
    return delivery


def deliver_due(limit: int = 200, again: Schedule | None = None) -> int:
    """Send what is due, oldest first; how many were tried."""
    now = clock.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)
    due = Delivery.objects.filter(free, state=Delivery.State.WAITING, due_at__lte=now).order_by("due_at", "pk")
    return sum(deliver(pk, again) is not None for pk in list(due.values_list("pk", flat=True)[:limit]))


def _save(delivery: Delivery) -> Delivery:
    delivery.claimed_at = None
    delivery.save(update_fields=["state", "attempts", "due_at", "claimed_at", "status", "trouble", "finished_at"])
    return delivery


def _finish(delivery: Delivery, state: Delivery.State) -> Delivery:
    delivery.state, delivery.finished_at = state, clock.now()
    return _save(delivery)


def _suspend(subscription: Subscription, result: _Result) -> None:
    """Stop asking an address that does not answer; its person sees it and resumes."""
    said = f"HTTP {result.status}" if result.status else result.trouble
    try:
        act(system(Source.JOB), "api.subscription.suspend", subscription, reason=f"No delivery succeeded: {said}")
    except Refusal as refusal:
        if refusal.code not in ("missing", "state"):
            raise


def _reader(subscription: Subscription) -> Actor | None:
    """The subscription's person with the rights of this moment; None when there is nobody to tell.

    Trade secrets leave the house by no webhook, whoever may read them.
    """
    person = subscription.person
    at_work = person.state == Person.State.ACTIVE and Account.objects.filter(person=person, is_active=True).exists()
    if not at_work or not subscription.active or subscription.archived_at is not None:
        return None
    reader = actor_of(person, source=Source.JOB)
    return replace(reader, clearance=min(reader.clearance, Secrecy.INTERNAL))


def _body(delivery: Delivery) -> bytes | None:
    """The message, made of what its reader may see now; None when that is nothing."""
    with gate.free_reading():
        reader = _reader(delivery.subscription)
    model = next((one for one in record_types() if record_name(one) == delivery.record_type), None)
    if reader is None or model is None:
        return None
    with gate.request_code(), translation.override(reader.language):
        records = listing.drawn_rows(model, delivery.records, reader)
    if not records:
        return None
    message = {
        "type": delivery.event,
        "timestamp": plain(delivery.happened_at),
        "data": {"record_type": delivery.record_type, "records": records},
    }
    return json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def _sent(delivery: Delivery, body: bytes) -> _Result:
    identity = f"msg_{uuid.UUID(str(delivery.public_id)).hex}"
    headers = signing.signed(delivery.subscription, identity, int(clock.now().timestamp()), body)
    headers["Content-Type"] = "application/json"
    try:
        answer = fetch(delivery.subscription.url, method="POST", body=body, headers=headers)
    except ValidationError:
        return _Result(trouble="url")
    except CallFailed as failure:
        return _Result(trouble=failure.code)
    return _Result(status=answer.status)


def newest(subscription: Subscription, count: int = 20) -> Sequence[Delivery]:
    """The last deliveries of a subscription, for its page."""
    return list(subscription.deliveries.order_by("-pk")[:count])
