"""Clause 2.6.3: on time and in full, by the day first and the day last promised, apart; counted by hand."""

import datetime
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.promises import promises_of
from shangwu.chapters.sales.tests.factories import an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

TAIPEI = zoneinfo.ZoneInfo("Asia/Taipei")
D = datetime.date


class Calendar:
    """The day that the house takes for today: at noon in Taipei."""

    today = D(2026, 3, 2)

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.combine(self.today, datetime.time(12), TAIPEI).astimezone(datetime.UTC)


@pytest.fixture
def calendar(settings: Any, tmp_path: Path) -> Iterator[Calendar]:
    settings.FACTS = tmp_path / "facts"
    found = Calendar()
    former = clock.replace_source(found)
    yield found
    clock.replace_source(former)


@pytest.fixture
def crew(calendar: Calendar) -> Crew:
    return Crew()


def promised(crew: Crew, calendar: Calendar, first: D, last: D | None = None) -> Order:
    """An order of two pieces, taken on 2 March, promised for a day, and perhaps for another."""
    calendar.today = D(2026, 3, 2)
    order = act(crew.support, "sales.order.confirm", an_order(crew), {"promised_on": first}).record
    if last is not None:
        order = act(crew.support, "sales.order.promise", order, {"promised_on": last}, reason="缺料").record
    return act(crew.logistics, "sales.order.make_ready", order).record  # type: ignore[no-any-return]


def arrives(crew: Crew, calendar: Calendar, order: Order, day: D, quantity: str = "2", carrier: str = "") -> None:
    """So much of it leaves on the day before and arrives on the day."""
    calendar.today = day - datetime.timedelta(days=1)
    packed = {"lines": [{"position": 1, "to_ship": quantity}], "carrier": carrier}
    act(crew.logistics, "sales.order.pack", order.fresh, packed)
    shipment = Shipment.objects.filter(order=order).latest("pk")
    act(crew.logistics, "sales.shipment.send", shipment)
    calendar.today = day
    act(crew.logistics, "sales.shipment.deliver", shipment.fresh, {"delivered_on": day})


def asked(crew: Crew, *names: str, **more: Any) -> list[Any]:
    for facts in ("sales.promised", "sales.first_promised"):
        export(facts, everything=True)
    (row,) = ask(crew.head, names, since=D(2026, 3, 1), until=D(2026, 3, 31), **more).rows
    return [None if value is None else Decimal(str(value)) for value in row]


def test_by_the_day_and_by_both_promises(crew: Crew, calendar: Calendar) -> None:
    """Five orders, judged on 20 March.

    a: promised for the 10th, whole there on the 10th: in time by both. b: the 11th: late by both. c: promised for the
    10th, then the 13th, there on the 12th: late by the first, in time by the last. d: one of two there by the 10th, the
    other on the 14th: late, because not in full. e: promised for the 10th, not there yet: late.
    By the last promise 2 of 5 are in time, by the first 1 of 5.
    """
    ten = D(2026, 3, 10)
    a, b, d, _e = (promised(crew, calendar, ten) for _n in range(4))
    c = promised(crew, calendar, ten, D(2026, 3, 13))
    arrives(crew, calendar, a, ten)
    arrives(crew, calendar, d, ten, "1")
    arrives(crew, calendar, b, D(2026, 3, 11))
    arrives(crew, calendar, c, D(2026, 3, 12))
    arrives(crew, calendar, d, D(2026, 3, 14), "1")
    calendar.today = D(2026, 3, 20)
    assert asked(crew, "sales.promised", "sales.otif") == [5, Decimal("0.4")]
    assert asked(crew, "sales.otif_first") == [Decimal("0.2")]


def test_who_still_has_until_tonight_is_not_late(crew: Crew, calendar: Calendar) -> None:
    done, _open = promised(crew, calendar, D(2026, 3, 10)), promised(crew, calendar, D(2026, 3, 12))
    arrives(crew, calendar, done, D(2026, 3, 9))
    calendar.today = D(2026, 3, 12)
    assert asked(crew, "sales.promised", "sales.otif") == [1, 1]
    calendar.today = D(2026, 3, 13)
    assert asked(crew, "sales.promised", "sales.otif") == [2, Decimal("0.5")]


def test_a_cancelled_order_promises_nothing(crew: Crew, calendar: Calendar) -> None:
    order, _late = promised(crew, calendar, D(2026, 3, 10)), promised(crew, calendar, D(2026, 3, 11))
    act(crew.head, "sales.order.cancel", order.fresh, reason="客戶取消")
    calendar.today = D(2026, 3, 20)
    assert asked(crew, "sales.promised", "sales.otif") == [1, 0]


def test_every_day_ever_promised_is_told_with_who_told_it_and_why(crew: Crew, calendar: Calendar) -> None:
    order = promised(crew, calendar, D(2026, 3, 10), D(2026, 3, 13))
    calendar.today = D(2026, 3, 9)
    act(crew.support, "sales.order.promise", order.fresh, {"promised_on": D(2026, 3, 9)}, reason="提前到料")
    found = promises_of(order.fresh)
    assert [(one.day.day, one.late, one.why, one.by) for one in found] == [
        (10, 0, "", crew.support.person_id),
        (13, 3, "缺料", crew.support.person_id),
        (9, -1, "提前到料", crew.support.person_id),
    ]
    address = reverse("sales.order.detail", kwargs={"public_id": order.public_id})
    page = a_client(Person.objects.get(pk=crew.sales.person_id), "en").get(f"{address}?tab=promises").content.decode()
    assert "缺料" in page
    assert "Why it moved" in page


def test_on_time_is_told_by_who_carried_the_last_goods(crew: Crew, calendar: Calendar) -> None:
    """By the carrier of the shipment, not by the way of shipping that the order asked for."""
    ten = D(2026, 3, 10)
    early, late, _waiting = (promised(crew, calendar, ten) for _n in range(3))
    arrives(crew, calendar, early, ten, carrier="順豐")
    arrives(crew, calendar, late, D(2026, 3, 9), "1", carrier="順豐")
    arrives(crew, calendar, late, D(2026, 3, 12), "1", carrier="自家貨車")
    calendar.today = D(2026, 3, 21)
    export("sales.promised", everything=True)
    since, until = D(2026, 3, 1), D(2026, 3, 31)
    rows = ask(crew.head, ["sales.promised", "sales.otif"], by=["carrier"], since=since, until=until).rows
    assert {row[0]: (row[1], row[2]) for row in rows} == {"順豐": (1, 1), "自家貨車": (1, 0), "": (1, 0)}
