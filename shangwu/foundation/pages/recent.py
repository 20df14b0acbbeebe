"""What a person has opened lately and what they have pinned, for the palette: kept with their preferences.

Only public ids are kept; whether a record may still be seen is asked each time it is shown.
"""

import uuid
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.models import Preference
from shangwu.foundation.pages.models.preferences import preference, preferences_of
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

OPENED, PINNED = "records:opened", "records:pinned"
MOST_OPENED, MOST_PINNED = 12, 20

Named = tuple[str, str]
"""Record type and public id."""


def note_opened(request: Request, record: Record) -> None:
    """Put a record in front of those that the reader has opened. Written without waiting for the disk."""
    one, known = _named(record), _kept(preferences_of(request, request.actor.person_id).get(OPENED))
    if request.actor.person_id is None or known[:1] == [one]:
        return
    kept = [one, *(each for each in known if each != one)][:MOST_OPENED]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        _keep(request.actor.person_id, OPENED, kept)


def opened_by(person_id: int | None) -> list[Named]:
    """What somebody has opened, the latest first."""
    return _kept(preference(person_id, OPENED))


def pinned_by(person_id: int | None) -> list[Named]:
    """What somebody has pinned, the latest first."""
    return _kept(preference(person_id, PINNED))


def is_pinned(request: Request, record: Record) -> bool:
    """Whether the reader has pinned the record."""
    return _named(record) in _kept(preferences_of(request, request.actor.person_id).get(PINNED))


def set_pinned(person_id: int, record: Record, *, pinned: bool) -> None:
    """Pin a record, or take the pin away. Refuses `full`."""
    one = _named(record)
    kept = [each for each in pinned_by(person_id) if each != one]
    if pinned and len(kept) >= MOST_PINNED:
        said = _("You have pinned %(count)s records. Take a pin away before you set another one.")
        raise Refusal("full", said, {"count": len(kept)})
    _keep(person_id, PINNED, [one, *kept] if pinned else kept)


def _named(record: Record) -> Named:
    return record_name(type(record)), str(record.public_id)


def _kept(value: dict[str, object] | None) -> list[Named]:
    found = (value or {}).get("records", [])
    rows = found if isinstance(found, list) else []
    return [(name, key) for name, key in rows if _is_id(key)]


def _is_id(text: object) -> bool:
    try:
        return bool(uuid.UUID(str(text)))
    except ValueError:
        return False


def _keep(person_id: int, key: str, records: Sequence[Named]) -> None:
    one = Preference(person_id=person_id, key=key, value={"records": records})
    Preference.objects.bulk_create(
        [one], update_conflicts=True, unique_fields=["person", "key"], update_fields=["value"]
    )
