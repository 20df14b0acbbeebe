"""`shangwu verify-audit`, as an auditor or a nightly job calls it: what it says, and its exit code."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from shangwu.cli import main as cli
from shangwu.foundation.audit.sealing import seal_all
from shangwu.foundation.audit.tests.test_chain import as_owner, cut_the_tail, own_folder, rebuild_all, sealed
from tests.builders import a_department

__all__ = ["own_folder", "sealed"]

pytestmark = pytest.mark.django_db

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Call the command in this process, over this test's log; gives (exit code, standard output, standard error)."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    here = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    os.environ["DATABASE_URL"] = urlunsplit(here)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["shangwu", "verify-audit", "--var", str(own_folder), *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def edited(sealed: list[int]) -> int:
    as_owner("UPDATE audit_entry SET reason = 'never' WHERE id = %s", sealed[2])
    return sealed[2]


def with_another_history(sealed: list[int]) -> int:
    as_owner("UPDATE people_personhistory SET mobile = '0900000000'")
    return sealed[4]


def linked_elsewhere(sealed: list[int]) -> int:
    as_owner("UPDATE audit_entryrecord SET record_id = record_id + 1 WHERE entry_id = %s", sealed[5])
    return sealed[5]


@pytest.mark.parametrize("crime", [edited, with_another_history, linked_elsewhere])
def test_the_bad_entry_is_named_and_the_exit_code_is_1(sealed: list[int], ask: Ask, crime: Any) -> None:
    bad = crime(sealed)
    code, _out, err = ask()
    assert code == 1
    assert f"shangwu: Entry {bad}: " in err
    assert "Keep this database and its backups" in err
    code, out, _err = ask("--json")
    assert code == 1
    told = json.loads(out)
    assert (told["is_sound"], told["first_bad"]) == (False, bad)


@pytest.mark.parametrize("crime", [cut_the_tail, rebuild_all])
def test_what_only_a_head_outside_finds_ends_with_1(sealed: list[int], ask: Ask, crime: Any) -> None:
    crime(sealed)
    assert ask()[0] == 1
    assert "cannot be excluded" not in ask()[2]


def test_a_log_whose_heads_are_gone_does_not_pass(sealed: list[int], ask: Ask, tmp_path: Path) -> None:
    """A chain that fits in itself may have been rebuilt: without a head outside nobody could know."""
    rebuild_all(sealed)
    nowhere = tmp_path / "empty"
    nowhere.mkdir()
    code, _out, err = ask("--heads", str(nowhere))
    assert (code, "that the log was rebuilt cannot be excluded" in err) == (1, True), err
    code, out, _err = ask("--heads", str(nowhere), "--json")
    told = json.loads(out)
    assert (code, told["is_sound"], told["heads"], told["first_bad"]) == (1, False, 0, None)


def test_a_log_that_never_had_a_head_passes(ask: Ask) -> None:
    """The control: on its first day an installation has written none."""
    a_department()
    seal_all()
    code, out, err = ask()
    assert (code, "0 heads outside the database" in out) == (0, True), (out, err)


def test_a_sound_log_ends_with_0_and_says_how_far_it_is_sealed(sealed: list[int], ask: Ask) -> None:
    code, out, err = ask()
    assert (code, "6 entries checked, sealed up to position 6, 0 waiting" in out) == (0, True), (out, err)


def test_erased_values_are_told_and_are_no_crime(sealed: list[int], ask: Ask) -> None:
    as_owner(f"DELETE FROM audit_salt WHERE entry_id = {sealed[4]}")
    as_owner("UPDATE people_personhistory SET mobile = ''")
    code, out, _err = ask("--json")
    assert (code, json.loads(out)["erased"]) == (0, 1)
