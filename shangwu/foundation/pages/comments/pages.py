"""The addresses of comments: write one, take one's own away, follow the record or stop."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages.acting import answers, places
from shangwu.foundation.pages.comments.following import is_following, set_following
from shangwu.foundation.pages.comments.reading import mentioned
from shangwu.foundation.pages.details import timeline
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.pages.reading import Request, form_key, fragment
from shangwu.foundation.pages.registry import RecordPages


def write(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Write under a record. The timeline comes back with the new remark on top."""
    record = record_of(request.actor, pages.model, public_id)
    text = request.POST.get("text", "")
    inputs = {
        "about": pages.name,
        "about_id": str(public_id),
        "text": text,
        "mentions": mentioned(request.actor, text),
    }
    act(request.actor, "pages.comment.create", None, inputs, key=form_key(request))
    return _answer(request, pages, record, _("Written."))


def take_away(pages: RecordPages, request: Request, public_id: uuid.UUID, comment: uuid.UUID) -> HttpResponse:
    """Take one's own remark away; it is kept in the archive."""
    record = record_of(request.actor, pages.model, public_id)
    found = Comment.objects.visible_to(request.actor).filter(public_id=comment, record_id=record.pk).first()
    if found is None:
        raise Refusal("missing", _("There is nothing here, or it is not yours to see. Go back to the list."))
    act(request.actor, "pages.comment.archive", found, key=form_key(request))
    return _answer(request, pages, record, _("Taken away."))


def follow(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Follow the record, or stop."""
    record = record_of(request.actor, pages.model, public_id)
    wanted = not is_following(request.actor, record)
    set_following(request.actor, record, wanted)
    answers.say(request, _("You follow this record.") if wanted else _("You no longer follow this record."))
    return answers.go(request, places.current(request) or places.record_url(pages.model, public_id))


def _answer(request: Request, pages: RecordPages, record: object, said: str) -> HttpResponse:
    if fragment(request):
        return timeline.answer(request, pages, record)
    answers.say(request, said)
    return answers.go(request, places.record_url(pages.model, record.public_id))  # type: ignore[attr-defined]
