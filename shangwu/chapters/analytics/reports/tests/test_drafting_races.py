"""2.7.2: two workers that draft at the same moment make one report."""

import datetime
import threading
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.models import SalesReport
from shangwu.chapters.analytics.reports import events
from shangwu.chapters.analytics.reports.tests.books import NOVEMBER, NOW, Books
from shangwu.chapters.sales.tests.test_races import together
from shangwu.foundation.duties import directory
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.alone, pytest.mark.clause("2.7.2")]


def test_two_workers_at_once_draft_one_report(
    committing: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    """Both have seen that it is missing before either has drafted it."""
    settings.FACTS, settings.SNAPSHOTS = tmp_path / "facts", tmp_path / "snapshots"
    former = clock.replace_source(lambda: NOW.astimezone(datetime.UTC))
    try:
        house = Books()
        assert house.business.person_id
        meet, look = threading.Barrier(2, timeout=20), events._wanted

        def both_look() -> Any:
            found = list(look())
            meet.wait()
            return iter(found)

        monkeypatch.setattr(events, "_wanted", both_look)
        assert together(*(lambda: str(events.draft_reports()) for _worker in range(2))) == ["0", "1"]
        (made,) = SalesReport.objects.all()
        assert (made.cadence, made.starts_on, made.state) == ("month", NOVEMBER, "draft")
    finally:
        clock.replace_source(former)
        directory.forget()
