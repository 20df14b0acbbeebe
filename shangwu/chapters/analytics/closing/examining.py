"""Clause 2.7.1: what the checks find in a month, beside what they found before."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from shangwu.chapters.analytics.closing.models import Finding, MonthClose
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.measures.checks import Check, Month, checks
from shangwu.foundation.records import gate

MOST = 1_000
"""Findings that one check lists; beyond them it says how many more there are, and the month is not locked."""

Key = tuple[str, str, int]
"""The check's name, the row's type, the row's key."""


@dataclass(slots=True)
class Examined:
    """What the checks found in one month.

    results: as `MonthClose.checks` keeps it. fresh: rows that were not found before, as columns of a finding.
    gone: keys of findings whose row is mended. back: keys of those that were mended, and are found again. unsettled:
    how many findings are open when all that is entered.
    """

    results: dict[str, dict[str, int]] = field(default_factory=dict)
    fresh: list[dict[str, Any]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    unsettled: int = 0

    @property
    def further(self) -> int:
        """Rows beyond those that are listed."""
        return sum(one["further"] for one in self.results.values())


def examine(close: MonthClose) -> Examined:
    """Run every check on the month's rows as they are now."""
    found: dict[Key, dict[str, Any]] = {}
    examined = Examined()
    with gate.free_reading():
        zone = ZoneInfo(close.entity.zone if close.entity is not None else settings.TIME_ZONE)
        month = Month(close.entity_id or 0, close.month, close.last_day, zone)
        for check in checks.values():
            rows, count = _rows(check, month)
            found |= {_key(row): row for row in rows}
            examined.results[check.name] = {"found": count, "further": count - len(rows)}
        known = {
            (one.check_name, one.subject_type, one.subject_id): one for one in Finding.objects.filter(close_id=close.pk)
        }
    _compare(examined, found, known)
    return examined


def _compare(examined: Examined, found: Mapping[Key, dict[str, Any]], known: Mapping[Key, Finding]) -> None:
    State = Finding.State
    examined.fresh = [row for key, row in found.items() if key not in known]
    for key, one in known.items():
        if key in found and one.state == State.MENDED:
            examined.back.append(one.pk)
        elif key not in found and one.state != State.MENDED:
            examined.gone.append(one.pk)
    still = sum(1 for key, one in known.items() if key in found and one.state == State.OPEN)
    examined.unsettled = len(examined.fresh) + len(examined.back) + still


def _rows(check: Check, month: Month) -> tuple[list[dict[str, Any]], int]:
    """The rows that a check lists, as columns of findings, and how many there are."""
    asked = check.find(month).order_by("pk")
    columns = ("pk", "public_id", "owner_id", "department_id", "entity_id", "secrecy", check.named)
    rows = list(asked.values_list(*columns)[: MOST + 1])
    count = len(rows) if len(rows) <= MOST else asked.count()
    kind = record_name(check.model)
    return [_columns(check, kind, row, month.zone) for row in rows[:MOST]], count


def _columns(check: Check, kind: str, row: Sequence[Any], zone: datetime.tzinfo) -> dict[str, Any]:
    pk, public_id, owner, department, entity, secrecy, named = row
    return {
        "check_name": check.name, "subject_type": kind, "subject_id": pk, "subject": public_id, "owner_id": owner,
        "department_id": department, "entity_id": entity, "secrecy": secrecy,
        "named": _told(named, zone) or str(public_id),
    }  # fmt: skip


def _told(named: Any, zone: datetime.tzinfo) -> str:
    if isinstance(named, datetime.datetime):
        return named.astimezone(zone).date().isoformat()
    return "" if named is None else str(named)


def _key(row: Mapping[str, Any]) -> Key:
    return row["check_name"], row["subject_type"], row["subject_id"]
