"""Pages of clause 2.6.3: the table of carriers; whose number a shipment may bear."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.carriers import Carriers
from shangwu.chapters.sales.models import Carrier, Shipment
from shangwu.foundation.actions.registry import get
from shangwu.foundation.pages.kit import Group, Hidden, Pages, Panel, Wide, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

SUGGESTED = 4

Pages(
    Carrier,
    clause="2.6.3",
    columns=[
        "rank", "code", "name", "rule", "patterns", "tracking", Hidden("platform_code"), Hidden("check_digit"),
        Hidden("needs_phone"), Hidden("name_hans"), Hidden("name_en"),
    ],
    filters=["rule", "tracking"],
    title=["name"],
    empty=_("There are no carriers yet. They come with the house within a minute; others you enter."),
    icon="truck",
    order=80,
    groups=[
        Group(_("Name"), "code", "rank", "name", "name_hans", "name_en", clause="2.6.3"),
        Group(_("Numbers"), "rule", Wide("patterns", 4), "check_digit"),
        Group(_("Tracking"), "tracking", "platform_code", "needs_phone"),
    ],
)  # fmt: skip


def suggestions(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The carriers whose number a shipment without a carrier may bear; each is chosen by one press."""
    assert isinstance(record, Shipment)
    edit = get("sales.shipment.edit")
    if not record.tracking_number or record.carrier or not edit.fits(record) or not ships_orders(actor, record):
        return None
    rows = {one.pk: one for one in Carrier.objects.visible_to(actor)}
    found = Carriers(rows, {}).suggested(record.tracking_number)[:SUGGESTED]
    address = reverse("do.sales.shipment.edit", kwargs={"public_id": record.public_id})
    return {"carriers": found, "url": address, "number": record.tracking_number} if found else None


panel(
    Shipment,
    Panel("carriers", _("Whose number is it?"), "sales/carriers.html", suggestions, place="top", order=2,
          clause="2.6.3"),
)  # fmt: skip
