"""2.7.3: sheets of targets come in by a workbook, a row for each indicator, and go out as one."""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter

from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.analytics.performance.tests.sheets import REVENUE, Team, a_signed_sheet, last_month, person
from shangwu.chapters.analytics.performance.tests.test_progress import signed_in
from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.files import storage
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.records.actors import Actor

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


def rows_out(actor: Actor, more: str = "") -> list[dict[str, str]]:
    """The list of sheets as a csv file, by titles."""
    answer = signed_in(actor).get(f"/analytics/kpisheets/export/?form=csv{more}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def test_sheets_go_out_with_their_lines_as_they_come_in(team: Team) -> None:
    profit = {"way": "measure", "measure": "performance.profit", "target": "777", "weight": "30"}
    sheet = a_signed_sheet(team, lines=[{**REVENUE, "weight": "70"}, profit])
    assert "Target" not in rows_out(team.head)[0], "the control: without lines each sheet is a row"
    first, second = [row for row in rows_out(team.head, "&lines=1") if row["Number"] == sheet.number]
    assert (first["Measure"], first["Target"], first["Weight"]) == ("Sales credited", "1000", "70")
    assert (second["Target"], second["Target (closed)"]) == ("", "777")
    assert first["Begins on"] == sheet.first.isoformat(), "what a file must say to come in again goes along"
    mine = [row for row in rows_out(team.sales, "&lines=1") if row["Number"] == sheet.number]
    assert len(mine) == 2
    assert all("Target (closed)" not in row and "777" not in row.values() for row in mine)
