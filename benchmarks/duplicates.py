"""Likely duplicates: one name against all customers, and all files against each other (2.5.1).

The demo's names, multiplied, are alike by the hundred, which no company's are; so the files that are compared have
names of their own here, made of a brand, a trade and a legal form, one in a hundred twice in another spelling.
"""

import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

from benchmarks.figures import Figures

BRANDS = "".join(bytes((row, column)).decode("gb2312") for row in range(0xB0, 0xBE) for column in range(0xA1, 0xFF))
"""Characters that names are made of: the first 1,316 of the national list of common ones."""
TRADES = (
    "化工", "水務", "精密", "機械", "電子", "貿易", "建材", "物流", "食品", "生技", "光電", "自動化", "塑膠", "紡織",
)  # fmt: skip
FORMS = ("股份有限公司", "有限公司", "企業有限公司", "集團有限公司")
TWICE = 0.01
ASKED = 60


def names(chance: random.Random, count: int) -> list[str]:
    """So many names; one in a hundred is a former one with another legal form or a town before it."""
    found: list[str] = []
    for _n in range(count):
        if found and chance.random() < TWICE:
            found.append(chance.choice(("台灣", "")) + chance.choice(found)[:6] + chance.choice(FORMS))
        else:
            brand = "".join(chance.choices(BRANDS, k=chance.choice((3, 4, 4))))
            found.append(brand + chance.choice(TRADES) + chance.choice(FORMS))
    return found


def measure(figures: Figures) -> None:
    """While one types, the comparison by itself, and the weekly job around it."""
    _measure_typing(figures)
    _measure_all(figures)
    _measure_job(figures)


def _measure_typing(figures: Figures) -> None:
    from shangwu.chapters.customers.likely import likely
    from shangwu.chapters.customers.models import Customer
    from shangwu.foundation.records import gate
    from shangwu.foundation.records.actors import system

    by, chance = system(), random.Random(3)
    with gate.free_reading():
        count = Customer.objects.count()
        known = list(Customer.objects.order_by("?").values_list("name", flat=True)[:ASKED])
    asked = [*known[: ASKED // 2], *names(chance, ASKED // 2)]
    likely(by, name=asked[0])
    times = [
        _took(lambda name=name: likely(by, name=name, number="22099131", phone="07-3456789", place="TW"))
        for name in asked
    ]
    figures.at_most(f"a name against {count:,} customers, median", statistics.median(times) * 1000, "ms", 30)
    figures.at_most("the same, nineteen of twenty", statistics.quantiles(times, n=20)[-1] * 1000, "ms", 60)


def _measure_all(figures: Figures, count: int = 1_000_000) -> None:
    """A million files, however many the room has: everything but reading and writing the table."""
    import pyarrow

    from shangwu.chapters.customers import scanning
    from shangwu.chapters.customers.similarity import core

    chance = random.Random(5)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        engine = scanning._engine(folder)
        numbers = itertools.count(1)
        made = names(chance, count)
        start = time.perf_counter()
        for place in range(0, count, scanning.PORTION):
            portion = made[place : place + scanning.PORTION]
            table: Any = pyarrow.table(
                {
                    "id": [next(numbers) for _name in portion],
                    "core": [core(name) for name in portion],
                    "key": portion,
                    "number": [""] * len(portion),
                    "phone": [f"+8867{chance.randrange(10**7)}" for _name in portion],
                    "person": [False] * len(portion),
                    "known": [False] * len(portion),
                }
            )
            engine.register("portion", table)
            engine.execute("INSERT INTO files SELECT * FROM portion")
            engine.unregister("portion")
        found = scanning.pairs_of(scanning._equal(engine), scanning._alike(engine))
    figures.at_most(f"{count:,} files compared, {len(found):,} pairs", (time.perf_counter() - start) / 60, "min", 10)


def _measure_job(figures: Figures) -> None:
    """The job from first to last, as the week starts it: all files of the room are read, compared under names and
    numbers of their own, and the pairs written through the door."""
    from shangwu.chapters.customers import scanning
    from shangwu.chapters.customers.models import Customer
    from shangwu.foundation.jobs.running import run
    from shangwu.foundation.jobs.starting import start
    from shangwu.foundation.records import gate
    from shangwu.foundation.records.actors import system

    with gate.free_reading():
        count = Customer.objects.count()
    others = _others(scanning._read, count)
    queued = start(system(), scanning.SCAN, {})
    began = time.perf_counter()
    with mock.patch.object(scanning, "_read", return_value=others):
        done = run(queued.pk)
    minutes = (time.perf_counter() - began) / 60
    if done is None or done.error:
        raise RuntimeError(done.error if done is not None else "the comparison did not run")
    pairs = done.result["found"]
    figures.at_most(f"{count:,} files compared by the job, {pairs:,} pairs written", minutes, "min", 10)


def _others(read: Any, count: int) -> Iterator[Any]:
    """The portions of the room's files as they are read, under other names and numbers."""
    import pyarrow

    from shangwu.chapters.customers.similarity import core

    chance = random.Random(7)
    made = names(chance, count)
    for table in read():
        told = [core(made.pop()) for _row in range(len(table))]
        phones = [f"+8867{chance.randrange(10**7)}" for _row in told]
        for name, values in (("core", told), ("phone", phones)):
            table = table.set_column(table.schema.get_field_index(name), name, pyarrow.array(values))
        yield table


def _took(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
