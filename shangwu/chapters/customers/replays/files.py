"""2.5.1: complete files, the pool, duplicates, personal data, lost customers and the window of the valuation."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, Q, Value
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.completeness import completeness
from shangwu.chapters.customers.dormancy import DORMANT, LOST, WARN, lost_soon
from shangwu.chapters.customers.grading import LAST, NET, ORDERS, scored
from shangwu.chapters.customers.holdings import CLAIM
from shangwu.chapters.customers.likely import how_alike
from shangwu.chapters.customers.models import Contact, Customer, Likeness, Merge, PoolView, Valuation
from shangwu.chapters.customers.protection import shifted
from shangwu.chapters.customers.replaying import GRADED, LINES
from shangwu.chapters.customers.retention import no_longer_needed
from shangwu.chapters.customers.similarity import SIMILAR
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.measures.asking import question
from shangwu.foundation.people.zones import zones
from shangwu.foundation.policy.parameters import Parameter, policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.refusals import Refusal, Sentence
from shangwu.foundation.regulation.replaying import TELLS_ONLY, Line, explains, nothing_to_replay, replays, whole_days
from shangwu.foundation.regulation.tallying import Months, Rows, ago, picks

nothing_to_replay(TELLS_ONLY, "pool.tells")

HELD = gettext_noop("Customers without an order that somebody has")
COMPLETE = gettext_noop("of these, with a complete file")
WARNED = gettext_noop("of these, whose owner is warned by today that the protection ends")


def _held(months: Months) -> Rows:
    return Customer.objects.filter(protected_until__gte=months.until, archived_at__isnull=True)


@picks(
    "customer.complete", gettext_noop("Customers"), COMPLETE,
    lambda months: Customer.objects.filter(archived_at__isnull=True),
)  # fmt: skip
def complete(rows: Rows, value: Any) -> Iterable[Customer]:
    """2.5.1: those whose file would count as complete."""
    return [one for one in rows if completeness(one) >= value]


@picks(
    "pool.extension", gettext_noop("Customers whose protection the head has lengthened"),
    gettext_noop("of these, still protected today"),
    lambda months: Customer.objects.filter(extra_days__gt=0, protected_until__isnull=False, archived_at__isnull=True),
)  # fmt: skip
def still_protected(rows: Rows, value: Any) -> Rows:
    """2.5.1: those whose last day, lengthened by so many days, has not passed."""
    usual = shifted(F("protected_until"), "-", F("extra_days"))
    found: Rows = rows.alias(end=shifted(usual, "+", Value(value))).filter(end__gte=clock.now().date())
    return found


@picks("pool.warn_first", HELD, WARNED, _held)
@picks("pool.warn_last", HELD, WARNED, _held)
def warned(rows: Rows, value: Any) -> Rows:
    """2.5.1: those whose protection ends within so many days."""
    return rows.filter(protected_until__lte=clock.now().date() + datetime.timedelta(days=value))


@picks(
    "pool.reclaim", gettext_noop("Customers in the pool whom somebody had"),
    gettext_noop("of these, not to be claimed by their former owner today"),
    lambda months: Customer.objects.filter(
        owner__isnull=True, released_by__isnull=False, released_at__range=months.moments, archived_at__isnull=True
    ),
)  # fmt: skip
def closed_to_former(rows: Rows, value: Any) -> Rows:
    """2.5.1: those released less than so many days ago."""
    return rows.filter(released_at__gt=ago(value))


CLAIMED = gettext_noop("Customers claimed from the pool")
ON_ANOTHER_DAY = gettext_noop("of these, refused on that day because they were too many")
OPENED = gettext_noop("Customers of the pool opened, where a limit held")
NOT_OPENED = gettext_noop("of these, refused on that day because they were too many to open")


@replays(lambda key: key == "pool.daily")
def replay_claims(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """2.5.1: how many customers people claimed, and how many of them beyond the day's limit; the demo has none."""
    entries = Entry.objects.filter(verb=CLAIM, at__range=whole_days(since, until)).exclude(source=Source.DEMO)
    days: Counter[Any] = Counter()
    zone = timezone.get_default_timezone()
    for person, day, count in entries.annotate(day=TruncDate("at", tzinfo=zone)).values_list("person", "day", "count"):
        days[person, day] += count
    yield from _beyond(CLAIMED, ON_ANOTHER_DAY, days, former, value)


