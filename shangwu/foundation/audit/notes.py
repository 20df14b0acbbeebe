"""Notes in the log of what changes no record: signing in and out, a refused password, a list that was taken out."""

import uuid
from typing import Any

from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, ActorKind, Source


def note(
    verb: str,
    record_type: str,
    record_id: int | None,
    *,
    person_id: int | None = None,
    reason: str = "",
    address: str | None = None,
    clause: str = "3.4.2",
    **more: Any,
) -> Entry:
    """Add an entry without row history. It is sealed like every other. more: further columns of the entry."""
    given = {"actor_kind": ActorKind.PERSON if person_id else ActorKind.SYSTEM, "source": Source.PAGE} | more
    return Entry.objects.create(
        at=clock.now(),
        person_id=person_id,
        verb=verb,
        clause=clause,
        record_type=record_type,
        record_id=record_id,
        reason=reason,
        address=address,
        request_id=uuid.uuid4(),
        context=uuid.uuid4(),
        **given,
    )


def note_of(by: Actor, verb: str, record_type: str, record_id: int | None, **more: Any) -> Entry:
    """A note of what an actor did: whose name, from where and by which way stand in it."""
    return note(
        verb, record_type, record_id, person_id=by.person_id, address=by.address, actor_kind=by.kind, source=by.source,
        **more,
    )  # fmt: skip
