"""How much of each bank transfer is allotted to orders, so that none of it counts twice, whoever enters it (2.6.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Payment
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, filled

ZERO = Decimal(0)
Transfer = tuple[int | None, str, str]
"""What a transfer is known by: legal entity, currency, bank reference."""

_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended('transfer ' || one, 0)) FROM unnest(%s::text[]) AS one"


@dataclass(slots=True)
class Transfers:
    """How much of each transfer is allotted, by those earlier in a run too, and how much came in by it, where that was
    said."""

    allotted: dict[Transfer, Decimal]
    came: dict[Transfer, Decimal]

    def allot(self, payment: Payment) -> None:
        """So much more of its transfer is allotted; a payment without a reference is of none.

        Raises Refusal("duplicate") for a reference that is entered already while nobody has said how much came in by
        it, and "allotted" for more than that.
        """
        if not payment.reference:
            return
        transfer = payment.entity_id, payment.currency, payment.reference
        before, came = self.allotted.get(transfer, ZERO), payment.transferred or self.came.get(transfer)
        params = {"reference": payment.reference, "before": before, "currency": payment.currency}
        if before and came is None:
            said = _(
                "Reference %(reference)s is entered already, with %(before)s. Where one transfer pays several orders, "
                "enter its whole amount; else correct the reference."
            )
            raise Refusal("duplicate", said, params, fields={"reference": [filled(said, params)]})
        if came is not None and before + payment.amount > came:
            said = _("Of transfer %(reference)s (%(came)s) %(before)s are allotted already. Correct the amount.")
            params["came"] = came
            raise Refusal("allotted", said, params, fields={"amount": [filled(said, params)]})
        self.allotted[transfer] = before + payment.amount
        if came is not None:
            self.came[transfer] = came


def transfers(payments: Sequence[Payment], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Transfers:
    """The `prepare` of entering payments: one query, while nobody else allots of the same transfers."""
    references = sorted({one.reference.strip() for one in payments} - {""})
    if not references:
        return Transfers({}, {})
    _hold(references)
    return known_of(references)


def _hold(references: Sequence[str]) -> None:
    """Let who allots of the same transfers to other orders wait until this run is over."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(references)])


def known_of(references: Sequence[str]) -> Transfers:
    """What is allotted of these transfers at present; those of which nothing is are left out."""
    rows = Payment.objects.filter(reference__in=references, state=Payment.State.RECEIVED).order_by()
    found = Transfers({}, {})
    sums = rows.values_list("entity", "currency", "reference").annotate(Sum("amount"), Max("transferred"))
    for entity, currency, reference, amount, came in sums:
        found.allotted[entity, currency, reference] = amount
        if came is not None:
            found.came[entity, currency, reference] = came
    return found
