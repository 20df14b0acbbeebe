"""Clause 2.6.3: goods are followed on their way: each scan once, exceptions taken up, the delivery entered."""

import datetime
import socket
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales import kuaidi100, tables
from shangwu.chapters.sales.models import Scan, Shipment, Watch
from shangwu.chapters.sales.pages import tracking_doors
from shangwu.chapters.sales.tests.factories import a_ready_order, attempt
from shangwu.chapters.sales.tests.tracking_platform import Platform, a_platform, md5, row, signed
from shangwu.chapters.sales.tracking import PAUSE, ask_platforms, deliver_arrived, is_platform_on, note_stalls
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

TAIPEI = zoneinfo.ZoneInfo("Asia/Taipei")
NUMBER = "SF1234567890123"


class Time:
    """The moment that the house takes for now: Monday, 23 March 2026, ten in the morning in Taipei."""

    now = datetime.datetime(2026, 3, 23, 10, tzinfo=TAIPEI)

    def __call__(self) -> datetime.datetime:
        return self.now.astimezone(datetime.UTC)

    def on(self, **more: float) -> None:
        self.now += datetime.timedelta(**more)
        directory.forget()


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time()
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)


@pytest.fixture
def crew(time: Time) -> Crew:
    tables.fill(Source.DEMO)
    seed_calendars(HOUSE, [2026], ["TW"])
    directory.forget()
    return Crew()


@pytest.fixture
def platform(settings: Any) -> Iterator[Platform]:
    with a_platform(settings) as found:
        yield found


def shipped(crew: Crew, number: str = NUMBER, **values: Any) -> Shipment:
    order = a_ready_order(crew, ship_to_phone="0912-345-678", **values)
    act(crew.logistics, "sales.order.ship", order, {"tracking_number": number})
    return Shipment.objects.get(order=order)


def door(shipment: Shipment) -> str:
    return reverse("sales.tracking.push", kwargs={"public_id": shipment.public_id})


def duty_of(shipment: Shipment, code: str) -> Duty:
    return Duty.objects.filter(rule=code, subject_id=shipment.pk, subject_type="sales.shipment").latest("opened_at")


def test_nothing_is_asked_until_the_operator_names_address_and_key(crew: Crew, settings: Any) -> None:
    assert not is_platform_on()
    shipment = shipped(crew)
    assert ask_platforms() == 0
    assert Client().post(door(shipment), {"param": "{}", "sign": ""}).status_code == 404


def test_the_platform_is_asked_with_its_signature_and_told_where_to_push(crew: Crew, platform: Platform) -> None:
    shipment = shipped(crew)
    platform.parcels[NUMBER] = [
        row("2026-03-23 09:30:00", "快件到达 台北", "1002", "台北"),
        row("2026-03-23 09:00:00", "已收取快件", "103"),
    ]
    assert ask_platforms() == 2
    assert platform.asked == [{"com": "shunfeng", "num": NUMBER, "phone": "5678", "resultv2": "4", "order": "desc"}], (
        "no more of the phone than the platform needs"
    )
    told = platform.subscribed[NUMBER]["parameters"]
    assert told["callbackurl"].endswith(door(shipment))
    assert told["salt"] == kuaidi100.salt_of(shipment)
    scans = list(Scan.objects.filter(shipment=shipment))
    assert [(one.kind, one.way) for one in scans] == [("collected", "asked"), ("under_way", "asked")]
    assert scans[1].at == datetime.datetime(2026, 3, 23, 9, 30, tzinfo=TAIPEI)
    assert (shipment.fresh.last_seen, shipment.fresh.tracked_at) == ("under_way", scans[1].at)


