"""503 only while the database is away or the disk is full; the repeat with the same key has exactly one effect
(DESIGN 3a "Refused is not broken", HAZARDS 24, 31)."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shangwu.cli.cluster import Cluster
from tests.faults.clients import FINE, Answer, Placed, send
from tests.faults.conftest import Seeded
from tests.faults.ledger import half_done, lost_or_doubled
from tests.running import House, free_port, running, shangwu, wait_until

pytestmark = pytest.mark.alone
ONLY_WEB = ("--no-migrate", "--workers", "0", "--web", "1")
MEGABYTE = 1024 * 1024


def page(port: int, known: dict[str, Any], path: str = "/") -> tuple[int, str, str]:
    """(status, Retry-After, text) of a page for the seller who has signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": "localhost", "Cookie": known["cookie"]})
        found = connection.getresponse()
        return found.status, found.headers.get("Retry-After", ""), found.read().decode()
    finally:
        connection.close()


def an_order(known: dict[str, Any], lines: int = 2) -> Placed:
    """An order that is to be placed."""
    goods = [{"product": one, "quantity": "2"} for one in known["products"][:lines]]
    return Placed({"customer": known["customers"][0], "lines": goods})


def place(port: int, known: dict[str, Any], placed: Placed, key: str) -> Answer:
    """Place it, and remember what was answered."""
    answer = send(port, known["seller"], "sales/order", placed.body, key)
    if answer.status in FINE:
        placed.orders.add((answer.data["public_id"], answer.data["number"]))
    return answer


def require_sound(url: str, placed: dict[str, Placed]) -> None:
    """What was acknowledged is there once, and nothing is half done."""
    with psycopg.connect(url) as connection:
        assert lost_or_doubled(connection, placed) == []
        assert half_done(connection) == {}


def test_while_postgresql_is_away_pages_and_api_say_so_and_recover_by_themselves(
    seeded: Seeded, tmp_path: Path
) -> None:
    shutil.copytree(seeded.var, tmp_path / "server")
    key, placed = str(uuid.uuid4()), an_order(seeded.known)
    server = Cluster(tmp_path / "server").start()
    try:
        url = server.url()
        with running(tmp_path / "var", *ONLY_WEB, DATABASE_URL=url, SHANGWU_SECRET_KEY=seeded.secret) as house:
            assert page(house.port, seeded.known)[0] == 200
            server.stop()
            for path in ("/", "/sales/orders/", "/accounts/login/"):
                status, retry_after, text = page(house.port, seeded.known, path)
                assert (status, retry_after.isdigit(), "Traceback" in text) == (503, True, False), path
                assert "<h1" in text
            answer = place(house.port, seeded.known, placed, key)
            assert (answer.status, answer.retry_after.isdigit(), answer.data["code"]) == (503, True, "away")
            assert "Idempotency-Key" in answer.data["sentence"]
            web = house.web_processes()
            server.start()
            assert server.url() == url, "the server came back elsewhere"
            assert wait_until(lambda: page(house.port, seeded.known)[0] == 200)
            assert place(house.port, seeded.known, placed, key).status == 201
            assert place(house.port, seeded.known, placed, key).status == 201
            assert house.web_processes() == web, "it recovered only by being started again"
        require_sound(url, {key: placed})
    finally:
        server.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 450 MB; skipped where nobody may mount."""
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=450m", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small file system")
    try:
        yield small
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all space that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        block = bytes(MEGABYTE)
        try:
            while file.write(block):
                pass
        except OSError:
            pass
    return ballast


def test_a_full_disk_is_said_and_the_repeat_has_one_effect(seeded: Seeded, small_disk: Path) -> None:
    var = small_disk / "var"
    shutil.copytree(seeded.var, var)
    placed: dict[str, Placed] = {}
    with running(var) as house:
        ballast = fill(small_disk)
        refused = place_until_refused(house, seeded.known, placed)
        assert (refused.status, refused.retry_after.isdigit()) == (503, True)
        assert refused.data["sentence"]
        ballast.unlink()
        assert wait_until(house.answers, 60)
        for key, one in placed.items():
            assert repeated(house, seeded.known, one, key) <= {201, 503, 0}
        require_sound(house.database_url, placed)
        house.stop()
    checked = shangwu("verify-audit", "--json", var=var)
    assert checked.returncode == 0, checked.stderr


def repeated(house: House, known: dict[str, Any], placed: Placed, key: str) -> set[int]:
    """Repeat an order until it is acknowledged; gives every status on the way."""
    seen: set[int] = set()

    def is_done() -> bool:
        seen.add(place(house.port, known, placed, key).status)
        return bool(seen & FINE)

    assert wait_until(is_done, 60)
    return seen


def place_until_refused(house: House, known: dict[str, Any], placed: dict[str, Placed]) -> Answer:
    """Place orders of many lines until the disk refuses one."""
    for _turn in range(2000):
        key = str(uuid.uuid4())
        placed[key] = an_order(known, lines=6)
        answer = place(house.port, known, placed[key], key)
        if answer.status == 503:
            return answer
        assert answer.status in (201, 0), answer
    raise AssertionError("the disk never filled up")


def test_a_start_on_a_full_disk_is_one_sentence(seeded: Seeded, small_disk: Path) -> None:
    var = small_disk / "var"
    shutil.copytree(seeded.var, var)
    ballast = fill(small_disk)
    done = shangwu("run", "--port", str(free_port()), var=var)
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0, done.stderr
    assert "full" in done.stderr
    assert "Free some" in done.stderr or "free some" in done.stderr
    ballast.unlink()
    with running(var) as house:
        assert house.answers()
