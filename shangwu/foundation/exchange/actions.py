"""The course of an import, each step through the door: upload, columns, run, end, take back.

The work itself (`work`) is started by the events of `run` and `take_back`, in their transaction.
"""

import datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.undo import WINDOW
from shangwu.foundation.exchange.access import brings_files, brings_own, ends_own
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading_in import importer_of
from shangwu.foundation.files.receipts import redeem
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import from_validation

CLAUSE = "2.7.1"
"""Collecting data: what comes from elsewhere is checked before it counts."""

State = Import.State


def _upload(record: Import, by: Actor) -> None:
    """Take up an uploaded file for import (2.7.1). Refuses `receipt` for a file that this person has not uploaded."""
    importer_of(record.record_type, by)
    try:
        received = redeem(record.name, by)
    except ValidationError as error:
        raise from_validation(error) from error
    record.name, record.kind = received.name, received.kind
    record.kept_for, record.sha256, record.size = received.blob
    record.mapping = normal(record.mapping)


registry.register(
    Import,
    "create",
    CLAUSE,
    label=_("Import a file"),
    may=brings_files,
    body=_upload,
    makes=True,
    target=State.UPLOADED,
    icon="file-import",
    event="exchange.import.uploaded",
    inputs=(
        Input("record_type", Kind.TEXT, _("Record type"), max_length=80),
        Input("name", Kind.TEXT, _("Receipt of the upload"), max_length=2000),
        Input("header", Kind.TEXT, _("Columns"), required=False, multiline=True),
        Input("signature", Kind.TEXT, _("Signature of the columns"), required=False, max_length=64),
        Input("notes", Kind.TEXT, _("Notes on the file"), required=False, multiline=True),
        Input("mapping", Kind.TEXT, _("Mapping"), required=False, multiline=True),
    ),
    shown=False,
    description=(_upload.__doc__ or "").strip(),
)


@action(
    Import, "map", clause=CLAUSE, label=_("Choose columns"), may=brings_own, icon="columns", shown=False,
    source=[State.UPLOADED, State.MAPPED], target=State.MAPPED, event="exchange.import.mapped",
)  # fmt: skip
def choose_columns(record: Import, by: Actor, *, mapping: Annotated[str, Ask(_("Mapping"), multiline=True)]) -> None:
    """Say which column fills which field (2.7.1). Refuses `mapping` for what is no mapping."""
    record.mapping = normal(mapping)


def normal(mapping: str) -> str:
    """A mapping as it is stored. Raises Refusal `mapping`."""
    try:
        return Mapping.of_text(mapping).text()
    except (ValueError, TypeError, AttributeError) as error:
        raise Refusal("mapping", _("The mapping can't be read. Choose the columns again.")) from error


@action(
    Import, "run", clause=CLAUSE, label=_("Import"), may=brings_own, icon="check", primary=True, shown=False,
    source=[State.UPLOADED, State.MAPPED, State.RUNNING], target=State.RUNNING, event="exchange.import.started",
)  # fmt: skip
def run(record: Import, by: Actor) -> None:
    """Bring the rows in, or go on where a broken run stopped (2.7.1). Refuses `forbidden`."""
    importer_of(record.record_type, by)


@action(
    Import, "stop", clause=CLAUSE, label=_("Stop"), may=brings_own, icon="ban", source=State.RUNNING,
    event="exchange.import.stop_asked", danger=_("Rows that are in stay in; you can take them back afterwards."),
)  # fmt: skip
def stop(record: Import, by: Actor) -> None:
    """Ask a running import to end after the portion it is in (2.7.1)."""


@action(
    Import, "take_back", clause=CLAUSE, label=_("Take back"), may=brings_own, icon="arrow-back-up",
    source=[State.DONE, State.CANCELLED, State.TAKING_BACK], target=State.TAKING_BACK,
    event="exchange.import.take_back_asked",
    danger=_("Records that it made go to the trash or the archive, records that it changed get their former values."),
)  # fmt: skip
def take_back(record: Import, by: Actor) -> None:
    """Undo an import within a day (2.7.1). Refuses `too_late` afterwards, `nothing` when no row went in."""
    ended = record.done_at or record.cancelled_at  # type: ignore[attr-defined]  # facts of the state
    if not record.accepted:
        raise Refusal("nothing", _("No row of this file went in: there is nothing to take back."))
    if ended is not None and record.changed_at - ended > WINDOW:
        raise Refusal("too_late", _("This is more than a day old and can't be undone. Change the records themselves."))


Count = Annotated[int, Ask(_("Rows"), least=0)]


def _count(record: Import, rows: int, accepted: int, refused: int, skipped: int, made: int, changed: int) -> None:
    record.rows, record.accepted, record.refused, record.skipped = rows, accepted, refused, skipped
    record.made, record.changed = made, changed


@action(
    Import, "finish", clause=CLAUSE, label=_("Finish"), may=ends_own, source=State.RUNNING, target=State.DONE,
    shown=False, event="exchange.import.finished",
)  # fmt: skip
def finish(
    record: Import, by: Actor, *, rows: Count, accepted: Count, refused: Count, skipped: Count, made: Count,
    changed: Count, refused_rows: Annotated[str, Ask(_("Receipt of the refused rows"))] = "",
) -> None:  # fmt: skip
    """Write down how an import ended (2.7.1)."""
    _count(record, rows, accepted, refused, skipped, made, changed)
    if refused_rows:
        received = redeem(refused_rows, by)
        record.refused_name = received.name
        record.refused_sha256, record.refused_size = received.blob.sha256, received.blob.size


@action(
    Import, "cancel", clause=CLAUSE, label=_("Cancel"), may=ends_own, source=State.RUNNING, target=State.CANCELLED,
    shown=False,
)  # fmt: skip
def cancel(
    record: Import, by: Actor, *, rows: Count, accepted: Count, refused: Count, skipped: Count, made: Count,
    changed: Count,
) -> None:  # fmt: skip
    """Write down that an import ended early, and what was in by then (2.7.1)."""
    _count(record, rows, accepted, refused, skipped, made, changed)


@action(
    Import, "close", clause=CLAUSE, label=_("Taken back"), may=ends_own, source=State.TAKING_BACK,
    target=State.UNDONE, shown=False, event="exchange.import.taken_back",
)  # fmt: skip
def close(record: Import, by: Actor, *, left_over: Count) -> None:
    """Write down that an import was taken back, and how many records had to be left (2.7.1)."""
    record.left_over = left_over


@action(Import, "forget", clause="2.5.1", label=_("Forget the file"), may=nobody, shown=False, archive_too=True)
def forget(record: Import, by: Actor) -> None:
    """Let go of the file, because a person whose data it holds has asked for their deletion (2.5.1)."""
    record.sha256, record.size = "", 0
    record.refused_sha256, record.refused_size = "", None


def window_ends(record: Import) -> datetime.datetime | None:
    """Until when an import can be taken back."""
    ended = record.done_at or record.cancelled_at  # type: ignore[attr-defined]  # facts of the state
    return ended + WINDOW if ended else None
