"""The door under simultaneous use. Each guard is also switched off, to see that the test would notice."""

import threading
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections, transaction

from shangwu.foundation.actions import loading, runner
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.administration import circles
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


@pytest.mark.parametrize("guarded", [True, False])
def test_two_edits_at_once_never_close_a_circle(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Each of two departments is put below the other at the same moment: one is, the other is refused."""
    first, second = a_department(), a_department()
    if not guarded:
        monkeypatch.setattr(circles, "_in_circles", lambda model, column, keys: [])
    edits = iter([(first, {"parent": second}), (second, {"parent": first})])

    def edit() -> Any:
        target, given = next(edits)
        return act(HOUSE, "people.department.edit", target, given)

    answers = _together(edit, times=2)
    refused = [one.code for one in answers if isinstance(one, Refusal)]
    parents = [first.fresh.parent, second.fresh.parent]
    if guarded:
        assert (len(refused), parents.count(None)) == (1, 1)
    else:
        assert (refused, parents) == ([], [second, first])
        act(HOUSE, "people.department.edit", first, {"parent": None})


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


class _Shared:
    """What a process keeps once for all its threads: the mistake that the test must notice."""

    def __init__(self) -> None:
        self.kept = [""]

    def get(self) -> str:
        return self.kept[-1]

    def set(self, value: str) -> None:
        self.kept.append(value)

    def reset(self, _token: None) -> None:
        self.kept.pop()


@pytest.mark.parametrize("guarded", [True, False])
def test_history_never_goes_under_the_run_of_another_thread(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """A run within a run puts the outer one's history back, not that of whoever works beside it."""
    if not guarded:
        monkeypatch.setattr(runner, "_current", _Shared())
    outer, inner, other = (SimpleNamespace(context=uuid.uuid4()) for _n in range(3))
    entered, left = threading.Event(), threading.Event()

    def beside() -> None:
        with transaction.atomic(), runner._Context(other):  # type: ignore[arg-type]
            entered.set()
            left.wait(10)
        connections.close_all()

    neighbour = threading.Thread(target=beside)
    with transaction.atomic(), runner._Context(outer):  # type: ignore[arg-type]
        neighbour.start()
        entered.wait(10)
        with runner._Context(inner):  # type: ignore[arg-type]
            pass
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('pghistory.context_id')")
            (goes_under,) = cursor.fetchone()
        left.set()
        neighbour.join()
    assert goes_under == str((outer if guarded else other).context)


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
