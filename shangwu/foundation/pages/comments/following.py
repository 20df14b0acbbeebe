"""Following: whoever writes under a record or is mentioned there hears of it from then on, until they say stop."""

from collections.abc import Iterable

from shangwu.foundation.actions.door import Acted, on
from shangwu.foundation.pages.models import Comment, Follow
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def is_following(actor: Actor, record: Record) -> bool:
    """Whether the person hears of changes to the record."""
    found = Follow.objects.filter(record_type=record._meta.label_lower, record_id=record.pk, person=actor.person_id)
    return found.filter(muted=False).exists()


def set_following(actor: Actor, record: Record, wanted: bool) -> None:
    """Follow, or stop following for good."""
    if actor.person_id is None:
        return
    row = Follow(
        person_id=actor.person_id,
        record_type=record._meta.label_lower,
        record_id=record.pk,
        muted=not wanted,
        since=clock.now(),
    )
    Follow.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["record_type", "record_id", "person"], update_fields=["muted"]
    )


def followers(record_type: str, record_ids: Iterable[int]) -> dict[int, set[int]]:
    """Ids of the persons who follow each record. Whether they may still see it is asked when they are told."""
    found: dict[int, set[int]] = {}
    rows = Follow.objects.filter(record_type=record_type, record_id__in=list(record_ids), muted=False)
    for record_id, person_id in rows.values_list("record_id", "person_id"):
        found.setdefault(record_id, set()).add(person_id)
    return found


@on("pages.comment.created")
def follow_from_comment(acted: Acted) -> None:
    """The writer and those mentioned follow the record from now on, unless they have muted it."""
    rows = [
        Follow(
            person_id=person_id, record_type=comment.record_type, record_id=comment.record_id, since=comment.created_at
        )
        for comment in acted.records
        if isinstance(comment, Comment)
        for person_id in {comment.created_by_id, *comment.mentions} - {None}
    ]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)
