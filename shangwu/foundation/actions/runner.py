"""The door: runs an action on one record or on many, by the same steps and the same body.

Steps: validate inputs; open the transaction; load and lock in one order; check version, state and rights; run the
bodies in memory; draw numbers; write; log; announce; store the answer.
"""

import datetime
import time
import uuid
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions import answers, applying, closed, events, loading, registry, saving
from shangwu.foundation.actions.batch import Batch
from shangwu.foundation.actions.constraints import refusal_of
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.actions.rows import Done, Outcome, Row
from shangwu.foundation.own_fields import reading as own_fields
from shangwu.foundation.records import gate, own
from shangwu.foundation.records.actors import Actor, ActorKind, Source
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.text.normalise import stored_lines

LOCK_SECONDS = 3
"""How long an action waits for rows in all before it answers "busy, try again"."""

TRIES = 3

_BUSY_STATES = ("55P03", "40P01", "40001")  # lock_not_available, deadlock_detected, serialization_failure


def act(
    by: Actor,
    name: str,
    target: Record | uuid.UUID | str | None = None,
    inputs: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    key: str | None = None,
    reason: str = "",
    occurred_at: datetime.datetime | None = None,
    number: str | None = None,
) -> Done:
    """Do one action. Raises Refusal; then nothing has changed.

    key: form token or Idempotency-Key; the same key answers again without a second effect.
    """
    row = Row(inputs or {}, target, version, occurred_at, number)
    outcome = act_many(by, name, [row], key=key, reason=reason)
    (result,) = outcome.results
    if isinstance(result, Refusal):
        raise result
    return result


def act_many(
    by: Actor, name: str, rows: Sequence[Row], *, key: str | None = None, reason: str = "", whole: bool = False
) -> Outcome:
    """Do an action on a set: one transaction, one lock statement per table, one log entry.

    Rows are refused one by one, the others go in; with `whole`, one refusal stops all.
    Raises Refusal for what concerns the whole run ("busy", "repeat", "forbidden").
    """
    one = registry.actions.get(name)
    if one is None:
        raise Refusal("missing", _("There is no action of that name."))
    reason = _stored_reason(reason)
    _require_admission(by, one, rows, reason)
    digest = answers.digest_of(name, [(row.inputs, str(row.target), reason) for row in rows]) if key else ""
    started = time.monotonic()
    excluded: dict[int, Refusal] = {}
    attempt = 0
    while attempt < TRIES:
        attempt += 1
        try:
            return _run(Batch(by, one, rows, reason, excluded), key, digest, whole)
        except loading.Moved:
            continue
        except _Broken as broken:
            excluded |= broken.culprits
            attempt = 0
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _BUSY_STATES or not _outermost():
                raise
            if attempt == TRIES or time.monotonic() - started > LOCK_SECONDS:
                raise _busy() from error
        except (IntegrityError, DataError) as error:
            if key and (stored := answers.recall(by, key, digest)):
                return _repeated(stored)
            raise refusal_of(error, one.model) from error
    raise _busy()


def _outermost() -> bool:
    return not connection.in_atomic_block


def _busy() -> Refusal:
    return Refusal("busy", _("Someone else is working on the same records. Try again in a moment."))


def _stored_reason(reason: str) -> str:
    """The reason as the log keeps it. Raises Refusal("invalid") for characters that no page can show."""
    try:
        return stored_lines(reason)
    except ValidationError as error:
        said = _("Some entries need your attention.")
        raise Refusal("invalid", said, fields={"reason": list(error.messages)}) from error


