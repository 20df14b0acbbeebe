"""Orders through the door: in one process, in two, and over HTTP with four clients."""

import subprocess
import sys
import time

from benchmarks import floors
from benchmarks.figures import Figures, rate
from benchmarks.house import Desk
from benchmarks.web import Web
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.records import gate


def measure(figures: Figures, seconds: float, web: Web) -> None:
    """All rates of §5 that concern orders."""
    desk = Desk()
    for _n in range(20):
        desk.take_and_confirm()
    _require_whole_work(desk)
    floor = floors.commits(9, seconds)
    figures.at_least("order of 5 lines, one process", rate(desk.take, seconds), "1/s", 120, floor)
    both = rate(desk.take_and_confirm, seconds)
    figures.at_least("received and confirmed, one process", both, "1/s", 70, floor / 2)
    figures.at_least("  the same, with review, credit, stock and duties (issue 6)", both, "1/s", 100, floor / 2)
    figures.at_least("received and confirmed, two processes", _together(2, seconds), "1/s", 140, floor / 2)
    per_second, slow = web.orders(clients=4, seconds=seconds)
    figures.at_least("order of 5 lines over HTTP, four clients", per_second, "1/s", 80, floor)
    figures.at_most("  of these, 95 of 100 answered within", slow, "ms", 100)
    per_second, slow = web.orders(clients=4, seconds=seconds, confirmed=True)
    figures.at_least("received and confirmed over HTTP, four clients (issue 6)", per_second, "1/s", 80, floor / 2)
    figures.at_most("  of these, 95 of 100 done within", slow, "ms", 200)


def _require_whole_work(desk: Desk) -> None:
    """What is measured is the whole of it: reviewed by another, credit used, five products reserved, duties judged."""
    order = desk.take_and_confirm().fresh
    with gate.free_reading():
        reserved = order.lines.filter(reserved__gt=0).count()
        duties = set(
            Duty.objects.filter(subject_id=order.pk, subject_type="sales.order").values_list("rule", flat=True)
        )
    checked = order.accepted_by_id not in (None, order.created_by_id)
    if not (checked and order.base_open > 0 and reserved == 5 and {"2.6.1.1", "2.6.1.2"} <= duties):
        raise RuntimeError("the measured order leaves out review, credit, stock or duties")


def _together(processes: int, seconds: float) -> float:
    """Each in a process of its own, begun at one moment; the sum of their rates."""
    begin = time.time() + 4
    command = [sys.executable, "-m", "benchmarks.one_process"]
    running = [
        subprocess.Popen([*command, str(place * 977), str(begin), str(seconds)], stdout=subprocess.PIPE, text=True)
        for place in range(processes)
    ]
    return sum(float(one.communicate(timeout=seconds + 60)[0]) for one in running)
