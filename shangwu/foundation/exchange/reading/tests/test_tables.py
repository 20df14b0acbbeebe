"""Any table file becomes a header and rows, or is refused with the reason."""

import datetime
import gzip
import json
import resource
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError

from shangwu.foundation.exchange.reading.sheets import Sheet
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.files.sandbox import run
from tests.support import real_data
from tests.support_northwind import northwind


def read(folder: Path, content: bytes | str, name: str = "a.csv") -> Sheet:
    path = folder / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return table(path, name)


def cells(sheet: Sheet) -> list[list[str]]:
    return [row.cells for row in sheet.rows]


def codes(sheet: Sheet) -> set[str]:
    assert all(str(note) for note in sheet.notes)
    return {note.code for note in sheet.notes}


def refused(folder: Path, content: bytes | str, name: str = "a.csv") -> tuple[str, dict[str, object]]:
    with pytest.raises(ValidationError) as caught:
        list(read(folder, content, name).rows)
    assert caught.value.messages[0]
    return str(caught.value.code), dict(caught.value.params or {})


def spectrum() -> list[str]:
    return [
        "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf",
        "quotes_and_newlines", "simple", "simple_crlf", "utf8",
    ]  # fmt: skip


@pytest.mark.parametrize("name", spectrum())
def test_csv_spectrum_is_read_as_its_answers_say(name: str) -> None:
    folder = real_data("csv_quirks/csv-spectrum")
    sheet = table(folder / "csvs" / f"{name}.csv", f"{name}.csv")
    rows = [dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows if row.fault is None]
    assert rows == json.loads((folder / "json" / f"{name}.json").read_text())


def test_the_one_odd_file_of_csv_spectrum_is_read_and_its_lost_characters_are_told() -> None:
    """Its csv and its answer hold different telephone numbers; both hold U+FFFD, which no field will store."""
    folder = real_data("csv_quirks/csv-spectrum")
    assert {path.stem for path in (folder / "csvs").iterdir()} == {*spectrum(), "location_coordinates"}
    sheet = table(folder / "csvs" / "location_coordinates.csv", "location_coordinates.csv")
    answer = json.loads((folder / "json" / "location_coordinates.json").read_text())
    ((line, read_cells, fault),) = sheet.rows
    assert (line, fault) == (2, None)
    assert dict(zip(sheet.header[1:], read_cells[1:], strict=True)) == dict(list(answer.items())[1:])
    assert "lost_characters" in codes(sheet)


def test_every_encoding_is_read_without_being_told() -> None:
    folder = real_data("encodings")
    reference = json.loads((folder / "reference.json").read_text())
    texts: dict[str, set[str]] = {}
    for name, expected in reference.items():
        if not isinstance(expected, dict):
            continue
        sheet = table(folder / name, name)
        rows = cells(sheet)
        assert len(rows) == expected["rows"], name
        assert "\ufffd" not in str(rows)
        assert ("encoding" in codes(sheet)) == (sheet.encoding in {"gb18030", "cp950"}), name
        texts.setdefault(name.split("_")[0], set()).add(json.dumps([sheet.header, rows], ensure_ascii=False))
        if "辦公日曆" in name:
            assert sum(row[2] == "2" for row in rows) == reference["days_off"]
    assert {name: len(versions) for name, versions in texts.items()} == {"辦公日曆113": 1, "评论": 1}


@pytest.mark.parametrize(
    ("name", "columns", "count"),
    [
        ("AdventureWorks_Customers.csv", 13, 18148),
        ("AdventureWorks_Products.csv", 11, 293),
        ("AdventureWorks_Products (unclean).csv", 11, 293),
        ("AdventureWorks_Sales_2017.csv", 8, 2630),
        ("AdventureWorks_Sales_2018.csv", 8, 23935),
    ],
)
def test_adventureworks_with_bom_blanks_and_quoted_amounts(name: str, columns: int, count: int) -> None:
    sheet = table(real_data("adventureworks_sales") / name, name)
    assert len(sheet.header) == columns
    assert not any(title.startswith("\ufeff") for title in sheet.header)
    rows = list(sheet.rows)
    assert (len(rows), sum(row.fault is not None for row in rows)) == (count, 0)


