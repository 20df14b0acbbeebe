"""Facts and snapshots of each test alone, and a team."""

from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.performance.tests.sheets import Team


@pytest.fixture(autouse=True)
def own_facts(settings: Any, tmp_path: Path) -> None:
    """Facts and frozen files of this test alone."""
    settings.FACTS, settings.SNAPSHOTS = tmp_path / "facts", tmp_path / "snapshots"


@pytest.fixture
def team() -> Team:
    return Team()