def _require_admission(by: Actor, one: Action, rows: Sequence[Row], reason: str) -> None:
    """What can be refused before any row is read."""
    if not one.admits(by) or not one.may(by, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    if one.needs_reason and not reason.strip():
        raise Refusal("invalid", _("Give the reason."), fields={"reason": [_("This is needed.")]})
    free = by.source in (Source.IMPORT, Source.DEMO) or by.kind is ActorKind.DEVICE
    if not free and any(row.occurred_at is not None or row.number is not None for row in rows):
        raise Refusal("forbidden", _("The time and number of an action are set by the system."))


def _run(batch: Batch, key: str | None, digest: str, whole: bool) -> Outcome:
    by, rows = batch.by, batch.given
    batch.validate()
    with gate.door(), transaction.atomic(), _Context(batch):
        if key and (stored := answers.recall(by, key, digest)):
            return _repeated(stored)
        loading.load(batch)
        batch.check()
        closed.refuse(batch)
        applying.apply(batch)
        if whole and batch.refusals:
            raise next(iter(batch.refusals.values()))
        if batch.alive:  # else the shared rows that a refused body has touched would be written
            _write(batch)
            _finish(batch)
        results = [batch.refusals.get(place) or _done(batch, place) for place in range(len(rows))]
        outcome = Outcome(results, batch.entry_id)
        if key and batch.alive:
            answers.store(by, key, digest, _answer(outcome))
        return outcome


def _finish(batch: Batch) -> None:
    try:
        saving.finish(batch)
    except events.Objected as objected:
        culprits = {batch.places[pk]: refusal for pk, refusal in objected.culprits.items()}
        raise _Broken(culprits) from objected


class _Broken(Exception):
    """Rows break a database constraint, or a subscriber can't follow: run again without them."""

    def __init__(self, culprits: dict[int, Refusal]) -> None:
        super().__init__(culprits)
        self.culprits = culprits


def _write(batch: Batch) -> None:
    """Write all. When a constraint breaks in a set, find the rows by halving, and say which."""
    if len(batch.alive) <= 1:
        saving.write(batch, batch.alive)
        return
    try:
        with transaction.atomic():
            saving.write(batch, batch.alive)
    except (IntegrityError, DataError) as error:
        raise _Broken(_culprits(batch)) from error


def _culprits(batch: Batch) -> dict[int, Refusal]:
    """Places whose rows a constraint refuses, each with its sentence. Nothing stays written."""
    found: dict[int, Refusal] = {}
    pending = [batch.alive]
    while pending:
        places = pending.pop()
        try:
            with transaction.atomic():
                saving.write(batch, places)
        except (IntegrityError, DataError) as error:
            if len(places) == 1:
                found[places[0]] = refusal_of(error, batch.action.model)
            else:
                middle = len(places) // 2
                pending += [places[middle:], places[:middle]]
    return found


_BEGIN = (
    f"SELECT set_config('pghistory.context_id', %s, true), set_config('lock_timeout', %s, true), ({own_fields.MARK})"
)


class _Context:
    """Sets the history context and the lock limit for the run; puts an outer run's back afterwards.

    Raises Moved when own fields have been defined or changed since this process last looked.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, self.former = batch, _current.get()

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, [str(self.batch.context), f"{LOCK_SECONDS}s"])
            if own.freshen(cursor.fetchone()[-1]):
                raise loading.Moved  # the inputs were checked against other own fields than there are now
        self.token = _current.set(str(self.batch.context))

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        _current.reset(self.token)
        if self.former and kind is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('pghistory.context_id', %s, true)", [self.former])


_current: ContextVar[str] = ContextVar("current", default="")
"""The history context of the run that this thread is in: other threads of the process have theirs."""


def _done(batch: Batch, place: int) -> Done:
    record = batch.records[place]
    assert batch.entry_id is not None
    return Done(record.public_id, record.number, record.version, batch.entry_id, record)


def _answer(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it is kept for a repeat: what went in, and why the rest did not."""
    return {"entry": outcome.entry_id, "results": [_kept(one) for one in outcome.results]}


def _kept(one: Done | Refusal) -> dict[str, Any]:
    if isinstance(one, Done):
        return {"public_id": str(one.public_id), "number": one.number, "version": one.version}
    fields = {name: [str(said) for said in sentences] for name, sentences in one.fields.items()}
    return {"code": one.code, "sentence": one.sentence, "fields": fields}


def _repeated(stored: Mapping[str, Any]) -> Outcome:
    entry = stored["entry"]
    results = [
        Refusal(one["code"], one["sentence"], fields=one["fields"])
        if "code" in one
        else Done(uuid.UUID(one["public_id"]), one["number"], one["version"], entry, repeated=True)
        for one in stored["results"]
    ]
    return Outcome(results, entry)
