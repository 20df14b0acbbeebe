"""What tests everywhere need."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def real_data(name: str) -> Path:
    """A file or folder of real input, by its name inside the data folder; skips the test where there is none.

    The data lies beside the checkout or where $SHANGWU_DATA says; it belongs to other people and is not part of it.
    """
    folder = Path(os.environ.get("SHANGWU_DATA") or ROOT.parent / "shared" / "data")
    path = folder / name
    if not path.exists():
        pytest.skip(f"Real input {name} is not here; set SHANGWU_DATA to the folder that holds it.")
    return path
