"""Products and their prices: what clause 2.6.1 reviews an order against. Their stock stands in `stock`."""

from shangwu.chapters.sales.access import keeps_prices, keeps_products
from shangwu.chapters.sales.bounds import bounded
from shangwu.chapters.sales.models import Price, PriceList, Product
from shangwu.foundation.actions.door import keep
from shangwu.foundation.records.actors import Actor


def complete(product: Product, by: Actor) -> None:
    """2.6.1: what is made for each order never lies in stock, and what is not counted in no batch. The database refuses
    `unplaced` while some of what is to be kept by batch lies in no warehouse."""
    product.stocked = product.stocked and not product.made
    product.in_lots = product.in_lots and product.stocked


keep(Product, clause="2.6.1", may=keeps_products, fields=bounded(Product), body=complete)
keep(
    PriceList,
    clause="2.6.1",
    may=keeps_prices,
    fields=["name", "customer", "currency", "valid_from", "valid_until"],
    parts={"prices": bounded(Price, ["product", "least_quantity", "price"])},
)
