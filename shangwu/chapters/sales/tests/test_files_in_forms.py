"""Clause 2.6.2: whoever signs a contract chooses the scan in the form that asks for it."""

import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.tests.contracting import House, a_pdf
from shangwu.chapters.sales.tests.factories import today
from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def scans_on(contract: Contract) -> list[str]:
    with gate.free_reading():
        rows = StoredFile.objects.filter(record_type="sales.contract", record_id=contract.pk, name="scan.pdf")
        return [str(one.public_id) for one in rows]


@pytest.fixture
def seller(house: House) -> Client:
    return browser(house.sales)


def browser(by: Actor) -> Client:
    return a_client(Person.objects.get(pk=by.person_id))


def signs(house: House, client: Client, contract: Contract, pages: int = 3, **entries: Any) -> Any:
    given = {
        "file": SimpleUploadedFile("scan.pdf", a_pdf(pages, "signed"), "application/pdf"),
        "signed_on": today(house).isoformat(), "version": contract.fresh.version, "form_token": f"T{uuid.uuid4().hex}",
    }  # fmt: skip
    return client.post(f"/act/sales.contract.sign/{contract.public_id}/", given | entries)


def test_the_scan_that_is_chosen_in_the_form_is_the_contracts(house: House, seller: Client) -> None:
    contract = house.sealed()
    assert signs(house, seller, contract).status_code == 303
    assert contract.fresh.signed_on == today(house)
    assert len(scans_on(contract)) == 1


def test_the_same_form_twice_attaches_one_file(house: House, seller: Client) -> None:
    contract = house.sealed()
    token, version = f"T{uuid.uuid4().hex}", contract.fresh.version
    assert signs(house, seller, contract, form_token=token, version=version).status_code == 303
    time.sleep(1.1)  # a receipt that told its second would make the repeat look like other entries
    assert signs(house, seller, contract, form_token=token, version=version).status_code == 303
    assert len(scans_on(contract)) == 1


def test_a_form_that_comes_back_keeps_its_file(house: House, seller: Client) -> None:
    contract = house.sealed()
    back = signs(house, seller, contract, signed_on="")
    assert back.status_code == 422
    (attached,) = scans_on(contract)
    assert f'type="hidden" name="file" value="{attached}"' in back.content.decode()
    assert signs(house, seller, contract, file=attached).status_code == 303
    assert scans_on(contract) == [attached]


def test_what_is_no_file_for_us_is_said_at_its_field(house: House, seller: Client) -> None:
    contract = house.sealed()
    back = signs(house, seller, contract, file=SimpleUploadedFile("scan.pdf", b"MZ" + bytes(200)))
    assert back.status_code == 422
    assert scans_on(contract) == []
    assert contract.fresh.state == "sealed"


def test_of_who_may_not_sign_no_file_is_taken(house: House) -> None:
    contract = house.sealed()
    assert signs(house, browser(house.finance), contract).status_code in (403, 404)
    assert scans_on(contract) == []
