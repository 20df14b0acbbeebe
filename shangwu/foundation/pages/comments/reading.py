"""Comments as a record's readers see them. The caller has passed the record's own gate."""

from collections.abc import Iterable, Sequence

from django.db.models import Count

from shangwu.foundation.pages.models import Comment
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

LIMIT = 50
"""How many of the latest comments a record's page shows."""

_WITH_ITS_RECORD = "comments are read with the record they stand under, whose gate the reader has passed"


def comments_on(record: Record, limit: int = LIMIT) -> Sequence[Comment]:
    """The latest comments under a record, newest first; those taken away are left out."""
    rows = Comment.objects.unscoped(reason=_WITH_ITS_RECORD)
    found = rows.filter(record_type=record._meta.label_lower, record_id=record.pk, archived_at__isnull=True)
    return list(found.order_by("-pk")[:limit])


def counts_on(records: Sequence[Record]) -> dict[int, int]:
    """How many comments stand under each of these records of one type, by primary key."""
    if not records:
        return {}
    rows = Comment.objects.unscoped(reason=_WITH_ITS_RECORD)
    label, keys = records[0]._meta.label_lower, [one.pk for one in records]
    found = rows.filter(record_type=label, record_id__in=keys, archived_at__isnull=True)
    return dict(found.order_by().values_list("record_id").annotate(Count("pk")))


def mentioned(by: Actor, text: str) -> list[Person]:
    """The persons whom a text names by @: the longest name that fits at each place."""
    text = text.replace("＠", "@")
    if "@" not in text:
        return []
    people = Person.objects.visible_to(by).filter(state=Person.State.ACTIVE).only("public_id", "name", "number")
    return _longest(people, text)


def _longest(people: Iterable[Person], text: str) -> list[Person]:
    """Each @ names at most one spelling; namesakes are all meant."""
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.name, []).append(person)
    names = sorted(by_name, key=len, reverse=True)
    found: set[str] = set()
    for place in (index for index, letter in enumerate(text) if letter == "@"):
        named = next((name for name in names if name and text.startswith(name, place + 1)), None)
        if named:
            found.add(named)
    return [person for name in found for person in by_name[name]]
