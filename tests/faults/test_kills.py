"""kill -9 of web, worker and PostgreSQL while orders are placed (HAZARDS 22, 24, 28, 29)."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from shangwu.cli.cluster import DATABASE
from tests.faults.clients import Programs
from tests.faults.conftest import Seeded
from tests.faults.ledger import half_done, lost_or_doubled
from tests.running import House, running, shangwu, wait_until

pytestmark = [pytest.mark.alone, pytest.mark.soak]
VICTIMS = ("web", "postgres", "worker")


def numbers_of(house: House, victim: str) -> list[int | None]:
    """The processes that answer to this name now."""
    found: dict[str, Callable[[], list[int | None]]] = {
        "postgres": lambda: [house.cluster.process],
        "web": lambda: [*house.web_processes()],
        "worker": lambda: [*house.children("worker")],
    }
    return found[victim]()


def kill_one(house: House, victim: str) -> None:
    """Kill it, and wait until another stands in its place."""
    before = numbers_of(house, victim)
    house.kill(victim)

    def is_back() -> bool:
        now = numbers_of(house, victim)
        return None not in now and len(now) == len(before) and now != before

    assert wait_until(is_back, 60), f"{victim} did not come back"
    assert wait_until(house.answers, 60), f"nothing answers after {victim} was killed"


DAMAGES = (
    "DELETE FROM sales_line WHERE id = (SELECT min(id) FROM sales_line)",
    "UPDATE sales_product SET reserved = reserved + 1",
    "UPDATE sales_line SET reserved = 0",
    "DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry WHERE verb = 'sales.order.create')",
    "DELETE FROM sales_orderhistory WHERE pgh_id = (SELECT max(pgh_id) FROM sales_orderhistory)",
    "UPDATE sales_order SET number = (SELECT min(number) FROM sales_order)",
    "UPDATE numbering_counter SET last = last + 1 WHERE series = 'order'",
)


def found_when_planted(house: House, damage: str) -> bool:
    """Whether the questions to the ledger see a damage, planted past all guards and taken back."""
    with house.cluster.superuser_connection(DATABASE) as connection, connection.transaction(force_rollback=True):
        connection.execute(b"SET LOCAL session_replication_role = replica")
        connection.execute(b"ALTER TABLE sales_order DROP CONSTRAINT sales_order_number_key")
        connection.execute(damage.encode())
        return bool(half_done(connection))


def test_nothing_acknowledged_is_lost_whatever_is_killed(seeded: Seeded, tmp_path: Path, full_count: bool) -> None:
    var = tmp_path / "var"
    shutil.copytree(seeded.var, var)
    rounds = 50 if full_count else 3
    chance = random.Random(20261123 if not full_count else None)
    with running(var) as house:
        assert wait_until(lambda: house.children("worker"))
        programs = Programs(house.port, seeded.known)
        for turn in range(rounds):
            time.sleep(chance.uniform(0.3, 1.5))
            kill_one(house, VICTIMS[turn] if turn < len(VICTIMS) else chance.choice(VICTIMS))
        time.sleep(0.5)
        programs.finish()
        assert programs.odd == []
        assert programs.repeats, "no request met a kill: nothing was tried"
        with psycopg.connect(house.database_url) as connection:
            assert lost_or_doubled(connection, programs.placed) == []
            assert half_done(connection) == {}
            entries = connection.execute(b"SELECT count(*) FROM audit_entry").fetchone()
        assert all(found_when_planted(house, damage) for damage in DAMAGES), "the control"
        confirmed = sum(one.is_confirmed for one in programs.placed.values())
        assert confirmed, "no order was confirmed: reservations were not tried"
        house.stop()
    checked = shangwu("verify-audit", "--json", var=var)
    assert checked.returncode == 0, checked.stderr
    report = json.loads(checked.stdout)
    assert report["is_sound"]
    assert entries is not None
    assert report["checked"] + report["waiting"] >= entries[0]
    print(f"{rounds} kills, {len(programs.placed)} orders, {confirmed} confirmed, {programs.repeats} repeats")
