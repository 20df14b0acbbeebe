"""Records of chapter 2.6, one module per clause; products and prices serve all of them."""

from shangwu.chapters.sales.models.arrivals import Arrival, Availability
from shangwu.chapters.sales.models.carriers import Carrier
from shangwu.chapters.sales.models.clauses import StandardClause
from shangwu.chapters.sales.models.contracts import Contract, ContractDelivery, ContractOrder, Instalment, SealUse
from shangwu.chapters.sales.models.credits import CreditNote
from shangwu.chapters.sales.models.lines import Line
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.payments import Payment
from shangwu.chapters.sales.models.pending_erasures import PendingErasure
from shangwu.chapters.sales.models.production import ProductionLine, ProductionRequest
from shangwu.chapters.sales.models.products import Price, PriceList, Product
from shangwu.chapters.sales.models.progress import ProgressPage
from shangwu.chapters.sales.models.quotations import Quotation, QuotationLine, QuotationRevision
from shangwu.chapters.sales.models.rates import ExchangeRate
from shangwu.chapters.sales.models.refunds import Refund
from shangwu.chapters.sales.models.returns import Return, ReturnLine
from shangwu.chapters.sales.models.reviews import Revision
from shangwu.chapters.sales.models.shipping import Seen, Shipment, ShipmentLine
from shangwu.chapters.sales.models.statements import Statement, StatementLine
from shangwu.chapters.sales.models.stock import Lot, Movement, Warehouse
from shangwu.chapters.sales.models.supplements import (
    Supplement,
    SupplementDelivery,
    SupplementInstalment,
    SupplementSealUse,
)
from shangwu.chapters.sales.models.templates import ContractTemplate
from shangwu.chapters.sales.models.tracking import Scan, Watch

__all__ = [
    "Arrival",
    "Availability",
    "Carrier",
    "Contract",
    "ContractDelivery",
    "ContractOrder",
    "ContractTemplate",
    "CreditNote",
    "ExchangeRate",
    "Instalment",
    "Line",
    "Lot",
    "Movement",
    "Order",
    "Payment",
    "PendingErasure",
    "Price",
    "PriceList",
    "Product",
    "ProductionLine",
    "ProductionRequest",
    "ProgressPage",
    "Quotation",
    "QuotationLine",
    "QuotationRevision",
    "Refund",
    "Return",
    "ReturnLine",
    "Revision",
    "Scan",
    "SealUse",
    "Seen",
    "Shipment",
    "ShipmentLine",
    "StandardClause",
    "Statement",
    "StatementLine",
    "Supplement",
    "SupplementDelivery",
    "SupplementInstalment",
    "SupplementSealUse",
    "Warehouse",
    "Watch",
]
