"""What comes in by file: products, prices, rates, orders of other ledgers, money received, goods expected (2.6)."""

from shangwu.chapters.sales.models import (
    Arrival,
    Carrier,
    ExchangeRate,
    Order,
    Payment,
    PriceList,
    Product,
    Warehouse,
)
from shangwu.foundation.exchange.declarations import importing

importing(Product, clause="2.6.1", key=["code"])
importing(PriceList, clause="2.6.1", lines="prices", key=["name"])
importing(ExchangeRate, clause="2.6.1", key=["number"], edits="")
importing(Order, clause="2.6.1", verb="import", edits="", lines="lines", key=["number"])
importing(Arrival, clause="2.6.1", key=["number"])
importing(Payment, clause="2.6.1", key=["number"], edits="")
importing(Carrier, clause="2.6.3", key=["code"])
importing(Warehouse, clause="2.6.3", key=["code"])
