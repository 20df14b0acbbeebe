"""One house per module: importing a quarter of a million lines once is enough for all that is asked of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from shangwu.foundation.files import storage
from tests.real_input.desk import desk
from tests.real_input.house import House

__all__ = ["desk", "house"]


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """A house with a database copied from the migrated template; `CURRENCY` of the module is its currency."""
    var = tmp_path_factory.mktemp("var")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        kept = storage.Folder(var / "files")
        patch.setattr(storage, "blobs", lambda: kept)
        patch.setattr(settings, "FACTS", var / "facts")
        template = connection.settings_dict["NAME"]
        copy = f"{template}_house"
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
        connection.settings_dict["NAME"] = copy
        cache.clear()
        try:
            yield House(Path(var), getattr(request.module, "CURRENCY", "USD"))
        finally:
            connection.close()
            connection.settings_dict["NAME"] = template
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            shutil.rmtree(var, ignore_errors=True)
