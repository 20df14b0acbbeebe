"""Orders through the door: in one process, in two, and over HTTP with four clients."""

import subprocess
import sys
import time

from benchmarks import floors
from benchmarks.figures import Figures, rate
from benchmarks.house import Desk
from benchmarks.web import Web


def measure(figures: Figures, seconds: float, web: Web) -> None:
    """All rates of §5 that concern orders."""
    desk = Desk()
    for _n in range(20):
        desk.take_and_confirm()
    floor = floors.commits(9, seconds)
    figures.at_least("order of 5 lines, one process", rate(desk.take, seconds), "1/s", 120, floor)
    figures.at_least("received and confirmed, one process", rate(desk.take_and_confirm, seconds), "1/s", 70, floor / 2)
    figures.at_least("received and confirmed, two processes", _together(2, seconds), "1/s", 140, floor / 2)
    per_second, slow = web.orders(clients=4, seconds=seconds)
    figures.at_least("order of 5 lines over HTTP, four clients", per_second, "1/s", 80, floor)
    figures.at_most("  of these, 95 of 100 answered within", slow, "ms", 100)


def _together(processes: int, seconds: float) -> float:
    """Each in a process of its own, begun at one moment; the sum of their rates."""
    begin = time.time() + 4
    command = [sys.executable, "-m", "benchmarks.orders"]
    running = [
        subprocess.Popen([*command, str(place * 977), str(begin), str(seconds)], stdout=subprocess.PIPE, text=True)
        for place in range(processes)
    ]
    return sum(float(one.communicate(timeout=seconds + 60)[0]) for one in running)


def _main(offset: str, begin: str, seconds: str) -> None:
    import django

    django.setup()
    desk = Desk(int(offset))
    for _n in range(5):
        desk.take_and_confirm()
    time.sleep(max(float(begin) - time.time(), 0))
    print(rate(desk.take_and_confirm, float(seconds)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
