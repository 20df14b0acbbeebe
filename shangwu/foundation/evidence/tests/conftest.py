"""An office that has lived two months, and the bundles of its clauses."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.tests.factories import a_product
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties.tests.conftest import office, time  # noqa: F401 -- their fixtures
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.files import storage
from shangwu.foundation.jobs import running
from shangwu.foundation.records import clock


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys, heads and files of this test alone; each step of a job is written down."""
    settings.VAR = tmp_path
    monkeypatch.setenv("SHANGWU_HEADS", str(tmp_path / "elsewhere"))
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    monkeypatch.setattr(running, "PAUSE", 0.0)
    return tmp_path


@pytest.fixture
def lived(office: Office, time: Time) -> Office:  # noqa: F811
    """Contacts in time and late, one customer forgotten; an order at a discount that the head approved."""
    customers = [office.won_customer(name=f"客戶{place}有限公司", phone="0912345678") for place in range(3)]
    for moment, who in (("2026-10-05 10:00", 0), ("2026-10-28 10:00", 1)):
        time.go(moment)
        given = {"customer": customers[who], "at": clock.now(), "summary": "電話"}
        act(office.by(office.sales), "customers.communication.create", None, given)
    product = a_product(cost="61.2345")
    line = {"product": product, "quantity": "1", "discount": "0.08"}
    order = act(office.by(office.sales), "sales.order.create", None, {"customer": customers[0], "lines": [line]}).record
    act(office.by(office.sales), "sales.order.submit", order)
    request = Request.objects.get(subject_id=order.public_id)
    act(office.by(office.head), "approvals.request.approve", request, {"opinion": "老客戶, 同意"})
    time.go("2026-11-24 09:00")
    return office


FIRST, LAST = datetime.date(2026, 10, 1), datetime.date(2026, 10, 31)
