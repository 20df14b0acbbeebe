"""The work of sending, in the queue. What is due stands in the deliveries themselves: a lost job loses nothing."""

import datetime
from collections.abc import Sequence

from shangwu.foundation.api import throttling
from shangwu.foundation.api.webhooks import delivering
from shangwu.foundation.jobs.queue import app
from shangwu.foundation.jobs.schedule import every


@app.task(name="api.deliver", queue="webhooks")
def deliver(delivery: int) -> None:
    """Send one delivery. Safe to run twice: a delivery is claimed before it is sent."""
    delivering.deliver(delivery, _later)


@every("* * * * *", "api.deliver_due")
def deliver_due() -> None:
    """Send what is due and was not sent: a worker that slept or was killed catches up."""
    delivering.deliver_due(again=_later)


@every("17 3 * * *", "api.clear_rates")
def clear_rates() -> None:
    """Forget counters of minutes long past."""
    throttling.clear()


def _later(delivery: int, at: datetime.datetime) -> None:
    wake([delivery], at)


def wake(deliveries: Sequence[int], at: datetime.datetime | None = None) -> None:
    """Ask the workers to send these, now or at a moment; in the transaction that is open."""
    job = app.configure_task("api.deliver", schedule_at=at)
    for delivery in deliveries:
        job.defer(delivery=delivery)