def test_it_is_left_in_peace_for_hours_and_asked_again_then(crew: Crew, platform: Platform, time: Time) -> None:
    shipped(crew)
    platform.parcels[NUMBER] = [row("2026-03-23 09:30:00", "已收取快件", "103")]
    assert (ask_platforms(), ask_platforms()) == (1, 0)
    assert len(platform.asked) == 1
    time.on(hours=4, minutes=1)
    entries = Entry.objects.count()
    assert ask_platforms() == 0
    assert len(platform.asked) == 2
    assert Entry.objects.count() == entries, "what brings nothing new leaves nothing in the log"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"result": False, "returnCode": "601", "message": "POLL:KEY已过期"}, "601"),
        ({"result": False, "returnCode": "503", "message": "验证签名失败"}, "503"),
        ({"message": "ok", "status": "200", "nu": "SF0000000000000", "data": []}, "another number"),
        ({"message": "ok", "status": "200", "data": [{"context": "x", "time": "gestern"}]}, "unfit time"),
        ({"message": "ok", "status": "200", "data": "x"}, "unfit data"),
    ],
)
def test_its_trouble_is_kept_for_people_and_changes_nothing(
    crew: Crew, platform: Platform, answer: dict[str, Any], words: str
) -> None:
    shipment = shipped(crew)
    platform.trouble = answer
    assert ask_platforms() == 0
    assert words in Watch.objects.get(shipment=shipment).trouble
    assert not Scan.objects.exists()


