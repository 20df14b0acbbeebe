"""The named numbers of chapter 2.6: what was sold, shipped, settled, and what is owed."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.measures.registry import Joined

COUNTED = ("confirmed", "scheduled", "ready", "part_shipped", "shipped", "delivered", "invoiced", "paid", "closed")
"""Orders that count as sold, by their state."""

IS_COUNTED = "r.state IN (" + ", ".join(f"'{state}'" for state in COUNTED) + ")"
"""The same in SQL."""

REGION = (Joined(Customer, ("region",), "r.region = '' AND r.customer_id = {among}"),)
"""The customer's region, of an order that names none itself."""

BASIS = _(
    "Orders from confirmation on, by the day of the order, without tax, in the currency of your legal entity; those "
    "kept in another are not counted"
)
