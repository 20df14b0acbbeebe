"""A job tells how far it is, stops when asked, ends with a sentence, and survives its worker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from shangwu.foundation.files import storage
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.declaring import declared, job
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.queue import app
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import begun, cancel, start
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.gate import UnscopedRead
from shangwu.foundation.records.refusals import Refusal
from tests.builders import HOUSE, an_actor

pytestmark = pytest.mark.django_db

NAME = "tests.work"


@pytest.fixture(autouse=True)
def each_step_is_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(running, "PAUSE", 0.0)
    yield
    declared.pop(NAME, None)


def declare(work: Any) -> None:
    job(NAME, title="Work of a test")(work)


def ran(one: Job) -> Job:
    running.run(one.pk)
    one.refresh_from_db()
    return one


def test_a_job_waits_in_the_queue_and_ends_done_with_its_result() -> None:
    seen: dict[str, Any] = {}

    def work(run: Running, *, number: int) -> None:
        seen["actor"], seen["number"] = run.by, number
        run.progress(3, 10, "reading")
        seen["percent"] = Job.objects.get(pk=run.job.pk).percent
        run.result(rows=10)

    declare(work)
    by = an_actor(Role.SALES)
    one = start(by, NAME, {"number": 7}, source=Source.IMPORT)
    assert (one.state, one.is_open) == (Job.State.WAITING, True)
    (queued,) = app.job_manager.list_jobs(id=one.queued)
    assert (queued.task_name, json.loads(str(queued.task_kwargs))) == ("jobs.run", {"job_id": one.pk})
    ran(one)
    assert (one.state, one.result, one.done, one.total, one.said) == ("done", {"rows": 10}, 3, 10, "reading")
    assert (seen["number"], seen["percent"]) == (7, 30)
    assert (seen["actor"].person_id, seen["actor"].source, seen["actor"].grants) == (by.person_id, "import", by.grants)
    assert one.ended_at is not None


def test_a_job_that_was_started_in_a_transaction_that_fails_never_was() -> None:
    declare(lambda run: None)
    with transaction.atomic():
        start(HOUSE, NAME, {})
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not list(app.job_manager.list_jobs(task="jobs.run"))


def test_work_reads_as_its_person_never_without_one() -> None:
    declare(lambda run: list(Department.objects.all()))
    one = start(an_actor(Role.SALES), NAME, {})
    with pytest.raises(UnscopedRead):
        running.run(one.pk)


@pytest.mark.parametrize(
    "refusal", [ValidationError("The file is torn."), Refusal("state", "The file is %(how)s.", {"how": "torn"})]
)
def test_a_refusal_is_the_jobs_end_with_its_sentence(refusal: Exception) -> None:
    def work(run: Running) -> None:
        raise refusal

    declare(work)
    one = ran(start(HOUSE, NAME, {}))
    assert (one.state, one.error) == ("failed", "The file is torn.")


def test_a_waiting_job_is_cancelled_at_once_and_never_begins() -> None:
    declare(lambda run: pytest.fail("it ran"))
    one = start(HOUSE, NAME, {})
    cancel(one)
    assert ran(one).state == "cancelled"


def test_a_running_job_stops_at_its_next_batch() -> None:
    steps = []

    def work(run: Running) -> None:
        for step in range(5):
            steps.append(step)
            if step == 2:
                cancel(run.job)
            run.progress(step)

    declare(work)
    assert ran(start(HOUSE, NAME, {})).state == "cancelled"
    assert steps == [0, 1, 2]


def test_a_run_whose_job_was_given_to_another_worker_stops_and_leaves_it_alone() -> None:
    def work(run: Running) -> None:
        if run.job.attempt == 1:
            running.run(run.job.pk)  # the other worker
            run.progress(1)
            pytest.fail("it went on")
        run.result(by="the second")

    declare(work)
    one = ran(start(HOUSE, NAME, {}))
    assert (one.state, one.attempt, one.result) == ("done", 2, {"by": "the second"})


def test_the_same_work_is_not_started_twice_while_it_is_open() -> None:
    declare(lambda run: None)
    one = start(HOUSE, NAME, {}, once="file 7")
    with pytest.raises(Refusal) as caught:
        start(HOUSE, NAME, {}, once="file 7")
    assert caught.value.code == "running"
    start(HOUSE, NAME, {}, once="file 8")
    ran(one)
    start(HOUSE, NAME, {}, once="file 7")


def test_who_asks_twice_is_shown_the_work_that_goes_on_and_another_waits() -> None:
    declare(lambda run: None)
    mine, other = an_actor(Role.SALES), an_actor(Role.SALES)
    one = begun(mine, NAME, {}, once="all")
    assert begun(mine, NAME, {}, once="all") == one
    with pytest.raises(Refusal) as caught:
        begun(other, NAME, {}, once="all")
    assert caught.value.code == "running"
    ran(one)
    assert begun(other, NAME, {}, once="all") != one


def test_a_result_file_is_kept_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: kept)

    def work(run: Running) -> None:
        path = tmp_path / "made"
        path.write_bytes(b"a,b\n1,2\n")
        run.file(path, "結果.csv")

    declare(work)
    one = ran(start(HOUSE, NAME, {}))
    assert one.file_name == "結果.csv"
    assert one.blob is not None
    assert b"".join(storage.pieces(one.blob)) == b"a,b\n1,2\n"


def test_a_job_that_breaks_down_again_and_again_ends_with_a_sentence() -> None:
    declare(lambda run: None)
    one = start(replace(HOUSE, language="en"), NAME, {})
    running.fail(one.pk)
    one.refresh_from_db()
    assert one.state == "failed"
    assert "administrator" in one.error
    assert running.run(one.pk) is None


def test_a_child_process_runs_one_job_and_ends() -> None:
    """Nothing to run is a quiet end, not a breakdown."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "-m", "shangwu.foundation.jobs.child", "0"]
    ended = subprocess.run(command, check=False, capture_output=True, env={**os.environ, "DATABASE_URL": url})
    assert (ended.returncode, ended.stderr) == (0, b"")
