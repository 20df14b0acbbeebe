"""A calendar program reads one's duties, meetings and follow-ups; nothing secret is named in it."""

import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.notices.dates import Dated, calendar_text

AT = datetime.datetime(2026, 11, 23, 1, tzinfo=datetime.UTC)


def a_date(**values: object) -> Dated:
    given: dict = {
        "key": "duty-1",
        "starts": AT,
        "title": "交貨日通知",
        "address": "/duties/",
        "changed_at": AT,
    } | values
    return Dated(**given)


def unfolded(raw: bytes) -> list[str]:
    """As a reader does it: RFC 5545, 3.1."""
    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    return raw.decode().replace("\r\n ", "").rstrip("\r\n").split("\r\n")


def test_an_event_has_what_the_standard_asks() -> None:
    lines = unfolded(calendar_text([a_date(), a_date(key="2", starts=datetime.date(2026, 11, 24))]))
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert any(line.startswith("PRODID:") for line in lines)
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    assert {"UID:duty-1@localhost", "DTSTAMP:20261123T010000Z", "DTSTART:20261123T010000Z", "SUMMARY:交貨日通知"} <= {
        *event
    }
    assert {"DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"} <= {*lines}


@pytest.mark.clause("3.4.2")
def test_what_is_secret_has_a_time_and_no_name() -> None:
    with translation.override("zh-hant"):
        raw = calendar_text([a_date(title="canary-7f3a", place="canary-7f3a", stays_inside=True)]).decode()
    assert "canary" not in raw
    assert "SUMMARY:您有 1 項待辦" in raw


def test_the_same_dates_are_the_same_bytes() -> None:
    assert calendar_text([a_date()]) == calendar_text([a_date()])


@given(title=st.text(max_size=300))
def test_any_title_comes_back_as_one_line(title: str) -> None:
    raw = calendar_text([a_date(title=title.encode(errors="ignore").decode())])
    lines = unfolded(raw)
    assert [line for line in lines if line.startswith("BEGIN:VEVENT")] == ["BEGIN:VEVENT"]
    (summary,) = (line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:"))
    assert len(lines) == 16
    plain = summary.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert len(plain) <= 200
