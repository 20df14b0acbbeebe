"""Columns find their fields by name in three languages, by meaning and by content."""

from shangwu.foundation.exchange.reading.proposals import Field, compared, propose, unused

FIELDS = [
    Field("name", ("Name", "名稱", "名称"), required=True),
    Field("credit_code", ("Credit code", "統一社會信用代碼", "统一社会信用代码")),
    Field("phone", ("Phone", "電話", "电话")),
    Field("email", ("E-mail", "電子郵件", "电子邮件")),
    Field("ordered_on", ("Ordered on", "訂單日期", "订单日期"), kind="date"),
    Field("unit_price", ("Unit price", "單價", "单价"), kind="decimal"),
    Field("grade", ("Grade", "等級", "等级"), kind="choice", choices=frozenset(["a", "b", "c"])),
]


def proposed(header: list[str], rows: list[list[str]] | None = None) -> dict[str, str]:
    return {header[found.column]: found.field for found in propose(header, FIELDS, rows or [])}


def test_by_label_in_three_languages_by_name_and_by_meaning() -> None:
    assert proposed(["名稱", "电话", "Order Date", "UNIT_PRICE"]) == {
        "名稱": "name",
        "电话": "phone",
        "Order Date": "ordered_on",
        "UNIT_PRICE": "unit_price",
    }
    assert proposed(["公司名称", "聯絡電話", "售價（元）", "郵箱"]) == {
        "公司名称": "name",
        "聯絡電話": "phone",
        "售價（元）": "unit_price",
        "郵箱": "email",
    }


def test_content_speaks_for_a_column_with_a_strange_name_and_against_a_wrong_one() -> None:
    rows = [["a@example.org", "soon", "A"], ["b@example.org", "later", "B"]]
    assert proposed(["Feld 7", "Order Date", "x"], rows) == {"Feld 7": "email", "x": "grade"}


def test_each_column_and_each_field_is_used_once_the_best_first() -> None:
    found = propose(["Company", "Name", "other"], FIELDS)
    assert [(one.column, one.field, one.score) for one in found] == [(1, "name", 1.0)]
    assert unused(["Company", "Name", "other"], found) == ["Company", "other"]
    assert all(str(one.reason) for one in found)


def test_names_are_compared_without_script_case_spaces_and_brackets() -> None:
    assert compared("客戶 名稱(必填)") == compared("客户名称")
    assert compared("Order_Date") == compared("order date")
    assert compared("(x)") == "x"
