"""Files on records: taken in with suspicion, seen with their record only, given out as downloads; and the scrub."""

import datetime
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.scrub import scrub
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import HOUSE, a_department, a_person, an_actor, an_entity, unique

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF"
PAGE = b"<html><script>alert(document.domain)</script></html>"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    monkeypatch.setattr("shangwu.foundation.files.scrub.blobs", lambda: folder)
    return tmp_path / "kept"


@pytest.fixture
def head() -> Person:
    return a_person(Role.HEAD, department=a_department(), entity=an_entity())


@pytest.fixture
def customer(head: Person) -> Customer:
    given = {"name": unique("客戶"), "department": head.department, "owner": head}
    return act(HOUSE, "customers.customer.create", None, given).record  # type: ignore[no-any-return]


def files_url(customer: Customer) -> str:
    return reverse("customers.customer.files", kwargs={"public_id": customer.public_id})


def attached(client: Client, customer: Customer, content: bytes, name: str) -> Any:
    return client.post(files_url(customer), {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_attached_shown_given_out_and_taken_away(head: Person, customer: Customer) -> None:
    client = a_client(head)
    assert attached(client, customer, PDF, "報價單.pdf").status_code == 303
    (file,) = files_on(customer)
    assert (file.name, file.kind, file.size, file.owner_id) == ("報價單.pdf", "pdf", len(PDF), head.pk)
    detail = reverse("customers.customer.detail", kwargs={"public_id": customer.public_id})
    assert "報價單.pdf" in client.get(f"{detail}?tab=files").content.decode()

    answer = client.get(reverse("file", kwargs={"public_id": file.public_id}))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]

    assert client.post(files_url(customer), {"gone": str(file.public_id)}).status_code == 303
    assert files_on(customer) == []
    assert client.get(reverse("file", kwargs={"public_id": file.public_id})).status_code == 404


def test_a_page_that_a_browser_would_run_is_never_given_out_as_one(head: Person, customer: Customer) -> None:
    client = a_client(head)
    attached(client, customer, PAGE, "brief.html")
    (file,) = files_on(customer)
    answer = client.get(reverse("file", kwargs={"public_id": file.public_id}))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert file.notices == "download_only"


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90\x00\x03\x00\x00\x00", "報價.pdf"), (PDF, "報價.docx"), (b"", "a.txt"), (b"x", "run.bat")],
)
def test_what_is_not_fit_is_refused_and_leaves_nothing(
    head: Person, customer: Customer, kept: Path, content: bytes, name: str
) -> None:
    assert attached(a_client(head), customer, content, name).status_code == 422
    assert files_on(customer) == []
    assert not [path for path in kept.rglob("*") if path.is_file()]


def test_the_gate_is_the_records_never_the_address(head: Person, customer: Customer) -> None:
    attached(a_client(head), customer, PDF, "a.pdf")
    (file,) = files_on(customer)
    url = reverse("file", kwargs={"public_id": file.public_id})
    stranger = a_client(a_person(Role.SALES, department=a_department()))
    assert stranger.get(url).status_code == 404
    assert stranger.get(files_url(customer)).status_code == 404
    assert attached(stranger, customer, PDF, "b.pdf").status_code == 404

    colleague = a_person(Role.HEAD, department=head.department)
    client = a_client(colleague)
    assert client.get(url).status_code == 200
    act(
        HOUSE,
        "customers.customer.transfer",
        customer,
        {"to": a_person(Role.SALES, department=a_department())},
        reason="x",
    )
    assert client.get(url).status_code == 404, "the right is gone with the record's, at the next question"


def test_who_knows_a_hash_does_not_get_the_file(head: Person, customer: Customer) -> None:
    attached(a_client(head), customer, PDF, "a.pdf")
    (file,) = files_on(customer)
    thief = an_actor(Role.HEAD, department=head.department)
    for receipt in (file.sha256, f"{file.sha256}:1:{file.size}", ""):
        given = {"record_type": "customers.customer", "note": str(customer.public_id), "name": receipt}
        with pytest.raises(Refusal) as caught:
            act(thief, "files.storedfile.create", None, given)
        assert caught.value.code in {"receipt", "invalid"}
    for about in ("files.storedfile", "people.account", "nothing"):
        given = {"record_type": about, "note": str(customer.public_id), "name": "x"}
        with pytest.raises(Refusal):
            act(thief, "files.storedfile.create", None, given)


def test_a_file_above_ones_clearance_does_not_exist(head: Person, customer: Customer) -> None:
    attached(a_client(head), customer, PDF, "a.pdf")
    (file,) = files_on(customer)
    with gate.door():
        StoredFile.objects.filter(pk=file.pk).update(secrecy=3)
    junior = a_person(Role.HEAD, department=head.department, clearance=1)
    assert a_client(junior).get(reverse("file", kwargs={"public_id": file.public_id})).status_code == 404


def test_one_content_on_two_records_is_kept_once(head: Person, customer: Customer, kept: Path) -> None:
    client = a_client(head)
    given = {"name": unique("客戶"), "department": head.department, "owner": head}
    other = act(HOUSE, "customers.customer.create", None, given).record
    attached(client, customer, PDF, "a.pdf")
    attached(client, other, PDF, "b.pdf")
    assert len([path for path in kept.rglob("*") if path.is_file()]) == 1


def test_the_scrub_finds_damage_and_loss_and_clears_leftovers(head: Person, customer: Customer, kept: Path) -> None:
    client = a_client(head)
    for name, content in (("a.txt", b"first"), ("b.txt", b"second"), ("c.txt", b"third")):
        attached(client, customer, content, name)
    assert (scrub().damaged, scrub().looked_at) == ([], 3)
    first, second, _third = sorted(files_on(customer), key=lambda file: file.name)
    (kept / first.blob.address).write_bytes(b"fir5t")
    (kept / second.blob.address).unlink()
    leftover, _checked = storage.keep([b"nobody's"], entity=7, most=100, check=lambda path: None)
    found = scrub()
    assert found.damaged == sorted([first.blob.address, second.blob.address])
    assert (found.removed, (kept / leftover.address).exists()) == (0, True), "it may still be on its way to its row"
    old = time.time() - datetime.timedelta(days=3).total_seconds()
    os.utime(kept / leftover.address, (old, old))
    assert scrub().removed == 1
    assert (kept / first.blob.address).exists()
    assert not (kept / leftover.address).exists()