def test_a_workbook_reads_like_its_csv() -> None:
    folder = real_data("adventureworks_sales")
    csv_sheet = table(folder / "AdventureWorks_Sales_2017.csv", "a.csv")
    xlsx_sheet = table(folder / "AdventureWorks_Sales_2017.xlsx", "a.xlsx")
    assert csv_sheet.header == xlsx_sheet.header
    from_text, from_book = cells(csv_sheet), cells(xlsx_sheet)
    assert len(from_text) == len(from_book)
    assert [row[2:] for row in from_text] == [row[2:] for row in from_book]


class Memory:
    """How far this process grows beyond where it began, looked at every few thousand rows."""

    def __init__(self) -> None:
        self.begin, self.grown = self.held(), 0

    def held(self) -> int:
        """Bytes in memory."""
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    def now(self) -> None:
        """Look again."""
        self.grown = max(self.grown, self.held() - self.begin)


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its memory in a file")


@linux
def test_a_compressed_table_of_a_quarter_million_lines_streams_in_little_memory_and_time() -> None:
    path = real_data("uci_online_retail_h1/online_retail_2010-12_2011-06.csv.gz")
    memory, started, count = Memory(), time.process_time(), 0
    for row in table(path, path.name).rows:
        count += len(row.cells)
        if row.line % 10_000 == 0:
            memory.now()
    assert count == 240_007 * 8
    assert memory.grown < 40 << 20
    assert count / (time.process_time() - started) > 300_000


