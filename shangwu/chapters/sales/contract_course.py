"""How a contract goes: what was paid for which instalment, which milestone is next, how late money is (2.6.2).

Pure arithmetic. Damages count from the day after the due day to the day of payment, both as days of the calendar:
300,000 due on 31 March and paid on 10 May are 40 days, at 0.05 % a day 6,000.00.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Contract, ContractDelivery, Instalment
from shangwu.foundation.money.rounding import product, round_money, total

ZERO = Decimal(0)
_DAY = datetime.timedelta(days=1)


class Age(models.TextChoices):
    """How long money is overdue, in days of the calendar; both ends count."""

    NOT_DUE = "not_due", _("Not yet due")
    TO_30 = "30", _("1 to 30 days")
    TO_60 = "60", _("31 to 60 days")
    TO_90 = "90", _("61 to 90 days")
    TO_180 = "180", _("91 to 180 days")
    TO_365 = "365", _("181 to 365 days")
    OLDER = "older", _("More than 365 days")


LIMITS = ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90), (180, Age.TO_180), (365, Age.TO_365))
"""Days overdue up to which an amount belongs to a class."""


def days_late(due_on: datetime.date | None, on: datetime.date) -> int:
    """Days from the day after the due day up to and with `on`; 0 while it is not overdue, or has no day yet."""
    return max((on - due_on).days, 0) if due_on is not None else 0


def age_of(due_on: datetime.date | None, on: datetime.date) -> Age:
    """The class of an amount that is still open."""
    late = days_late(due_on, on)
    if late == 0:
        return Age.NOT_DUE
    return next((age for most, age in LIMITS if late <= most), Age.OLDER)


class Paid(NamedTuple):
    """Money that came in for an order, or was credited: so much less is to be paid."""

    on: datetime.date
    amount: Decimal


class Damages(NamedTuple):
    """Damages for delay. capped: the limit was reached, and more days cost no more."""

    days: int
    amount: Decimal
    capped: bool


def damages(
    amount: Decimal, currency: str, due_on: datetime.date | None, paid_on: datetime.date, rate: Decimal, cap: Decimal
) -> Damages:
    """What `amount`, paid on `paid_on`, costs who paid late. rate: share a day; cap: share of the amount in all."""
    return damages_in_parts([Paid(paid_on, amount)], currency, due_on, rate, cap)


def damages_in_parts(
    parts: Iterable[Paid], currency: str, due_on: datetime.date | None, rate: Decimal, cap: Decimal
) -> Damages:
    """The same for what was paid in parts: each counts to its own day, what came in time costs nothing, and the limit
    is a share of what came late. What is still open is a part of today."""
    late = [(one.amount, days) for one in parts if (days := days_late(due_on, one.on))]
    whole = total(product(amount, rate, Decimal(days)) for amount, days in late)
    most = product(total(amount for amount, _days in late), cap)
    days = max((days for _amount, days in late), default=0)
    return Damages(days, round_money(min(whole, most), currency), whole > most)


def stamp_duty(net: Decimal, currency: str, place: str, kind: str, rates: Mapping[str, Decimal]) -> Decimal:
    """What a contract costs in stamp duty: its price without tax by the rate of place and kind; nothing without one."""
    return round_money(product(net, rates.get(f"{place}-{kind}", ZERO)), currency)


def without(paid: Iterable[Paid], amount: Decimal | None) -> list[Paid]:
    """The same less what was paid back, which is taken off what came last."""
    left, off = sorted(paid), amount or ZERO
    while off > 0 and left:
        day, came = left.pop()
        if came > off:
            left.append(Paid(day, came - off))
        off -= min(came, off)
    return left


@dataclass(frozen=True, slots=True)
class Course:
    """What the records around a contract say. paid: by day; delivered: order -> day on which all of it had arrived,
    while some of it is replaced too; given_up: orders that were cancelled or refused: nobody waits for them."""

    paid: Sequence[Paid]
    delivered: Mapping[int, datetime.date]
    given_up: frozenset[int] = frozenset()


def follow(contract: Contract, course: Course) -> None:
    """Bring due days, payments, deliveries and the next milestone of a contract to what its records say."""
    instalments, deliveries = list(contract.instalments.all()), list(contract.deliveries.all())
    for one in deliveries:
        arrived = course.delivered.get(one.order_id)
        # Goods that replace others come later; the milestone was met when the first had come.
        one.met_on = min(one.met_on or arrived, arrived) if arrived is not None else None
    deliveries = [one for one in deliveries if one.order_id not in course.given_up]
    _set_due_days(contract, instalments, deliveries, course)
    spread(instalments, course.paid)
    parts: list[Any] = [*instalments, *deliveries]
    met = [one for one in parts if _met_on(one) is not None]
    open_ones = [one.due_on for one in parts if _met_on(one) is None and one.due_on is not None]
    if len(met) != contract.milestones_met:
        contract.milestone_met_at = contract.changed_at if len(met) > contract.milestones_met else None
        contract.milestones_met = len(met)
    contract.milestone_on = min(open_ones, default=None)
    whole = len(met) == len(instalments) + len(deliveries)
    contract.wound_up_at = (contract.wound_up_at or contract.changed_at) if whole and met else None


def _met_on(one: Any) -> datetime.date | None:
    found: datetime.date | None = one.met_on if isinstance(one, ContractDelivery) else one.paid_on
    return found


def _set_due_days(contract: Contract, instalments: Iterable[Instalment], deliveries: Any, course: Course) -> None:
    orders = {one.order_id for one in (*contract.covered.all(), *deliveries)} - course.given_up
    arrived = [course.delivered[one] for one in orders if one in course.delivered]
    last = max(arrived) if arrived and len(arrived) == len(orders) else None
    for one in instalments:
        if one.after != Instalment.After.DAY:
            since = contract.signed_on if one.after == Instalment.After.SIGNED else last
            one.due_on = since + one.days * _DAY if since is not None else None


def spread(instalments: Sequence[Instalment], payments: Sequence[Paid]) -> None:
    """What came in, over the instalments in their order; each is paid on the day on which the last of it came."""
    shares = shared([one.amount for one in instalments], payments)
    for one, parts in zip(instalments, shares, strict=True):
        one.paid = total(part.amount for part in parts)
        one.paid_on = parts[-1].on if one.paid == one.amount else None


def shared(amounts: Iterable[Decimal], payments: Iterable[Paid]) -> list[list[Paid]]:
    """What came in for each of these amounts, the earliest for the first."""
    left, found = sorted(payments), list[list[Paid]]()
    for wanted in amounts:
        parts: list[Paid] = []
        while wanted > 0 and left:
            day, rest = left.pop(0)
            part = min(wanted, rest)
            parts.append(Paid(day, part))
            wanted -= part
            if part < rest:
                left.insert(0, Paid(day, rest - part))
        found.append(parts)
    return found
