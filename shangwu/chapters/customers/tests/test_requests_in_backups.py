"""Clause 2.5.1: what was erased is in no backup made afterwards, and in no file."""

import os
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_requests import MARKS, asked, canary
from shangwu.cli.cluster_processes import program
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.files import storage
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.clause("2.5.1")]


def dump() -> str:
    """The whole database as pg_dump writes it for a backup, as text."""
    at = connection.settings_dict
    address = f"host={at['HOST']} port={at['PORT']} user={at['USER']} dbname={at['NAME']}"
    told = {**os.environ, "PGPASSWORD": at["PASSWORD"]}
    done = subprocess.run([str(program("pg_dump")), "--dbname", address], env=told, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_erased_value_is_in_no_new_backup_and_no_file(tmp_path: Path) -> None:
    crew = Crew()
    officer = crew.one(Role.SECRECY_OFFICER)
    contact = canary(crew)
    blobs = [kept(tmp_path, f"{name}: {MARKS[0]}") for name in ("imported", "exported")]
    came_by_file(crew, contact.pk, blobs[0])
    Job.objects.create(
        name="exchange.export", title="x", arguments={"record": "customers.contact"}, state=Job.State.DONE,
        created_at=clock.now(), file_name="x.xlsx", file_entity=blobs[1].entity, file_sha256=blobs[1].sha256,
        file_size=blobs[1].size,
    )  # fmt: skip
    request = asked(crew.sales, contact, "delete")
    before = dump()
    assert all(mark in before for mark in MARKS)
    assert all(storage.whole(blob) for blob in blobs)
    act(officer, "customers.personalrequest.erase", request)
    after = dump()
    assert [mark for mark in MARKS if mark in after] == []
    assert not any(storage.blobs().exists(blob.address) for blob in blobs), "the files it came and went by are gone"
    assert Import.objects.get().sha256 == "", "that a file came in stays told"


def kept(folder: Path, text: str) -> storage.Blob:
    """A kept file with this text."""
    path = folder / "file"
    path.write_text(text, encoding="utf-8")
    with path.open("rb") as source:
        blob, _checked = storage.keep(source, entity=1, most=1 << 20, check=lambda _path: None)
    return blob


def came_by_file(crew: Crew, pk: int, blob: storage.Blob) -> None:
    """An import of this file which made the contact: written as the work itself writes it."""
    entry = Entry.objects.filter(record_type="customers.contact", record_id=pk).earliest("pk")
    now = clock.now()
    with gate.door():
        record = Import(
            owner_id=crew.sales.person_id, created_at=now, changed_at=now, state=Import.State.DONE, name="c.xlsx",
            record_type="customers.contact", kind="xlsx", size=blob.size, sha256=blob.sha256, kept_for=blob.entity,
        )  # fmt: skip
        record.save()
    ImportBatch.objects.create(
        of=record, position=1, rows=1, accepted=1, skipped=0, made=1, changed=0, entries=[entry.pk]
    )
    assert crew.sales.source is not Source.IMPORT
