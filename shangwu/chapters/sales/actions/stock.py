"""Clause 2.6.3: warehouses, and goods that come in, are counted, and are moved from one place to another.

The product is locked first, always: so nobody else moves its batches meanwhile.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import keeps_stock, keeps_warehouses
from shangwu.chapters.sales.models import Movement, Product, Warehouse
from shangwu.chapters.sales.stock import Shelves, find_place, lots_moved, moved, shelves
from shangwu.foundation.actions.door import Ask, Refusal, action, keep
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

Kind = Movement.Kind
WAREHOUSE, BATCH = _("Warehouse"), _("Batch")


def complete(warehouse: Warehouse, by: Actor) -> None:
    """2.6.3: warehouses are the whole company's."""
    warehouse.owner_id = warehouse.department_id = warehouse.entity_id = None


keep(
    Warehouse, clause="2.6.3", may=keeps_warehouses, fields=["code", "name", "name_hans", "name_en", "address", "rank"],
    body=complete,
)  # fmt: skip


def _require_positive(quantity: Decimal) -> None:
    if quantity <= 0:
        raise Refusal("invalid", _("A quantity is above zero."), fields={"quantity": [_("Above zero, please.")]})


@action(
    Product, "receive", clause="2.6.1", label=_("Goods in"), may=keeps_stock, prepare=shelves, sweeps=lots_moved,
    icon="package-import", bulk=True,
)  # fmt: skip
def receive(
    product: Product,
    by: Actor,
    known: Shelves,
    *,
    quantity: Annotated[Decimal, Ask(_("Quantity"))],
    warehouse: Annotated[Warehouse | None, Ask(WAREHOUSE)] = None,
    batch: Annotated[str, Ask(BATCH, most=40)] = "",
    paper: Annotated[str, Ask(_("Supplier's paper"), most=40)] = "",
) -> Iterable[models.Model]:
    """2.6.1: goods have come into the warehouse. Refuses `invalid`, and `warehouse` for a batch without one."""
    _require_positive(quantity)
    lot, made = find_place(product, by, product.changed_at, known, warehouse, batch)
    product.on_hand += quantity
    movement = moved(product, by, product.changed_at, lot, Kind.RECEIVED, quantity)
    movement.paper = paper
    return [*made, movement]


@action(
    Product, "count", clause="2.6.1", label=_("Enter a count"), may=keeps_stock, prepare=shelves, sweeps=lots_moved,
    icon="clipboard-list", needs_reason=True,
)  # fmt: skip
def count(
    product: Product,
    by: Actor,
    known: Shelves,
    *,
    quantity: Annotated[Decimal, Ask(_("Counted"))],
    warehouse: Annotated[Warehouse | None, Ask(WAREHOUSE)] = None,
    batch: Annotated[str, Ask(BATCH, most=40)] = "",
) -> Iterable[models.Model]:
    """2.6.1: the stock was counted, in all or one batch in one warehouse; log and ledger keep the difference.

    Refuses `reserved` below what is promised, `picked` below what is put aside, and `by_batch` for all of it at once
    where it lies in batches.
    """
    lot, made = find_place(product, by, product.changed_at, known, warehouse, batch)
    if lot is None and any(one.on_hand for one in known.lots.get(product.pk, ())):
        said = _("It lies in batches. Count each of them: enter its warehouse, and its batch if it has one.")
        raise Refusal("by_batch", said, fields={"warehouse": [said]})
    if lot is not None and quantity < lot.picked:
        said = _("%(picked)s of this batch are put aside for shipments. Cancel these first.")
        raise Refusal("picked", said, {"picked": lot.picked})
    difference = quantity - (product.on_hand if lot is None else lot.on_hand)
    if product.on_hand + difference < product.reserved:
        said = _("%(reserved)s are promised to customers. Cancel or change orders first.")
        raise Refusal("reserved", said, {"reserved": product.reserved})
    product.on_hand += difference
    return [*made, moved(product, by, product.changed_at, lot, Kind.COUNTED, difference)] if difference else []


@action(
    Product, "move", clause="2.6.3", label=pgettext_lazy("stock", "Move goods"), may=keeps_stock, prepare=shelves,
    sweeps=lots_moved, icon="arrows-exchange",
)  # fmt: skip
def move(
    product: Product,
    by: Actor,
    known: Shelves,
    *,
    quantity: Annotated[Decimal, Ask(_("Quantity"))],
    into: Annotated[Warehouse, Ask(_("Into the warehouse"))],  # type: ignore[valid-type]  # the plugin reads notes itself
    out_of: Annotated[
        Warehouse | None, Ask(_("Out of the warehouse"), _("Without one: goods that lie in no particular place."))
    ] = None,
    batch: Annotated[str, Ask(BATCH, most=40)] = "",
) -> Iterable[models.Model]:
    """2.6.3: goods go from one warehouse to another, or find their place. There are as many of them as before.

    Refuses `invalid`, `same`, and `stock` for more than lies there and is not put aside.
    """
    _require_positive(quantity)
    if out_of is not None and out_of.pk == into.pk:
        said = _("They lie there already. Choose another warehouse.")
        raise Refusal("same", said, fields={"into": [said]})
    source = None if out_of is None else known.lot(product, out_of, batch.strip())
    left = known.unplaced(product) if out_of is None else known.free[source.pk] if source is not None else Decimal(0)
    if quantity > left:
        said, params = _("Only %(free)s of it lie there."), {"free": left}
        raise Refusal("stock", said, params, fields={"quantity": [filled(said, params)]})
    target, made = find_place(product, by, product.changed_at, known, into, batch)
    return [
        *made,
        moved(product, by, product.changed_at, source, Kind.MOVED, -quantity),
        moved(product, by, product.changed_at, target, Kind.MOVED, quantity),
    ]
