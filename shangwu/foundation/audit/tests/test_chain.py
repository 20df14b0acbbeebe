"""The log's chain: edit, delete, swap, truncate and rebuild are each found; the database itself refuses them first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models.expressions import RawSQL

from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.audit import digests, heads, shapes
from shangwu.foundation.audit.models import Entry, Pending, Seal, Shape
from shangwu.foundation.audit.sealing import GENESIS, seal_all
from shangwu.foundation.audit.verify import Report, verify
from shangwu.foundation.people.models import Department
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and heads of this test alone."""
    settings.VAR = tmp_path
    monkeypatch.setenv("SHANGWU_HEADS", str(tmp_path / "elsewhere"))
    return tmp_path


@pytest.fixture
def sealed() -> list[int]:
    """A log of six sealed entries, with a signed head outside; their ids in order."""
    department = a_department()
    for name in ("甲", "乙", "丙"):
        act(HOUSE, "people.department.edit", department, {"name": name})
    a_person(mobile="0912345678", clearance=1)
    act_many(HOUSE, "people.department.create", [Row({"code": unique(), "name": "x"}) for _n in range(3)])
    assert seal_all() == 6
    assert heads.publish() is not None
    assert verify().is_sound
    return list(Entry.objects.order_by("pk").values_list("pk", flat=True))


def as_owner(statement: str, *values: Any) -> None:
    """Do what only one who owns the database can: switch the guards off and write."""
    tables = ["audit_entry", "audit_seal", "audit_entryrecord", "audit_salt"]
    tables += ["people_departmenthistory", "people_personhistory"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize("table", ["audit_entry", "audit_entryrecord", "audit_seal", "people_departmenthistory"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_log(sealed: list[int], table: str, deed: str) -> None:
    if table == "audit_seal":
        deed = deed.replace("id = id", "position = position")
    if table.endswith("history"):
        deed = deed.replace("id = id", "pgh_id = pgh_id")
    if table.endswith("history") and deed.startswith("TRUNCATE"):
        pytest.skip("row history is covered by the seals instead")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(table))


def test_an_edited_entry_is_named(sealed: list[int]) -> None:
    as_owner("UPDATE audit_entry SET person_id = NULL, reason = 'never' WHERE id = %s", sealed[2])
    assert found(verify()) == sealed[2]


def test_an_edited_history_row_is_named_by_its_entry(sealed: list[int]) -> None:
    context = Entry.objects.get(pk=sealed[3]).context
    as_owner("UPDATE people_departmenthistory SET name = '丁' WHERE pgh_context_id = %s", context)
    assert found(verify()) == sealed[3]


def test_an_edited_personal_value_is_named(sealed: list[int]) -> None:
    as_owner("UPDATE people_personhistory SET mobile = '0900000000'")
    assert found(verify()) == sealed[4]


def test_a_changed_link_of_a_batch_is_named(sealed: list[int]) -> None:
    as_owner("UPDATE audit_entryrecord SET record_id = record_id + 1 WHERE entry_id = %s", sealed[5])
    assert found(verify()) == sealed[5]


def test_a_deleted_entry_is_named(sealed: list[int]) -> None:
    as_owner("DELETE FROM audit_seal WHERE entry_id = %s", sealed[1])
    as_owner("DELETE FROM audit_entry WHERE id = %s", sealed[1])
    assert not verify().is_sound


def test_swapped_entries_are_found(sealed: list[int]) -> None:
    first, second = (Seal.objects.get(entry_id=pk) for pk in sealed[1:3])
    as_owner("UPDATE audit_seal SET leaf = %s WHERE position = %s", bytes(second.leaf), first.position)
    assert found(verify()) == sealed[1]


def test_an_entry_without_seal_is_found(sealed: list[int]) -> None:
    act(HOUSE, "people.department.create", None, {"code": unique(), "name": "x"})
    as_owner("DELETE FROM audit_pending")
    report = verify()
    assert not report.is_sound
    assert report.first_bad is not None
    assert report.first_bad > sealed[-1]


def cut_the_tail(sealed: list[int]) -> None:
    """Take the last two entries away, with everything that knows of them."""
    for pk in sealed[-2:]:
        as_owner("DELETE FROM audit_seal WHERE entry_id = %s", pk)
        as_owner("DELETE FROM audit_entryrecord WHERE entry_id = %s", pk)
        as_owner("DELETE FROM audit_salt WHERE entry_id = %s", pk)
        as_owner("DELETE FROM audit_entry WHERE id = %s", pk)


def rebuild_all(sealed: list[int]) -> None:
    """Change the first entry and hash everything anew, as one who knows the code could."""
    as_owner("UPDATE audit_entry SET reason = 'never' WHERE id = %s", sealed[0])
    previous = GENESIS
    for seal in Seal.objects.order_by("position"):
        leaf = digests.leaf_of(seal.entry, bytes(seal.closed), shapes.of(seal, Shape.objects.in_bulk()))
        previous = digests.link(previous, leaf)
        as_owner("UPDATE audit_seal SET leaf = %s, digest = %s WHERE position = %s", leaf, previous, seal.position)


@pytest.mark.parametrize("crime", [cut_the_tail, rebuild_all])
def test_only_the_head_outside_finds_a_cut_or_a_rebuilt_chain(
    sealed: list[int], crime: Callable[[list[int]], None], tmp_path: Path
) -> None:
    crime(sealed)
    assert not verify().is_sound
    nowhere = tmp_path / "empty"
    nowhere.mkdir()
    report = verify(nowhere)
    assert report.first_bad is None, "without a head outside the crime stays unseen: that is why there is one"
    assert not report.is_sound, "and that none is there is said"


def test_a_forged_head_is_found(sealed: list[int], own_folder: Path) -> None:
    (path,) = (own_folder / "elsewhere").glob("*.json")
    path.write_text(path.read_text().replace('"position": 6', '"position": 5'))
    assert not verify().is_sound


def test_erased_personal_values_leave_the_chain_sound(sealed: list[int]) -> None:
    """Erasure deletes the salt and blanks the values; the stored digest stands for them (DESIGN 3a)."""
    as_owner("DELETE FROM audit_salt WHERE entry_id = %s", sealed[4])
    as_owner("UPDATE people_personhistory SET mobile = ''")
    report = verify()
    assert (report.is_sound, report.erased) == (True, 1)


def test_what_is_not_yet_sealed_is_counted() -> None:
    a_department()
    report = verify()
    assert (report.is_sound, report.checked, report.waiting) == (True, 0, 1)
    assert Pending.objects.count() == 1


def test_every_record_type_has_history() -> None:
    assert Department in history_models


@pytest.mark.parametrize("size", range(9))
def test_the_merkle_root_follows_the_standard(size: int) -> None:
    """RFC 9162 2.1.1, computed here by its recursive definition."""
    import hashlib

    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(size)]

    def tree(part: list[bytes]) -> bytes:
        if not part:
            return hashlib.sha256(b"").digest()
        if len(part) == 1:
            return part[0]
        split = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + tree(part[:split]) + tree(part[split:])).digest()

    assert digests.merkle_root(leaves) == tree(leaves)


