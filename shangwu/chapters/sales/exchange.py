"""Products, and orders of other ledgers, come in by file (2.6.1)."""

from shangwu.chapters.sales.models import Order, Product
from shangwu.foundation.exchange.declarations import importing

importing(Product, clause="2.6.1", key=["code"])
importing(Order, clause="2.6.1", verb="import", edits="", lines="lines", key=["number"])
