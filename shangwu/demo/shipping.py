"""The demo's goods on their way: numbers told, receipts brought back, and what happens to the last ones out."""

import datetime
import functools
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shangwu.chapters.sales.models import Shipment
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.files import intake, receipts
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Actor, Source

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
WIDTH, HEIGHT = 180, 240
CARRIERS = ("順豐", "新竹物流", "大榮貨運", "公司派車")
FORGOTTEN, LATE = 19, 23
"""One receipt in so many is forgotten for weeks, one in so many comes late."""


class Gone(Protocol):
    """An order whose goods have left, and when."""

    order: Any
    shipped: datetime.datetime


def number_of(carrier: str, key: int) -> str:
    """A number as the carrier gives it; our own van has none."""
    return "" if carrier == "公司派車" else f"SF{key:013d}" if carrier == "順豐" else f"{key:010d}"


def follow(ships: Actor, gone: Sequence[Gone], now: datetime.datetime) -> None:
    """Customers are told the numbers on the same day; of the last goods something is heard, not all of it good."""
    found = _shipments(gone)
    told = [
        Row({"at": when}, one, occurred_at=when)
        for plan in gone
        if (one := found.get(plan.order.pk)) is not None and one.numbered
        and (when := plan.shipped + (DAY if plan.order.pk % LATE == 0 else HOUR / 2)) < now
    ]  # fmt: skip
    if told:
        act_many(actors.system(Source.DEMO), "sales.shipment.note_told", told)
    last = [plan for plan in gone if now - 3 * DAY < plan.shipped + 2 * HOUR < now]
    heard = [
        Row(_heard(place), found[plan.order.pk], occurred_at=plan.shipped + 2 * HOUR)
        for place, plan in enumerate(last)
        if plan.order.pk in found
    ]
    if heard:
        act_many(ships, "sales.shipment.report", heard)


def _heard(place: int) -> dict[str, str]:
    if place % 5 == 3:
        return {"kind": "damaged", "place": "台中轉運中心", "words": "外箱受潮，待確認內容物"}
    return {"kind": "under_way", "place": "台中轉運中心", "words": "已到達，轉運中"}


def prove(ships: Actor, there: Sequence[Gone], now: datetime.datetime) -> None:
    """The signed receipts come back within days; a few are forgotten, until somebody asks for them weeks later."""
    if not there:
        return
    photo = receipts.receipt(intake.take(io.BytesIO(picture()), "回單.png", entity=ships.entity_id or 0), ships)
    found, rows = _shipments(there), []
    for plan in there:
        one = found.get(plan.order.pk)
        signed = plan.shipped + 2 * DAY
        back = signed + (20 if plan.order.pk % LATE == 0 else 1 + plan.order.pk % 4) * DAY
        if plan.order.pk % FORGOTTEN == 0:
            back = signed + 50 * DAY
        if one is not None and one.state == Shipment.State.DELIVERED and back < now:
            given = {"photo": photo, "signed_by": one.signed_by or "收發室", "signed_at": signed}
            rows.append(Row(given, one, occurred_at=back))
    if rows:
        act_many(ships, "sales.shipment.prove", rows)


def _shipments(plans: Sequence[Gone]) -> Mapping[int, Shipment]:
    """The shipment of each order, as it is now."""
    return {one.order_id: one for one in Shipment.objects.filter(order__in=[plan.order.pk for plan in plans])}


@functools.cache
def picture() -> bytes:
    """A photograph of a signed paper, as far as a demo needs one: lines of writing, and a red seal."""

    def shade(x: int, y: int) -> bytes:
        if 120 <= x < 160 and 180 <= y < 220:
            return b"\xb4\x34\x2b"
        return b"\x88\x88\x88" if 20 <= x < 160 and y % 16 == 0 and 24 <= y < 170 else b"\xf6\xf4\xee"

    rows = b"".join(b"\0" + b"".join(shade(x, y) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
