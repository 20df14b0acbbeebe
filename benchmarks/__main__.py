"""`python -m benchmarks`: every figure beside its floor, printed as it comes, and into benchmarks/results.json.

The cluster is an embedded one of its own, with fsync on. `--keep FOLDER` leaves it there, so that the next run need not
make the million rows again.
"""

import argparse
import importlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks import starts
from benchmarks.figures import Figures
from shangwu.cli.cluster import Cluster

ALONE = (
    "duties", "grades", "duplicates", "questions", "pages", "entry", "papers", "replays", "explorer", "reports",
    "promises", "closing",
)  # fmt: skip
"""Rooms that need the million rows only, in this order: the last of them change what the others read."""
ROOMS = ("starts", *ALONE, "visits", "orders", "imports")


def main() -> None:
    """Make the rows if they are not there, then measure room by room."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--customers", type=int, default=1_000_000)
    options.add_argument("--lines", type=int, default=10_000_000, help="Order lines.")
    options.add_argument("--imported", type=int, default=100_000, help="Rows of the imported file.")
    options.add_argument("--seconds", type=float, default=8.0, help="How long each rate is measured.")
    options.add_argument("--keep", type=Path, help="Folder of the database; made when it is not there, and left.")
    options.add_argument("--only", choices=ROOMS, nargs="*", default=ROOMS, help="Measure only these.")
    given = options.parse_args()
    figures = Figures()
    if "starts" in given.only:  # an installation of its own, before there is another beside it
        starts.measure(figures)
    if set(given.only) != {"starts"}:
        _in_the_million(figures, given)
    Path(__file__).with_name("results.json").write_text(json.dumps(figures.rows(), indent=1), "utf-8")


def _in_the_million(figures: Figures, given: argparse.Namespace) -> None:
    folder = given.keep or Path(tempfile.mkdtemp(prefix="shangwu-bench-"))
    cluster = Cluster(folder).start()
    try:
        _open(cluster, folder)
        _measure(figures, cluster, folder, given)
    finally:
        cluster.stop()
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


def _open(cluster: Cluster, folder: Path) -> None:
    cluster.ensure_database()
    os.environ |= {
        "DATABASE_URL": cluster.url("shangwu"),
        "SHANGWU_VAR": str(folder),
        "SHANGWU_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "shangwu.config.settings",
    }
    import django

    django.setup()


def _measure(figures: Figures, cluster: Cluster, folder: Path, given: argparse.Namespace) -> None:
    from benchmarks import imports, orders, pages, visits
    from benchmarks.web import Web
    from shangwu.foundation.audit.sealing import seal_all
    from shangwu.foundation.measures.exporting import export_all

    _prepare(cluster, given)
    print("{:,} customers, {:,} orders".format(*pages.sizes()), flush=True)
    for name in ALONE:
        if name in given.only:
            importlib.import_module(f"benchmarks.{name}").measure(figures)
    if {"orders", "visits"} & set(given.only):
        # What the worker has not caught up with yet would run beside what is measured.
        seal_all()
        export_all()
        with Web() as web:
            if "visits" in given.only:
                visits.measure(figures, web)
            if "orders" in given.only:
                orders.measure(figures, given.seconds, web)
    if "imports" in given.only:  # last: a worker would be sealing what came in
        imports.measure(figures, folder, given.imported)


def _prepare(cluster: Cluster, given: argparse.Namespace) -> None:
    """The demo department, multiplied; done once for a kept folder."""
    from django.core.management import call_command

    from benchmarks import house, million
    from shangwu.cli.quick_migrations import quickly
    from shangwu.demo import load
    from shangwu.foundation.people.models import Person
    from shangwu.foundation.records import gate

    with quickly():
        call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with gate.free_reading():
        is_made = Person.objects.exists()
    if is_made:
        return
    start = time.perf_counter()
    load()
    print(f"demo department loaded in {time.perf_counter() - start:.0f} s", flush=True)
    house.fill_shelves()
    million.grow(cluster, given.customers, given.lines, lambda said: print(said, flush=True))
    print(f"all rows made after {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