@linux
def test_a_large_workbook_is_read_in_a_bounded_child(tmp_path: Path, full_count: bool) -> None:
    """200,000 rows in the soak, 30,000 else: making the file takes longer than reading it."""
    path, length = tmp_path / "a.xlsx", 200_000 if full_count else 30_000
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [f"column {at}" for at in range(10)])
        for line in range(1, length + 1):
            sheet.write_row(line, 0, [f"text {line}", line, line / 4, *range(7)])
    memory, count = Memory(), 0
    for row in table(path, "a.xlsx").rows:
        count += 1
        last = row
        if count % 10_000 == 0:
            memory.now()
    assert (count, last.line) == (length, length + 1)
    assert last.cells[:3] == [f"text {length}", str(length), str(length // 4)]
    assert memory.grown < 40 << 20


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    sheet = read(tmp_path, "\n".join(separator.join(row) for row in [["a", "b"], ["1", "2"], ["3", "4"]]))
    assert (sheet.separator, cells(sheet)) == (separator, [["1", "2"], ["3", "4"]])


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        ("\ufeff名稱;價\n閥;1,5\n管;2,5\n", ["名稱", "價"], [["閥", "1,5"], ["管", "2,5"]]),  # decimal commas
        ("sep=;\na;b\n1;2\n", ["a", "b"], [["1", "2"]]),
        ('"a,b,c"\n1,2,3\n4,5,6\n', ["a", "b", "c"], [["1", "2", "3"], ["4", "5", "6"]]),  # header in one cell
        ("name\nSmith, John\nDoe, Jane\n", ["name"], [["Smith, John"], ["Doe, Jane"]]),  # one column
        (
            "2024 customers,,\n,,\nname,city,phone\na,b,c\nd,e,f\n",
            ["name", "city", "phone"],
            [list("abc"), list("def")],
        ),
        ("a,b,\n1,2,\n", ["a", "b"], [["1", "2"]]),  # an empty column at the end
        ("a,,b\n1,2,3\n", ["a", "B", "b"], [["1", "2", "3"]]),  # a column without a name gets its letter
        ("a,a\n1,2\n", ["a", "a (2)"], [["1", "2"]]),
        ("a,b\r1,2\r3,4\r", ["a", "b"], [["1", "2"], ["3", "4"]]),  # old Macintosh
        ('a,b\n"x ""y""\r\nz",1\n', ["a", "b"], [['x "y"\r\nz', "1"]]),
        ('a,b\n5" pipe,1\n', ["a", "b"], [['5" pipe', "1"]]),  # inches, not quotes
        ("a,b\n\n1,2\n , \n", ["a", "b"], [["1", "2"]]),  # empty rows
    ],
)
def test_real_slips_are_mended(tmp_path: Path, text: str, header: list[str], rows: list[list[str]]) -> None:
    sheet = read(tmp_path, text)
    assert (sheet.header, cells(sheet)) == (header, rows)
    codes(sheet)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("a,b\n1,2\n<<<<<<< HEAD\n3,4\n=======\n5,6\n>>>>>>> other\n", "conflict", 3),
        (b"a,b\n1,2\n" + b"\x00" * 40 + b"\n3,4\n", "zeros", 3),
        ('a,b\n1,2\n"3,4\n5,6\n', "quote", 3),
        ("a,b\n" + '1,"' + "x\n" * 100_000, "quote", 2),
        ("名稱,b\n".encode() + b"\xff\xff,1\n", None, None),
    ],
)
def test_a_broken_text_is_refused_with_its_line(
    tmp_path: Path, content: bytes, code: str | None, line: int | None
) -> None:
    found, params = refused(tmp_path, content)
    if code:
        assert (found, params["line"]) == (code, line)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty"),
        (b"\n\n  \n", "a.csv", "no_rows"),
        (b"%PDF-1.7 startxref %%EOF", "a.pdf", "no_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "export.xls", "no_table"),
        (
            b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "a.xls",
            "xml_table",
        ),
        (",".join(map(str, range(2000))).encode(), "a.csv", "columns"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    assert refused(tmp_path, content, name)[0] == code


def test_a_conflict_and_a_zero_are_found_wherever_a_piece_ends(tmp_path: Path) -> None:
    """The scan reads in pieces: a mark cut in two by their border must not pass."""
    for length in range((1 << 18) - 12, (1 << 18) + 2):
        filler = "a,b\n" * (length // 4) + "x" * (length % 4 or 4) + "\n"
        assert refused(tmp_path, filler + "<<<<<<< HEAD\n1,2\n") == ("conflict", {"line": filler.count("\n") + 1})


def test_ragged_rows_are_reported_and_the_others_read(tmp_path: Path) -> None:
    rows = list(read(tmp_path, 'a,b,c\n1,2,3\n4,5\n"6\n6",7,8,9\n10,11,12,,\n').rows)
    assert [(row.line, row.cells, row.fault and row.fault.code) for row in rows] == [
        (2, ["1", "2", "3"], None),
        (3, ["4", "5"], "ragged"),
        (4, ["6\n6", "7", "8", "9"], "ragged"),
        (6, ["10", "11", "12"], None),
    ]


def test_an_encoding_chosen_by_a_person_is_obeyed_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes("名稱,b\n閥,1\n".encode("big5"))
    assert table(path, "a.csv", encoding="cp950").header == ["名稱", "b"]
    with pytest.raises(ValidationError) as caught:
        table(path, "a.csv", encoding="utf-8")
    assert (caught.value.code, caught.value.params) == ("undecodable", {"line": 1})


def test_a_workbooks_cells_become_the_text_that_a_person_would_type(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("隱藏")
        hidden.write(0, 0, "secret")
        book.add_worksheet("空白").activate()
        hidden.hide()
        sheet = book.add_worksheet("客戶")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        clock, span = book.add_format({"num_format": "hh:mm"}), book.add_format({"num_format": "[h]:mm"})
        sheet.write(0, 0, "客戶名單 2024")
        sheet.write_row(2, 0, ["a", "b", "c", "d", "e", "f", "g", "h"])
        sheet.write_row(3, 0, ["007", 83, 0.1 + 0.2, True])
        sheet.write(3, 4, datetime.date(2024, 1, 2), day)
        sheet.write(3, 5, datetime.datetime(2024, 1, 2, 3, 4), moment)  # noqa: DTZ001  a workbook has no zones
        sheet.write(3, 6, datetime.time(8, 30), clock)
        sheet.write(3, 7, 1.5, span)
        sheet.write_row(4, 0, [1e16, 1e-7, -1234.5678, "=1+1"])
    sheet_read = table(path, "a.xlsx")
    assert (sheet_read.sheet, sheet_read.sheets) == ("客戶", ("隱藏", "空白", "客戶"))
    assert codes(sheet_read) == {"sheets", "titles", "header"}
    assert [(row.line, row.cells) for row in sheet_read.rows] == [
        (4, ["007", "83", "0.3", "true", "2024-01-02", "2024-01-02 03:04:00", "08:30:00", "36:00:00"]),
        (5, ["10000000000000000", "0.0000001", "-1234.5678", "2" if False else "0", "", "", "", ""]),
    ]
    assert list(table(path, "a.xlsx", sheet="隱藏").rows) == []
    with pytest.raises(ValidationError) as caught:
        table(path, "a.xlsx", sheet="none")
    assert caught.value.code == "no_sheet"


def test_a_cell_that_spans_rows_stands_in_each_of_them_and_a_figure_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range("B2:E2", "採購單 PO-7")
        sheet.write_row("B4", ["品名", "數量", "單價", "交期"])
        sheet.merge_range("B5:B6", "球閥")
        sheet.write("C5", 2)
        sheet.write("C6", 3)
        sheet.merge_range("D5:D7", 90)
        sheet.merge_range("E5:E7", None, day)
        sheet.write("E5", datetime.date(2026, 12, 1), day)
        sheet.write_row("B7", ["蝶閥", 1])
        sheet.write_row("B8", ["濾網", 4])
    found = table(path, "a.xlsx")
    assert "spans" in codes(found)
    assert [(row.line, [one for one in row.cells if one]) for row in found.rows] == [
        (5, ["球閥", "2", "90", "2026-12-01"]), (6, ["球閥", "3", "2026-12-01"]), (7, ["蝶閥", "1", "2026-12-01"]),
        (8, ["濾網", "4"]),
    ]  # fmt: skip


def test_a_text_named_like_a_workbook_is_read_by_its_content(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a\tb\n1\t2\n", "export.xls")
    assert cells(sheet) == [["1", "2"]]
    assert "renamed" in codes(sheet)


def test_gz_and_utf16_and_old_workbooks(tmp_path: Path) -> None:
    assert cells(read(tmp_path, gzip.compress("名,b\n1,2\n".encode("utf-16")), "a.csv.gz")) == [["1", "2"]]
    path = real_data("attendance/kq803_campus-a.xls")
    assert any("Mary" in "".join(row.cells) for row in table(path, path.name).rows) or table(path, path.name).header


def test_the_reader_of_workbooks_knows_no_django(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    seen = run("shangwu.foundation.exchange.reading.tests.tasks:modules", path, {})
    assert "python_calamine" in seen["modules"]
    assert not [name for name in seen["modules"] if name.split(".")[0] in {"django", "psycopg"}]


def test_every_workbook_of_strangers_is_read_or_refused() -> None:
    """No crash comes through, whatever is in the file; what calamine can't read has a sentence."""
    folder = real_data("office_docs")
    outcomes: dict[str, int] = {}
    for path in sorted(folder.rglob("*.xls*"))[::6]:
        try:
            for _row in table(path, path.name).rows:
                pass
            outcome = "read"
        except ValidationError as error:
            outcome = str(error.code)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert outcomes["read"] > sum(outcomes.values()) * 0.7
    assert set(outcomes) <= {"read", "no_rows", "encrypted", "damaged", "entities", "empty", "columns", "unreadable"}


def test_northwind_as_tables_gives_its_published_answers(tmp_path: Path) -> None:
    paths = northwind(tmp_path)
    orders = [
        dict(zip(sheet.header, row.cells, strict=True))
        for sheet in [table(paths["orders"], "o.csv")]
        for row in sheet.rows
    ]
    lines = table(paths["order_details"], "l.csv")
    total = sum(
        Decimal(price) * Decimal(quantity) * (1 - Decimal(discount))
        for _order, _product, price, quantity, discount in cells(lines)
    )
    late = [order for order in orders if order["shipped_date"] and order["shipped_date"] > order["required_date"]]
    assert (len(orders), len(late)) == (830, 37)
    assert round(total, 2) == Decimal("1265793.04")
