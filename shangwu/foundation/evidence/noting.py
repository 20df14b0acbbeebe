"""What the log tells its readers of entries about records that they may not see: who did what, when and why.

The auditor reads the whole log, never the values in it (3.4.2), so their bundle holds the same: of each entry its verb,
person, time and reason as the page of the log shows them, beside the digests that prove the entry itself.
"""

from typing import Any

from shangwu.foundation.administration.log import READERS
from shangwu.foundation.audit.models import Seal
from shangwu.foundation.evidence.proving import Known
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor


def reads_the_log(by: Actor) -> bool:
    """Whether the log is open to the asker, whatever its entries are about."""
    return by.holds_any(READERS)


def note(by: Actor, log: Known) -> None:
    """Put the notes beside the entries whose own words stay shut to a reader of the log."""
    shut = [position for position, told in log.entries.items() if not _tells(told)]
    if not shut or not reads_the_log(by):
        return
    with gate.free_reading():
        entries = {one.position: one.entry for one in Seal.objects.filter(position__in=shut).select_related("entry")}
    names = Names()
    people = {key for one in entries.values() for key in (one.person_id, one.acting_for_id) if key is not None}
    names.add(by, Person, people)
    for position, entry in entries.items():
        log.entries[position]["noted"] = {
            "at": entry.occurred_at or entry.at, "verb": entry.verb, "clause": entry.clause,
            "record_type": entry.record_type, "count": entry.count, "reason": entry.reason,
            "person": _name(names, entry.person_id), "in_place_of": _name(names, entry.acting_for_id),
        }  # fmt: skip


def _tells(told: dict[str, Any]) -> bool:
    """Whether the entry's own part is shown, with verb and person in it."""
    return any(one["index"] == 0 and "content" in one for one in told["parts"])


def _name(names: Names, key: int | None) -> str:
    return names.of(Person, key).label if key is not None else ""
