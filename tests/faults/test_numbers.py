"""Eight processes draw numbers while some are killed: none twice, none lost (HAZARD 22)."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest
from django.db import connection

from shangwu.foundation.numbering import series as numbering
from tests.running import wait_until

pytestmark = pytest.mark.alone
DRAWER = """
import sys, psycopg
address, drawing = sys.argv[1:]
with psycopg.connect(address, autocommit=True) as database:
    print("up", flush=True)
    while True:
        with database.transaction():
            last = database.execute(drawing, ["test.kill", "", "20261123", 1]).fetchone()[0]
            database.execute("INSERT INTO drawn VALUES (%s)", [last])
"""
PROCESSES = 8


def address() -> str:
    """The address of the test's own database."""
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"


def a_drawer() -> subprocess.Popen[str]:
    """A process that draws until it is killed, each number in a transaction with the row that bears it."""
    command = [sys.executable, "-c", DRAWER, address(), numbering._DRAW]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def nobody_else_is_connected() -> bool:
    """Has the server ended its work for all that were killed?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0] == 0)


def test_numbers_drawn_by_processes_that_are_killed_have_neither_doubles_nor_gaps(committing: None) -> None:
    with connection.cursor() as cursor:
        # No key on the number: a double would show.
        cursor.execute("CREATE TABLE drawn (number bigint)")
    drawers = [a_drawer() for _n in range(PROCESSES)]
    try:
        for one in drawers:
            assert one.stdout is not None
            assert one.stdout.readline() == "up\n"
        for _kill in range(6):
            time.sleep(random.uniform(0.05, 0.2))
            victim = random.randrange(PROCESSES)
            drawers[victim].kill()
            drawers[victim].wait()
            drawers[victim] = a_drawer()
    finally:
        for one in drawers:
            one.kill()
            one.wait()
    assert wait_until(nobody_else_is_connected), "the server still works for a killed process"
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM numbering_counter WHERE series = 'test.kill'")
        (last,) = cursor.fetchone()
        cursor.execute("SELECT array_agg(number ORDER BY number) FROM drawn")
        (drawn,) = cursor.fetchone()
    assert drawn == list(range(1, last + 1))
    assert last > PROCESSES