def found(report: Report) -> int | None:
    """The first bad entry that the report names."""
    assert not report.is_sound
    return report.first_bad


def a_column_more(model: type[Any]) -> None:
    """What an upgrade does: the record has a column more, and with it each row of its history."""
    for table in (model._meta.db_table, history_models[model]._meta.db_table):
        as_owner(f"ALTER TABLE {table} ADD COLUMN shade text NOT NULL DEFAULT 'grey'")


def upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program as it is after such an upgrade."""
    columns, classes = shapes.described()
    more = {"people.department": [*columns["people.department"], "shade"]}
    monkeypatch.setattr(shapes, "described", lambda: (columns | more, classes))
    history = history_models[Department]
    shade = RawSQL("shade", (), models.TextField())
    monkeypatch.setattr(history, "objects", history.objects.annotate(shade=shade))


def test_what_was_sealed_before_an_upgrade_stays_sound_after_it(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_column_more(Department)
    upgraded(monkeypatch)
    assert verify().is_sound
    with monkeypatch.context() as unshaped:  # the control: whatever columns there are
        unshaped.setattr(digests, "covered", lambda shape, table, row: dict(row))
        assert not verify().is_sound
    # A row that is sealed now is sealed with its new column.
    act(HOUSE, "people.department.create", None, {"code": unique(), "name": "new"})
    assert seal_all() == 1
    assert verify().is_sound
    newest = Entry.objects.order_by("-pk")[0]
    as_owner("UPDATE people_departmenthistory SET shade = 'red' WHERE pgh_context_id = %s", newest.context)
    assert found(verify()) == newest.pk


def test_what_became_personal_later_is_checked_as_it_was_sealed(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns, classes = shapes.described()
    monkeypatch.setattr(Department, "classes", {"name": "personal"}, raising=False)
    monkeypatch.setattr(shapes, "described", lambda: (columns, classes | {"people.department": ["name"]}))
    assert verify().is_sound
    context = Entry.objects.get(pk=sealed[3]).context
    as_owner("UPDATE people_departmenthistory SET name = '丁' WHERE pgh_context_id = %s", context)
    assert found(verify()) == sealed[3]


def test_a_column_that_is_gone_is_said_and_not_called_forgery(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_column_more(Department)
    with monkeypatch.context() as then:
        upgraded(then)
        act(HOUSE, "people.department.create", None, {"code": unique(), "name": "new"})
        assert seal_all() == 1
        assert verify().is_sound
    assert "people.department.shade" in verify().fault
