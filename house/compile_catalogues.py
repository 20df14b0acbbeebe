"""Catalogues from .po to .mo, where a .mo is older: `python -m house.compile_catalogues`. No .mo is committed.

Needs polib alone, because a wheel is built where nothing else is installed.
"""

from __future__ import annotations

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "shangwu"


def compile_all() -> list[Path]:
    """Compile every catalogue of the package that is newer than its compiled form; gives those."""
    done = []
    for source in sorted(PACKAGE.rglob("LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            partial = target.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(partial))
            partial.replace(target)
            done.append(target)
    return done


if __name__ == "__main__":
    for path in compile_all():
        print(f"compiled {path.relative_to(ROOT)}")
