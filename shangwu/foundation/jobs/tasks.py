"""What the queue runs (found by Procrastinate at start-up): people's jobs, and the second look at stalled ones."""

from asgiref.sync import sync_to_async
from procrastinate import JobContext, RetryStrategy
from procrastinate.jobs import Status

from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.processes import ChildBroke, in_child
from shangwu.foundation.jobs.queue import app

ATTEMPTS = 4
"""How often a job is started whose process is killed or breaks down."""
STALLED_SECONDS = 30


@app.task(name="jobs.run", pass_context=True, retry=RetryStrategy(max_attempts=ATTEMPTS, wait=5))
async def run_job(context: JobContext, *, job_id: int) -> None:
    """Run one of people's jobs in a process of its own. Stopping the worker gives it back to the queue."""
    try:
        await in_child(str(job_id))
    except ChildBroke:
        if context.job.attempts + 1 < ATTEMPTS:
            raise
        await sync_to_async(running.fail)(job_id)


@app.periodic(cron="* * * * *")
@app.task(name="jobs.take_up_stalled", queueing_lock="jobs.take_up_stalled")
async def take_up_stalled(timestamp: int) -> None:
    """Give the jobs of workers that died back to the queue."""
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if stalled.attempts + 1 < ATTEMPTS:
            await app.job_manager.retry_job(stalled)
            continue
        # It has taken its worker down each time.
        await app.job_manager.finish_job(stalled, Status.FAILED, delete_job=False)
        if stalled.task_name == "jobs.run":
            await sync_to_async(running.fail)(int(str(stalled.task_kwargs["job_id"])))
