"""Files that go out: no formula runs, and the exchange form loses nothing."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangwu.foundation.exchange import writing
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.exchange.writing import Column, write

COLUMNS = [Column("Name"), Column("金額", is_number=True)]
SEEDS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "=cmd|'/c calc'!A0",
    "＝1+1",
    "＠x",
    "{=1}",
    "'=1",
    "-5",
    "+886912345678",
]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd"), max_size=30)


def test_no_cell_of_a_workbook_is_a_formula_whatever_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write(path, "xlsx", COLUMNS, ([seed, seed] for seed in SEEDS), title="客戶") == len(SEEDS)
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    assert sheet.count('t="inlineStr"') == 2 * len(SEEDS) + 2
    assert "<v>" not in sheet
    assert [row.cells[0] for row in table(path, "a.xlsx").rows] == SEEDS


def test_no_cell_of_a_csv_for_people_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, "csv", COLUMNS, ([seed, "1"] for seed in SEEDS))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    first = [row.cells[0] for row in table(path, "a.csv").rows]
    dangerous = "=+-@\t\r＝＋－＠"
    assert [cell for cell in first if cell[:1] in dangerous and cell != "-5"] == []
    assert "-5" in first


def test_without_the_guard_the_same_cells_would_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the check above sees formulas when the guard is off."""
    monkeypatch.setattr(writing, "inert", lambda cell: cell)
    path = tmp_path / "a.csv"
    write(path, "csv", COLUMNS, ([seed, "1"] for seed in SEEDS))
    assert any(row.cells[0].startswith("=") for row in table(path, "a.csv").rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_the_exchange_form_comes_back_without_loss(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, "exchange", COLUMNS, rows)
    expected = [list(row) for row in rows if "".join(row).strip()]
    assert [row.cells for row in table(path, "a.csv", separator=",").rows] == expected


def test_seeds_line_ends_and_quotes_come_back_in_the_exchange_form(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [[seed, 'a "b"\r\nc'] for seed in SEEDS]
    write(path, "exchange", COLUMNS, rows)
    assert [row.cells for row in table(path, "a.csv").rows] == rows


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("客戶名單", 1, "客戶名單"),
        ("a/b:c*[d]?", 1, "a b c  d"),
        ("'quoted'", 1, "quoted"),
        ("History", 1, "History 1"),
        ("", 1, "Sheet"),
        ("x" * 40, 2, "x" * 29 + " 2"),
    ],
)
def test_sheet_names_are_those_that_excel_takes(title: str, number: int, name: str) -> None:
    assert writing.sheet_name(title, number) == name


def test_a_long_table_goes_on_in_a_further_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 301)
    path = tmp_path / "a.xlsx"
    assert write(path, "xlsx", [Column("n")], ([str(number)] for number in range(650)), title="訂單") == 650
    names = table(path, "a.xlsx").sheets
    assert names == ("訂單", "訂單 2", "訂單 3")
    read = [row.cells[0] for name in names for row in table(path, "a.xlsx", sheet=name).rows]
    assert read == [str(number) for number in range(650)]


def test_a_cell_that_excel_cannot_hold_is_refused_never_cut(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        write(tmp_path / "a.xlsx", "xlsx", [Column("n")], [["x" * 32_768]])
    assert caught.value.code == "cell_too_long"


def test_columns_are_as_wide_as_chinese_needs() -> None:
    assert writing.width_of("名稱", ["短"]) == 6.0
    assert writing.width_of("名稱", ["一二三四五六"]) == 14.0
    assert writing.width_of("n", ["x" * 500]) == 50.0


def test_many_rows_are_written_in_little_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    write(tmp_path / "a.xlsx", "xlsx", [Column("n")] * 5, ([str(number)] * 5 for number in range(4_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 << 20
