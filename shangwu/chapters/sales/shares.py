"""What a part of an order line costs (2.6.3): for delivery notes, and for goods that come back."""

from decimal import Decimal

from shangwu.chapters.sales.models import Line
from shangwu.foundation.money.rounding import product, round_money


def share_of(line: Line, quantity: Decimal) -> Decimal:
    """What so much of an order line costs, tax included, in whole units of the smallest coin."""
    assert line.gross is not None
    if quantity == line.quantity:
        return line.gross
    return round_money(product(line.gross, quantity) / line.quantity, line.currency)
