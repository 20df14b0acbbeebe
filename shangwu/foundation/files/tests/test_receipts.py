"""Clause 3.3.3: only who has brought the bytes gets a file of them, and only while they are new."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.files import intake, receipts, storage
from shangwu.foundation.records.actors import Actor, ActorKind

pytestmark = pytest.mark.clause("3.3.3")

LIN, WU = (Actor(kind=ActorKind.PERSON, person_id=number, entity_id=1) for number in (1, 2))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> storage.Folder:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    return folder


def taken() -> intake.Taken:
    return intake.take(io.BytesIO(b"order,amount\n1,2\n"), "orders.csv", entity=1)


def refused(text: str, by: Actor) -> bool:
    with pytest.raises(ValidationError) as caught:
        receipts.redeem(text, by)
    return bool(caught.value.code == "receipt")


def test_who_brought_the_bytes_gets_them() -> None:
    brought = taken()
    assert receipts.redeem(receipts.receipt(brought, LIN), LIN).blob == brought.blob


def test_a_receipt_of_someone_else_or_a_changed_one_is_none() -> None:
    text = receipts.receipt(taken(), LIN)
    assert refused(text, WU)
    assert refused(text[:-1] + ("A" if text[-1] != "A" else "B"), LIN)
    assert refused("", LIN)


def test_the_same_bytes_again_give_the_same_receipt() -> None:
    first = receipts.receipt(taken(), LIN)
    time.sleep(1.1)
    assert receipts.receipt(taken(), LIN) == first


def test_a_receipt_is_as_old_as_its_bytes(folder: storage.Folder) -> None:
    brought = taken()
    text = receipts.receipt(brought, LIN)
    yesterday = time.time() - receipts.LIFE - 60
    os.utime(folder.path(brought.blob.address), (yesterday, yesterday))
    assert refused(text, LIN)
    assert receipts.receipt(taken(), LIN) == text, "brought once more"
    assert receipts.redeem(text, LIN)


def test_bytes_that_were_swept_away_are_not_known_any_more(folder: storage.Folder) -> None:
    brought = taken()
    folder.delete(brought.blob.address)
    assert refused(receipts.receipt(brought, LIN), LIN)
