"""Replay before you rule: the year of fifty people tried again with another value, and a record's page with its three
approval steps (issue 4)."""

import datetime
import time
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Count
from django.test import Client

from benchmarks import floors
from benchmarks.figures import Figures, median
from benchmarks.house import account_of, holders
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.approvals.models import Request, Step
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import Kind, Parameter, parameters, policy
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.regulation.replaying import can_replay, sheet

PEOPLE, DAYS, ASKED = 50, 250, 2_500
NAMED = "量測一年"
SECONDS = 5
STEPS = 3


def measure(figures: Figures) -> None:
    """Each parameter that can be replayed, beside one reading of the year's duties; then the page."""
    by = actor_of(holders(Role.HEAD)[0])
    with gate.free_reading():
        _fill()
    floor = median(_read_duties, 3) / 1000
    for one in parameters.values():
        if can_replay(one.key) and (other := _other(one)) is not None:
            start = time.perf_counter()
            lines = sheet(one, policy(one.key), other, by)
            seconds = time.perf_counter() - start
            most = max((max(line.before, line.after) for line in lines), default=0)
            figures.at_most(f"replay of {one.key} ({most:,} looked at)", seconds, "s", SECONDS, floor)
    _page(figures)


def _other(one: Parameter) -> Any:
    """Another value within the bounds; None for times, days of the year and orders."""
    value = policy(one.key)
    if one.kind is Kind.SWITCH:
        return not value
    if one.kind is Kind.CHOICE:
        return next(part for part in one.parts if part != value)
    if one.kind is Kind.SHARES:
        first, second = list(one.parts)[:2]
        return {**value, first: value[first] - 1, second: value[second] + 1}
    if one.kind is Kind.TABLE:
        return {name: 2 * amount for name, amount in value.items()}
    if one.kind is not Kind.NUMBER:
        return None
    further = value + 1 if one.most is None or value + 1 <= one.most else value - 1
    return further if one.least is None or further >= one.least else None


def _read_duties() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM duties_duty WHERE opened_at > now() - interval '1 year'")
        cursor.fetchall()


def _fill() -> None:
    """Fifty people who each open a customer on each working day, of whom half buy; and a request a week from each."""
    if Customer.objects.filter(name__startswith=NAMED).exists():
        return
    demo, now = actors.system(Source.DEMO), clock.now()
    people = _people(demo, now)
    rows = [
        Row(
            {"name": f"{NAMED}{place}有限公司", "grade": "ABC"[place % 3], "owner": owner,
             "department": owner.department},
            occurred_at=now - datetime.timedelta(days=365 * (DAYS - day) / DAYS, minutes=place % 300),
        )
        for day in range(DAYS)
        for place, owner in enumerate(people, start=day * PEOPLE)
    ]  # fmt: skip
    made = [one.record for one in act_many(demo, "customers.customer.create", rows).done]
    won = [Row(target=one, occurred_at=one.created_at) for one in made[::2]]
    act_many(demo, "customers.customer.win", won)
    clerk = actor_of(holders(Role.SALES_SUPPORT)[0])
    act_many(clerk, "customers.customer.ask_blacklisting", [Row(target=one) for one in made[:ASKED]], reason=NAMED)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"{len(made):,} customers of {PEOPLE} people, {Duty.objects.count():,} duties", flush=True)


def _people(demo: Actor, now: datetime.datetime) -> list[Person]:
    like = holders(Role.SALES)[0]
    day = (now - datetime.timedelta(days=400)).date()
    given = {"entity": like.entity, "department": like.department, "superior": like.superior, "joined_on": day}
    rows = [Row({"name": f"量測{place}", "staff_number": f"BENCH{place}", **given}) for place in range(PEOPLE)]
    people = [one.record for one in act_many(demo, "people.person.join", rows).done]
    roles = [Row({"person": one, "role": Role.SALES, "reaches": one.department, "starts_on": day}) for one in people]
    act_many(demo, "people.roleassignment.create", roles)
    return list(Person.objects.filter(pk__in=[one.pk for one in people]).select_related("department"))


def _page(figures: Figures) -> None:
    """The page of a record whose request has three steps or more, as the executive opens it."""
    with gate.free_reading():
        steps = Step.objects.order_by().values("request").annotate(count=Count("pk")).filter(count__gte=STEPS)
        request = Request.objects.filter(pk__in=steps.values("request")).order_by("-pk").first()
    if request is None:
        raise RuntimeError(f"no request of the demo has {STEPS} steps")
    client = Client(headers={"accept-language": "zh-hant"}, SERVER_NAME="localhost")
    client.force_login(account_of(Role.EXECUTIVE))
    floor = floors.one_page()
    addresses = {
        "its record": record_url(apps.get_model(request.subject_type), request.subject_id),
        "the request": record_url(Request, request.public_id),
    }
    for name, address in addresses.items():
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} does not open")
        figures.at_most(f"{STEPS} approval steps: {name}", median(partial(client.get, address)), "ms", 20, floor)
