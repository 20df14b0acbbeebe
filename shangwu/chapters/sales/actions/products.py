"""Products, their prices and their stock: what clause 2.6.1 reviews an order against."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import keeps_prices, keeps_products, keeps_stock
from shangwu.chapters.sales.models import PriceList, Product
from shangwu.foundation.actions.door import Ask, Refusal, action, keep
from shangwu.foundation.records.actors import Actor

keep(
    Product,
    clause="2.6.1",
    may=keeps_products,
    fields=[
        "code", "name", "category", "unit", "tax_rate", "list_price", "minimum_price", "cost", "active", "stocked",
    ],
)  # fmt: skip
keep(
    PriceList,
    clause="2.6.1",
    may=keeps_prices,
    fields=["name", "customer", "currency", "valid_from", "valid_until"],
    parts={"prices": ["product", "least_quantity", "price"]},
)


@action(Product, "receive", clause="2.6.1", label=_("Goods in"), may=keeps_stock, icon="package-import", bulk=True)
def receive(product: Product, by: Actor, *, quantity: Annotated[Decimal, Ask(_("Quantity"))]) -> None:
    """2.6.1: goods have come into the warehouse."""
    if quantity <= 0:
        raise Refusal("invalid", _("A quantity is above zero."), fields={"quantity": [_("Above zero, please.")]})
    product.on_hand += quantity


@action(
    Product, "count", clause="2.6.1", label=_("Enter a count"), may=keeps_stock, icon="clipboard-list",
    needs_reason=True,
)  # fmt: skip
def count(product: Product, by: Actor, *, quantity: Annotated[Decimal, Ask(_("Counted"))]) -> None:
    """2.6.1: the stock was counted; the log keeps the difference. Refuses `reserved` below what is promised."""
    if quantity < product.reserved:
        said = _("%(reserved)s are promised to customers. Cancel or change orders first.")
        raise Refusal("reserved", said, {"reserved": product.reserved})
    product.on_hand = quantity
