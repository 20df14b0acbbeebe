"""Backup and restore: the same to the last row, and nothing less is taken."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shangwu.cli import backup_folder, checks
from shangwu.cli.cluster import Cluster
from shangwu.cli.table_digests import differences, digests
from shangwu.foundation.records import clock
from tests.platform.servers import new_database, postgresql_15
from tests.running import shangwu

pytestmark = pytest.mark.alone
# Values whose text depends on a server's settings, or is hard to carry.
AWKWARD = """
    CREATE TABLE awkward AS SELECT number, number / 3.0::float8 AS third, ('x' || number)::bytea AS bytes,
    timestamptz '2026-03-29 01:59:59.999999+08' + number * interval '1 day' AS moment,
    '有限公司 🀄 \\ " '',' || number AS words, ARRAY[number, NULL] AS list, jsonb_build_object('a', number) AS json,
    NULL::text AS nothing, 1.10::numeric(20, 6) AS money
    FROM generate_series(1, 2000) number
"""


@pytest.fixture(scope="module")
def house(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """An installation with some data, its database running."""
    var = tmp_path_factory.mktemp("backed-up") / "var"
    shutil.copytree(migrated, var)
    blob = var / "files" / "sha256" / "ab" / "cd"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(os.urandom(100_000))
    (var / "keys").mkdir(mode=0o700)
    (var / "keys" / "head.pem").write_text("secret")
    (var / "keys" / "head.pem").chmod(0o600)
    (var / "facts").mkdir()
    (var / "facts" / "made-again.parquet").write_text("no")
    with Cluster(var) as cluster:
        with psycopg.connect(cluster.url()) as connection:
            connection.execute(AWKWARD.encode())
        yield cluster


@pytest.fixture(scope="module")
def backup(house: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it, as a folder."""
    to = tmp_path_factory.mktemp("backups") / "one"
    done = shangwu("backup", str(to), var=house.var)
    assert done.returncode == 0, done.stderr
    return to


def content(url: str) -> dict[str, dict[str, Any]]:
    with psycopg.connect(url) as connection:
        return digests(connection, lambda done, total, what: None)


