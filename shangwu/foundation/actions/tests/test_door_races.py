"""The door under simultaneous use. Each guard is also switched off, to see that the test would notice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from shangwu.foundation.actions import loading, runner
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.people.models import Department
from shangwu.foundation.records import gate
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE, a_department, unique

pytestmark = pytest.mark.alone


def test_twins_sent_at_the_same_moment_have_one_effect(committing: None) -> None:
    given = {"code": unique(), "name": "商務部"}
    answers = _together(lambda: act(HOUSE, "people.department.create", None, given, key="twin"), times=4)
    assert Department.objects.filter(code=given["code"]).count() == 1
    assert len({done.public_id for done in answers}) == 1
    assert [done.repeated for done in answers].count(False) == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_two_edits_at_once_never_lose_one(committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """With the version check and the lock, one of two writers is told; switched off, the first one's work is lost."""
    department = a_department(name="甲")
    if not guarded:
        monkeypatch.setattr(loading, "_lock_targets", lambda batch: None)
    meet = threading.Barrier(2, timeout=5)
    apply = runner.applying.apply

    def slowly(batch: Any) -> None:
        apply(batch)
        if not guarded:
            meet.wait()

    monkeypatch.setattr(runner.applying, "apply", slowly)
    edits = iter([{"name": "乙"}, {"name": "丙"}])
    answers = _together(lambda: act(HOUSE, "people.department.edit", department, next(edits), version=1), times=2)
    done = [one for one in answers if not isinstance(one, Refusal)]
    stale = [one for one in answers if isinstance(one, Refusal) and one.code == "stale"]
    history: Any = history_models[Department]
    versions = sorted(history.objects.filter(pgh_obj_id=department.pk).values_list("version", flat=True))
    if guarded:
        assert (len(done), len(stale), versions) == (1, 1, [1, 2])
    else:
        assert (len(done), versions) == (2, [1, 2, 2]), "without the guard both think they won"


def test_who_waits_too_long_for_a_row_is_told_to_try_again(committing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOCK_SECONDS", 1)
    department = a_department()
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with gate.door(), transaction.atomic():
            list(Department.objects.filter(pk=department.pk).select_for_update())
            locked.set()
            release.wait(10)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    try:
        with pytest.raises(Refusal) as said:
            act(HOUSE, "people.department.edit", department, {"name": "x"})
    finally:
        release.set()
        holder.join()
    assert (said.value.code, said.value.status) == ("busy", 503)
    act(HOUSE, "people.department.edit", department, {"name": "x"})


def _together(attempt: Callable[[], Any], times: int) -> list[Any]:
    """Run the same attempt in several threads at once; refusals are answers too."""
    answers: list[Any] = []
    start = threading.Barrier(times, timeout=10)

    def run() -> None:
        start.wait()
        try:
            answers.append(attempt())
        except Refusal as said:
            answers.append(said)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
