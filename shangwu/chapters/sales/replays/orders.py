"""2.6.1: rates, quotations, what cancelling costs and who decides about it, confirmations to be signed."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import F, OuterRef, Subquery, Value
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.protection import shifted
from shangwu.chapters.sales.cancelling import SHARES, is_within, stage_cost
from shangwu.chapters.sales.countersigning import wants_signature
from shangwu.chapters.sales.models import Order, Quotation
from shangwu.chapters.sales.rates import rates_for
from shangwu.foundation.records.history import history_models
from shangwu.foundation.regulation.tallying import Months, Rows, picks, weighs

State = Order.State

CANCELLED = gettext_noop("Orders cancelled in that state")
COST = gettext_noop("What cancelling these costs at least, in %(currency)s")


def _orders(months: Months) -> Rows:
    return Order.objects.filter(confirmed_at__range=months.moments, imported=False)


@picks(
    "rate.age", gettext_noop("Orders in a foreign currency"),
    gettext_noop("of these, where no rate counted and somebody had to enter one"),
    lambda months: Order.objects.filter(created_at__range=months.moments).exclude(
        currency=F("base_currency")
    ).exclude(base_currency=""),
)  # fmt: skip
def without_rate(rows: Rows, value: Any) -> Iterable[Order]:
    """2.6.1: those before whose day no rate is so young that it counts."""
    known = rates_for((one.currency, one.base_currency, one.priced_on) for one in rows)
    return [one for one in rows if known.on(one.currency, one.base_currency, one.priced_on) is None]


@picks(
    "quotation.valid", gettext_noop("Quotations accepted"),
    gettext_noop("of these, accepted when they would have been valid no longer"),
    lambda months: Quotation.objects.filter(accepted_at__range=months.moments),
)  # fmt: skip
def accepted_late(rows: Rows, value: Any) -> Rows:
    """2.6.1: those that took longer than so many days, if nobody had given them a day of their own."""
    return rows.filter(accepted_at__date__gt=shifted(F("quoted_on"), "+", Value(value)))


def _cancelled_in(state: str, months: Months) -> Rows:
    """Orders that stood in this state when they were given up, by their history."""
    history: Any = history_models[Order]
    before = history.objects.filter(pgh_obj_id=OuterRef("pk")).exclude(state=State.CANCELLED).order_by("-pgh_id")
    rows = Order.objects.filter(state=State.CANCELLED, cancelled_at__range=months.moments)
    return rows.alias(former=Subquery(before.values("state")[:1])).filter(former=state)


def _costs(state: str, rows: Rows, value: Any) -> Iterator[tuple[str, Decimal]]:
    """What cancelling them costs by the state in which they were."""
    for one in rows:
        yield one.currency, stage_cost(one, state)


for _state, _key in SHARES.items():
    weighs(_key, CANCELLED, COST, partial(_cancelled_in, _state))(partial(_costs, _state))


@picks(
    "cancel.head", gettext_noop("Orders cancelled at a cost"),
    gettext_noop("of these, decided by the executive because we bore too much for the head"),
    lambda months: Order.objects.filter(cancelled_at__range=months.moments, cancel_cost__gt=0),
)  # fmt: skip
def for_the_executive(rows: Rows, value: Any) -> Iterable[Order]:
    """2.6.1: those of which we bore more than that."""
    return [one for one in rows if not is_within(one)]


@picks(
    "order.countersign", gettext_noop("Orders confirmed and not yet signed for by the customer"),
    gettext_noop("of these, large enough for a signed confirmation"), lambda months: _orders(months).filter(
        countersign=""
    ),
)  # fmt: skip
def to_be_signed(rows: Rows, value: Any) -> Iterable[Order]:
    """2.6.1: those above that amount, whose confirmation the customer signs."""
    return [one for one in rows if wants_signature(one)]
