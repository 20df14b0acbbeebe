"""Gives notices: in the house at once, in the action's own transaction. By which ways they go outside is settled later.

See `posting`.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from shangwu.foundation.notices.models import Kind, Notice
from shangwu.foundation.records import clock
from shangwu.foundation.records.models import Record

_about_people: set[str] = set()


def name_nobody_outside(*models: type[Record]) -> None:
    """Let notices about records of these types leave the house without their name: it is somebody's personal data.

    Types with fields classed personal need no word.
    """
    _about_people.update(model._meta.label_lower for model in models)


def notify(
    to: Iterable[int | None],
    message: str,
    params: Mapping[str, Any] | None = None,
    *,
    kind: Kind = Kind.OTHER,
    about: Record | None = None,
    urgent: bool = False,
    must_read_by: int | None = None,
) -> int:
    """Tell persons (ids; each once) something, in the action's own transaction; how many were told.

    message: an English source sentence that stands in the catalogues, with %(places)s. urgent: it goes outside in quiet
    hours too. must_read_by: the person who wants to know who has read it; each reader has to confirm.
    """
    now, issue = clock.now(), uuid.uuid4() if must_read_by else None
    made = [
        Notice(
            person_id=person_id,
            at=now,
            kind=Kind.ISSUED if must_read_by else kind,
            message=message,
            params={name: str(value) for name, value in (params or {}).items()},
            record_type=about._meta.label_lower if about else "",
            record_public_id=about.public_id if about else None,
            secrecy=about.secrecy if about else 0,
            personal=about is not None and is_personal(about),
            urgent=urgent,
            must_read=issue is not None,
            sender_id=must_read_by,
            issue=issue,
        )
        for person_id in dict.fromkeys(to)
        if person_id is not None
    ]
    Notice.objects.bulk_create(made)
    return len(made)


def is_personal(about: Record) -> bool:
    """Whether a record's name may be somebody's personal data; of a request for approval, its subject's."""
    types = [about._meta.label_lower, str(getattr(about, "subject_type", "") or "")]
    return "personal" in about.classes.values() or any(one in _about_people for one in types)
