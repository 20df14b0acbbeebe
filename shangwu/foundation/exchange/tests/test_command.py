"""`shangwu import` acts on somebody's behalf, and says whose when the administrator may not bring such records."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.exchange.command import import_file
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
