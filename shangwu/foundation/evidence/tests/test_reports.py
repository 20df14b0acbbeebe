"""The compliance report of a month: prepared as it stood, signed by the head, noted by the executive, on paper."""

import re
import zlib

import pytest

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.board import reporting
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.evidence.models import Report
from shangwu.foundation.evidence.monthly import digest_of
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

pytestmark = pytest.mark.django_db

SIGNED = {"remark": "漏訪一家, 已補"}


def prepared(by: Actor, month: str = "2026-10") -> Report:
    return act(by, "evidence.report.create", None, {"month": month}).record  # type: ignore[no-any-return]


def test_the_head_signs_what_stood_and_the_executive_notes_it(lived: Office, time: Time) -> None:
    head, executive = lived.by(lived.head), lived.by(lived.executive)
    report = prepared(head)
    whole = reporting.month_of(head, "2026-10").whole
    assert (report.kept, report.late) == (whole.kept, whole.late)
    assert whole.late > 0
    assert report.sha256 == digest_of(report.sheet)
    with pytest.raises(Refusal):
        act(executive, "evidence.report.note", report)
    time.go("2026-11-25 10:00")
    report = act(head, "evidence.report.sign", report, SIGNED).record
    assert (report.state, report.signed_by_id, report.signed_at) == ("signed", lived.head.pk, clock.now())
    report = act(executive, "evidence.report.note", report).record
    assert (report.state, report.noted_by_id) == ("noted", lived.executive.pk)


def test_what_comes_later_changes_no_sheet(lived: Office, time: Time) -> None:
    head = lived.by(lived.head)
    report = act(head, "evidence.report.sign", prepared(head), SIGNED).record
    before = report.sheet
    customer = next(one for one in before["late"] if one["done"] == "")["about"]
    assert customer.startswith("客戶")
    from shangwu.chapters.customers.models import Customer

    given = {"customer": Customer.objects.get(name=customer), "at": clock.now(), "summary": "電話"}
    act(lived.by(lived.sales), "customers.communication.create", None, given)
    assert report.fresh.sheet == before


@pytest.mark.parametrize("month", ["2026-11", "2027-01", "2026-13", "x", "2026-1"])
def test_only_a_month_that_is_over_has_a_report(lived: Office, month: str) -> None:
    with pytest.raises(Refusal) as refused:
        prepared(lived.by(lived.head), month)
    assert refused.value.code == "month"


def test_one_report_a_month_unless_it_was_discarded(lived: Office) -> None:
    head = lived.by(lived.head)
    first = prepared(head)
    with pytest.raises(Refusal):
        prepared(head)
    act(head, "evidence.report.discard", first)
    assert act(head, "evidence.report.sign", prepared(head), SIGNED).record.state == "signed"
    with pytest.raises(Refusal):
        act(head, "evidence.report.discard", Report.objects.get(state="signed"))


def test_only_a_head_prepares_and_signs(lived: Office) -> None:
    for person in (lived.sales, lived.support, lived.executive):
        with pytest.raises(Refusal):
            prepared(lived.by(person))
    with pytest.raises(Refusal):
        act(lived.by(lived.executive), "evidence.report.sign", prepared(lived.by(lived.head)), SIGNED)


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_its_paper_is_a4_in_chinese_type_with_the_signature(lived: Office, language: str) -> None:
    head = lived.by(lived.head)
    report = act(head, "evidence.report.sign", prepared(head), SIGNED).record
    client = a_client(lived.head, language)
    answer = client.get(f"/evidence/reports/{report.public_id}/paper/")
    assert answer["Content-Type"] == "application/pdf"
    shown = plain(b"".join(answer))
    assert re.search(rb"/MediaBox ?\[0 0 595\.2\d+ 841\.8\d+\]", shown)
    fonts = set(re.findall(rb"/BaseFont ?/(?:[A-Z]{6}\+)?([\w-]+)", shown))
    assert fonts
    assert all(one.startswith((b"NotoSansCJK", b"DejaVuSansMono")) for one in fonts), fonts


def plain(pdf: bytes) -> bytes:
    """A PDF's objects, those in compressed streams included."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"".join(found)


def test_my_day_asks_the_head_for_the_signature(lived: Office) -> None:
    client = a_client(lived.head)
    assert "The report of 2026-10 is not prepared yet" in client.get("/my-day/later/").content.decode()
    report = prepared(lived.by(lived.head))
    assert "The report of 2026-10 waits for your signature" in client.get("/my-day/later/").content.decode()
    shown = client.get(f"/evidence/reports/{report.public_id}/").content.decode()
    assert "2.5.2" in shown
    assert "not yet connected" in shown
    assert "/act/evidence.report.sign/" in shown
    assert "_then" not in client.get("/evidence/reports/new/").content.decode(), "never signed unread"
    act(lived.by(lived.head), "evidence.report.sign", report, SIGNED)
    assert "The report of 2026-10" not in client.get("/my-day/later/").content.decode()
    assert "The report of" not in a_client(lived.sales).get("/my-day/later/").content.decode()
