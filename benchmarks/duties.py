"""The clock over ten thousand open duties, and the board and My day over three hundred thousand."""

from collections.abc import Callable
from functools import partial

from django.db import connection
from django.test import Client

from benchmarks import floors
from benchmarks.figures import Figures, median
from benchmarks.house import account_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import OPEN, Duty, Reading
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Source

OPEN_ONES, INSTANCES = 10_000, 300_000
FIRST_TICK = 30
"""Seconds of the tick after midnight over so many: it must be over before the next one, with room to spare."""
ROLES = (Role.EXECUTIVE, Role.HEAD, Role.SALES)
PAGES = (("board", "/board/", 50), ("board by person", "/board/?by=person", 50), ("my day", "/", 25))

_MULTIPLY = """
INSERT INTO duties_duty (rule, clause, period, subject_type, subject_id, subject_key, entity_id, department_id,
    holder_id, acting_id, lacking, opened_at, due_at, week, done_at, done_by_id, cancelled_at, waived_because, secrecy,
    basis, moved)
SELECT rule, clause, period, subject_type, subject_id + 100000000::bigint * n, subject_key, entity_id, department_id,
    holder_id, acting_id, lacking, opened_at, due_at, week, done_at, done_by_id, cancelled_at, waived_because, secrecy,
    basis, moved
FROM duties_duty, generate_series(%s, %s) AS n
WHERE done_at IS NOT NULL AND subject_id < 100000000 ON CONFLICT DO NOTHING
"""


def measure(figures: Figures) -> None:
    """One tick when nothing has changed and one of a new day, then the pages, for who sees all, a department, and their
    own."""
    with gate.free_reading():
        _fill()
        open_ones, every = Duty.objects.filter(OPEN).count(), Duty.objects.count()
    figures.at_most(f"tick over {open_ones:,} open duties", median(_tick, 3) / 1000, "s", 2 * open_ones / OPEN_ONES)
    first = f"first tick of a day over {open_ones:,} open duties"
    figures.at_most(first, median(_first_tick, 3) / 1000, "s", FIRST_TICK * open_ones / OPEN_ONES)
    floor = floors.one_page()
    for role in ROLES:
        client = Client(headers={"accept-language": "zh-hant"}, SERVER_NAME="localhost")
        client.force_login(account_of(role))
        for name, address, goal in PAGES:
            work: Callable[[], object] = partial(client.get, address)
            figures.at_most(f"{name} over {every:,} duties, {role.value}", median(work), "ms", goal, floor)


def _tick() -> object:
    return ticking.tick()


def _first_tick() -> object:
    """As after midnight: whatever is open is judged again, for who answers for it may be another today."""
    Reading.objects.update(judged="")
    return ticking.tick()


def _fill() -> None:
    """Customers with open duties through the door; closed duties of many weeks as copies of the demo's."""
    for code, rule in rules.items():
        if rule.judge is not None:  # the rows of a benchmark came round the door: nobody is to read them all now
            digest = ticking.digest_of(rule)
            Reading.objects.update_or_create(rule=code, defaults={"digest": digest, "done_at": clock.now()})
    missing = (OPEN_ONES - Duty.objects.filter(OPEN).count()) // 2
    if missing > 0:
        _win(missing)
    closed = Duty.objects.filter(done_at__isnull=False, subject_id__lt=100_000_000).count()
    times = INSTANCES // max(closed, 1)
    with connection.cursor() as cursor:
        if Duty.objects.count() < INSTANCES * 0.9:
            cursor.execute(_MULTIPLY, [1, times])
        cursor.execute("VACUUM ANALYZE duties_duty")


def _win(count: int) -> None:
    owner = Person.objects.filter(assignments__role=Role.SALES).order_by("pk").first()
    department = owner.department if owner else None
    by = actors.system(Source.DEMO)
    now = clock.now()
    rows = [
        Row(
            {"name": f"量測客戶{place}有限公司", "grade": "A", "owner": owner, "department": department},
            occurred_at=now,
        )
        for place in range(count)
    ]
    made = [one.record for one in act_many(by, "customers.customer.create", rows).done]
    act_many(by, "customers.customer.win", [Row(target=one, occurred_at=now) for one in made])
