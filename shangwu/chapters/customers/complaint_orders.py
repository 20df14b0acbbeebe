"""The order that a complaint is about (2.5.3). This room knows no orders: who keeps them says whose a number is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.named_orders import customers_named, looks_ours
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import Refusal

Orders = Mapping[str, int | None]
"""Number -> key of its customer, None for one that nobody knows, of the orders that are named anew."""


def orders_named_anew(complaints: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Orders:
    """The `prepare` of registering and editing. A number that stood there before is not judged again: somebody outside
    may have given it, and their word stays. Nor are complaints of former years that a file brings in."""
    if by.source is Source.IMPORT:
        return {}
    asked = {
        number
        for one, given in zip(complaints, inputs, strict=True)
        if (number := (given.get("order_reference") or "").strip()) and looks_ours(number)
        and (one._state.adding or number != one.order_reference)
    }  # fmt: skip
    known = customers_named(" ".join(sorted(asked))) if asked else {}
    return {number: known.get(number) for number in asked}


def check_order(complaint: Complaint, orders: Orders) -> None:
    """Raises Refusal("order") for a number of ours that is no order of the complaint's customer.

    Batches, and numbers of other houses, are not ours to check; without a customer nobody can say.
    """
    number = complaint.order_reference = complaint.order_reference.strip()
    if complaint.customer_id is not None and number in orders and orders[number] != complaint.customer_id:
        said = _("This customer has no order of this number.")
        raise Refusal("order", said, fields={"order_reference": [said]})
