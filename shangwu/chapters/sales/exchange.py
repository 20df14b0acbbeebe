"""What comes in by file: products, prices, rates, orders of other ledgers, quotations, drafts of contracts, money
received, goods expected (2.6)."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import (
    Arrival,
    Carrier,
    Contract,
    ExchangeRate,
    Order,
    Payment,
    PriceList,
    Product,
    Quotation,
    Warehouse,
)
from shangwu.foundation.exchange.declarations import importing

DRAFTS = _("Contracts come in as drafts, an instalment in each row: each is put forward, sealed and signed here.")

importing(Product, clause="2.6.1", key=["code"])
importing(PriceList, clause="2.6.1", lines="prices", key=["name"])
importing(ExchangeRate, clause="2.6.1", key=["number"], edits="")
importing(Order, clause="2.6.1", verb="import", edits="", lines="lines", key=["number"])
importing(Arrival, clause="2.6.1", key=["number"])
importing(Quotation, clause="2.6.1", lines="lines", key=["number"])
importing(Contract, clause="2.6.2", lines="instalments", key=["title"], hint=DRAFTS)
importing(Payment, clause="2.6.1", key=["number"], edits="")
importing(Carrier, clause="2.6.3", key=["code"])
importing(Warehouse, clause="2.6.3", key=["code"])
