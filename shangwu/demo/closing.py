"""The closes of the past months: locked, their findings settled. The last month is checked, and waits for people."""

import dataclasses
import datetime

from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.closing.models import Finding, MonthClose
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.measures.exporting import export_all
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source

MONTHS = 13
"""Locked months: the newest can be compared with the one a year before."""
DAY = datetime.timedelta(days=1)
WHY = "已與經辦核對，資料無誤。"


def make(staff: Staff, now: datetime.datetime) -> int:
    """Close the months before the last one, as sales support and the head would; how many were locked."""
    support, head, executive = (_one(staff, role) for role in (Role.SALES_SUPPORT, Role.HEAD, Role.EXECUTIVE))
    export_all()
    last = (now.astimezone(head.zone).date().replace(day=1) - DAY).replace(day=1)
    locked, month = 0, last
    for _month in range(MONTHS):
        month = (month - DAY).replace(day=1)
    while month <= last:
        close = _checked(staff, support, month, now)
        if month < last:
            for by in (head, executive):  # nobody accepts what is their own
                _settle(by, close)
            freezing.lock(support, close, at=_morning(support, month, 3))
            locked += 1
        month = (month + 31 * DAY).replace(day=1)
    return locked


def _one(staff: Staff, role: Role) -> Actor:
    person = next(person for person, held in staff.people if held == role)
    return dataclasses.replace(actor_of(person), source=Source.DEMO)


def _checked(staff: Staff, support: Actor, month: datetime.date, now: datetime.datetime) -> MonthClose:
    """Collected and checked on the first mornings of the month after it, and never later than it is now."""
    given = {"month": month, "entity": staff.entity, "department": staff.departments["BD"]}
    collected, checked = (min(_morning(support, month, day), now) for day in (1, 2))
    made = act(support, "analytics.monthclose.create", None, given, occurred_at=collected).record
    close: MonthClose = act(support, "analytics.monthclose.check", made, occurred_at=checked).record
    return close


def _settle(by: Actor, close: MonthClose) -> None:
    """Everything that was found is accepted: what the demo tells of the past is as it was."""
    found = Finding.objects.filter(close=close, state=Finding.State.OPEN)
    at = _morning(by, close.month, 2) + DAY / 8
    if rows := [Row({"reason": WHY}, one, occurred_at=at) for one in found]:
        act_many(by, "analytics.finding.accept", rows)


def _morning(by: Actor, month: datetime.date, day: int) -> datetime.datetime:
    """Half past nine on a day after the month."""
    following = (month + 31 * DAY).replace(day=day)
    return datetime.datetime.combine(following, datetime.time(9, 30), by.zone)
