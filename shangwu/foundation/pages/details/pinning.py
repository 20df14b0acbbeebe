"""Pinning a record, so that the palette offers it first, and taking the pin away."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangwu.foundation.pages.acting import answers, places
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.recent import pinned_by, set_pinned
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.records.refusals import missing


def pin(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Pin the record, or take the pin away."""
    record = record_of(request.actor, pages.model, public_id)
    if request.actor.person_id is None:
        raise missing()
    wanted = (pages.name, str(record.public_id)) not in pinned_by(request.actor.person_id)
    set_pinned(request.actor.person_id, record, pinned=wanted)
    answers.say(request, _("Pinned: Ctrl+K offers it first.") if wanted else _("The pin is gone."))
    return answers.go(request, places.current(request) or places.record_url(pages.model, public_id))
