"""What follows from changes of customers: owners hear of it, likely duplicates are settled (2.5.1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from shangwu.chapters.customers import clockwork, handing_over, replaying, simulating  # noqa: F401 -- they declare theirs
from shangwu.chapters.customers.actions.standing import BLACKLISTING, PARDON
from shangwu.chapters.customers.after_contracts import last_days
from shangwu.chapters.customers.models import Customer, Likeness, Merge
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.approvals.events import lapse_about
from shangwu.foundation.duties import directory
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source, system

TOGETHER = 5
"""From this many on, one notice tells of all."""

ENDS = gettext_noop("%(customer)s goes to the pool after %(day)s. Speak with them, or let them go.")
ENDS_FOR_MANY = gettext_noop("%(count)s of your customers go to the pool within days. Speak with them, or let them go.")
GONE = gettext_noop("%(customer)s has gone to the pool: the time to win them is over.")
CONTRACT_ENDS = gettext_noop(
    "%(customer)s goes to the pool after %(day)s: their last contract has ended. Agree on the next one, or let them go."
)
CONTRACT_GONE = gettext_noop("%(customer)s has gone to the pool: nothing followed their last contract.")
MANY_GONE = gettext_noop("%(count)s of your customers have gone to the pool: the time to win them is over.")
DORMANT = gettext_noop("%(customer)s is dormant: no order for %(days)s days. Speak with them.")
MANY_DORMANT = gettext_noop("%(count)s of your customers are dormant: no order for %(days)s days. Speak with them.")
LOST = gettext_noop("%(customer)s counts as lost: no order for %(days)s days. Revive them if you are in talks.")
LOSS_AHEAD = gettext_noop(
    "%(customer)s will count as lost in %(days)s days unless they order. Speak with them, or enter an opportunity."
)
MANY_LOSSES_AHEAD = gettext_noop("%(count)s of your customers will count as lost in %(days)s days unless they order.")
ENDS_FOR_ABSENT = gettext_noop(
    "%(customer)s, whom you look after for %(owner)s, goes to the pool after %(day)s. Speak with them."
)
MANY_END_FOR_ABSENT = gettext_noop(
    "%(count)s customers whom you look after for %(owner)s go to the pool within days. Speak with them."
)
LOSS_FOR_ABSENT = gettext_noop(
    "%(customer)s, whom you look after for %(owner)s, will count as lost in %(days)s days unless they order."
)
MANY_LOSSES_FOR_ABSENT = gettext_noop(
    "%(count)s customers whom you look after for %(owner)s will count as lost in %(days)s days unless they order."
)
MANY_LOST = gettext_noop("%(count)s of your customers count as lost: no order for %(days)s days.")


@on("customers.customer.warned")
def tell_of_end(acted: Acted) -> None:
    """2.5.1: the owner, and who stands in for them, hears that a protection ends, before it does."""
    customers = list(_customers(acted))
    _tell(((one.owner_id, one) for one in customers), ENDS, ENDS_FOR_MANY, CONTRACT_ENDS)
    _tell_deputies(customers, ENDS_FOR_ABSENT, MANY_END_FOR_ABSENT, day=_last_days(customers))


@on("customers.customer.recycled")
def tell_of_recycling(acted: Acted) -> None:
    """2.5.1: whose customer it was hears that it is so no longer."""
    _tell(((one.released_by_id, one) for one in _customers(acted)), GONE, MANY_GONE, CONTRACT_GONE)


@on("customers.customer.rested")
def tell_of_dormancy(acted: Acted) -> None:
    """2.5.1: the owner hears that a customer has not ordered for long, while there is time."""
    _tell_found(acted, DORMANT, MANY_DORMANT, policy("customer.dormant"))


@on("customers.customer.loss_foretold")
def tell_of_loss_ahead(acted: Acted) -> None:
    """2.5.1: the owner, and who stands in for them, hears that a customer will count as lost, before it does."""
    days = policy("customer.lost_warn")
    _tell_found(acted, LOSS_AHEAD, MANY_LOSSES_AHEAD, days)
    _tell_deputies(_customers(acted), LOSS_FOR_ABSENT, MANY_LOSSES_FOR_ABSENT, days=days)


@on("customers.customer.lost")
def tell_of_loss(acted: Acted) -> None:
    """2.5.1: the owner hears that a customer counts as lost."""
    _tell_found(acted, LOST, MANY_LOST, policy("customer.dormant") + policy("customer.lost"))


def _tell_found(acted: Acted, one_said: str, many_said: str, days: int) -> None:
    """Tell each owner what the clock has found; who says so by hand knows it."""
    if not acted.by.is_system:
        return
    by_owner: dict[int | None, list[Customer]] = defaultdict(list)
    for customer in _customers(acted):
        by_owner[customer.owner_id].append(customer)
    for owner_id, customers in by_owner.items():
        if len(customers) >= TOGETHER:
            notify([owner_id], many_said, {"count": len(customers), "days": days})
            continue
        for customer in customers:
            notify([owner_id], one_said, {"customer": customer, "days": days}, about=customer)


def _tell_deputies(
    customers: Iterable[Customer],
    one_said: str,
    many_said: str,
    *,
    day: Mapping[int, str] = MappingProxyType({}),
    days: int = 0,
) -> None:
    """Tell who stands in today for an owner that is away. day: of each customer, by its key; days: of them all."""
    by_owner: dict[int | None, list[Customer]] = defaultdict(list)
    for customer in customers:
        by_owner[customer.owner_id].append(customer)
    known, now = directory.present(), clock.now()
    for owner in Person.objects.filter(pk__in=[pk for pk in by_owner if pk is not None]).order_by("pk"):
        deputy, theirs = known.stands_in(owner.pk, known.day_of(now, owner.entity_id)), by_owner[owner.pk]
        if len(theirs) >= TOGETHER:
            notify([deputy], many_said, {"count": len(theirs), "owner": owner, "days": days})
            continue
        for one in theirs:
            params = {"customer": one, "owner": owner, "day": day.get(one.pk, ""), "days": days}
            notify([deputy], one_said, params, about=one)


def _customers(acted: Acted) -> Iterable[Customer]:
    if acted.by.source is not Source.DEMO:
        yield from (one for one in acted.records if isinstance(one, Customer))


def _tell(found: Iterable[tuple[int | None, Customer]], one_said: str, many_said: str, served_said: str) -> None:
    """Tell each owner of their customers: one by one while they are few. served_said: of those who have ordered."""
    by_owner: dict[int | None, list[Customer]] = defaultdict(list)
    for owner_id, customer in found:
        by_owner[owner_id].append(customer)
    for owner_id, customers in by_owner.items():
        if len(customers) >= TOGETHER:
            notify([owner_id], many_said, {"count": len(customers)})
            continue
        days = _last_days(customers)
        for customer in customers:
            said = one_said if customer.won_at is None else served_said
            notify([owner_id], said, {"customer": customer, "day": days.get(customer.pk, "")}, about=customer)


def _last_days(customers: Sequence[Customer]) -> dict[int, str]:
    """Key -> the last day with the owner."""
    # A day more than is warned of: where the owner is, it may be tomorrow already.
    served = last_days(customers, clock.now().date(), policy("pool.warn_first") + 2)
    days = {one.pk: one.protected_until or served.get(one.pk) for one in customers}
    return {pk: day.isoformat() for pk, day in days.items() if day}


@on("customers.customer.merged")
def settle_likenesses(acted: Acted) -> None:
    """2.5.1: files that became one are not compared any more."""
    files = [one.pk for one in acted.also if isinstance(one, Customer)]
    together = [*files, *(one.pk for one in acted.records)]
    concerned = Likeness.objects.filter(Q(first__in=files) | Q(second__in=files))
    inside = concerned.filter(first__in=together, second__in=together)
    _each("settle", inside.exclude(state=Likeness.State.MERGED))
    _each("lapse", concerned.filter(state=Likeness.State.OPEN))


@on("customers.customer.merged")
def lapse_wishes(acted: Acted) -> None:
    """2.5.1: what was asked about a file that went into another has nothing to decide on; who asked hears of it and may
    ask about the file that stays. What was asked about that one goes on."""
    lapse_about([one for one in acted.also if isinstance(one, Customer)], (BLACKLISTING, PARDON))


@on("customers.merge.taken_apart")
def part_likenesses(acted: Acted) -> None:
    """2.5.1: what was merged by mistake is not proposed again."""
    for merge in acted.records:
        assert isinstance(merge, Merge)
        together = [merge.customer_id, *(part.file_id for part in merge.files.all())]
        merged = Likeness.objects.filter(state=Likeness.State.MERGED, first__in=together, second__in=together)
        _each("part", merged)


def _each(verb: str, found: QuerySet[Likeness]) -> None:
    if rows := [Row(target=one) for one in found.order_by("pk")]:
        act_many(system(Source.EVENT), f"customers.likeness.{verb}", rows)
