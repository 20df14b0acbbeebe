"""House-keeping by the clock: safe to miss and to repeat."""

from collections.abc import Callable

from asgiref.sync import sync_to_async

from shangwu.foundation.jobs.processes import in_child
from shangwu.foundation.jobs.queue import app

Work = Callable[[], object]

CLOCK = "clock"
"""The queue of what the clock starts: an installation may give people's jobs, in "default", a worker of their own."""

scheduled: dict[str, Work] = {}


def every(cron: str, name: str, *, apart_when: Callable[[], bool] | None = None) -> Callable[[Work], Work]:
    """Run `work()` at the times of a cron line ("*/5 * * * *", in the server's zone), on one worker at a time.

    While one run waits or works, no second one is queued. What must not be missed derives its state from the tables:
    a worker that slept catches up at the next run. apart_when: run in a process of its own, if this quick question says
    that there is something to do: for what loads large libraries or much data, so that an idle worker stays small.
    """

    def declare(work: Work) -> Work:
        scheduled[name] = work
        if apart_when is not None:

            @app.periodic(cron=cron)
            @app.task(name=name, queue=CLOCK, lock=name, queueing_lock=name)
            async def run_apart(timestamp: int) -> None:
                if await sync_to_async(apart_when)():
                    await in_child(name)
        else:

            @app.periodic(cron=cron)
            @app.task(name=name, queue=CLOCK, lock=name, queueing_lock=name)
            def run_here(timestamp: int) -> None:
                work()

        return work

    return declare
