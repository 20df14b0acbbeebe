"""For every test: a PostgreSQL of its own, started once, and the marks that the Makefile runs by.

Without DATABASE_URL an embedded cluster, in memory where there is enough, is started before Django loads its settings;
with pytest-xdist only the controller does so, and its workers inherit the address. That cluster alone runs with fsync
off: tests of crashes start whole installations of their own (tests/running.py), with the settings of real life.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from shangwu.cli.cluster import Cluster
from tests.migrated import migrated

# Known to all, so that its one house for browser tests is built once in a run.
pytest_plugins = ["shangwu.foundation.pages.tests.walk.served"]

ROOT = Path(__file__).parent
TEMPLATE = "SHANGWU_MIGRATED"
"""In the environment of workers: the database that theirs are copied from."""
MARKS = {
    "alone": "starts whole installations, kills processes or races: `make test` runs one file of them on each core",
    "soak": "a campaign that `make soak` runs at full count, and `make test` in short form",
    "browser": "drives a real Chromium; skipped, loudly, where there is none",
}

MEMORY = Path("/dev/shm")
ENOUGH = 6 << 30
"""Free bytes of memory beyond which the cluster lies there: to copy a database takes 0.1 s instead of 3 to 5."""
LONG = (
    "test_every_page", "test_campaign", "test_crawl", "test_security", "test_figures", "test_routes", "test_repeats",
    "test_demo_twice", "test_sleep", "real_input/", "test_papers", "test_reports", "test_wheel", "test_naughty",
)  # fmt: skip
"""In the names of files of tests that take minutes."""

_until_the_end = contextlib.ExitStack()
_cluster: Cluster | None = None
_folder: Path | None = None


def _home() -> Path:
    """Where the cluster of this checkout lies, from one run to the next; `make clean` takes it away."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        return MEMORY / f"shangwu-test-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    return ROOT / "var" / "test"


def _start_cluster() -> None:
    global _cluster, _folder
    if os.environ.get("DATABASE_URL"):
        return
    cluster = Cluster(_home(), durable=False)
    if cluster.is_running() and cluster.is_used_by_others():
        # Another test run is at work there: the database names would collide.
        _folder = Path(tempfile.mkdtemp(prefix="shangwu-test-", dir=MEMORY if _home().parent == MEMORY else None))
        cluster = Cluster(_folder, durable=False)
    _cluster = cluster.start()
    os.environ["DATABASE_URL"] = cluster.url()


_start_cluster()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    """Say what our marks mean, and make the test database as quickly as people's."""
    from pytest_django import fixtures

    from shangwu.cli.quick_migrations import quickly

    # Without this each new test client lists all static files before its first request.
    settings.WHITENOISE_AUTOREFRESH = True
    # How long an example takes depends on who else is at work on this machine.
    hypothesis.settings.register_profile("house", deadline=None)
    hypothesis.settings.load_profile("house")
    # Tests with `committing` bear no django_db mark: alone in a run they would copy the developer's own database.
    fixtures._get_databases_for_setup = lambda items: ({"default"}, set())
    _until_the_end.enter_context(quickly())
    # What is loaded by now stays until the end: looking through it for garbage again and again takes minutes.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before any worker starts, let all of them copy one migrated database; another server than ours migrates each."""
    if _cluster is not None and not session.config.option.collectonly:
        os.environ[TEMPLATE] = migrated(_cluster)
    if TEMPLATE in os.environ:
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = os.environ[TEMPLATE]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let browser tests ask the database: Playwright keeps an event loop in our thread, beside which Django refuses.

    Files that take minutes stand in front: begun last, they would keep one worker busy while the others wait.
    """
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONG))
    if any(item.get_closest_marker("browser") for item in items):
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what we started, unless another run uses it too."""
    _until_the_end.close()
    if _cluster is not None:
        _cluster.stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Leave no connection open to the database just made: it is the template that `committing` and others copy.

    Playwright's event loop, once it runs, gives us other connection objects, and nobody could close this one any more.
    """
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own, copied from the migrated template, for tests that commit, race or break things.

    The log refuses to be emptied, so what a test has committed cannot be swept away; its whole database is.
    """
    from django.db import connection

    with django_db_blocker.unblock():
        template = connection.settings_dict["NAME"]
        copy = f"{template}_copy"
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = template
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def unchanged_parameters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every parameter has its default, the text is the shipped one, and no test learns what another has adopted.

    Tests of changes ask for `living_parameters`, and read the tables as a program does.
    """
    from shangwu.foundation.regulation import editions, values

    if "living_parameters" not in request.fixturenames:
        monkeypatch.setattr(values, "_adopted", dict)
        monkeypatch.setattr(editions, "_published", list)
    values.forget()
    editions.forget()
    yield
    values.forget()
    editions.forget()


@pytest.fixture
def living_parameters() -> None:
    """Parameters have the values that proposals gave them in this test, and the text is that of its editions."""


@pytest.fixture
def full_count() -> bool:
    """Is this the soak? A campaign runs at full count then, and in short form otherwise."""
    return os.environ.get("SHANGWU_SOAK") == "1"
