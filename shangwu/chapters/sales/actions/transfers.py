"""Clause 2.6.1: what the bank's statement shows is allotted to orders, whole or in parts, and none of it twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import takes_payments
from shangwu.chapters.sales.actions.payments import PAYMENTS, take_in
from shangwu.chapters.sales.models import Payment
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.money.rounding import round_money
from shangwu.foundation.records.actors import Actor

ZERO = Decimal(0)
ALLOT = "sales.payment.allot"
Transfer = tuple[int | None, str, str]
"""What a transfer is known by: legal entity, currency, bank reference."""

_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended('transfer ' || one, 0)) FROM unnest(%s::text[]) AS one"


@dataclass(slots=True)
class Transfers:
    """What came in by the transfers of a run, payment by payment, and how much of each transfer is allotted, by those
    earlier in the run too."""

    came: dict[int, Decimal]
    allotted: dict[Transfer, Decimal]


def transfers(payments: Sequence[Payment], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Transfers:
    """The `prepare` of allotting: one query, while nobody else allots of the same transfers."""
    came = {one.pk: given.get("transferred") or ZERO for one, given in zip(payments, inputs, strict=True)}
    references = sorted({one.reference.strip() for one in payments} - {""})
    _hold(references)
    return Transfers(came, allotted_of(references))


def _hold(references: Sequence[str]) -> None:
    """Let who allots of the same transfers to other orders wait until this run is over."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(references)])


def allotted_of(references: Sequence[str]) -> dict[Transfer, Decimal]:
    """How much of these transfers is allotted at present; those of which nothing is are left out."""
    rows = Payment.objects.filter(reference__in=references, state=Payment.State.RECEIVED).order_by()
    sums = rows.values_list("entity", "currency", "reference").annotate(Sum("amount"))
    return {(entity, currency, reference): amount for entity, currency, reference, amount in sums}


def allot(payment: Payment, by: Actor, known: Transfers) -> None:
    """2.6.1: so much of a bank transfer is for this order. Refuses `reference` without the bank's reference, `allotted`
    when more of it would be allotted than came in, and as entering a payment does."""
    payment.reference = payment.reference.strip()
    if not payment.reference:
        said = _("Without its bank reference the same transfer could be entered twice. Enter the reference.")
        raise Refusal("reference", said, fields={"reference": [said]})
    take_in(payment, by)
    transfer = payment.order.entity_id, payment.currency, payment.reference
    came, before = known.came[payment.pk], known.allotted.get(transfer, ZERO)
    if before + payment.amount > came:
        said = _("Of transfer %(reference)s (%(came)s) %(before)s are allotted already. Correct the amount.")
        params = {
            "reference": payment.reference, "came": f"{round_money(came, payment.currency):f}",
            "before": f"{round_money(before, payment.currency):f}",
        }  # fmt: skip
        raise Refusal("allotted", said, params, fields={"amount": [str(said) % params]})
    known.allotted[transfer] = before + payment.amount


registry.register(
    Payment,
    "allot",
    "2.6.1",
    label=_("Allot a transfer"),
    may=takes_payments,
    body=allot,
    makes=True,
    icon="cash",
    series=PAYMENTS,
    locks=("order",),
    prepare=transfers,
    event="sales.payment.allotted",
    inputs=(
        *(from_field(Payment, name) for name in ("order", "amount", "received_on", "method", "reference", "note")),
        Input("transferred", Kind.DECIMAL, _("Amount of the transfer"), digits=20, places=6),
    ),
    description=(allot.__doc__ or "").strip(),
)
