"""Clause 2.6.3: carriers are a table with number rules; a wrong number is refused, a number alone tells its carrier."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales import carrier_numbers, tables, tracking
from shangwu.chapters.sales.models import Carrier, Shipment
from shangwu.chapters.sales.tests.factories import a_ready_order, a_shipped_order, attempt
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Source

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]


@pytest.fixture
def crew() -> Crew:
    tables.fill(Source.DEMO)
    return Crew()


def carrier(code: str) -> Carrier:
    return Carrier.objects.get(code=code)


def shipped(crew: Crew, **given: Any) -> Shipment:
    order = a_ready_order(crew)
    act(crew.logistics, "sales.order.ship", order, given)
    return Shipment.objects.get(order=order)


def test_the_table_is_filled_once_and_what_people_take_out_stays_out() -> None:
    made = tables.fill()
    assert made == len(list(tables.carriers())) == Carrier.objects.count()
    assert {one.code for one in Carrier.objects.filter(rule="strong")} == {"SF", "YTO", "JTSD", "JD", "EMS"}
    crew = Crew()
    act(crew.logistics, "sales.carrier.archive", carrier("STO"))
    assert tables.fill() == 0
    assert carrier("STO").archived_at is not None
    assert attempt(crew.sales, "sales.carrier.edit", carrier("SF"), {"rank": 1}) == "forbidden"


@pytest.mark.parametrize(
    ("code", "number", "answer"),
    [
        ("SF", "SF1234567890123", "done"),
        ("SF", "sf 1234-5678-90123", "done"),  # as it is read out
        ("SF", "ＳＦ１２３４５６７８９０１２３", "done"),  # typed with a Chinese keyboard
        ("SF", "123456789012", "done"),
        ("SF", "SF123456789012", "number"),
        ("SF", "SF12345678901234", "number"),
        ("SF", "YT1234567890123", "number"),
        ("YTO", "YT1234567890123", "done"),
        ("JTSD", "JT123456789012", "number"),
        ("JD", "JDVA12345678901", "done"),
        ("JD", "JD1234567890", "number"),
        ("EMS", "EA473124829CN", "done"),
        ("EMS", "EA473124828CN", "number"),  # its check digit is wrong
        ("EMS", "EA473124829TW", "number"),
        ("ZTO", "whatever is on the label", "done"),  # public rules disagree: never refused
        ("OWN", "1", "number"),  # our own van has no numbers
        ("OWN", "", "done"),
    ],
)
def test_strong_rules_refuse_and_weak_ones_do_not(crew: Crew, code: str, number: str, answer: str) -> None:
    order = a_ready_order(crew)
    given = {"carried_by": carrier(code), "tracking_number": number}
    assert attempt(crew.logistics, "sales.order.ship", order, given) == answer
    if answer == "done":
        shipment = Shipment.objects.get(order=order)
        assert shipment.carrier == carrier(code).name
        assert shipment.tracking_number == carrier_numbers.tidy(number)
    else:
        assert order.fresh.shipped_quantity == 0, "what was refused has not left"


def test_the_refusal_says_which_carrier_and_what_to_do(crew: Crew) -> None:
    with pytest.raises(Refusal) as refused:
        shipped(crew, carried_by=carrier("SF"), tracking_number="SF1")
    assert carrier("SF").name in str(refused.value.sentence)
    assert list(refused.value.fields) == ["tracking_number"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("SF1234567890123", "SF"),
        ("JT1234567890123", "JTSD"),
        ("EA473124829CN", "EMS"),
        ("EA473124828CN", None),
        ("123456789012", None),  # twelve digits may be anybody's
        ("DPK123456789012", None),  # weak: suggested, never chosen
    ],
)
def test_a_number_alone_tells_its_carrier(crew: Crew, number: str, code: str | None) -> None:
    shipment = shipped(crew, tracking_number=number)
    assert (shipment.carried_by and shipment.carried_by.code) == code
    assert bool(shipment.carrier) == bool(code)


def test_a_name_is_looked_up_in_the_table_and_others_stay_as_written(crew: Crew) -> None:
    assert shipped(crew, carrier="順豐").carried_by == carrier("SF")
    assert shipped(crew, carrier="zto express").carried_by == carrier("ZTO")
    other = shipped(crew, carrier="老王貨運", tracking_number="A-1")
    assert (other.carried_by, other.carrier, other.tracking_number) == (None, "老王貨運", "A1")


def test_carrier_and_number_are_put_right_later_and_checked_again(crew: Crew) -> None:
    shipment = shipped(crew, carried_by=carrier("SF"), tracking_number="SF1234567890123")
    edit = "sales.shipment.edit"
    assert attempt(crew.logistics, edit, shipment, {"tracking_number": "SF12"}) == "number"
    assert attempt(crew.logistics, edit, shipment.fresh, {"carried_by": carrier("YTO")}) == "number"
    given = {"carried_by": carrier("YTO"), "tracking_number": "YT1234567890123"}
    assert attempt(crew.logistics, edit, shipment.fresh, given) == "done"
    assert shipment.fresh.carrier == carrier("YTO").name
    assert attempt(crew.logistics, edit, shipment.fresh, {"carrier": "順豐", "tracking_number": ""}) == "done"
    assert shipment.fresh.carried_by == carrier("SF")
    act(crew.logistics, edit, shipment.fresh, {"carried_by": None})
    assert (shipment.fresh.carried_by, shipment.fresh.carrier) == (None, "")
    act(crew.logistics, edit, shipment.fresh, {"note": "易碎"})
    assert shipment.fresh.carrier == ""


def test_the_number_given_as_goods_leave_is_checked_too(crew: Crew) -> None:
    order = a_ready_order(crew)
    packed = {"lines": [{"position": 1, "to_ship": "1"}], "carried_by": carrier("SF")}
    act(crew.logistics, "sales.order.pack", order, packed)
    shipment = Shipment.objects.get(order=order)
    send = "sales.shipment.send"
    assert attempt(crew.logistics, send, shipment, {"tracking_number": "SF12"}) == "number"
    assert attempt(crew.logistics, send, shipment.fresh, {"tracking_number": "SF1234567890123"}) == "done"
    assert shipment.fresh.numbered


def test_goods_by_our_own_van_have_no_number_to_tell(crew: Crew) -> None:
    order = a_ready_order(crew)
    packed = {"lines": [{"position": 1, "to_ship": "1"}], "carried_by": carrier("OWN")}
    act(crew.logistics, "sales.order.pack", order, packed)
    shipment = Shipment.objects.get(order=order)
    act(crew.logistics, "sales.shipment.send", shipment)
    assert shipment.fresh.numbered is False
    assert shipped(crew).numbered is True


@pytest.mark.parametrize(
    "pattern", [r"SF\d+", r"(SF)\d{3}", r"SF|YT", r".*", r"\d{0,9}\d{0,9}\d{0,9}", "[9-0]", r"\d{5,2}", "sf"]
)
def test_a_pattern_that_could_run_for_long_or_is_none_is_refused(crew: Crew, pattern: str) -> None:
    with pytest.raises(ValidationError):
        carrier_numbers.validate_patterns(pattern)
    given = {"code": "X", "name": "新的", "rule": "weak", "patterns": pattern}
    assert attempt(crew.logistics, "sales.carrier.create", None, given) != "done"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "strong", "patterns": ""},
        {"rule": "none", "patterns": "A\\d{3}"},
        {"rule": "weak", "tracking": "kuaidi100", "platform_code": ""},
        {"rule": "weak", "code": "SF"},
    ],
)
def test_rules_that_contradict_themselves_are_refused(crew: Crew, wrong: dict[str, str]) -> None:
    given = {"code": "NEW", "name": "新的"} | wrong
    assert attempt(crew.logistics, "sales.carrier.create", None, given) not in ("done", "forbidden")


def test_the_page_offers_whose_number_it_may_be(crew: Crew) -> None:
    shipment = shipped(crew, tracking_number="789012345678")
    client = a_client(Person.objects.get(pk=crew.logistics.person_id), "zh-hant")
    address = reverse("sales.shipment.detail", kwargs={"public_id": shipment.public_id})
    page = client.get(address).content.decode()
    assert "中通快遞" in page
    assert "順豐速運" in page
    do = reverse("do.sales.shipment.edit", kwargs={"public_id": shipment.public_id})
    given = {"tracking_number": "789012345678", "carried_by": str(carrier("ZTO").public_id)}
    assert client.post(do, given).status_code == 303
    assert shipment.fresh.carried_by == carrier("ZTO")
    assert shipment.fresh.address == shipment.address, "what the form does not show stays"


@pytest.mark.parametrize("name", ["sales.carrier.list", "sales.carrier.create"])
def test_the_pages_of_the_table_open(crew: Crew, name: str) -> None:
    client = a_client(Person.objects.get(pk=crew.logistics.person_id), "en")
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    ("name", "number", "code"),
    [
        ("順豐", "SF1234567890123", "SF"),
        ("", "SF1234567890123", "SF"),
        ("中通", "789012345678", "ZTO"),
        ("順豐", "789", None),  # its number is none of SF's
        ("", "789012345678", None),  # anybody's
        ("老王貨運", "A1", None),
    ],
)
def test_what_left_before_there_was_a_table_is_followed_too(
    crew: Crew, name: str, number: str, code: str | None
) -> None:
    """What was not asked of it then, telling the number and bringing the receipt, is not asked of it now."""
    shipment = shipped(crew)
    before = {"carrier": name, "tracking_number": number, "carried_by": None, "numbered": None}
    with gate.door():
        Shipment.objects.filter(pk=shipment.pk).update(**before)
    assert tracking.recognise_carriers() == (0 if code is None else 1)
    found = shipment.fresh
    assert (found.carried_by and found.carried_by.code, found.numbered) == (code, None)
    assert tracking.recognise_carriers() == 0


def test_a_shipment_of_before_keeps_its_words(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    assert (shipment.carrier, shipment.carried_by) == ("", None)
