"""Rows of a customer's sheet that became no line: until they are dealt with, the order goes no further (2.6.1)."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order
from shangwu.foundation.records.refusals import Refusal


def require_read(order: Order) -> None:
    """Raises Refusal("unread"): an order isn't reviewed or confirmed while rows of the customer's sheet stand open."""
    if order.unread:
        said = _("%(count)s rows of the customer's sheet were not read. Enter them, then say that they are dealt with.")
        raise Refusal("unread", said, {"count": len(order.unread)})
