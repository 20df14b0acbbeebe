"""What tests everywhere need."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def real_data(name: str) -> Path:
    """A file or folder of real input, by its name inside the data folder. Where there is none it skips the test, or
    the file of tests that asks for it at once.

    The data lies beside the checkout or where $SHANGWU_DATA says; it belongs to other people and is not part of it.
    """
    folder = Path(os.environ.get("SHANGWU_DATA") or ROOT.parent / "shared" / "data")
    path = folder / name
    if not path.exists():
        said = f"Real input {name} is not here; set SHANGWU_DATA to the folder that holds it."
        pytest.skip(said, allow_module_level=True)
    return path
