"""Encodings, quirks of csv, naughty strings, numbers, calendars, office files, sent in by hand in a real Chromium."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.records import gate
from shangwu.foundation.text.normalise import stored_lines
from tests.real_input.calendar_files import (
    COLUMNS,
    YEARS,
    keep_calendars,
    require_as_published,
    special_days,
    table,
)
from tests.real_input.desk import Desk, number
from tests.real_input.house import House
from tests.support import real_data

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SPECTRUM = "csv_quirks/csv-spectrum"
CSVS = sorted(path.stem for path in (real_data(SPECTRUM) / "csvs").iterdir())
ENCODED = [name for name, said in json.loads((real_data("encodings") / "reference.json").read_text()).items()
           if isinstance(said, dict)]  # fmt: skip


def as_notes(desk: Desk, path: Path, column: str, name: str) -> dict[str, str]:
    """Take one column for a note, under one name for all rows; every other column stays at home."""
    desk.send("customers/customers", path)
    for row in desk.page.locator("#sw-form tbody tr:has(select[name^=column-])").all():
        wanted = "note" if row.locator("label").inner_text() == column else ""
        row.locator("select").first.select_option(wanted)
    fix(desk, name=name, kind="person")
    return desk.run()


def fix(desk: Desk, **values: str) -> None:
    """One value for all rows, field by field: the page offers what is needed by itself, and room for one more."""
    for at, (field, value) in enumerate(values.items()):
        if at:
            desk.page.click("button:has-text('Look what would happen')")
            desk.page.wait_for_selector("#preview")
        desk.page.locator("select[name=fixed_name]").nth(at).select_option(field)
        desk.page.locator("input[name=fixed_value]").nth(at).fill(value)


def notes(name: str) -> list[str]:
    return list(Customer.objects.filter(name=name).order_by("pk").values_list("note", flat=True))


@pytest.mark.parametrize("stem", CSVS)
def test_a_quirk_of_csv_goes_in_as_its_answer_says(desk: Desk, stem: str) -> None:
    folder = real_data(SPECTRUM)
    answer = json.loads((folder / "json" / f"{stem}.json").read_text())
    rows = answer if isinstance(answer, list) else [answer]
    last = list(rows[0])[-1]
    said = as_notes(desk, folder / "csvs" / f"{stem}.csv", last, stem)
    assert (number(said["Rows"]), number(said["Refused"])) == (len(rows), 0)
    assert notes(stem) == [stored_lines(row[last]) for row in rows]


@pytest.mark.parametrize("name", ENCODED)
def test_a_file_in_any_encoding_brings_its_text(desk: Desk, name: str) -> None:
    folder = real_data("encodings")
    rows = json.loads((folder / "reference.json").read_text())[name]["rows"]
    is_calendar = name.startswith("辦公日曆")
    said = as_notes(desk, folder / name, "備註" if is_calendar else "评论", name)
    assert (number(said["Rows"]), number(said["Refused"])) == (rows, 0)
    if is_calendar:
        assert "開國紀念日" in notes(name)


def test_every_verdict_on_an_organisation_number_holds(desk: Desk, tmp_path: Path) -> None:
    known = json.loads(real_data("ids_amounts/org_ids.json").read_text("utf-8"))
    kinds = (("CN", "cn_uscc"), ("TW", "tw_ubn"))
    right = [(place, one) for place, kind in kinds for one in known[f"{kind}_valid"]]
    wrong = {one: place for place, kind in kinds for one in known[f"{kind}_invalid"]}
    rows = [*right, *((place, one) for one, place in wrong.items())]
    path = tmp_path / "companies.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["公司", "地", "號"], *[(f"第{at}號", a, b) for at, (a, b) in enumerate(rows)]])
    desk.send("customers/customers", path)
    desk.fill(公司="name", 地="jurisdiction", 號="identity_number")
    said = desk.run()
    assert (number(said["Accepted"]), number(said["Refused"])) == (len(right), len(wrong))


def test_each_naughty_string_goes_in_unharmed_or_comes_back_with_its_reason(desk: Desk, tmp_path: Path) -> None:
    naughty = json.loads(real_data("csv_quirks/blns/blns.json").read_text("utf-8"))
    path = tmp_path / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["n", "note"], *([str(at), text] for at, text in enumerate(naughty))])
    desk.send("customers/customers", path)
    desk.fill(n="number", note="note")
    fix(desk, name="naughty", kind="person")
    said = desk.run()
    accepted = number(said["Accepted"])
    assert accepted + number(said["Refused"]) == len(naughty) == 485
    assert accepted > 450
    assert all(
        note == stored_lines(naughty[int(at)]).strip()
        for at, note in Customer.objects.filter(name="naughty").values_list("number", "note")
    )


def test_a_year_goes_in_as_its_authority_published_it(desk: Desk, house: House, tmp_path: Path) -> None:
    """3.1.2: with make-up days, so that deadlines count by them at once."""
    keep_calendars(house)
    for edition in YEARS:
        place, year = edition.split("-")
        desk.send("calendars/calendareditions", table(edition, tmp_path))
        desk.fill(**COLUMNS)
        fix(desk, calendar=place, year=year)
        said = desk.run()
        assert (number(said["Rows"]), number(said["Refused"])) == (len(special_days(edition)), 0)
        require_as_published(edition)


def test_office_files_are_attached_or_refused_with_the_reason(desk: Desk) -> None:
    """Every 60th of the set, and what came of each stands on the page."""
    folder = real_data("office_docs")
    names = [name for name in json.loads((folder / "reference.json").read_text()) if (folder / name).exists()][::60]
    holder = Customer.objects.order_by("pk").last()
    assert holder is not None
    taken = 0
    for name in names:
        desk.page.goto(f"/customers/customers/{holder.public_id}/files/")
        desk.page.set_input_files("input[type=file][name=file]", folder / name)
        with desk.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            desk.page.click("#main form button.is-primary")
        if answered.value.status >= 400:
            expect(desk.page.locator(".sw-refusal, [role=alert]").first).not_to_be_empty()
        else:
            taken += 1
        desk.page.wait_for_load_state("networkidle")
    with gate.free_reading():
        assert len(files_on(holder)) == taken
    assert 0 < taken < len(names)
    desk.complaints[:] = [one for one in desk.complaints if "422" not in one]  # a refusal is one, to the console
