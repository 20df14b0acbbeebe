"""2.5.2: positions of visits, chances and forecasts, surveys."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.chances import Basis, chance
from shangwu.chapters.customers.models import Opportunity, Survey, Visit
from shangwu.chapters.customers.satisfaction import is_low
from shangwu.foundation.records import clock
from shangwu.foundation.regulation.tallying import Months, Rows, ago, picks

OPEN_ONES = gettext_noop("Open opportunities")


def _open(months: Months) -> Rows:
    return Opportunity.objects.filter(state=Opportunity.State.OPEN, archived_at__isnull=True)


def _answered(months: Months) -> Rows:
    return Survey.objects.filter(state=Survey.State.ANSWERED, answered_at__range=months.moments)


@picks(
    "visit.position", gettext_noop("Visits at which somebody noted the arrival"),
    gettext_noop("of these, where they might have added about where that was"),
    lambda months: Visit.objects.filter(arrived_at__range=months.moments),
)  # fmt: skip
def with_position(rows: Rows, value: Any) -> Rows:
    """2.5.2: all of them, or none."""
    return rows if value else rows.none()


@picks(
    "visit.position_days", gettext_noop("Visits with a position"), gettext_noop("of these, erased by now"),
    lambda months: Visit.objects.filter(arrived_at__isnull=False).exclude(whereabouts=""),
)  # fmt: skip
def erased(rows: Rows, value: Any) -> Rows:
    """2.5.2: those older than so many days."""
    return rows.filter(arrived_at__lt=ago(value))


@picks(
    "opportunity.window", gettext_noop("Opportunities closed so far"),
    gettext_noop("of these, from which chances are learnt today"),
    lambda months: Opportunity.objects.filter(closed_on__isnull=False, archived_at__isnull=True).exclude(
        state=Opportunity.State.OPEN
    ),
)  # fmt: skip
def learnt_from(rows: Rows, value: Any) -> Rows:
    """2.5.2: those closed no more than so many days ago."""
    return rows.filter(closed_on__gte=clock.now().date() - datetime.timedelta(days=value))


@picks("opportunity.least", OPEN_ONES, gettext_noop("of these, with a chance learnt from the own history"), _open)
def by_history(rows: Rows, value: Any) -> Iterable[Opportunity]:
    """2.5.2: those whose stage, or whose half of its amounts, has seen as many closed ones as that."""
    found = rows.select_related("stage")
    own = (Basis.STAGE, Basis.BELOW, Basis.ABOVE)
    return [one for one in found if chance(one.stage, one.amount, one.currency).basis in own]


@picks("opportunity.commit", OPEN_ONES, gettext_noop("of these, on which the forecast counts"), _open)
def counted_on(rows: Rows, value: Any) -> Rows:
    """2.5.2: those whose chance is at least that."""
    return rows.filter(probability__gte=value)


@picks(
    "survey.link", gettext_noop("Answers to surveys"),
    gettext_noop("of these, lost because the link was good no longer"), _answered,
)  # fmt: skip
def lost(rows: Rows, value: Any) -> Rows:
    """2.5.2: those given after so many days."""
    return rows.filter(answered_at__gte=F("created_at") + datetime.timedelta(days=value))


@picks(
    "survey.rest", gettext_noop("Persons asked whether they are content, but for the survey of the year"),
    gettext_noop("of these, left in peace because they had been asked not long before"),
    lambda months: Survey.objects.filter(created_at__range=months.moments).exclude(occasion=Survey.Occasion.YEAR),
)  # fmt: skip
def left_in_peace(rows: Rows, value: Any) -> Rows:
    """2.5.2: those who had been asked within so many days before, about whatever."""
    since = OuterRef("created_at") - datetime.timedelta(days=value)
    before = Survey.objects.filter(contact=OuterRef("contact"), created_at__gt=since, pk__lt=OuterRef("pk"))
    return rows.filter(Exists(before.exclude(state=Survey.State.WITHDRAWN)))


@picks("survey.low", gettext_noop("Answers to surveys"), gettext_noop("of these, told at once"), _answered)
def told_at_once(rows: Rows, value: Any) -> Iterable[Survey]:
    """2.5.2: those so low that somebody hears of them at once."""
    return [one for one in rows if is_low(one)]
