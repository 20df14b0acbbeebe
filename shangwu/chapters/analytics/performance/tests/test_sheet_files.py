"""2.7.3: sheets of targets come in by a workbook, a row for each indicator, and go out as one."""

from pathlib import Path

import pytest
import xlsxwriter

from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.analytics.performance.tests.sheets import Team, last_month, person
from shangwu.chapters.analytics.performance.tests.test_progress import signed_in
from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.files import storage
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

COLUMNS = (
    "number", "owner", "cadence", "first", "lines.way", "lines.measure", "lines.name", "lines.definition",
    "lines.source", "lines.target", "lines.weight",
)  # fmt: skip


def brought(team: Team, path: Path) -> Import:
    """The workbook imported as the head does it on the page."""
    with path.open("rb") as file:
        of = uploaded(team.head, "analytics.kpisheet", file, path.name)
    mapping = Mapping(columns={place: (name,) for place, name in enumerate(COLUMNS)})
    act(team.head, "exchange.import.map", of, {"mapping": mapping.text()})
    act(team.head, "exchange.import.run", of)
    running.run(Job.objects.get(once=str(of.public_id), state__in=Job.OPEN).pk)
    found: Import = of.fresh
    return found


def test_rows_of_one_number_are_one_draft(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: kept)
    monkeypatch.setattr(running, "PAUSE", 0.0)
    owner, first = str(person(team.sales).public_id), last_month(team).isoformat()
    head = ["KP2020-9001", owner, "month", first]
    rows = [
        COLUMNS,
        [*head, "measure", "performance.revenue", "", "", "", "1000", "70"],
        [*head, "manual", "", "新客戶", "首單客戶數", "客戶檔案", "5", "30"],
    ]
    path = tmp_path / "targets.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    assert (brought(team, path).made, brought(team, path).made) == (1, 0)
    sheet = KpiSheet.objects.get(number="KP2020-9001")
    assert (sheet.state, sheet.weight, sheet.owner_id) == ("draft", 100, team.sales.person_id)
    assert [line.name for line in sheet.lines.order_by("position")] == ["", "新客戶"]
    answer = signed_in(team.head).get("/analytics/kpisheets/export/?as=xlsx")
    assert answer.status_code in (200, 302)