@replays(lambda key: key == "pool.views")
def replay_views(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """2.5.1: the same of opening them. What was opened is written down while a limit holds only; 0 is no limit."""
    rows = PoolView.objects.filter(day__range=(since, until)).order_by().values("person", "day")
    days = Counter({(one["person"], one["day"]): one["count"] for one in rows.annotate(count=Count("pk"))})
    yield from _beyond(OPENED, NOT_OPENED, days, former or sum(days.values()), value or sum(days.values()))


def _beyond(all_of_them: str, refused: str, days: Counter[Any], former: int, value: int) -> Iterator[Line]:
    whole = sum(days.values())
    before, after = (sum(max(count - limit, 0) for count in days.values()) for limit in (former, value))
    yield Line(all_of_them, whole, whole)
    yield Line(refused, before, after)


@picks(
    "duplicate.similar",
    gettext_noop("Pairs of files put forward for similar names alone (a lower bound brings others not yet looked for)"),
    gettext_noop("of these, alike enough"),
    lambda months: Likeness.objects.filter(
        reasons=SIMILAR, created_at__range=months.moments, first__archived_at__isnull=True,
        second__archived_at__isnull=True,
    ).exclude(state=Likeness.State.LAPSED),
)  # fmt: skip
def alike(rows: Rows, value: Any) -> Iterable[Likeness]:
    """2.5.1: those whose names are at least so much alike. To compare all files anew takes a job of minutes."""
    found = rows.select_related("first", "second")
    return [one for one in found if how_alike(one.first.name, one.second.name) * 100 >= value]


@picks(
    "merge.undo", gettext_noop("Files made one and not taken apart"),
    gettext_noop("of these, to be taken apart today still"),
    lambda months: Merge.objects.filter(created_at__range=months.moments, apart_at__isnull=True),
)  # fmt: skip
def undoable(rows: Rows, value: Any) -> Rows:
    """2.5.1: those made one on a day no more than so many days ago."""
    zone = timezone.get_default_timezone()
    since = clock.today(zone) - datetime.timedelta(days=value)
    found: Rows = rows.alias(day=TruncDate("created_at", tzinfo=zone)).filter(day__gte=since)
    return found


@picks(
    "personal.kept", gettext_noop("Persons at customers"),
    gettext_noop("of these, to be put before the secrecy officer because nobody needs their data any more"),
    lambda months: Contact.objects.filter(erased_at__isnull=True, merged_into__isnull=True),
)  # fmt: skip
def over(rows: Rows, value: Any) -> Rows:
    """2.5.1: those of whom nobody has heard for so long."""
    return no_longer_needed(clock.now())


@picks(
    WARN, gettext_noop("Dormant customers"), gettext_noop("of these, whose owner is warned now that they will be lost"),
    lambda months: Customer.objects.filter(state=Customer.State.DORMANT, archived_at__isnull=True),
)  # fmt: skip
def warned_of_loss(rows: Rows, value: Any) -> Rows:
    """2.5.1: those who come to it within so many days."""
    soon = Q(pk__in=())
    for zone in zones():
        soon |= Q(pk__in=lost_soon(policy(DORMANT), policy(LOST), zone).values("pk"))
    return rows.filter(soon)


NOT_VALUED = _("There is nothing to try it on yet: customers have not been valued. Have them valued first.")


@explains
def not_valued(parameter: Parameter) -> Sentence:
    """2.5.1: before the first valuation nobody knows who would have which grade."""
    if parameter.key not in ("rfm.window", *LINES):
        return ""
    with gate.free_reading():
        return "" if Valuation.objects.filter(state=Valuation.State.DONE).exists() else NOT_VALUED


@replays(lambda key: key == "rfm.window")
def replay_window(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """2.5.1: how many customers would have which grade on the day of the last valuation; nothing before the first."""
    last = Valuation.objects.filter(state=Valuation.State.DONE).order_by("-until", "-pk").first()
    if last is None:
        return
    before, after = (_graded(last.until, days) for days in (former, value))
    for grade in Customer.Grade.values:
        yield Line(GRADED, before[grade], after[grade], {"grade": grade})


def _graded(until: datetime.date, days: int) -> Counter[str]:
    """Grade -> how many have it by what they bought in so many days; none without figures of sales."""
    since = until - datetime.timedelta(days=days - 1)
    try:
        posed = question(system(Source.JOB), [NET, ORDERS, LAST], by=["customer"], since=since, until=until)
    except Refusal:
        return Counter()
    table = scored(posed.table, policy("abc.a", until), policy("abc.b", until)).to_pyarrow()
    return Counter(table["grade"].to_pylist())
