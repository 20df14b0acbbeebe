"""`shangwu import` and `export` act on somebody's behalf, and refuse what they do not understand with what to do."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.cli.main import shangwu
from shangwu.foundation.exchange.command import export_records, import_file
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from tests.builders import a_person, unique

pytestmark = pytest.mark.django_db


def bring(path: Path, account: str | None) -> dict[str, object]:
    return import_file(
        path, record="customers.customer", mapping=None, dry_run=True, account=account,
        refused_to=path.parent / "no.csv", progress=lambda *_told: None,
    )  # fmt: skip


def test_the_administrator_is_told_who_brings_customers(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("Name\n甲公司\n", "utf-8")
    Account.objects.create_user(username=unique("adm"), person=a_person(Role.ADMINISTRATOR))
    head = Account.objects.create_user(username=unique("head"), person=a_person(Role.HEAD))
    with pytest.raises(ValidationError) as caught:
        bring(path, None)
    assert caught.value.code == "account"
    assert f"--as {head.username}" in caught.value.messages[0]
    assert bring(path, head.username)["accepted"] == 1


def test_a_mapping_in_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path, mapping = tmp_path / "customers.csv", tmp_path / "mapping.json"
    path.write_text("名稱\n甲公司\n", "utf-8")
    mapping.write_bytes('{"名稱": "name"}'.encode("big5"))
    head = Account.objects.create_user(username=unique("head"), person=a_person(Role.HEAD))
    with pytest.raises(ValidationError) as caught:
        import_file(
            path, record="customers.customer", mapping=mapping, dry_run=True, account=head.username,
            refused_to=tmp_path / "no.csv", progress=lambda *_told: None,
        )  # fmt: skip
    assert (caught.value.code, "UTF-8" in caught.value.messages[0]) == ("mapping", True)


@pytest.fixture
def seller() -> str:
    """The account of somebody in sales with two customers."""
    crew = Crew()
    for name in ("安平工業", "北門貿易"):
        a_customer(crew.sales, name=name)
    return Account.objects.create_user(username=unique("seller"), person_id=crew.sales.person_id).username


def exported(to: Path, account: str, **given: Any) -> str:
    asked: dict[str, Any] = {"record": "customers.customer", "filters": (), "columns": (), "with_lines": False} | given
    export_records(asked.pop("record"), to=to, account=account, progress=lambda *_told: None, **asked)
    return to.read_text("utf-8-sig")


def test_an_export_holds_what_the_filter_asks_for(seller: str, tmp_path: Path) -> None:
    text = exported(tmp_path / "out.csv", seller, filters=[("q", "安平")], columns=["name"])
    assert "安平工業" in text
    assert "北門貿易" not in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"filters": [("stat", "lead")]}, "stat=lead"),
        ({"filters": [("state", "no such state")]}, "state=no such state"),
        ({"filters": [("view", "mine")]}, "view=mine"),
        ({"columns": ["no_such_column"]}, "no_such_column"),
        ({"record": "customers.nothing"}, "customers.nothing"),
    ],
)
def test_what_it_does_not_understand_is_refused_and_no_file_is_made(
    seller: str, tmp_path: Path, given: dict[str, Any], named: str
) -> None:
    """An address leaves out what it does not know; a file that held everything instead would go unnoticed."""
    to = tmp_path / "out.csv"
    with pytest.raises(ValidationError) as caught:
        exported(to, seller, **given)
    assert named in caught.value.messages[0]
    assert not to.exists()


def test_a_name_that_is_no_table_is_wrong_usage(tmp_path: Path) -> None:
    answer = CliRunner().invoke(shangwu, ["export", "customers.customer", "--to", str(tmp_path / "out.pdf")])
    assert (answer.exit_code, ".xlsx or .csv" in answer.output) == (2, True)
