"""Pages of clause 2.6.3: the days that were promised for an order, on its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Arrival, Order
from shangwu.chapters.sales.promises import Told, days_of, promises_of
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def promised(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Each day with who told it and why it moved; nothing before the first promise, or of another ledger's order."""
    assert isinstance(record, Order)
    if record.promised_on is None or record.imported:
        return None
    return _rows(actor, promises_of(record))


def expected(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The days on which goods were expected, once there is more than one."""
    assert isinstance(record, Arrival)
    found = days_of(record)
    return _rows(actor, found) if len(found) > 1 else None


def _rows(actor: Actor, found: Sequence[Told]) -> Mapping[str, Any]:
    people = Person.objects.visible_to(actor, archived=True).in_bulk({one.by for one in found if one.by is not None})
    return {
        "rows": [
            {
                "day": formats.day(one.day), "late": one.late, "at": formats.moment(one.at, brief=True), "why": one.why,
                "by": str(people.get(one.by or 0) or ""),
            }
            for one in found
        ]
    }  # fmt: skip


panel(
    Order, Panel("promises", _("Promised days"), "sales/promises.html", promised, place="tab", order=7, clause="2.6.3")
)
panel(Arrival, Panel("days", _("Days told"), "sales/promises.html", expected, order=5, clause="2.6.1"))
