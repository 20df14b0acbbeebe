"""What the command line asks for: the bundle of a clause and a period, made at once, on behalf of an account."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import translation

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.evidence.events import made_of
from shangwu.foundation.exchange.command import account_actor
from shangwu.foundation.files import storage
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source

Progress = Callable[[int, int, str], None]


def take_bundle(
    clause: str,
    *,
    first: datetime.date | None,
    last: datetime.date | None,
    to: Path | None,
    account: str | None,
    progress: Progress,
) -> dict[str, Any]:
    """Take a bundle and write it to a file: of the last month when no days are said. Gives counts, sha256 and to.

    Raises ValidationError or Refusal.
    """
    by = account_actor(account, Source.COMMAND)
    with translation.override(by.language), gate.request_code():
        ends = last or (_end_of_month(first) if first else clock.today(by.zone).replace(day=1) - _DAY)
        days = {"first": first or ends.replace(day=1), "last": ends}
        bundle = act(by, "evidence.bundle.create", None, {"clause": clause, **days}).record
        worker = by.by_way_of(Source.JOB)
        try:
            made = made_of(bundle, worker, lambda done, total, what: progress(done, total, str(what)))
        except Refusal:
            act(worker, "evidence.bundle.end", bundle)
            raise
        path = to or Path(bundle.file_name)
        with storage.on_disk(storage.Blob(made["kept_for"], made["sha256"], made["size"])) as kept:
            path.write_bytes(kept.read_bytes())
    return {**made, "bundle": bundle.number, "to": str(path)}


_DAY = datetime.timedelta(days=1)


def _end_of_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + 31 * _DAY).replace(day=1) - _DAY
