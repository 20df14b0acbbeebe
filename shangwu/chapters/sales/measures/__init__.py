"""The named numbers of chapter 2.6: what was sold, shipped, settled, and what is owed."""

from django.utils.translation import gettext_lazy as _

COUNTED = ("confirmed", "scheduled", "ready", "part_shipped", "shipped", "delivered", "invoiced", "paid", "closed")
"""Orders that count as sold, by their state."""

IS_COUNTED = "r.state IN (" + ", ".join(f"'{state}'" for state in COUNTED) + ")"
"""The same in SQL."""

BASIS = _("Orders from confirmation on, by the day of the order, without tax, in the legal entity's currency")
