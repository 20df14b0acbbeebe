"""A migrated database that the test databases are copied from: made once for each state of the code.

`make test` runs three sessions of pytest, two of them with two workers, each with a database of its own; the
migrations of all rooms would run for each. A copy takes a second.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from shangwu.cli.cluster import Cluster

ROOT = Path(__file__).parent.parent
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
from shangwu.cli.quick_migrations import quickly
with quickly():
    call_command("migrate", verbosity=0)
"""
PREFIX = "migrated_"
KINDS = (".py", ".tsv", ".md", ".toml", ".json")


def migrated(cluster: Cluster) -> str:
    """The name of the database, which is made when it isn't there for the code as it is now; former ones go."""
    name = f"{PREFIX}{_state_of_the_code()}"
    if cluster.has_database(name):
        return name
    with cluster.superuser_connection() as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        for (former,) in found.fetchall():
            cluster.drop_database(former)
    unfinished = f"{name}_new"
    cluster.ensure_database(unfinished)
    env = os.environ | {"DATABASE_URL": cluster.url(unfinished), "DJANGO_SETTINGS_MODULE": "shangwu.config.settings"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", MIGRATE], cwd=ROOT, env=env, check=True)
    cluster.rename_database(unfinished, name)
    return name


def _state_of_the_code() -> str:
    """Any change may be one of what migrations leave behind: texts and tables are seeded from files."""
    said = hashlib.sha256((ROOT / "requirements" / "base.lock").read_bytes())
    for path in sorted((ROOT / "shangwu").rglob("*")):
        if path.suffix in KINDS and "tests" not in path.parts:
            said.update(str(path.relative_to(ROOT)).encode())
            said.update(path.read_bytes())
    return said.hexdigest()[:16]
