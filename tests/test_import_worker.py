"""An import by a real worker: queued with its action, run in a process of its own, taken up again after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.files import storage
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import a_department, an_actor, an_entity, unique

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("committing")]

ROWS = 9_000
MORE = 2 << 20
"""Bytes that a worker keeps at most of what it took for its first job: how large it is at all, the benchmarks say."""


@pytest.fixture(autouse=True)
def same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker finds the files where this process puts them."""
    folder = storage.Folder(tmp_path / "var" / "files")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@contextmanager
def a_worker(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker on this test's database, in a session of its own, with the heaps that an installation gives it."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "SHANGWU_VAR": str(folder / "var"),
        "MALLOC_ARENA_MAX": "1",
        "PYTHONNODEBUGRANGES": "1",
    }
    command = [sys.executable, "-m", "django", "procrastinate", "--skip-checks", "worker", "--concurrency", "1"]
    command += ["--queues", "default"]  # people's jobs only: what the clock starts meanwhile is none of these tests'
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(command, env=environment, stderr=log, start_new_session=True)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def an_import(by: Actor, folder: Path, code: str, rows: int = ROWS) -> Import:
    path = folder / "customers.csv"
    path.write_text("number,name\n" + "".join(f"{code}-{at},{code}{at}有限公司\n" for at in range(rows)))
    page = by.by_way_of(Source.PAGE)
    with path.open("rb") as file:
        of = uploaded(page, "customers.customer", file, path.name)
    act(page, "exchange.import.map", of, {"mapping": Mapping(columns={0: ("number",), 1: ("name",)}).text()})
    act(page, "exchange.import.run", of)
    return of


def wait_for(condition: object, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    by, code = an_actor(Role.HEAD, department=a_department(), entity=an_entity()), unique()
    of = an_import(by, tmp_path, code)
    with a_worker(tmp_path) as worker:
        wait_for(lambda: ImportBatch.objects.filter(of_id=of.pk).exists())
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert of.fresh.state == "running"
    # What the next look at stalled jobs does half a minute later, done now.
    ProcrastinateJob.objects.filter(task_name="jobs.run", status="doing").update(status="todo", worker=None)
    with a_worker(tmp_path):
        wait_for(lambda: of.fresh.state == "done")
    of = of.fresh
    assert (of.rows, of.accepted, of.refused, of.skipped) == (ROWS, ROWS, 0, 0)
    assert Customer.objects.filter(number__startswith=code).count() == ROWS
    assert Job.objects.get(once=str(of.public_id)).attempt == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's memory in a file")
def test_a_worker_is_small_again_after_a_heavy_job(tmp_path: Path) -> None:
    by = an_actor(Role.HEAD, department=a_department(), entity=an_entity())
    with a_worker(tmp_path) as worker:
        light = an_import(by, tmp_path, unique(), rows=3)  # what any job makes it load is loaded after this
        wait_for(lambda: light.fresh.state == "done")
        before = at_rest(worker)
        of = an_import(by, tmp_path, unique())
        wait_for(lambda: of.fresh.state == "done")
        assert at_rest(worker) <= before + MORE


def at_rest(worker: "subprocess.Popen[bytes]") -> int:
    """Bytes that the worker holds once it neither starts up nor clears up."""
    held = [0, resident(worker)]
    deadline = time.monotonic() + 60
    while held[-1] != held[-2] or held[-1] < 50 << 20:
        assert time.monotonic() < deadline, "it never came to rest"
        time.sleep(2)
        held.append(resident(worker))
    return held[-1]


def resident(worker: "subprocess.Popen[bytes]") -> int:
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS"))
