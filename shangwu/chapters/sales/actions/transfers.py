"""Clause 2.6.1: what the bank's statement shows is allotted to orders, whole or in parts, and none of it twice."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import takes_payments
from shangwu.chapters.sales.actions.payments import PAYMENTS, take_in
from shangwu.chapters.sales.allotting import Transfers, transfers
from shangwu.chapters.sales.models import Payment
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.actions.inputs import from_field
from shangwu.foundation.records.actors import Actor

ALLOT = "sales.payment.allot"


def allot(payment: Payment, by: Actor, known: Transfers) -> None:
    """2.6.1: so much of a bank transfer is for this order. Refuses `reference` without the bank's reference, `allotted`
    when more of it would be allotted than came in, and as entering a payment does."""
    if not payment.reference.strip():
        said = _("Without its bank reference the same transfer could be entered twice. Enter the reference.")
        raise Refusal("reference", said, fields={"reference": [said]})
    take_in(payment, by, known)


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
        replace(from_field(Payment, "transferred"), required=True),
    ),
    description=(allot.__doc__ or "").strip(),
)
