"""What clause 2.6.2 demands of whom: signed before produced, filed, milestones kept, its end decided."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Contract, Order, Statement
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.deadlines import Days, DaysBefore, Start, WorkingDays
from shangwu.foundation.duties.rules import OWNER, Facts, Settled, duty
from shangwu.foundation.people.roles import Role

SUPPORT, SALES = Role.SALES_SUPPORT, Role.SALES
State = Contract.State


def at_noon(day: datetime.date) -> datetime.datetime:
    """A moment of that day wherever on earth one is."""
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


duty(
    "2.6.2.1",
    _("Sign before producing or shipping"),
    OWNER,
    None,
    _("The contract is in force, or the executive has let it pass."),
    blocks="sales.order.schedule",
)


@duty(
    "2.6.2.2",
    _("Number and file the contract"),
    (SUPPORT, Role.ARCHIVIST),
    WorkingDays("contract.archive"),
    _("The contract has its archive number."),
    does="sales.contract.file",
).on(Contract, "signed_at", "filed_at", "archived_at")
def file_contract(contract: Any) -> Facts | None:
    """2.6.2: a signed contract lies in its place, under its file number, within days."""
    if contract.signed_at is None or contract.archived_at is not None:
        return None
    return Facts(opened_at=contract.signed_at, done_at=contract.filed_at, done_by=contract.filed_by_id)


@duty(
    "2.6.2.3",
    _("Milestones of a contract"),
    OWNER,
    Start(),
    _("The milestone is met."),
    does="sales.payment.create",
).on(
    Contract, "state", "in_force_at", "milestone_on", "milestones_met", "milestone_met_at", "terminated_at",
    "archived_at", "owner_id", "suspended_at",
)  # fmt: skip
def keep_milestones(contract: Any) -> Facts | Settled | None:
    """2.6.2: each delivery and each payment by its day; the next one opens when one is met. Goods that arrived and
    money that came in are the evidence."""
    if contract.in_force_at is None or contract.archived_at is not None or contract.terminated_at is not None:
        return None
    if contract.suspended_at is not None:
        return None  # it opens again when performance goes on
    if contract.milestone_on is None:
        # Nothing has a day at present: what was open was met by what came in.
        return None if contract.milestone_met_at is None else Settled(contract.milestone_met_at)
    return Facts(
        opened_at=max(contract.in_force_at, contract.milestone_met_at or contract.in_force_at),
        start=at_noon(contract.milestone_on),
        period=f"{contract.milestones_met:03d}",
        former_done_at=contract.milestone_met_at,
    )


@duty(
    "2.6.2.4",
    _("Contract that ends"),
    OWNER,
    {"": Start(), "last": DaysBefore("contract.remind_last")},
    _("It is decided: renewed, or ended."),
    does="sales.contract.decide_end",
).on(
    Contract, "in_force_at", "ends_on", "decided_at", "fulfilled_at", "terminated_at", "archived_at", "owner_id",
    "entity_id",
)  # fmt: skip
def decide_end(contract: Any) -> Facts | None:
    """2.6.2: before a contract ends it is decided whether it is renewed: by the last reminder, or on its last day where
    it holds no longer than that. What is fulfilled or terminated needs no decision."""
    if contract.in_force_at is None or contract.ends_on is None or contract.archived_at is not None:
        return None
    known = directory.present()
    begun = known.day_of(contract.in_force_at, contract.entity_id)
    lasts = (contract.ends_on - begun).days > known.value("contract.remind_last", begun, contract.entity_id)
    return Facts(
        opened_at=contract.in_force_at,
        start=at_noon(contract.ends_on),
        which="last" if lasts else "",
        done_at=contract.decided_at,
        done_by=contract.decided_by_id,
        cancelled_at=contract.terminated_at or contract.fulfilled_at,
    )


@duty(
    "2.6.2.5",
    _("Collect payment, agree on the balance"),
    (SALES, Role.FINANCE),
    {"statement": WorkingDays(10)},
    _("The statement of the quarter is signed."),
    does="sales.statement.sign",
).on(Statement, "until", "created_at", "signed_at", "archived_at", "owner_id")
def agree_on_balance(statement: Any) -> Facts | None:
    """2.6.2: the customer signs each quarter what is owed; what one is late with is collected as milestones are."""
    if statement.archived_at is not None:
        return None
    return Facts(
        opened_at=statement.created_at,
        start=max(statement.created_at, at_noon(statement.until)),
        which="statement",
        done_at=statement.signed_at,
        done_by=statement.signed_by_id,
        holder=statement.owner_id,
    )


@duty(
    "2.6.2.6",
    _("Collect what is overdue"),
    (SALES, Role.FINANCE),
    Days(1),
    _("All of the order is paid, or credited."),
    does="sales.payment.create",
).on(
    Order, "invoiced_on", "delivered_on", "payment_days", "base_open", "settled_at", "under_contract", "cancelled_at",
    "imported",
)  # fmt: skip
def collect_order(order: Any) -> Facts | None:
    """2.6.2: what an order alone is late with is collected as the milestones of a contract are: by the day after its
    last day. A signed contract over it says itself what is due when, and what was owed before is let be."""
    since = order.invoiced_on or order.delivered_on
    if order.imported or order.under_contract or order.cancelled_at is not None or since is None:
        return None
    if order.settled_at is None and not order.base_open:
        return None
    opened = at_noon(since)
    return Facts(
        opened_at=opened,
        start=at_noon(since + datetime.timedelta(days=order.payment_days or 0)),
        done_at=order.settled_at and max(order.settled_at, opened),
        holder=order.owner_id,
    )
