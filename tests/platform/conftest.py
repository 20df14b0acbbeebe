"""What the tests of the platform share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import shangwu


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an up-to-date, empty database that does not run: copy it, never start it."""
    var = tmp_path_factory.mktemp("migrated") / "var"
    done = shangwu("migrate", var=var, timeout=300)
    assert done.returncode == 0, done.stderr
    return var
