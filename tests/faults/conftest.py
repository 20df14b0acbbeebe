"""What the tests of faults share: an installation with goods and customers, to be copied and broken."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from shangwu.cli.cluster import Cluster
from shangwu.foundation.api import throttling
from tests.faults.offices import Office
from tests.running import environment, shangwu


@dataclass(frozen=True)
class Seeded:
    """A data folder that does not run, and what is known of its content."""

    var: Path
    known: dict[str, Any]

    @property
    def secret(self) -> str:
        """What signs its sessions."""
        return (self.var / "secret.key").read_text().strip()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """An installation with a small department: copy it, never start it."""
    var = tmp_path_factory.mktemp("seeded") / "var"
    done = shangwu("migrate", var=var, timeout=300)
    assert done.returncode == 0, done.stderr
    with Cluster(var) as cluster:
        key = (var / "secret.key").read_text().strip()
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.seeding"],
            env=environment() | {"DATABASE_URL": cluster.url(), "SHANGWU_VAR": str(var), "SHANGWU_SECRET_KEY": key},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert made.returncode == 0, made.stderr
    return Seeded(var, json.loads(made.stdout))


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """An office for all tests of a file; what they do in it is taken back in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Office()
        transaction.set_rollback(True)


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told to come back later: these tests ask more often than anybody may."""
    monkeypatch.setattr(throttling, "count_request", lambda who, address: None)