def test_a_platform_that_is_not_there_is_asked_again_later(crew: Crew, platform: Platform, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.KUAIDI100_ADDRESS = f"http://127.0.0.1:{free.getsockname()[1]}"
    shipment = shipped(crew)
    assert ask_platforms() == 0
    watch = Watch.objects.get(shipment=shipment)
    assert (watch.trouble, watch.pushing_since) == ("refused", None)


def test_no_result_yet_is_no_trouble(crew: Crew, platform: Platform) -> None:
    shipment = shipped(crew)
    assert ask_platforms() == 0
    assert Watch.objects.get(shipment=shipment).trouble == ""


def pushed(crew: Crew, platform: Platform) -> Shipment:
    """A shipment that the platform knows and was asked to push."""
    shipment = shipped(crew)
    platform.parcels[NUMBER] = [row("2026-03-23 09:30:00", "已收取快件", "103")]
    ask_platforms()
    return shipment


def test_what_is_pushed_is_kept_once_however_often_it_comes(crew: Crew, platform: Platform) -> None:
    shipment = pushed(crew, platform)
    platform.parcels[NUMBER].insert(0, row("2026-03-23 09:50:00", "派送中", "5"))
    for _time in range(3):
        answer = Client().post(door(shipment), platform.push_of(NUMBER))
        assert (answer.status_code, answer.json()["returnCode"]) == (200, "200")
    Watch.objects.update(asked_at=clock.now() - PAUSE * 2)
    assert ask_platforms() == 0, "asked for, it is the same scan"
    assert [one.kind for one in Scan.objects.filter(shipment=shipment)] == ["collected", "out"]


def test_scans_stand_in_order_even_when_older_ones_come_late(crew: Crew, platform: Platform) -> None:
    shipment = pushed(crew, platform)
    rows = platform.parcels[NUMBER]
    rows.insert(0, row("2026-03-23 09:55:00", "派送中", "5"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    rows.insert(1, row("2026-03-23 09:40:00", "快件到达 台北", "0"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    found = Scan.objects.filter(shipment=shipment)
    assert [one.words for one in found] == ["已收取快件", "快件到达 台北", "派送中"]
    assert shipment.fresh.last_seen == "out", "an older scan changes nothing any more"


def test_a_signature_that_is_told_late_makes_the_delivery_all_the_same(crew: Crew, platform: Platform) -> None:
    """Pushes overtake each other: what the carrier says after the signature comes first."""
    shipment = pushed(crew, platform)
    rows = platform.parcels[NUMBER]
    rows.insert(0, row("2026-03-23 09:58:00", "感谢使用，期待再次为您服务", "0"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    rows.insert(1, row("2026-03-23 09:55:00", "已签收，签收人：前台", "3"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    shipment = shipment.fresh
    assert (shipment.state, shipment.arrived_at) == (
        "delivered", datetime.datetime(2026, 3, 23, 9, 55, tzinfo=TAIPEI),
    )  # fmt: skip
    assert shipment.last_seen == "under_way", "the last word stays the last"


def test_what_went_back_since_was_not_delivered(crew: Crew, platform: Platform) -> None:
    shipment = pushed(crew, platform)
    rows = platform.parcels[NUMBER]
    rows.insert(0, row("2026-03-23 09:58:00", "客户拒收，退回中", "6"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    rows.insert(1, row("2026-03-23 09:55:00", "已签收", "3"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    assert (shipment.fresh.state, shipment.fresh.arrived_at) == ("shipped", None)


def test_damage_that_is_told_late_is_an_exception_and_a_delay_that_is_over_is_none(
    crew: Crew, platform: Platform
) -> None:
    shipment = pushed(crew, platform)
    rows = platform.parcels[NUMBER]
    rows.insert(0, row("2026-03-23 09:58:00", "派送中", "5"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    rows.insert(1, row("2026-03-23 09:45:00", "到达延误", "208"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    assert shipment.fresh.trouble == ""
    rows.insert(1, row("2026-03-23 09:50:00", "外包装破损", "209"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    shipment = shipment.fresh
    assert (shipment.trouble, shipment.trouble_taken_at, shipment.last_seen) == ("damaged", None, "out")
    assert duty_of(shipment, "2.6.3.4").done_at is None


def test_who_signed_makes_the_delivery_on_the_entitys_day(crew: Crew, platform: Platform, time: Time) -> None:
    shipment = pushed(crew, platform)
    time.on(hours=16)  # two at night of the next day
    platform.parcels[NUMBER].insert(0, row("2026-03-24 00:05:00", "已签收，签收人：前台", "3"))
    platform.states[NUMBER] = "3"
    Client().post(door(shipment), platform.push_of(NUMBER))
    shipment = shipment.fresh
    assert (shipment.state, shipment.delivered_on) == ("delivered", datetime.date(2026, 3, 24))
    assert shipment.arrived_at == datetime.datetime(2026, 3, 24, 0, 5, tzinfo=TAIPEI)
    assert shipment.order.fresh.state == "delivered"
    assert Client().post(door(shipment), platform.push_of(NUMBER)).status_code == 200
    assert shipment.fresh.version == shipment.version


def test_a_line_whose_meaning_is_known_only_later_still_makes_the_delivery(crew: Crew, platform: Platform) -> None:
    shipment = shipped(crew)
    platform.parcels[NUMBER] = [row("2026-03-23 09:58:00", "快件已送达")]
    ask_platforms()
    assert shipment.fresh.state == "shipped"
    platform.states[NUMBER] = "3"
    Client().post(door(shipment), platform.push_of(NUMBER))
    assert shipment.fresh.state == "delivered"
    platform.states[NUMBER] = "0"
    Client().post(door(shipment), platform.push_of(NUMBER))
    assert Scan.objects.filter(shipment=shipment).count() == 2, "the line as it was first told is not told anew"


def test_a_delivery_that_was_cut_short_is_made_up_for(crew: Crew, platform: Platform) -> None:
    shipment = pushed(crew, platform)
    # The platform's scan is there, the delivery is not: as after a crash between the two.
    told = {"at": clock.now(), "kind": "signed", "words": "已签收"}
    act(HOUSE, "sales.shipment.track", shipment, {"scans": [told], "way": "pushed"})
    assert shipment.fresh.state == "shipped"
    assert deliver_arrived() == 1
    assert (shipment.fresh.state, deliver_arrived()) == ("delivered", 0)


@pytest.mark.parametrize("forged", ["", "A" * 32, "É" * 32, "other shipment", "other text", "\x00"])
def test_an_unsigned_word_has_no_effect(crew: Crew, platform: Platform, forged: str) -> None:
    shipment = pushed(crew, platform)
    platform.parcels[NUMBER].insert(0, row("2026-03-23 09:59:00", "已签收", "3"))
    push = platform.push_of(NUMBER)
    if forged == "other shipment":
        push = signed({"lastResult": platform.result(NUMBER)}, kuaidi100.salt_of(shipped(crew, "SF9999999999999")))
    elif forged == "other text":
        push["param"] = push["param"].replace("09:59", "09:58")
    else:
        push["sign"] = forged
    assert Client().post(door(shipment), push).status_code == 403
    assert (shipment.fresh.state, Scan.objects.filter(shipment=shipment).count()) == ("shipped", 1)


def test_without_the_check_a_forged_word_would_count(
    crew: Crew, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the signature that keeps strangers out, nothing else."""
    shipment = pushed(crew, platform)
    platform.parcels[NUMBER].insert(0, row("2026-03-23 09:59:00", "已签收", "3"))
    monkeypatch.setattr(tracking_doors.kuaidi100, "is_signed", lambda *_all: True)
    Client().post(door(shipment), platform.push_of(NUMBER) | {"sign": "forged"})
    assert shipment.fresh.state == "delivered"


@pytest.mark.parametrize("param", ["[]", "nothing", '{"lastResult": 5}', '{"lastResult": {"nu": "%s", "data": 7}}'])
def test_a_signed_word_that_cannot_be_read_is_refused(crew: Crew, platform: Platform, param: str) -> None:
    shipment = pushed(crew, platform)
    text = param.replace("%s", NUMBER)
    push = {"param": text, "sign": md5(text + kuaidi100.salt_of(shipment))}
    assert Client().post(door(shipment), push).status_code == 400


def test_a_word_about_the_former_number_is_taken_and_forgotten(crew: Crew, platform: Platform) -> None:
    shipment = pushed(crew, platform)
    platform.parcels[NUMBER].insert(0, row("2026-03-23 09:59:00", "已签收", "3"))
    push = platform.push_of(NUMBER)
    act(crew.logistics, "sales.shipment.edit", shipment.fresh, {"tracking_number": "SF9999999999999"})
    assert Client().post(door(shipment), push).status_code == 200
    assert shipment.fresh.state == "shipped"


def test_what_lies_in_the_future_is_no_scan(crew: Crew, platform: Platform) -> None:
    shipment = pushed(crew, platform)
    platform.parcels[NUMBER].insert(0, row("2026-03-24 09:00:00", "已签收", "3"))
    Client().post(door(shipment), platform.push_of(NUMBER))
    assert (shipment.fresh.state, Scan.objects.count()) == ("shipped", 1)


def test_people_enter_what_no_platform_tells(crew: Crew, time: Time) -> None:
    shipment = shipped(crew, "")
    report = "sales.shipment.report"
    given = {"kind": "under_way", "place": "高雄", "words": "司機來電"}
    assert attempt(crew.logistics, report, shipment, given) == "done"
    assert attempt(crew.logistics, report, shipment.fresh, given) == "known"
    assert attempt(crew.logistics, report, shipment.fresh, {"kind": "signed"}) == "delivered"
    late = {"kind": "out", "at": clock.now() + datetime.timedelta(minutes=11)}
    assert attempt(crew.logistics, report, shipment.fresh, late) == "future"
    assert attempt(crew.sales, report, shipment.fresh, {"kind": "out"}) == "forbidden"
    told = {"scans": [{"at": clock.now(), "kind": "out"}]}
    assert attempt(crew.sales, "sales.shipment.track", shipment.fresh, told) == "forbidden"
    assert Scan.objects.get().way == "person"


@pytest.mark.parametrize(("hours", "found"), [(47.99, 0), (48.01, 1)])
def test_no_scan_for_two_days_is_an_exception(crew: Crew, time: Time, hours: float, found: int) -> None:
    shipment = shipped(crew)
    time.on(hours=hours)
    assert (note_stalls(), note_stalls()) == (found, 0), "it is one exception, however often the clock looks"
    assert bool(shipment.fresh.trouble) == bool(found)
    if found:
        due = duty_of(shipment, "2.6.3.4")
        assert due.opened_at == shipment.shipped_at + datetime.timedelta(hours=48)  # type: ignore[attr-defined]
        assert due.due_at == due.opened_at + datetime.timedelta(hours=4)
        assert Notice.objects.filter(person=crew.sales.person_id, message__contains="Tell the customer").count() == 1


def test_a_scan_ends_a_stall_and_its_duty(crew: Crew, time: Time) -> None:
    shipment = shipped(crew)
    time.on(hours=49)
    note_stalls()
    assert duty_of(shipment, "2.6.3.4").done_at is None
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "under_way"})
    assert shipment.fresh.trouble == ""
    assert duty_of(shipment, "2.6.3.4").done_at == clock.now()
    time.on(hours=47)
    assert note_stalls() == 0, "the clock begins anew with the scan"
    time.on(hours=2)
    assert note_stalls() == 1


def test_damage_is_an_exception_until_somebody_takes_it_up(crew: Crew, time: Time) -> None:
    shipment = shipped(crew)
    take_up = "sales.shipment.take_up"
    assert attempt(crew.logistics, take_up, shipment, {"plan": "補發"}) == "no_trouble"
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "damaged", "words": "外箱破損"})
    assert (shipment.fresh.trouble, duty_of(shipment, "2.6.3.4").done_at) == ("damaged", None)
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "under_way", "words": "續送"})
    assert shipment.fresh.trouble == "damaged", "that it goes on does not mend it"
    time.on(hours=3)
    assert attempt(crew.logistics, take_up, shipment.fresh, {"plan": "  "}) == "invalid"
    assert attempt(crew.sales, take_up, shipment.fresh, {"plan": "補發"}) == "forbidden"
    assert attempt(crew.logistics, take_up, shipment.fresh, {"plan": "補發一台"}) == "done"
    assert attempt(crew.support, take_up, shipment.fresh, {"plan": "補發"}) == "taken"
    done = duty_of(shipment, "2.6.3.4")
    assert (done.done_at, done.done_by_id) == (clock.now(), crew.logistics.person_id)
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "short", "words": "少一箱"})
    assert Duty.objects.filter(rule="2.6.3.4", subject_id=shipment.pk).count() == 2, "another exception, another duty"


def test_what_is_there_needs_no_search_any_more(crew: Crew, time: Time) -> None:
    shipment = shipped(crew)
    time.on(hours=49)
    note_stalls()
    given = {"delivered_on": clock.today(crew.sales.zone)}
    act(crew.logistics, "sales.shipment.deliver", shipment.fresh, given)
    assert (shipment.fresh.trouble, duty_of(shipment, "2.6.3.4").done_at) == ("", clock.now())
    time.on(days=9)
    assert note_stalls() == 0


def test_damage_that_was_dealt_with_is_no_exception_again_when_the_carrier_tells_it_late(
    crew: Crew, time: Time
) -> None:
    shipment = shipped(crew)
    happened = time() + datetime.timedelta(minutes=30)

    def told(kind: str, at: datetime.datetime, words: str) -> None:
        given = {"scans": [{"kind": kind, "at": at, "words": words}], "way": "pushed"}
        act(HOUSE, "sales.shipment.track", shipment.fresh, given)

    time.on(hours=1)
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "damaged", "words": "司機來電：外箱破損"})
    time.on(hours=1)
    act(crew.logistics, "sales.shipment.take_up", shipment.fresh, {"plan": "到貨後補發一台"})
    time.on(hours=1)
    told("under_way", time(), "续送")
    assert shipment.fresh.trouble == "", "taken up, and on its way again"
    time.on(hours=1)
    told("damaged", happened, "外包装破损")
    assert shipment.fresh.trouble == "", "it is what we heard from the driver"
    assert Duty.objects.filter(rule="2.6.3.4", subject_id=shipment.pk).count() == 1
    told("short", happened, "少一件")
    assert shipment.fresh.trouble == "short", "the control: of that nobody had heard"


def test_damage_after_what_was_dealt_with_is_an_exception_of_its_own(crew: Crew, time: Time) -> None:
    shipment = shipped(crew)
    time.on(hours=1)
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "damaged", "words": "外箱破損"})
    act(crew.logistics, "sales.shipment.take_up", shipment.fresh, {"plan": "補發"})
    time.on(hours=2)
    act(crew.logistics, "sales.shipment.report", shipment.fresh, {"kind": "under_way", "words": "續送"})
    later = [{"kind": "damaged", "at": time() - datetime.timedelta(hours=1), "words": "再次破损"}]
    act(HOUSE, "sales.shipment.track", shipment.fresh, {"scans": later, "way": "pushed"})
    assert (shipment.fresh.trouble, shipment.fresh.trouble_taken_at) == ("damaged", None)
