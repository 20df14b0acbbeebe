"""Hears what was done and writes down who is to be told: in the action's own transaction, sent after it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from shangwu.foundation.actions.events import Acted, subscribe
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api.models import Delivery, Subscription
from shangwu.foundation.api.vocabulary import listens
from shangwu.foundation.api.webhooks import queue
from shangwu.foundation.records import clock

REMEMBERED_SECONDS = 5.0
"""How long a process keeps the list of subscriptions: an action must not pay a query for webhooks nobody uses."""

MOST_RECORDS = 100
"""Records in one message; a larger batch becomes several."""

TESTED = "api.subscription.tested"


@dataclass(slots=True)
class _Memory:
    """(id, patterns) of the active subscriptions, as read at `moment` of the process's own clock."""

    moment: float = 0.0
    found: Sequence[tuple[int, str]] | None = None


_memory = _Memory()


def forget() -> None:
    """Read the subscriptions anew at the next action."""
    _memory.found = None


def _listening() -> Sequence[tuple[int, str]]:
    if _memory.found is None or time.monotonic() - _memory.moment > REMEMBERED_SECONDS:
        _memory.moment = time.monotonic()
        _memory.found = list(_active().values_list("pk", "listens_to"))
    return _memory.found


def _active() -> "QuerySet[Subscription]":
    return Subscription.objects.filter(active=True, archived_at__isnull=True)


@subscribe
def announce(acted: Acted) -> None:
    """Write one delivery per listening subscription, and per hundred records of a batch."""
    if acted.action.model is Subscription:
        forget()
        transaction.on_commit(forget)
    event = acted.action.event
    wanted = [pk for pk, patterns in _listening() if listens(patterns, event)]
    if event == TESTED:
        wanted = [record.pk for record in acted.records]
    if wanted:
        # What is remembered may be out of date, or never have been committed: only what is there now is told.
        _write(acted, event, list(_active().filter(pk__in=wanted).values_list("pk", flat=True)))


def _write(acted: Acted, event: str, subscriptions: Sequence[int]) -> None:
    keys = [record.pk for record in acted.records]
    moment = clock.now()
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            subscription_id=subscription,
            event=event,
            record_type=record_name(acted.action.model),
            records=keys[start : start + MOST_RECORDS],
            entry_id=acted.entry_id,
            happened_at=moment,
            due_at=moment,
        )
        for subscription in subscriptions
        for start in range(0, len(keys), MOST_RECORDS)
    )
    queue.wake([one.pk for one in deliveries])
