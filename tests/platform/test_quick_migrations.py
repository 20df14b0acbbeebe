"""Migrations that draw less make the same database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from shangwu.cli.cluster import Cluster, program
from tests.running import environment

pytestmark = pytest.mark.soak
SCRIPT = """
import contextlib, sys, django
django.setup()
from django.core.management import call_command
from shangwu.cli.quick_migrations import quickly
with quickly() if sys.argv[1] == "quick" else contextlib.nullcontext():
    call_command("migrate", *sys.argv[2:], verbosity=0, interactive=False)
"""
RIGHTS = """
SELECT app_label, model, codename, name
FROM django_content_type c LEFT JOIN auth_permission p ON p.content_type_id = c.id
ORDER BY 1, 2, 3
"""


def test_the_quick_way_and_djangos_own_give_the_same_schema(tmp_path: Path, full_count: bool) -> None:
    target = [] if full_count else ["people"]
    schemas, rights = {}, {}
    with Cluster(tmp_path / "var", durable=False) as cluster:
        for way in ("quick", "slow"):
            cluster.ensure_database(way)
            env = environment() | {
                "DATABASE_URL": cluster.url(way),
                "DJANGO_SETTINGS_MODULE": "shangwu.config.settings",
            }
            subprocess.run([sys.executable, "-c", SCRIPT, way, *target], check=True, env=env, cwd=os.getcwd())
            dumped = [str(program("pg_dump")), "--schema-only", "--restrict-key=same", cluster.url(way)]
            schemas[way] = subprocess.run(dumped, check=True, capture_output=True, text=True).stdout
            if full_count:  # who may do what is written when all is migrated
                with psycopg.connect(cluster.url(way)) as connection:
                    rights[way] = connection.execute(RIGHTS).fetchall()
    assert "CREATE TABLE public.people_person" in schemas["quick"]
    assert schemas["quick"] == schemas["slow"]
    if full_count:
        assert rights["quick"] == rights["slow"]
        assert rights["quick"]
