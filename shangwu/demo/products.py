"""The demo's goods: six families in several sizes, with prices, costs and stock."""

import datetime
import random
from decimal import Decimal

from shangwu.chapters.sales.models import Product
from shangwu.demo import names
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.records.actors import Actor


def make(by: Actor, chance: random.Random, began: datetime.datetime) -> list[Product]:
    """Every family in every size; the cost is a good half of the price."""
    rows = []
    for family, (category, goods) in enumerate(names.GOODS.items(), start=1):
        for kind, (name, unit, price) in enumerate(goods, start=1):
            for place, size in enumerate(names.SIZES):
                listed = Decimal(price) * (100 + 22 * place) / 100
                given = {
                    "code": f"{family}{kind}-{size}", "name": f"{name} {size}", "category": category, "unit": unit,
                    "tax_rate": "0.05", "list_price": listed.quantize(Decimal(10)),
                    "minimum_price": (listed * Decimal("0.8")).quantize(Decimal(10)),
                    "cost": (listed * Decimal(chance.randrange(52, 68)) / 100).quantize(Decimal(1)),
                }  # fmt: skip
                rows.append(Row(given, occurred_at=began))
    return [one.record for one in act_many(by, "sales.product.create", rows, whole=True).done]


def fill_shelves(by: Actor, products: list[Product], quantity: int, when: datetime.datetime) -> None:
    """Goods in: so much of everything."""
    rows = [Row({"quantity": quantity}, product, occurred_at=when) for product in products]
    act_many(by, "sales.product.receive", rows)
