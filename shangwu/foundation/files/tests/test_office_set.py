"""331 Office files made by strangers, the damaged and hostile ones among them, each through a child of its own.

Each is measured: the child's time, and on Linux the most memory that it had at once.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.files import inspection
from shangwu.foundation.files.inspection import Report, inspect
from shangwu.foundation.files.refusals import refusal
from shangwu.foundation.files.sandbox import DEFAULT, Limits, run
from shangwu.foundation.files.unfit import Unfit
from tests.support import real_data

WEIGH = "shangwu.foundation.files.tests.tasks:weigh"
MOST_MEMORY, MOST_SECONDS = 512 << 20, 10

STRICTER = {
    # We refuse what the independent readers open.
    "apache-poi/document/ExternalEntityInText.docx": "entities",  # lxml reads on without it
    "apache-poi/document/PasswordProtected.doc": "encrypted",  # its reference looked at the container only
    "apache-poi/poifs/only-zero-byte-streams.ole2": "unknown_kind",  # a container of no document, likewise
    "apache-poi/spreadsheet/62624.bin": "unknown_kind",
}
KINDER = {
    # We take what one reader refuses: python-docx opens no templates; xlrd stumbles where POI and calamine don't.
    "apache-poi/document/60316.dotx": "dotx",
    "apache-poi/document/test.dotx": "dotx",
    "apache-poi/spreadsheet/45290.xls": "xls",
    "apache-poi/spreadsheet/47251_1.xls": "xls",
}


PEAKS: dict[str, int] = {}
"""Name of a file -> the most bytes that its examination had at once."""


def weighing(task: str, path: Path, order: dict[str, Any], limits: Limits) -> Any:
    """What `sandbox.run` does for the examination, by a child that tells its memory, too."""
    found = run(WEIGH, path, order, limits)
    PEAKS[str(path)] = found["peak"]
    if "unfit" in found:
        code, params = found["unfit"]
        raise refusal(Unfit(code, **params))
    return found["answer"]


def verdict(path: Path) -> tuple[str, str, float]:
    """("taken", kind) or ("refused", code), and the seconds it took."""
    started = time.monotonic()
    try:
        report: Report = inspect(path, path.name)
        return "taken", report.kind.code, time.monotonic() - started
    except ValidationError as error:
        return "refused", str(error.code), time.monotonic() - started


@pytest.fixture(scope="module")
def verdicts() -> dict[str, tuple[str, str, float]]:
    folder = real_data("office_docs")
    names = [name for name in json.loads((folder / "reference.json").read_text()) if (folder / name).exists()]
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        if sys.platform == "linux":
            patch.setattr(inspection, "run", weighing)
        return dict(zip(names, pool.map(lambda name: verdict(folder / name), names), strict=True))


def test_each_file_is_taken_or_refused_as_its_readers_say(verdicts: dict[str, tuple[str, str, float]]) -> None:
    reference = json.loads((real_data("office_docs") / "reference.json").read_text())
    assert len(verdicts) > 300
    surprises = {
        name: (ours, why)
        for name, (ours, why, _) in verdicts.items()
        if name not in STRICTER and name not in KINDER and (ours == "taken") != (reference[name]["outcome"] == "ok")
    }
    assert surprises == {}
    assert {
        name: why for name, (ours, why, _) in verdicts.items() if name in STRICTER and ours == "refused"
    } == STRICTER
    assert {name: why for name, (ours, why, _) in verdicts.items() if name in KINDER and ours == "taken"} == KINDER


def test_none_ends_by_time_memory_or_crash(verdicts: dict[str, tuple[str, str, float]]) -> None:
    """A file of a few hundred kilobytes that reaches a limit would mean that our own reading is at fault."""
    by_force = {"too_slow", "too_much_memory", "unreadable"}
    assert [name for name, (_, why, _) in verdicts.items() if why in by_force] == []
    assert max(seconds for _, _, seconds in verdicts.values()) < MOST_SECONDS


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its own peak")
def test_none_needs_more_memory_than_an_upload_may(verdicts: dict[str, tuple[str, str, float]]) -> None:
    """Measured file by file; the limit of the child, which would end it, is no measurement."""
    assert len(PEAKS) == len(verdicts)
    hungry = {name: peak >> 20 for name, peak in PEAKS.items() if peak > MOST_MEMORY}
    assert hungry == {}
    # The control: a child that holds 64 MB says so.
    path = Path(next(iter(PEAKS)))
    laden = run(WEIGH, path, {"name": path.name, "rename": False, "ballast": 64 << 20}, DEFAULT)
    assert laden["peak"] > PEAKS[str(path)] + (60 << 20)
