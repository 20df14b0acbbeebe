"""Customers from a file through the whole import: read, checked, compared, written, with history and search."""

import csv
import json
import random
import subprocess
import sys
from pathlib import Path

from benchmarks import floors
from benchmarks.figures import Figures

REGIONS = ("台北", "新北", "桃園", "台中", "台南", "高雄")
SYLLABLES = "安平正和信義長榮大同豐泰昌隆宏遠協立永新東華南亞國光聯合成功金門"


def measure(figures: Figures, folder: Path, rows: int) -> None:
    """One file of so many customers by `shangwu import`, start of the program included."""
    path = folder / "customers.csv"
    _write(path, rows)
    floor = floors.copied(50_000)
    given = ["import", str(path), "--record", "customers.customer", "--as", "head", "--json"]
    command = [sys.executable, "-m", "shangwu.cli", *given]
    done = subprocess.run(
        [sys.executable, "-c", _TIMED, json.dumps(command)], check=True, capture_output=True, text=True
    )
    result = json.loads(done.stdout)
    if result["accepted"] != rows:
        raise RuntimeError(f"only {result['accepted']} of {rows} went in: {result['reasons'][:3]}")
    figures.at_least("customers imported from a file", rows / result["seconds"], "rows/s", 10_000, floor)


_TIMED = """
import json, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(json.loads(sys.argv[1]), capture_output=True, text=True)
sys.stderr.write(done.stderr)
answer = json.loads(done.stdout)
print(json.dumps(answer | {"seconds": time.perf_counter() - start}))
"""


def _write(path: Path, rows: int) -> None:
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Name", "Short name", "Region", "Industry", "Phone", "Currency", "Tags"])
        for place in range(rows):
            name = "".join(chance.choices(SYLLABLES, k=4))
            writer.writerow(
                [f"{name}{place:06}股份有限公司", name, chance.choice(REGIONS), "機械", f"07-{place:07}", "TWD", "展會"]
            )
