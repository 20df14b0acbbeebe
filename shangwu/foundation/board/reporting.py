"""The compliance report of a month: each clause's duties, what was late and whose, boxes for the signatures."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from shangwu.foundation.board import counting
from shangwu.foundation.board.counting import Span, Tally
from shangwu.foundation.board.drawing import Drawn
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.pages import formats
from shangwu.foundation.people.models import Entity, Person
from shangwu.foundation.policy.clauses import TITLES
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DAY = datetime.timedelta(days=1)
LATE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Month:
    """How the duties that were due in a month stand: counts by clause, and those that were late, by rule."""

    first: datetime.date
    as_of: datetime.datetime
    due: "models.QuerySet[Duty]"
    tallies: Mapping[str, Tally]
    waived: Mapping[str, int]

    @property
    def whole(self) -> Tally:
        """All clauses together."""
        return counting.together(self.tallies.values())

    @property
    def late(self) -> "models.QuerySet[Duty]":
        """What was done late, or is overdue."""
        found = self.due.filter(counting.late(self.as_of), waived_at__isnull=True)
        return found.exclude(cancelled_at__lte=self.as_of, done_at__isnull=True).order_by("rule", "due_at")


def month_of(actor: Actor, month: str) -> Month:
    """The month as far as the reader sees its duties; the last one when none is named."""
    first, end = _month(month, actor)
    since = datetime.datetime.combine(first, datetime.time(), actor.zone)
    until = datetime.datetime.combine(end, datetime.time(), actor.zone)
    as_of = min(clock.now(), until)
    due = seen_by(actor).filter(due_at__gte=since, due_at__lt=until, opened_at__lte=as_of, rule__in=counting.provable())
    return Month(first, as_of, due, *_tallies(due, as_of))


def report(actor: Actor, month: str) -> dict[str, Any]:
    """What the printed page shows of a month; of the last one when none is named."""
    one = month_of(actor, month)
    return {
        "organisation": organisation(actor),
        "heading": _("Compliance report, %(month)s") % {"month": f"{one.first:%Y-%m}"},
        "number": "",
        "date": formats.day(formats.today()),
        "whole": {"tally": one.whole, "rate": rate(one.whole), "waived": sum(one.waived.values())},
        "rows": rows_of(one),
        "lines": Drawn(actor, list(one.late[:LATE_SHOWN])).lines(),
        "unconnected": sum(not each.is_connected for each in rules.values()),
        "as_of": formats.moment(one.as_of),
        "often_late": often_late_of(actor, one),
        "signatures": [{"title": title, "seals": []} for title in (_("Prepared by"), _("Head"), _("Executive"))],
    }


def _month(text: str, actor: Actor) -> tuple[datetime.date, datetime.date]:
    today = clock.today(actor.zone)
    found = _MONTH.fullmatch(text)
    first = today.replace(day=1)
    if found is not None and int(found[1]) > 1:
        first = min(datetime.date(int(found[1]), int(found[2]), 1), first)
    elif not text:
        first = (first - _DAY).replace(day=1)
    return first, (first + 32 * _DAY).replace(day=1)


def _tallies(due: Any, as_of: datetime.datetime) -> tuple[dict[str, Tally], dict[str, int]]:
    tallies: dict[str, Tally] = {}
    waived: dict[str, int] = {}
    columns = ("rule", "due_at", "done_at", "waived_at", "cancelled_at")
    for code, due_at, done_at, waived_at, cancelled_at in due.values_list(*columns).iterator():
        clause = rules[code].clause
        if waived_at is not None and waived_at <= as_of:
            waived[clause] = waived.get(clause, 0) + 1
            continue
        if cancelled_at is not None and cancelled_at <= as_of and done_at is None:
            continue
        one = tallies.setdefault(clause, Tally())
        if done_at is not None and done_at <= min(due_at, as_of):
            one.kept += 1
        elif due_at < as_of:
            one.late += 1
        else:
            one.open += 1
    return tallies, waived


def rows_of(month: Month) -> list[dict[str, Any]]:
    """Every clause with its counts, and whether anything can prove it."""
    found = []
    for code, title in TITLES.items():
        connected = [one for one in rules.values() if one.clause == code and one.is_connected]
        tally = month.tallies.get(code, Tally())
        found.append(
            {
                "code": code, "title": title, "tally": tally, "rate": rate(tally),
                "waived": month.waived.get(code, 0), "connected": bool(connected),
            }
        )  # fmt: skip
    return found


def rate(one: Tally) -> str:
    """Per cent kept, in words."""
    return "—" if one.rate is None else f"{one.rate:.1f}%"


def often_late_of(actor: Actor, month: Month) -> list[dict[str, Any]]:
    """Who was late three times or more: a fact for whoever judges attitude (3.5.3), never a score."""
    from shangwu.foundation.duties.lateness import often_late

    rows = month.due.filter(waived_at__isnull=True, cancelled_at__isnull=True, due_at__lt=month.as_of)
    counts = often_late(rows.values_list("holder_id", "due_at", "done_at"), month.as_of)
    people = Person.objects.visible_to(actor, archived=True).filter(pk__in=list(counts))
    return sorted(({"name": one.name, "count": counts[one.pk]} for one in people), key=lambda one: -one["count"])


def organisation(actor: Actor) -> str:
    """The name of the reader's legal entity."""
    found = Entity.objects.visible_to(actor, archived=True).filter(pk=actor.entity_id or 0).first()
    return found.name if found is not None else ""


def spark(weeks: Mapping[datetime.date, Tally], span: Span) -> list[dict[str, Any]]:
    """Bars of weeks: as high as kept, red where anything was late."""
    found = []
    for monday in span.mondays:
        one = weeks.get(monday, Tally())
        label = _("week %(week)s: %(kept)s of %(settled)s in time") % {
            "week": monday.isocalendar().week,
            "kept": one.kept,
            "settled": one.settled,
        }
        found.append({"percent": round(one.rate or 0), "late": one.late, "label": label, "none": one.rate is None})
    return found
