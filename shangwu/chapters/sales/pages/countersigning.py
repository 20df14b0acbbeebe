"""Beside an order: whether the customer has signed our confirmation, before it goes into production (2.6.1)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.countersigning import SIGNED, wants_signature
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pages.contracts import contracts_over
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

BEFORE = (Order.State.CONFIRMED, Order.State.SCHEDULED)


def signature(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The signed confirmation, or that it is awaited; nothing where nobody asks for one."""
    assert isinstance(record, Order)
    if record.countersigned_on is not None:
        return {"file": record.countersign, "day": formats.day(record.countersigned_on)}
    if record.state not in BEFORE or not wants_signature(record):
        return None
    return None if any(one.state in SIGNED for one in contracts_over(actor, record)) else {"awaited": True}


panel(
    Order,
    Panel(
        "countersign", _("Confirmation"), "sales/countersign.html", signature, place="side", order=14, clause="2.6.1"
    ),
)
