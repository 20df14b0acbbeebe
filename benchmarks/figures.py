"""Figures: each with its floor of the same run, its goal, and whether it was kept."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. floor: what the machine needs for the bare least of it; 0 when there is no such thing."""

    name: str
    ours: float
    floor: float
    unit: str
    goal: float
    better: Literal["more", "less"]

    @property
    def ratio(self) -> float:
        """Ours against the floor: 1 is as good as the bare machine, above 1 so many times slower."""
        if not self.floor or not self.ours:
            return 0
        return self.floor / self.ours if self.better == "more" else self.ours / self.floor

    @property
    def is_kept(self) -> bool:
        """Whether the goal is met."""
        return self.ours >= self.goal if self.better == "more" else self.ours <= self.goal


@dataclass
class Figures:
    """All figures of a run, told as they come."""

    all: list[Figure] = field(default_factory=list)

    def at_least(self, name: str, ours: float, unit: str, goal: float, floor: float = 0) -> None:
        """A rate: the more the better."""
        self._tell(Figure(name, ours, floor, unit, goal, "more"))

    def at_most(self, name: str, ours: float, unit: str, goal: float, floor: float = 0) -> None:
        """A duration or a size: the less the better."""
        self._tell(Figure(name, ours, floor, unit, goal, "less"))

    def _tell(self, one: Figure) -> None:
        self.all.append(one)
        sign = ">=" if one.better == "more" else "<="
        floor = f"floor {one.floor:10,.1f}  x{one.ratio:7.1f}" if one.floor else " " * 26
        kept = "" if one.is_kept else "  MISSED"
        print(f"{one.name:58} {one.ours:11,.1f} {one.unit:7} {floor}  goal {sign} {one.goal:,g}{kept}", flush=True)

    def rows(self) -> list[dict[str, Any]]:
        """For results.json."""
        return [asdict(one) | {"ratio": one.ratio, "kept": one.is_kept} for one in self.all]


def rate(work: Work, seconds: float) -> float:
    """How often `work` is done in a second."""
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        work()
        done += 1
    return done / (time.perf_counter() - start)


def median(work: Work, times: int = 15) -> float:
    """Milliseconds of the middle run, after one that warms up."""
    work()
    return statistics.median(milliseconds(work) for _n in range(times))


def milliseconds(work: Work) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
