"""Duties on other pages: the reader's own on My day, what the department is late on, those of a record beside it."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangwu.foundation.board import counting
from shangwu.foundation.board.drawing import Drawn
from shangwu.foundation.duties.access import DEPARTMENTS, EVERYWHERE, seen_by
from shangwu.foundation.duties.judging import type_of
from shangwu.foundation.duties.models import OPEN, Duty
from shangwu.foundation.duties.rules import by_model, rules
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.lists import rail
from shangwu.foundation.pages.panels import Panel, my_day, panel_everywhere
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

SHOWN = 12
LATE_SHOWN = 6
MOST = 200
"""Duties that My day counts."""
AHEAD = datetime.timedelta(days=7)


def mine(actor: Actor) -> Q:
    """What the reader has to do: as holder who is here, or as who stands in."""
    return Q(acting_id=actor.person_id) | Q(holder_id=actor.person_id, acting_id__isnull=True)


def my_duties(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """Late, today, next: one press to the place where the evidence is made."""
    now = clock.now()
    found = _due_until(actor, now, now + AHEAD)
    if not found:
        return None
    midnight = _end_of_today(actor, now)
    parts = [
        (_("Overdue"), True, [pk for due, pk in found if due < now]),
        (_("Today"), False, [pk for due, pk in found if now <= due <= midnight]),
        (_("Next"), False, [pk for due, pk in found if due > midnight]),
    ]
    late, today = len(parts[0][2]), len(parts[1][2])
    return {
        "groups": _groups(actor, parts),
        "all_url": url("duties"),
        "count": len(found),
        "told": _told(late, today) if late or today else "",
    }


def _told(late: int, today: int) -> str:
    """What My day says first."""
    due = ngettext("%(count)s duty is due today.", "%(count)s duties are due today.", today) % {"count": today}
    overdue = ngettext("%(count)s duty is overdue.", "%(count)s duties are overdue.", late) % {"count": late}
    return " ".join([overdue] * bool(late) + [due] * bool(today))


def _end_of_today(actor: Actor, now: datetime.datetime) -> datetime.datetime:
    return now.astimezone(actor.zone).replace(hour=23, minute=59, second=59)


@rail.standing
def standing(actor: Actor) -> rail.Standing:
    """The reader's duties that are due by tonight, by chapter; and what is kept of this week's that they see."""
    now = clock.now()
    due = Duty.objects.filter(OPEN, mine(actor), opened_at__lte=now, due_at__lte=_end_of_today(actor, now))
    found: dict[str, int] = {}
    for code, many in due.order_by().values_list("rule").annotate(many=Count("pk")):
        if code in rules:
            found[rules[code].chapter] = found.get(rules[code].chapter, 0) + many
    week = counting.heat(actor, counting.span_until(clock.today(actor.zone), now, weeks=1))
    return rail.Standing(found, week.whole.rate)


def _due_until(actor: Actor, now: datetime.datetime, until: datetime.datetime) -> list[tuple[datetime.datetime, int]]:
    """Deadlines and keys of what the reader has to do, the first MOST. Each way in is read in its index's order."""
    due = Duty.objects.filter(OPEN, opened_at__lte=now, due_at__lte=until)
    own = due.filter(holder_id=actor.person_id, acting_id__isnull=True)
    others = due.filter(acting_id=actor.person_id)
    first, second = (one.order_by("due_at").values_list("due_at", "pk")[:MOST] for one in (own, others))
    found = first.union(second, all=True).order_by("due_at")[:MOST]
    return [(at, pk) for at, pk in found if at is not None]


def _groups(actor: Actor, parts: Sequence[tuple[str, bool, list[int]]]) -> list[dict[str, Any]]:
    shown = [(label, late, keys[:SHOWN], len(keys)) for label, late, keys in parts if keys]
    known = Duty.objects.in_bulk([pk for _label, _late, keys, _count in shown for pk in keys])
    rows = dict(zip(known, Drawn(actor, list(known.values())).rows(), strict=True))
    return [
        {"label": label, "late": late, "count": count, "duties": [rows[pk] for pk in keys if pk in rows]}
        for label, late, keys, count in shown
    ]


def late_in_department(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """What others under the reader are late on, the oldest of the last month first."""
    if not actor.holds_any((*EVERYWHERE, *DEPARTMENTS)):
        return None
    now = clock.now()
    late = seen_by(actor).filter(OPEN, due_at__lt=now).exclude(holder_id=actor.person_id)
    found = list(late.order_by("-due_at")[:LATE_SHOWN])
    if not found:
        return None
    return {"duties": Drawn(actor, found).rows(with_who=True), "all_url": url("board"), "count": late.count()}


def of_record(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The latest duties of a record, whoever has them: who sees the record sees what is due on it."""
    if record is None or type(record) not in by_model:
        return None
    found = Duty.objects.filter(subject_type=type_of(type(record)), subject_id=record.pk)
    duties = list(found.order_by("-opened_at")[:LATE_SHOWN])
    if not duties:
        return None
    return {"lines": Drawn(actor, duties, of=record).lines()}


my_day(
    Panel("duties", gettext_lazy("My duties"), "board/my_duties.html", my_duties, place="main", order=1),
    Panel("late", gettext_lazy("Late in the department"), "board/late.html", late_in_department, order=40),
)
panel_everywhere(Panel("duties", gettext_lazy("Duties"), "board/of_record.html", of_record, place="side", order=40))
