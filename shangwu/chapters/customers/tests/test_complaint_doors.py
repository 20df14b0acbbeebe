"""Clause 2.5.3: who complains needs no sign-in: a form of ours, a signed link, and one word whether it is settled."""

import re
import threading
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from shangwu.chapters.customers import links
from shangwu.chapters.customers.actions import complaint_answers
from shangwu.chapters.customers.complaint_access import by_link
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.pages import complaint_doors
from shangwu.chapters.customers.tests.complaining import Desk, Time, duty_of
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.foundation.actions import locking, runner
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records import gate

pytestmark = pytest.mark.clause("2.5.3")

GIVEN = {
    "claimant_name": "林美玲", "claimant_phone": "138 0013 8000", "claimant_email": "lin@huatai.example",
    "description": "外圈有裂紋", "demand": "換貨", "category": "quality", "is_consumer": "true",
}  # fmt: skip


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def send(client: Client, address: str, **given: Any) -> Any:
    """Open the page as a browser does, and send its form."""
    shown = client.get(address)
    assert shown.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())
    once = re.search(r'name="form_token" value="([^"]+)"', shown.content.decode())
    assert token
    assert once
    return client.post(address, {"csrfmiddlewaretoken": token[1], "form_token": once[1], **given})


@pytest.mark.django_db
def test_a_stranger_complains_at_the_public_address(desk: Desk, client: Client) -> None:
    photo = SimpleUploadedFile("裂紋.txt", "外圈裂紋三處".encode())
    answer = send(client, f"/complain/{desk.entity.code}/", **GIVEN, file=photo)
    assert answer.status_code == 200
    one = Complaint.objects.get()
    assert one.number in answer.content.decode()
    assert (one.source, one.customer_id, one.owner_id, one.is_consumer) == ("page", None, None, True)
    assert (one.entity_id, one.department_id) == (desk.entity.pk, desk.department.pk)
    assert StoredFile.objects.get(record_id=one.pk, record_type="customers.complaint").name == "裂紋.txt"
    assert duty_of(one, "2.5.3.1").holder_id == desk.service.person_id


@pytest.mark.django_db
def test_a_signed_link_knows_the_customer_and_nobody_can_change_whom(desk: Desk, client: Client) -> None:
    customer, other = a_customer(desk.sales), a_customer(desk.sales)
    send(client, links.for_customer(customer), **GIVEN, known_customer=other.pk, customer=other.pk)
    assert Complaint.objects.get().customer_id == customer.pk


@pytest.mark.django_db
def test_the_link_of_a_customer_of_no_legal_entity_opens_the_houses_form(desk: Desk, client: Client) -> None:
    """What the system or an import brought in may be no legal entity's; the customer has a right to complain all the
    same, and the answer reaches them."""
    customer = a_customer(desk.sales)
    with gate.door():
        type(customer)._base_manager.filter(pk=customer.pk).update(entity=None)
    send(client, links.for_customer(customer.fresh), **GIVEN)
    one = Complaint.objects.get()
    assert (one.customer_id, one.entity_id is not None) == (customer.pk, True)


@pytest.mark.django_db
def test_forged_and_expired_links_are_refused_clearly(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk.brought_to("replied")
    customer = one.customer
    assert customer is not None
    for address in (links.for_customer(customer), links.for_answer(one)):
        head, token = address.rstrip("/").rsplit("/", 1)
        for forged in (
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "x",
            signing.dumps([1, 2, 3]),
            token.swapcase(),
        ):
            answer = client.get(f"{head}/{forged}/")
            assert answer.status_code == 403, forged
            assert "not complete, or was changed" in answer.content.decode()
    crossed = links.for_customer(customer).replace("/by/", "/about/")
    assert client.get(crossed).status_code == 403, "a link is good for its own door only"
    address = links.for_answer(one)
    monkeypatch.setattr(links, "days", lambda: -1)
    answer = client.get(address)
    assert answer.status_code == 410
    assert "expired" in answer.content.decode()


@pytest.mark.django_db
def test_an_address_of_nobody_is_not_there(desk: Desk, client: Client) -> None:
    assert client.get("/complain/NOBODY/").status_code == 404


@pytest.mark.django_db
def test_what_is_missing_is_said_and_what_was_entered_stays(desk: Desk, client: Client) -> None:
    address = f"/complain/{desk.entity.code}/"
    answer = send(client, address, description="", demand="換貨")
    assert answer.status_code == 422
    assert "換貨" in answer.content.decode()
    answer = send(client, address, description="壞了")
    assert answer.status_code == 422
    assert "phone number or an email" in answer.content.decode()
    assert Complaint.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [("a.exe", b"MZ" + bytes(300)), ("a.pdf", b"MZ" + bytes(300)), ("empty.txt", b""), ("a.zip", b"PK\x03\x04broken")],
)
def test_files_pass_the_same_examination_as_everybodys(desk: Desk, client: Client, name: str, data: bytes) -> None:
    answer = send(client, f"/complain/{desk.entity.code}/", **GIVEN, file=SimpleUploadedFile(name, data))
    assert answer.status_code == 422
    assert Complaint.objects.count() == 0


@pytest.mark.django_db
def test_six_files_are_too_many(desk: Desk, client: Client) -> None:
    files = [SimpleUploadedFile(f"{n}.txt", b"x" * (n + 1)) for n in range(6)]
    assert send(client, f"/complain/{desk.entity.code}/", **GIVEN, file=files).status_code == 422


