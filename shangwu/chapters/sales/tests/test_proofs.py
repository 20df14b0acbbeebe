"""Clause 2.6.3: the receipt of delivery comes from the phone, in one form, and counts once; it proves the duty."""

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Shipment
from shangwu.chapters.sales.tests.factories import a_ready_order, a_shipped_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files import intake, receipts, storage
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
PAGE = b"<html><script>alert(document.domain)</script></html>"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def phone_of(by: Actor, language: str = "zh-hant") -> Client:
    return a_client(Person.objects.get(pk=by.person_id), language)


def form(shipment: Shipment) -> str:
    return reverse("sales.shipment.prove", kwargs={"public_id": shipment.public_id})


def send(client: Client, shipment: Shipment, content: bytes = PHOTO, name: str = "IMG_0001.png", **values: str) -> Any:
    given = {"signed_by": "何玉玲", "form_token": "5f3c2a9e6b1d4c8f"} | values
    return client.post(form(shipment), {**given, "photo": SimpleUploadedFile(name, content)})


def a_photo(by: Actor) -> str:
    taken = intake.take(io.BytesIO(PHOTO), "a.png", entity=by.entity_id or 0)
    return receipts.receipt(taken, by)


def receipt_duty(shipment: Shipment) -> Duty:
    return Duty.objects.get(rule="2.6.3.5", subject_id=shipment.pk, subject_type="sales.shipment")


def test_one_form_delivers_and_proves(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew)
    client = phone_of(crew.logistics)
    assert client.get(form(shipment)).status_code == 200
    assert send(client, shipment, note="收發室").status_code == 303
    shipment = shipment.fresh
    assert (shipment.state, shipment.delivered_on, shipment.signed_by) == ("delivered", today(crew), "何玉玲")
    (file,) = files_on(shipment)
    assert (file.name, file.kind, file.note) == (f"{shipment.number}.png", "png", "收發室")
    assert shipment.receipt == file.name
    assert order.fresh.state == "delivered"
    duty = receipt_duty(shipment)
    assert (duty.done_at, duty.done_by_id) == (shipment.receipted_at, crew.logistics.person_id)


def test_the_form_sent_twice_counts_once(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    client = phone_of(crew.logistics)
    assert [send(client, shipment).status_code for _time in range(2)] == [303, 303]
    first = Entry.objects.count()
    assert len(files_on(shipment.fresh)) == 1
    assert send(client, shipment, form_token="aaaaaaaaaaaaaaaa").status_code == 303, "the page was loaded anew between"
    other = send(client, shipment, PHOTO + b"\n", form_token="bbbbbbbbbbbbbbbb")
    assert other.status_code == 422, "another picture is told that the receipt is here"
    assert (len(files_on(shipment.fresh)), Entry.objects.count()) == (1, first)


def test_a_delivery_entered_before_waits_for_its_receipt(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    assert receipt_duty(shipment).done_at is None, "that it was delivered is no receipt"
    assert send(phone_of(crew.logistics), shipment).status_code == 303
    assert receipt_duty(shipment).done_at is not None


@pytest.mark.parametrize(
    ("content", "name", "values"),
    [
        (PAGE, "a.png", {}),
        (b"just text", "a.txt", {}),
        (b"", "a.png", {}),
        (PHOTO, "a.png", {"signed_by": "  "}),
        (PHOTO, "a.png", {"signed_at": "gestern"}),
        (PHOTO, "a.png", {"signed_at": "2019-01-01T10:00"}),
        (PHOTO, "a.png", {"signed_at": "2999-01-01T10:00"}),
    ],
)
def test_what_is_no_proof_is_refused_and_nothing_is_delivered(
    crew: Crew, content: bytes, name: str, values: dict[str, str]
) -> None:
    _order, shipment = a_shipped_order(crew)
    answer = send(phone_of(crew.logistics), shipment, content, name, **values)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert (shipment.fresh.state, files_on(shipment)) == ("shipped", [])


def test_a_photograph_has_to_be_chosen(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    assert phone_of(crew.logistics).post(form(shipment), {"signed_by": "何"}).status_code == 422
    assert shipment.fresh.state == "shipped"


def test_only_who_ships_brings_receipts_and_strangers_find_nothing(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    assert send(phone_of(crew.sales), shipment).status_code == 403
    assert send(phone_of(Crew().logistics), shipment).status_code == 404
    assert shipment.fresh.state == "shipped"


def test_the_door_takes_a_receipt_only_from_who_uploaded_it(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    prove, signed = "sales.shipment.prove", {"signed_by": "何玉玲"}
    mine = {"photo": a_photo(crew.logistics), **signed}
    assert attempt(crew.logistics, prove, shipment, mine) == "not_delivered"
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    assert attempt(crew.support, prove, shipment.fresh, mine) == "receipt"
    assert attempt(crew.logistics, prove, shipment.fresh, {"photo": "x", **signed}) == "receipt"
    assert attempt(crew.sales, prove, shipment.fresh, mine) == "forbidden"
    late = {"signed_at": clock.now() + datetime.timedelta(minutes=1)}
    assert attempt(crew.logistics, prove, shipment.fresh, mine | late) == "order_of_days"
    assert attempt(crew.logistics, prove, shipment.fresh, mine) == "done"
    assert attempt(crew.logistics, prove, shipment.fresh, mine) == "proved"


def test_what_is_not_under_way_has_no_receipt(crew: Crew) -> None:
    order = a_ready_order(crew)
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "1"}]})
    shipment = Shipment.objects.get(order=order)
    assert send(phone_of(crew.logistics), shipment).status_code == 422
    assert shipment.fresh.state == "prepared"
