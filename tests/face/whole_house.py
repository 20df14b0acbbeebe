"""The demo department in small, served for browser tests, with the list of all its pages.

`python -m tests.face.whole_house NAME` is as `shangwu.foundation.pages.tests.walk.house`, with other contents. Two
files of tests want it: the first to come furnishes the house and leaves a copy in the folder KEPT, the second takes it.
"""

import fcntl
import json
import logging
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from django.db import connection, connections

from shangwu.foundation.pages.tests.walk.house import Deeds, Facts, main
from tests.migrated import PREFIX

KEPT = "SHANGWU_WHOLE_HOUSE"
"""In the environment: the folder where the first leaves what the second takes."""
ROWS = 12
"""So many rows has a list in short form: all of them are drawn alike, and each is looked at."""


def _whole() -> tuple[Facts, Deeds]:
    from django.conf import settings

    from shangwu.foundation.pages.lists import find

    settings.ALLOWED_HOSTS = ["localhost"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # who may not see a page is asked for it, too
    if os.environ.get("SHANGWU_SOAK") != "1":
        find.found.__kwdefaults__["size"] = ROWS
    kept = Path(os.environ[KEPT])
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = kept / "facts.json"
        if told.is_file():
            _copy(f"{PREFIX}whole", sys.argv[1])
            shutil.copytree(kept / "var", os.environ["SHANGWU_VAR"], dirs_exist_ok=True)
            return json.loads(told.read_text()), {}
        facts = _furnished()
        shutil.copytree(os.environ["SHANGWU_VAR"], kept / "var")
        _copy(sys.argv[1], f"{PREFIX}whole")
        told.write_text(json.dumps(facts))
    return facts, {}


def _copy(name: str, copy: str) -> None:
    """Make a database of that name, which is the other's copy."""
    connections.close_all()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def _furnished() -> Facts:
    from django.conf import settings

    from shangwu.demo import load
    from shangwu.foundation.measures.exporting import export_all
    from shangwu.foundation.records import gate
    from tests.face.places import Visitors, all_places
    from tests.small_demo import small

    with small():
        load()
    export_all()
    with gate.free_reading():
        visitors = Visitors()
        found = all_places(visitors, full_count=os.environ.get("SHANGWU_SOAK") == "1")
    return {"cookie": settings.SESSION_COOKIE_NAME, "sessions": visitors.sessions(), **asdict(found)}


if __name__ == "__main__":
    main(sys.argv[1], _whole)
