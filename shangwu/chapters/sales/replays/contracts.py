"""2.6.2: which orders need a contract, reminders, damages for delay, earnest money, terms of large companies, duty."""

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.actions.contract_signing import courses, duty_on
from shangwu.chapters.sales.contract_checks import most_earnest, paid_too_late
from shangwu.chapters.sales.contract_course import Paid, damages_in_parts, shared
from shangwu.chapters.sales.models import Contract, ContractOrder, Order
from shangwu.foundation.money.rounding import total
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock
from shangwu.foundation.regulation.tallying import Months, Rows, picks, weighs
from shangwu.foundation.text.jurisdictions import Jurisdiction

State = Contract.State
RUNNING = gettext_noop("Contracts in force")
SIGNED = gettext_noop("Contracts signed")


def _in_force(months: Months) -> Rows:
    return Contract.objects.filter(state=State.IN_FORCE, archived_at__isnull=True)


def _signed(months: Months) -> Rows:
    return Contract.objects.filter(signed_on__range=(months.since, months.until))


def _within(days: int) -> tuple[datetime.date, datetime.date]:
    today = clock.now().date()
    return today, today + datetime.timedelta(days=days)


@picks(
    "contract.required", gettext_noop("Orders confirmed without a contract"),
    gettext_noop("of these, so large that they need one"),
    lambda months: Order.objects.filter(confirmed_at__range=months.moments, imported=False).exclude(
        Exists(ContractOrder.objects.filter(order=OuterRef("pk"), contract__archived_at__isnull=True))
    ),
)  # fmt: skip
def to_be_contracted(rows: Rows, value: Any) -> Rows:
    """2.6.2: those above that amount; at 0 none needs a contract."""
    return rows.filter(base_gross__gt=value) if value else rows.none()


@picks(
    "contract.milestone", RUNNING, gettext_noop("of these, whose owner is reminded by now of the next milestone"),
    _in_force,
)  # fmt: skip
def reminded_of_milestone(rows: Rows, value: Any) -> Rows:
    """2.6.2: those whose next milestone lies within so many days."""
    return rows.filter(milestone_on__range=_within(value))


@picks(
    "contract.remind_first", RUNNING, gettext_noop("of these, whose owner is reminded by now of their end"), _in_force
)
def reminded_of_end(rows: Rows, value: Any) -> Rows:
    """2.6.2: those that end within so many days, while nobody has decided about their renewal."""
    return rows.filter(ends_on__range=_within(value), decided_at__isnull=True)


DAMAGES = gettext_noop("Damages for delay on these by today, in %(currency)s")


@weighs("contract.late_rate", SIGNED, DAMAGES, _signed)
@weighs("contract.cap", SIGNED, DAMAGES, _signed)
def damages_of(rows: Rows, value: Any) -> Iterator[tuple[str, Decimal]]:
    """2.6.2: what delay costs those who pay: each part until it came, the rest until today."""
    contracts = list(rows.prefetch_related("covered", "instalments"))
    known, today = courses(contracts, actors.system(), []), clock.now().date()
    for one in contracts:
        rate, cap = policy("contract.late_rate", one.signed_on), policy("contract.cap", one.signed_on)
        instalments = sorted(one.instalments.all(), key=lambda each: each.position)
        parts = shared([each.amount for each in instalments], known[one.pk].paid)
        for each, came in zip(instalments, parts, strict=True):
            rest = each.amount - total(part.amount for part in came)
            paid = [*came, *([Paid(today, rest)] if rest else ())]
            late = damages_in_parts(paid, one.currency, each.due_on, rate, cap)
            if late.amount:
                yield one.currency, late.amount


@picks(
    "contract.deposit", gettext_noop("Contracts with earnest money"),
    gettext_noop("of these, stopped because it is too much"),
    lambda months: Contract.objects.filter(
        created_at__range=months.moments, deposit_kind=Contract.Deposit.EARNEST
    ).exclude(state=State.VOID),
)  # fmt: skip
def too_much_earnest(rows: Rows, value: Any) -> Iterable[Contract]:
    """2.6.2: those whose earnest money is more than that share of the price."""
    return [one for one in rows if one.deposit > most_earnest(one, clock.now().date())]


@picks(
    "contract.sme", gettext_noop("Contracts with large companies of the mainland"),
    gettext_noop("of these, with a warning that they pay too late"),
    lambda months: Contract.objects.filter(
        created_at__range=months.moments, jurisdiction=Jurisdiction.MAINLAND, customer__size=Customer.Size.LARGE
    ).exclude(state=State.VOID),
)  # fmt: skip
def paying_late(rows: Rows, value: Any) -> Iterable[Contract]:
    """2.6.2: those with an instalment due more than so many days after delivery."""
    found = rows.select_related("customer").prefetch_related("instalments", "deliveries")
    return [one for one in found if any(paid_too_late(one, clock.now().date()))]


@weighs("contract.stamp", SIGNED, gettext_noop("Stamp duty on these, in %(currency)s"), _signed)
def stamp_duty_of(rows: Rows, value: Any) -> Iterator[tuple[str, Decimal]]:
    """2.6.2: what their signing costs in stamp duty."""
    for one in rows.select_related("entity"):
        assert one.signed_on is not None
        yield one.base_currency or one.currency, duty_on(one, one.net, one.entity, one.signed_on)