@pytest.mark.django_db
def test_without_the_pages_own_token_nothing_is_taken(desk: Desk, client: Client) -> None:
    assert client.post(f"/complain/{desk.entity.code}/", GIVEN).status_code == 403
    assert Complaint.objects.count() == 0


@pytest.mark.django_db
def test_the_same_form_sent_twice_has_one_effect(desk: Desk) -> None:
    client = Client()
    for _n in range(2):
        assert client.post(f"/complain/{desk.entity.code}/", {**GIVEN, "form_token": "once"}).status_code == 200
    assert Complaint.objects.count() == 1


@pytest.mark.django_db
def test_one_address_sends_so_often_in_a_minute(desk: Desk) -> None:
    client = Client()
    answers = [
        client.post(f"/complain/{desk.entity.code}/", GIVEN).status_code for _n in range(complaint_doors.SENDS + 1)
    ]
    assert answers == [200] * complaint_doors.SENDS + [429]


@pytest.mark.django_db
def test_nobody_submits_but_by_a_link(desk: Desk) -> None:
    for by in (desk.service, desk.head, desk.executive):
        with pytest.raises(Refusal, match="forbidden"):
            act(by, "customers.complaint.submit", None, {"description": "x", "claimant_phone": "1"})


@pytest.mark.django_db
def test_a_link_opens_one_complaint_and_nothing_else(desk: Desk) -> None:
    one, other = desk.complaint(), desk.complaint()
    by = by_link(desk.entity, desk.department.pk, one.public_id)
    with gate.request_code():
        assert list(Complaint.objects.visible_to(by)) == [one]
        assert not Complaint.objects.visible_to(by_link(desk.entity, desk.department.pk)).exists()
        assert not type(one.customer).objects.visible_to(by).exists()
    assert other.pk


@pytest.mark.django_db
def test_the_customer_confirms_by_a_link_that_works_once(desk: Desk, client: Client) -> None:
    one = desk.brought_to("replied")
    address = links.for_answer(one)
    assert "已換貨" in client.get(address).content.decode(), "our answer stands on the page"
    assert send(client, address, agrees="true", words="謝謝").status_code == 200
    found = one.fresh
    assert (found.state, found.confirmed_by_link, found.confirmed_by_id) == ("watching", True, None)
    assert duty_of(one, "2.5.3.4") is not None
    assert client.get(address).status_code == 410, "a second time it opens nothing"
    assert "answered already" in client.get(address).content.decode()


@pytest.mark.django_db
def test_who_disagrees_reopens_it_and_an_old_link_stays_used(desk: Desk, client: Client, moment: Time) -> None:
    one = desk.brought_to("replied")
    address = links.for_answer(one)
    assert send(client, address, agrees="false", words="還是有異音").status_code == 200
    found = one.fresh
    assert (found.state, found.round, found.reopened_because) == ("investigating", 1, "還是有異音")
    moment.go("2026-09-29 15:00")
    desk.brought_to("replied", one)
    assert client.get(address).status_code == 410
    assert client.get(links.for_answer(one.fresh)).status_code == 200


@pytest.mark.alone
@pytest.mark.parametrize("guarded", [True, False])
def test_yes_and_no_at_the_same_moment_are_one_word(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    desk = Desk()
    one = desk.brought_to("replied")
    said: list[bool] = []
    real = complaint_answers.open_again
    monkeypatch.setattr(complaint_answers, "open_again", lambda *given: (said.append(False), real(*given)))
    enter = complaint_answers.enter_state
    monkeypatch.setattr(
        complaint_answers, "enter_state", lambda *given: (given[1] == "confirmed" and said.append(True), enter(*given))
    )
    if not guarded:
        seen = locking.seen
        monkeypatch.setattr(
            "shangwu.foundation.actions.locking.seen", lambda *given, **named: seen(*given, **{**named, "lock": False})
        )
    meet = threading.Barrier(2)
    apply = runner.applying.apply

    def slowly(batch: Any) -> None:
        apply(batch)
        try:
            meet.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            meet.reset()

    monkeypatch.setattr(runner.applying, "apply", slowly)
    by = by_link(desk.entity, None, one.public_id)
    start = threading.Barrier(2, timeout=10)
    codes: list[str] = []

    def speak(agrees: bool) -> None:
        start.wait()
        try:
            act(by, "customers.complaint.answer", one.public_id, {"asked": 1, "agrees": agrees})
            codes.append("done")
        except Refusal as refusal:
            codes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=speak, args=[agrees]) for agrees in (True, False)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(codes) == (["done", "state"] if guarded else ["done", "done"])
    assert len(said) == (1 if guarded else 2), "without the lock both words are taken"


@pytest.mark.django_db
def test_the_link_of_a_file_that_was_merged_leads_to_the_one_that_stays(desk: Desk, client: Client) -> None:
    """Links are good for weeks; the file may go into another, and that one into a third."""
    customer, second, third = (a_customer(desk.sales) for _n in range(3))
    link = links.for_customer(customer)
    for gone, into in ((customer, second), (second, third)):
        act(desk.head, "customers.customer.merge", into.fresh, {"others": [{"file": gone.fresh}]}, reason="同一家")
    send(client, link, **GIVEN)
    assert Complaint.objects.get().customer_id == third.pk
