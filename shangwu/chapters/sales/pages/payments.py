"""Pages of payments."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order, Payment
from shangwu.chapters.sales.pages.contracts import over
from shangwu.foundation.pages.kit import Group, Hidden, Money, Pages, Panel, Period, RowsPanel, View, Wide, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Pages(
    Payment,
    clause="2.6.1",
    columns=[
        "number", "order", "customer_name", "state", Money("amount"), "received_on", "method", "reference",
        Hidden(Money("transferred")), Hidden("owner"),
    ],
    filters=["state", "order", "owner", "method", Period("received_on")],
    sorts=["received_on"],
    views=[View("valid", _("Received"), "state=received")],
    title=["number"],
    empty=_("No payments yet. Enter what the bank statement shows."),
    icon="cash",
    order=30,
    facts=[
        "order", "customer_name", Money("amount"), "received_on", "method", "reference", Money("transferred"), "note",
    ],
    groups=[
        Group(_("Payment"), "order", "amount", "received_on", "method", "reference", "transferred", Wide("note")),
    ],
)  # fmt: skip
panel(Order, RowsPanel("payments", Payment, _("Payments"), "order={record}", order=20))


def contract_of(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Which contract the order stands under that was paid for."""
    assert isinstance(record, Payment)
    order = Order.objects.visible_to(actor, archived=True).filter(pk=record.order_id).first()
    return over(actor, order) if order is not None else None


panel(
    Payment,
    Panel("contracts", _("Contract"), "sales/over.html", contract_of, place="side", order=15, clause="2.6.2"),
)
