"""Quirks of csv, encodings, naughty strings, numbers, calendars and office files, through the import and the pages.

What each reader makes of them alone is tested in its own room; here they come to the door.
"""

import csv
import json
import time
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.exchange.command import import_file
from shangwu.foundation.files.sandbox import DEFAULT
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
from tests.real_input.house import House
from tests.support import real_data

SPECTRUM = "csv_quirks/csv-spectrum"


def brought(house: House, file: Path, mapping: dict[str, Any], record: str = "customers.customer") -> dict[str, Any]:
    """What the command does, in this process: dozens of small files would else mean dozens of starts."""
    chosen = house.var / "small.json"
    chosen.write_text(json.dumps(mapping, ensure_ascii=False), "utf-8")
    return import_file(
        file, record=record, mapping=chosen, dry_run=False, account="head", refused_to=house.var / "small.csv",
        progress=lambda done, of_about, what: None,
    )  # fmt: skip


def as_notes(column: str, name: str) -> dict[str, Any]:
    """A mapping that takes one column for a note, under one name for all."""
    return {"columns": {column: "note"}, "fixed": {"name": name, "kind": "person"}}


def notes(name: str) -> list[str]:
    return list(Customer.objects.filter(name=name).order_by("pk").values_list("note", flat=True))


def test_each_file_of_csv_spectrum_goes_in_as_its_answer_says(house: House) -> None:
    folder = real_data(SPECTRUM)
    for path in sorted((folder / "csvs").iterdir()):
        answer = json.loads((folder / "json" / f"{path.stem}.json").read_text())
        rows = answer if isinstance(answer, list) else [answer]
        last = list(rows[0])[-1]
        said = brought(house, path, as_notes(last, path.stem))
        assert (said["rows"], said["refused"]) == (len(rows), 0), path.stem
        assert notes(path.stem) == [stored_lines(row[last]) for row in rows], path.stem


def test_a_cell_with_lost_characters_is_refused_with_the_reason(house: House, tmp_path: Path) -> None:
    """Under other bytes: a row without a key that came in from the very same file is passed over."""
    path = tmp_path / "places.csv"
    path.write_bytes((real_data(SPECTRUM) / "csvs" / "location_coordinates.csv").read_bytes() + b"\n")
    said = brought(house, path, as_notes("Location Coordinates", "coordinates"))
    assert (said["accepted"], said["refused"]) == (0, 1)
    assert "U+FFFD" in said["reasons"][0]["sentence"]


def test_every_encoding_brings_the_same_text(house: House) -> None:
    folder = real_data("encodings")
    reference = json.loads((folder / "reference.json").read_text())
    texts: dict[str, set[tuple[str, ...]]] = {}
    for name, expected in reference.items():
        if isinstance(expected, dict):
            kind = name.split("_")[0]
            column = "评论" if kind == "评论" else "備註"
            said = brought(house, folder / name, as_notes(column, name))
            assert (said["rows"], said["refused"]) == (expected["rows"], 0), name
            texts.setdefault(kind, set()).add(tuple(notes(name)))
    assert {kind: len(versions) for kind, versions in texts.items()} == {"辦公日曆113": 1, "评论": 1}
    assert any("開國紀念日" in note for version in texts["辦公日曆113"] for note in version)


def test_each_naughty_string_goes_in_unharmed_or_comes_back_with_its_reason(house: House, tmp_path: Path) -> None:
    naughty = json.loads(real_data("csv_quirks/blns/blns.json").read_text("utf-8"))
    path = tmp_path / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["n", "note"], *([str(at), text] for at, text in enumerate(naughty))])
    mapping = {"columns": {"n": "number", "note": "note"}, "fixed": {"name": "naughty", "kind": "person"}}
    said = brought(house, path, mapping)
    assert (said["rows"], said["accepted"] + said["refused"]) == (485, 485)
    assert said["accepted"] > 450
    assert all(one["sentence"] for one in said["reasons"])
    for number, note in Customer.objects.filter(name="naughty").values_list("number", "note"):
        assert note == stored_lines(naughty[int(number)]).strip(), naughty[int(number)]


def test_every_verdict_on_an_organisation_number_holds_at_the_door(house: House, tmp_path: Path) -> None:
    numbers = json.loads(real_data("ids_amounts/org_ids.json").read_text("utf-8"))
    right = [(place, one) for place, kind in (("CN", "cn_uscc"), ("TW", "tw_ubn")) for one in numbers[f"{kind}_valid"]]
    invalid = {
        one: place for place, kind in (("CN", "cn_uscc"), ("TW", "tw_ubn")) for one in numbers[f"{kind}_invalid"]
    }
    wrong = [(place, one) for one, place in invalid.items()]
    path = tmp_path / "companies.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = [[f"第{at}號", place, number] for at, (place, number) in enumerate(right + wrong)]
        csv.writer(out).writerows([["公司", "地", "號"], *rows])
    said = brought(house, path, {"公司": "name", "地": "jurisdiction", "號": "identity_number"})
    assert (len(right), said["accepted"], said["refused"]) == (176, 176, len(wrong))
    assert {one["row"] for one in said["reasons"]} == set(range(len(right) + 2, len(right) + len(wrong) + 2))
    stored = set(Customer.objects.exclude(identity_number="").values_list("identity_number", flat=True))
    assert stored == {number for _place, number in right}


def test_a_year_goes_in_as_its_authority_published_it(house: House, tmp_path: Path) -> None:
    """3.1.2: with make-up days, so that deadlines count by them at once."""
    keep_calendars(house)
    for edition in YEARS:
        place, year = edition.split("-")
        mapping = {"columns": COLUMNS, "fixed": {"calendar": place, "year": year, "source": "notice"}}
        said = brought(house, table(edition, tmp_path), mapping, "calendars.calendaredition")
        assert (said["rows"], said["refused"]) == (len(special_days(edition)), 0)
        require_as_published(edition)


def test_office_files_are_attached_or_refused_within_their_limits(house: House, full_count: bool) -> None:
    """Every 15th, all of them in the soak. The verdicts themselves are tested beside the inspection."""
    assert DEFAULT.memory == 512 << 20
    folder = real_data("office_docs")
    names = [name for name in json.loads((folder / "reference.json").read_text()) if (folder / name).exists()]
    holder = Customer.objects.order_by("pk").first()
    if holder is None:
        brought(house, real_data(SPECTRUM) / "csvs" / "simple.csv", as_notes("c", "holder"))
        holder = Customer.objects.get(name="holder")
    client, address = house.client(), reverse("customers.customer.files", kwargs={"public_id": holder.public_id})
    taken = refused = 0
    for name in names if full_count else names[::15]:
        content, started = (folder / name).read_bytes(), time.monotonic()
        answer = client.post(address, {"file": SimpleUploadedFile(Path(name).name, content)})
        assert time.monotonic() - started < 10, name
        assert answer.status_code in (303, 422), (name, answer.status_code)
        taken, refused = taken + (answer.status_code == 303), refused + (answer.status_code == 422)
    with gate.free_reading():
        assert len(files_on(holder)) == taken
    assert taken > refused > 0
