"""The child process keeps its limits, and whatever happens in it is a sentence outside."""

import errno
import itertools
import resource
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.files.sandbox import Limits, run, stream

TASKS = "shangwu.foundation.files.tests.tasks"
QUICK = Limits(memory=256 << 20, cpu=1, wait=3.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    return path


def refused(file: Path, task: str, limits: Limits = QUICK, **arguments: Any) -> str:
    """The code of the refusal that the task ends in."""
    with pytest.raises(ValidationError) as caught:
        run(f"{TASKS}:{task}", file, arguments, limits)
    assert caught.value.messages[0]
    return str(caught.value.code)


def test_a_task_reads_its_file_and_answers(file: Path) -> None:
    assert run(f"{TASKS}:size", file, {"say": "商務"}) == {"size": 5, "said": "商務"}


def test_a_refusal_comes_through_with_its_code(file: Path) -> None:
    assert refused(file, "unfit") == "damaged"


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("spin", "too_slow"),
        ("sleep", "too_slow"),
        ("crash", "unreadable"),
        ("fail", "unreadable"),
        ("babble", "unreadable"),
        ("leave", "unreadable"),
    ],
)
def test_whatever_happens_inside_is_a_sentence_outside(file: Path, task: str, code: str) -> None:
    assert refused(file, task) == code


def test_who_asks_for_too_much_memory_is_told_so(file: Path) -> None:
    """With time enough: some systems are slow to hand out memory that was never used before."""
    patient = Limits(memory=256 << 20, cpu=20, wait=40.0)
    assert refused(file, "eat_memory", patient) == "too_much_memory"


def test_no_connection_leaves_the_child(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert refused(file, "connect", port=server.getsockname()[1]) == "unreadable"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process give up system calls")
def test_the_kernel_itself_refuses_a_socket(file: Path) -> None:
    """Python's own hook is not asked by a library written in C."""
    assert run(f"{TASKS}:connect_in_c", file, {}, QUICK) == {"socket": -1, "error": errno.EPERM}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on written files")
def test_the_child_writes_no_file(file: Path, tmp_path: Path) -> None:
    assert refused(file, "write", path=str(tmp_path / "written")) == "unreadable"
    assert not (tmp_path / "written").exists() or (tmp_path / "written").stat().st_size == 0


def test_many_answers_stream_and_the_refusal_comes_where_it_happened(file: Path) -> None:
    task = f"{TASKS}:count"
    assert [answer["number"] for answer in stream(task, file, {"to": 5})] == [0, 1, 2, 3, 4]
    answers = stream(task, file, {"to": 5, "stop": 3})
    assert [answer["number"] for answer in itertools.islice(answers, 3)] == [0, 1, 2]
    with pytest.raises(ValidationError):
        next(answers)


def test_who_stops_reading_ends_the_child_at_once(file: Path) -> None:
    started = time.monotonic()
    answers = stream(f"{TASKS}:count", file, {"to": 10**9})
    next(answers)
    answers.close()  # type: ignore[attr-defined]  # it is a generator
    assert time.monotonic() - started < 3


def test_the_child_knows_neither_django_nor_our_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "shangwu.foundation.files.examination"
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@localhost/shangwu")
    seen = run(f"{TASKS}:modules", file, {"module": module})
    assert module in seen["modules"]
    assert not [name for name in seen["modules"] if name.split(".")[0] in {"django", "psycopg", "lxml"}]
    assert "DATABASE_URL" not in seen["environment"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count its children's time")
def test_starting_a_child_costs_less_than_150_milliseconds(file: Path) -> None:
    """Of CPU, with the examination loaded, the best of five: the clock on the wall tells of others' work, too."""
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run("shangwu.foundation.files.examination:examine", file, {"name": "a.txt", "rename": False})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(seconds) < 0.15
