"""Tells people what happens to the records they follow, and that they were mentioned. Only while they may see them.

The door only notes that somebody must be told; who may still see the record is asked by the queue, afterwards.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_noop

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Acted, subscribe
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.jobs.queue import app
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.pages.comments.following import followers
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.models import Record

MENTIONED = gettext_noop("%(person)s mentioned you: %(record)s")
REMARKED = gettext_noop("%(person)s wrote about %(record)s")
CHANGED = gettext_noop("%(person)s: %(action)s, %(record)s")

MANY = 50
"""Sets larger than this are told of in their own way (an import's result), not record by record."""

UNTOLD_SOURCES = frozenset({Source.IMPORT, Source.DEMO})


@subscribe
def note(acted: Acted) -> None:
    """Ask the queue to tell the followers of what was done; nothing when nobody follows."""
    if acted.by.source in UNTOLD_SOURCES or len(acted.records) > MANY:
        return
    if acted.action.name == "pages.comment.create":
        for comment in acted.records:
            tell_of_comment.defer(comment_id=comment.pk)
        return
    if acted.action.makes or acted.action.model is Comment:
        return
    kind = acted.action.model._meta.label_lower
    if found := followers(kind, [record.pk for record in acted.records]):
        tell_of_change.defer(entry_id=acted.entry_id, kind=kind, record_ids=sorted(found))


@app.task(name="pages.tell_of_comment")
def tell_of_comment(*, comment_id: int) -> None:
    """Tell those mentioned, and the other followers, of a remark."""
    comment = Comment.objects.filter(pk=comment_id).select_related("created_by").first()
    record = _record(comment.record_type, comment.record_id) if comment is not None else None
    if comment is None or record is None:
        return
    said = {"person": comment.created_by.name if comment.created_by else "", "record": str(record)}
    mentioned = _seeing(record, set(comment.mentions) - {comment.created_by_id})
    notify(mentioned, MENTIONED, said, about=record, kind=Kind.MENTION)
    others = followers(comment.record_type, [record.pk]).get(record.pk, set())
    others = _seeing(record, others - {comment.created_by_id} - set(comment.mentions))
    notify(others, REMARKED, said, about=record, kind=Kind.CHANGE)


@app.task(name="pages.tell_of_change")
def tell_of_change(*, entry_id: int, kind: str, record_ids: list[int]) -> None:
    """Tell the followers of records what somebody did to them."""
    entry = Entry.objects.filter(pk=entry_id).select_related("person").first()
    if entry is None:
        return
    done = actions.get(entry.verb)
    for record_id, people in followers(kind, record_ids).items():
        record = _record(kind, record_id)
        if record is None:
            continue
        label = str(done.label) if done is not None else entry.verb
        said = {"person": entry.person.name if entry.person else "", "action": label, "record": str(record)}
        told = _seeing(record, people - {entry.person_id})
        notify(told, CHANGED, said, about=record, kind=Kind.CHANGE)


def _record(kind: str, record_id: int) -> Record | None:
    model: Any = apps.get_model(kind)
    found: Record | None = model.objects.filter(pk=record_id).first()
    return found


def _seeing(record: Record, people: Iterable[int | None]) -> set[int]:
    """Those of the persons who may see the record now."""
    keys = {key for key in people if key is not None}
    found = set()
    for person in Person.objects.filter(pk__in=keys, state=Person.State.ACTIVE).select_related("entity"):
        if type(record).objects.visible_to(actor_of(person), archived=True).filter(pk=record.pk).exists():
            found.add(person.pk)
    return found
