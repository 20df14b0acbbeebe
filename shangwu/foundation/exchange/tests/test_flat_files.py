"""Rows that hold more than one kind of record, as other programs write them: each import takes its own part."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.foundation.exchange import candidates
from shangwu.foundation.exchange.declarations import Importer, importers, importing
from shangwu.foundation.exchange.importing import Totals, check
from shangwu.foundation.exchange.mapping import Mapping, Mode
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading_in import opened
from shangwu.foundation.exchange.targets import without_noise
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.files import storage
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import an_actor, unique

pytestmark = pytest.mark.django_db

RECORD = "people.department"


@pytest.fixture(autouse=True)
def importer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Importer]:
    kept = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: kept)
    former = importers.pop(RECORD, None)
    yield importing(Department, clause="3.1.1", key=["code"])
    importers.pop(RECORD)
    if former is not None:
        importers[RECORD] = former


@pytest.fixture
def by() -> Actor:
    return an_actor(Role.ADMINISTRATOR).by_way_of(Source.IMPORT)


def told(by: Actor, folder: Path, text: str, mapping: Mapping) -> tuple[Totals, list[dict[str, Any]]]:
    """What would become of the rows, and the inputs in the order in which they come to the door."""
    path = folder / "orders.csv"
    path.write_text(text)
    with opened(path, path.name, importers[RECORD], by, mapping) as file:
        inputs = [one.inputs for one in file.candidates(mapping)]
    with opened(path, path.name, importers[RECORD], by, mapping) as file:
        return check(file, mapping, lambda rows, of_about: None), inputs


def test_a_row_that_only_names_its_record_waits_for_one_that_tells_the_rest(by: Actor, tmp_path: Path) -> None:
    code = unique()
    rows = f"o,c,n\n1,{code}A,\n2,{code}A,甲\n3,{code}A,\n4,{code}B,\n5,{code}B,\n"
    totals, _inputs = told(by, tmp_path, rows, Mapping(columns={1: ("code",), 2: ("name",)}))
    assert (totals.made, totals.refused, totals.skipped) == (1, 1, 3)
    assert list(totals.reasons) == [5]


def test_only_so_many_rows_wait(by: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "WAITING", 1)
    code = unique()
    rows = f"c,n\n{code}A,\n{code}B,\n{code}C,丙\n"
    _totals, inputs = told(by, tmp_path, rows, Mapping(columns={0: ("code",), 1: ("name",)}))
    assert [one["code"] for one in inputs] == [f"{code}B", f"{code}C", f"{code}A"]


def test_where_known_records_are_changed_nothing_is_missing(by: Actor, tmp_path: Path) -> None:
    code = unique()
    rows = f"c,n\n{code}A,\n{code}B,乙\n"
    mapping = Mapping(columns={0: ("code",), 1: ("name",)}, mode=Mode.UPDATE)
    _totals, inputs = told(by, tmp_path, rows, mapping)
    assert [one["code"] for one in inputs] == [f"{code}A", f"{code}B"]


def test_a_row_that_is_empty_where_it_matters_asks_for_nothing(by: Actor, tmp_path: Path) -> None:
    code = unique()
    rows = f"o,c,n\n1,{code}A,甲\n2,,\n3,,乙\n"
    totals, _inputs = told(by, tmp_path, rows, Mapping(columns={1: ("code",), 2: ("name",)}))
    assert (totals.made, totals.skipped, totals.refused) == (1, 1, 1)
    only_name = Mapping(columns={2: ("name",)}, fixed={"code": code})
    totals, _inputs = told(by, tmp_path, "o,c,n\n1,x,\n", only_name)
    assert totals.refused == 1, "without a key a row stands for a record, whatever it lacks"


def test_two_columns_of_one_text_are_read_together(by: Actor, tmp_path: Path) -> None:
    code = unique()
    mapping = Mapping(columns={0: ("code",), 1: ("name",), 2: ("name",)})
    _totals, inputs = told(by, tmp_path, f"c,first,last\n{code},JON,YANG\n{code}2,,TORRES\n", mapping)
    assert [one["name"] for one in inputs] == ["JON YANG", "TORRES"]


def test_a_file_with_lost_characters_can_be_imported_where_they_do_not_matter(by: Actor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"code,name,n\ufffdte\n{unique()},甲,\ufffd\n")
    with path.open("rb") as file:
        of = uploaded(by, RECORD, file, path.name)
    assert Import.objects.get(pk=of.pk).header


@pytest.mark.parametrize(
    ("given", "places", "kept"),
    [
        ("9.80000019", 6, "9.8"),
        ("0.150000006", 8, "0.15"),
        ("32.3800011", 6, "32.38"),
        ("-20.7999992", 6, "-20.8"),
        ("41.9136", 6, "41.9136"),
        ("12.3456789", 6, "12.3456789"),
        ("1234567.9300001", 6, "1234567.9300001"),
        ("0.0000004", 6, "0.0000004"),
    ],
)
def test_only_what_a_short_float_added_is_dropped(given: str, places: int, kept: str) -> None:
    assert without_noise(Decimal(given), places) == Decimal(kept)
