"""The strip of figures over the board: what was kept, what is overdue, whose signatures and which changes wait."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from shangwu.foundation.board import counting
from shangwu.foundation.board.asking import Asked
from shangwu.foundation.board.counting import Heat, Tally
from shangwu.foundation.board.drawing import length
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import Duty, open_at
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.policy.reading import restored
from shangwu.foundation.policy.saying import said
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import editions
from shangwu.foundation.regulation.models import Edition, Proposal, SignOff

Facts = dict[str, Any]


def figures(actor: Actor, view: Asked, found: Heat) -> list[Facts]:
    """The week and the twenty-six weeks, what is overdue and due; of today also signatures and changes that wait."""
    week, whole = found.week(view.span.last), found.whole
    in_time = _("%(kept)s of %(settled)s") % {"kept": week.kept, "settled": week.settled}
    shown = [
        {"label": _("In time this week"), **_rate(week), "note": in_time},
        {"label": _("In time in 26 weeks"), **_rate(whole), "note": _trend(found)},
        _overdue(actor, view),
    ]
    if view.is_today:
        shown += [_due_today(actor, view), *_signatures(actor), _changes(actor)]
    return shown


def with_evidence() -> str:
    """How many duties of the regulation something in the house can prove."""
    proved = sum(one.is_connected for one in rules.values())
    told = {"label": _("Duties with evidence"), "count": proved, "of": len(rules)}
    return _("%(label)s: %(count)s of %(of)s") % told


def _rate(one: Tally) -> Facts:
    return {"value": "—"} if one.rate is None else {"value": f"{one.rate:.1f}", "unit": "%"}


def _trend(found: Heat) -> str:
    """The later half of the weeks against the earlier half, in percentage points."""
    mondays = found.span.mondays
    middle = len(mondays) // 2
    before, after = (
        counting.together(found.week(one) for one in part) for part in (mondays[:middle], mondays[middle:])
    )
    if before.rate is None or after.rate is None:
        return ""
    change = after.rate - before.rate
    sign = "+" if change >= 0 else formats.MINUS
    return _("13 weeks against the 13 before: %(change)s points") % {"change": f"{sign}{abs(change):.1f}"}


def _overdue(actor: Actor, view: Asked) -> Facts:
    """How many are overdue, and for how long and under which clause the oldest is."""
    now = view.span.as_of
    late = seen_by(actor).filter(open_at(now, is_now=view.is_today), due_at__lt=now)
    oldest = late.order_by("due_at").first()
    label = _("Overdue now") if view.is_today else _("Overdue at the end of that day")
    return {"label": label, "value": late.count(), "note": _oldest(oldest, view) if oldest is not None else ""}


def _oldest(duty: Duty, view: Asked) -> str:
    assert duty.due_at is not None
    told = {"time": length(view.span.as_of - duty.due_at), "clause": duty.declared.clause}
    return _("the oldest %(time)s, §%(clause)s") % told


def _due_today(actor: Actor, view: Asked) -> Facts:
    now = view.span.as_of
    ends = now.astimezone(actor.zone).replace(hour=23, minute=59, second=59)
    due = seen_by(actor).filter(open_at(now, is_now=True), due_at__gte=now, due_at__lte=ends)
    return {"label": _("Due today"), "value": due.count()}


def _signatures(actor: Actor) -> list[Facts]:
    """Who has not yet signed for the edition that holds, of those whom the reader answers for; none without one."""
    held = editions.held_on()
    if held is None:
        return []
    state = SignOff.State
    counts = SignOff.objects.visible_to(actor).filter(edition_id=held.pk).aggregate(
        waiting=Count("pk", filter=Q(state__in=[state.ASKED, state.OPENED, state.CARRIED])),
        signed=Count("pk", filter=Q(state__in=[state.CONFIRMED, state.SIGNED_LATER])),
    )  # fmt: skip
    of = counts["waiting"] + counts["signed"]
    if not of:
        return []
    note = _("%(edition)s: %(signed)s of %(of)s have signed") % {**counts, "of": of, "edition": held.number}
    address = record_url(Edition, held.public_id)
    return [{"label": _("Signatures to come"), "value": counts["waiting"], "note": note, "url": address}]


def _changes(actor: Actor) -> Facts:
    """Changes of parameters that are being decided; the latest in words."""
    waiting = Proposal.objects.visible_to(actor).filter(state=Proposal.State.PROPOSED).order_by("-pk")
    latest = waiting.first()
    shown: Facts = {"label": _("Changes of parameters"), "value": waiting.count(), "note": _("none is being decided")}
    if latest is not None:
        shown |= {"note": _said(latest), "url": record_url(Proposal, latest.public_id)}
    return shown


def _said(proposal: Proposal) -> str:
    one = proposal.parameter
    if one is None:
        return proposal.key
    values = {"before": said(one, restored(one, proposal.former)), "after": said(one, restored(one, proposal.value))}
    return _("%(parameter)s: %(before)s → %(after)s") % {"parameter": one.label, **values}
