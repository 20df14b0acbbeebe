"""Northwind as the files that a person would send: customers, products with categories, orders with their lines."""

import csv
from pathlib import Path

import xlsxwriter

from tests.support_northwind import northwind

SELLER = "銷售{}號"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as a workbook, as a person would send them."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(rows[0]))
        for line, row in enumerate(rows, 1):
            for at, value in enumerate(row.values()):
                sheet.write_string(line, at, value)
    return path


def northwind_files(folder: Path) -> dict[str, Path]:
    """Customers as csv; products with their categories, and orders with their lines, as workbooks."""
    tables = {name: rows_of(path) for name, path in northwind(folder).items()}
    categories = {row["category_id"]: row["category_name"] for row in tables["categories"]}
    heads = {row["order_id"]: row for row in tables["orders"]}
    products = [
        {**row, "category_name": categories[row["category_id"]], "list_price": row["unit_price"]}
        for row in tables["products"]
    ]
    lines = [
        {**heads[line["order_id"]], **line, "employee": SELLER.format(heads[line["order_id"]]["employee_id"])}
        for line in tables["order_details"]
    ]
    return {
        "customers": folder / "customers.csv",
        "products": workbook(folder / "goods.xlsx", products),
        "orders": workbook(folder / "sold.xlsx", lines),
    }
