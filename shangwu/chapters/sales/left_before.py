"""What stays as it is in an order of which a part has left, while the rest of it is changed (2.6.1)."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Line, Order
from shangwu.chapters.sales.pricing import Former
from shangwu.foundation.records.refusals import Refusal, filled

_TERMS = ("customer_id", "currency", "rate", "prices_with_tax")
_LINE = ("product_id", "unit", "unit_price", "discount", "tax_rate")


def require_left_as_it_was(order: Order, former: Former | None) -> None:
    """Goods that have left keep their line, its price and the order's terms; less than has left is not wanted. Raises
    Refusal("shipped"), and "rest" where nothing would be left to ship."""
    if former is None or not order.shipped_quantity:
        return
    if any(getattr(order, name) != former.values[name] for name in _TERMS):
        said = _(
            "A part of the order has left: customer, currency, rate and the tax in its prices stay. Take what differs "
            "as an order of its own."
        )
        raise Refusal("shipped", said)
    present = {line.position: line for line in order.lines.all()}
    for position, (_goods, before) in former.lines.items():
        if before["shipped"]:
            _require_same(position, present.get(position), before)
    if order.quantity <= order.shipped_quantity:
        raise Refusal("rest", _("Nothing would be left to ship. Give up what is left of the order instead."))


def _require_same(position: int, line: Line | None, before: dict[str, object]) -> None:
    if line is None or any(getattr(line, name) != before[name] for name in _LINE):
        said = _(
            "A part of line %(line)s has left: its place, product, unit, price, discount and tax stay. Put what "
            "differs in a line behind the others, or give up what is left of it."
        )
        params = {"line": position}
        raise Refusal("shipped", said, params, fields={f"lines.{position - 1}.product": [filled(said, params)]})
    if line.quantity < line.shipped:
        said, told = _("%(shipped)s of this line have left. Enter at least as many."), {"shipped": line.shipped}
        raise Refusal("shipped", said, told, fields={f"lines.{position - 1}.quantity": [filled(said, told)]})
