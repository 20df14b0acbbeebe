"""2.7.1: the exports of the minute, of the night and of a month's close take turns: none undoes or breaks another."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product
from shangwu.foundation.measures import exporting
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.records import actors

pytestmark = [pytest.mark.alone, pytest.mark.clause("2.7.1")]

LINES = "sales.lines"


class Held:
    """The first export that writes a month stands still there, until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stands, self.goes_on = threading.Event(), threading.Event()
        write = exporting._write_month
        first = threading.Lock()

        def slowly(*given: Any) -> Any:
            if first.acquire(blocking=False):
                self.stands.set()
                assert self.goes_on.wait(timeout=20)
            return write(*given)

        monkeypatch.setattr(exporting, "_write_month", slowly)


def in_thread(work: Callable[[], object], said: list[str]) -> threading.Thread:
    def run() -> None:
        try:
            work()
            said.append("done")
        except OperationalError:
            said.append("broke")
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def sold(crew: Crew, product: Any) -> Any:
    return a_confirmed_order(crew, [{"product": product, "quantity": "1"}])


@pytest.mark.parametrize(("guarded", "answers"), [(True, ["done", "done"]), (False, ["broke", "done"])])
def test_the_nights_export_and_the_minutes_take_turns(
    committing: None,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    guarded: bool,
    answers: list[str],
) -> None:
    """While the night writes a month whole an order comes in; both exports end well, and the later one holds it."""
    settings.FACTS = tmp_path
    crew, product = Crew(), a_product(list_price="100", stock=100)
    sold(crew, product)
    monkeypatch.setattr(exporting, "LARGE", 1)
    exporting.export(LINES)
    sold(crew, product)
    exporting.export(LINES)
    assert exporting.has_patched()
    if not guarded:
        monkeypatch.setattr(exporting, "_take_turns", lambda cursor: None)
    held, said = Held(monkeypatch), list[str]()
    night = in_thread(exporting.write_whole, said)
    assert held.stands.wait(timeout=20)
    sold(crew, product)
    minute = in_thread(lambda: exporting.export(LINES), said)
    minute.join(timeout=1.0)
    assert minute.is_alive() is guarded, "it waits for its turn, or else it is through at once"
    held.goes_on.set()
    for one in (night, minute):
        one.join(timeout=20)
    assert sorted(said) == answers
    release = FactRelease.objects.get(fact_set=LINES)
    assert release.rows == 3
    assert ask(actors.system(), ["sales.revenue"]).total() == 3 * product.list_price


def test_two_first_exports_at_once_end_in_one_release(
    committing: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.FACTS = tmp_path
    crew, product = Crew(), a_product(list_price="100", stock=100)
    sold(crew, product)
    held, said = Held(monkeypatch), list[str]()
    one = in_thread(lambda: exporting.export(LINES), said)
    assert held.stands.wait(timeout=20)
    other = in_thread(lambda: exporting.export(LINES), said)
    held.goes_on.set()
    for each in (one, other):
        each.join(timeout=20)
    assert said == ["done", "done"]
    assert FactRelease.objects.filter(fact_set=LINES).count() == 1
