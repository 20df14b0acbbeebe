"""How a duty stands at a moment: a pure function of its times, never a stored word."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence

SOON = timedelta(hours=24)


class State(StrEnum):
    """Where a duty stands. MISSED: overdue, and nothing shows that it was done."""

    PLANNED = "planned"
    OPEN = "open"
    SOON = "soon"
    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    WAIVED = "waived"
    CANCELLED = "cancelled"


LABELS: dict[State, Sentence] = {
    State.PLANNED: _("not yet open"),
    State.OPEN: _("open"),
    State.SOON: _("due soon"),
    State.DONE: _("done in time"),
    State.LATE: _("done late"),
    State.MISSED: _("overdue"),
    State.WAIVED: _("waived"),
    State.CANCELLED: _("fallen away"),
}


def state_of(
    *,
    opened_at: datetime,
    due_at: datetime | None,
    done_at: datetime | None,
    waived_at: datetime | None,
    cancelled_at: datetime | None,
    now: datetime,
) -> State:
    """The state at `now`; what happened after `now` has not happened yet. What is done at the last moment is in time.

    A duty without a deadline (its year has no calendar yet) is open until it is done.
    """
    if cancelled_at is not None and cancelled_at <= now and (done_at is None or done_at > now):
        return State.CANCELLED
    if waived_at is not None and waived_at <= now:
        return State.WAIVED
    if done_at is not None and done_at <= now:
        return State.DONE if due_at is None or done_at <= due_at else State.LATE
    if opened_at > now:
        return State.PLANNED
    if due_at is None:
        return State.OPEN
    if due_at < now:
        return State.MISSED
    return State.SOON if due_at - now <= SOON else State.OPEN