def test_a_restored_installation_holds_the_same_rows_files_and_keys(
    house: Cluster, backup: Path, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    done = shangwu("restore", str(backup), "--json", var=var)
    assert done.returncode == 0, done.stderr
    with Cluster(var) as restored:
        assert content(restored.url()) == content(house.url())
    for name in ("secret.key", "files/sha256/ab/cd", "keys/head.pem"):
        assert (var / name).read_bytes() == (house.var / name).read_bytes()
    assert (var / "keys" / "head.pem").stat().st_mode & 0o077 == 0
    assert not (var / "facts").exists()


def test_the_digest_sees_a_single_changed_value(house: Cluster) -> None:
    before = content(house.url())
    with psycopg.connect(house.url()) as connection:
        connection.execute("UPDATE awkward SET third = third + 1e-9 WHERE number = 1000")
        after = digests(connection, lambda done, total, what: None)
        connection.rollback()
    assert differences(before, after) == ["public.awkward"]
    assert content(house.url()) == before


def test_the_digest_is_the_same_whatever_the_servers_settings_are(house: Cluster) -> None:
    before = content(house.url())
    with psycopg.connect(house.url()) as connection:
        connection.execute("SET timezone = 'America/New_York'; SET datestyle = 'German'; SET bytea_output = 'escape'")
        assert digests(connection, lambda done, total, what: None) == before


def test_a_backup_taken_while_people_work_is_of_one_moment(house: Cluster, tmp_path: Path) -> None:
    """A writer keeps two tables equal in every transaction; so they are in the backup."""
    script = (
        "import psycopg, sys\nwith psycopg.connect(sys.argv[1], autocommit=True) as connection:\n"
        "    print('up', flush=True)\n    while True:\n        with connection.transaction():\n"
        "            connection.execute('INSERT INTO twin_a DEFAULT VALUES')\n"
        "            connection.execute('INSERT INTO twin_b DEFAULT VALUES')\n"
    )
    with psycopg.connect(house.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE twin_a (number serial)")
        connection.execute("CREATE TABLE twin_b (number serial)")
        writer = subprocess.Popen(
            [sys.executable, "-c", script, house.url()],
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            time.sleep(0.2)
            done = shangwu("backup", str(tmp_path / "busy.tar"), var=house.var)
        finally:
            writer.kill()
            writer.wait()
        connection.execute("DROP TABLE twin_a, twin_b")
    assert done.returncode == 0, done.stderr
    assert shangwu("restore", str(tmp_path / "busy.tar"), var=tmp_path / "var").returncode == 0
    with Cluster(tmp_path / "var") as restored, psycopg.connect(restored.url()) as connection:
        counted = connection.execute("SELECT (SELECT count(*) FROM twin_a), (SELECT count(*) FROM twin_b)").fetchone()
    assert counted is not None
    assert counted[0] == counted[1] > 0


def damage_flip(folder: Path) -> None:
    dump = folder / backup_folder.DUMP
    changed = bytearray(dump.read_bytes())
    changed[len(changed) // 2] ^= 1
    dump.write_bytes(changed)


def damage_truncate(folder: Path) -> None:
    with (folder / backup_folder.DUMP).open("r+b") as dump:
        dump.truncate(1000)


def damage_file(folder: Path) -> None:
    (folder / "var" / "files" / "sha256" / "ab" / "cd").write_bytes(b"other")


def damage_missing(folder: Path) -> None:
    (folder / "var" / "keys" / "head.pem").unlink()


def damage_added(folder: Path) -> None:
    (folder / "var" / "files" / "planted").write_text("x")


def damage_manifest(folder: Path) -> None:
    manifest = folder / backup_folder.MANIFEST
    manifest.write_text(manifest.read_text().replace('"rows": 2000', '"rows": 2001'))


def damage_no_manifest(folder: Path) -> None:
    (folder / backup_folder.MANIFEST).unlink()


DAMAGES = [
    damage_flip,
    damage_truncate,
    damage_file,
    damage_missing,
    damage_added,
    damage_manifest,
    damage_no_manifest,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_backup_is_refused_before_anything_is_made(backup: Path, tmp_path: Path, damage: Any) -> None:
    copied = tmp_path / "backup"
    shutil.copytree(backup, copied)
    assert shangwu("restore", str(copied), "--check", var=tmp_path / "var").returncode == 0
    damage(copied)
    for options in ([], ["--check"]):
        done = shangwu("restore", str(copied), *options, var=tmp_path / "var")
        assert done.returncode == 1
        assert re.search("is damaged|is not whole|does not belong|is not a whole backup", done.stderr)
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_truncated_tar_is_refused(house: Cluster, tmp_path: Path, kept: float) -> None:
    whole = tmp_path / "whole.tar"
    assert shangwu("backup", str(whole), var=house.var).returncode == 0
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * kept)])
    done = shangwu("restore", str(cut), var=tmp_path / "var")
    assert done.returncode == 1
    assert "whole" in done.stderr or "damaged" in done.stderr
    assert not (tmp_path / "var" / "postgres").exists()
    assert list((tmp_path / "var").iterdir()) == []


def test_a_tar_that_leads_out_of_its_folder_is_refused(backup: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        tar.add(backup, arcname=".")
        tar.add(backup / backup_folder.MANIFEST, arcname="../escaped")
    done = shangwu("restore", str(evil), var=tmp_path / "deep" / "var")
    assert done.returncode == 1
    assert not list(tmp_path.rglob("escaped"))


def test_nothing_is_written_over(house: Cluster, backup: Path, tmp_path: Path) -> None:
    before = content(house.url())
    done = shangwu("restore", str(backup), var=house.var)
    assert done.returncode == 1
    assert "already holds an installation" in done.stderr
    assert content(house.url()) == before
    again = shangwu("backup", str(backup), var=house.var)
    assert again.returncode == 1
    assert "never written over" in again.stderr


def test_a_restore_killed_in_the_middle_is_followed_by_a_clean_second(backup: Path, tmp_path: Path) -> None:
    var = tmp_path / "var"
    command = [sys.executable, "-m", "shangwu.cli", "restore", str(backup), "--var", str(var)]
    for pause in (1.0, 2.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.kill()
        process.wait()
    done = shangwu("restore", str(backup), var=var)
    assert done.returncode == 0 or "already holds" in done.stderr, done.stderr
    Cluster(var).stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_a_full_disk_leaves_no_half_backup(house: Cluster, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("this system lets nobody mount")
    try:
        done = shangwu("backup", str(small / "backup"), var=house.var)
        assert done.returncode == 1
        assert "full" in done.stderr
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_the_oldest_server_that_we_promise_takes_and_gives_backups(
    house: Cluster, backup: Path, tmp_path: Path
) -> None:
    with postgresql_15(tmp_path) as server:
        fresh, target = new_database(server, "fresh"), new_database(server, "target")
        made = shangwu("migrate", "--json", var=tmp_path / "fresh", DATABASE_URL=fresh)
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout)["applied"]
        done = shangwu("restore", str(backup), var=tmp_path / "target", DATABASE_URL=target)
        assert done.returncode == 0, done.stderr
        assert content(target) == content(house.url())
        again = shangwu("restore", str(backup), var=tmp_path / "target", DATABASE_URL=target)
        assert again.returncode == 1
        assert "not empty" in again.stderr
        taken = shangwu("backup", str(tmp_path / "taken"), var=tmp_path / "target", DATABASE_URL=target)
        assert taken.returncode == 0, taken.stderr
    assert shangwu("restore", str(tmp_path / "taken"), var=tmp_path / "back").returncode == 0
    with Cluster(tmp_path / "back") as back:
        assert content(back.url()) == content(house.url())


def test_doctor_finds_what_is_wrong(house: Cluster) -> None:
    asked = shangwu("doctor", "--json", var=house.var)
    found = {finding["name"]: finding["level"] for finding in json.loads(asked.stdout)["findings"]}
    assert found["durability"] == "good"
    assert found["migrations"] == "good"
    assert found["clock"] == "good"
    key = house.var / "secret.key"
    key.chmod(0o644)
    with house.superuser_connection() as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)
        try:
            asked = shangwu("doctor", "--json", var=house.var)
        finally:
            connection.execute("ALTER SYSTEM RESET ALL")
            connection.execute("SELECT pg_reload_conf()")
            key.chmod(0o600)
    found = {finding["name"]: finding["level"] for finding in json.loads(asked.stdout)["findings"]}
    assert (asked.returncode, found["secrets"], found["durability"]) == (1, "bad", "bad")


def test_doctor_notices_clocks_that_differ(house: Cluster) -> None:
    later = clock.now() + timedelta(minutes=2)
    former = clock.replace_source(lambda: later)
    try:
        with house.superuser_connection() as connection:
            found = checks.clocks(connection)
    finally:
        clock.replace_source(former)
    assert (found.level, "s apart" in found.sentence) == (checks.Level.WARNING, True)
