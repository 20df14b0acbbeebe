"""The address at which a form keeps what is being typed, and throws it away when asked."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangwu.foundation.actions import registry as actions
from shangwu.foundation.pages.acting import answers, places
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.forms import drafts
from shangwu.foundation.pages.forms.entries import posted, version_of
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.refusals import missing

DISCARD = "_discard"
"""Name of the button that throws a draft away."""


def keep(request: Request, form: str, public_id: uuid.UUID | None = None) -> HttpResponse:
    """Keep the entries of a form for this person, passwords and keys excepted, or forget them."""
    one = actions.actions.get(form)
    if one is None or not one.may(request.actor, None):
        raise missing()
    if public_id is not None:
        record_of(request.actor, one.model, public_id)
    if DISCARD in request.POST:
        drafts.forget(request.actor, form, public_id)
        answers.say(request, _("The draft is thrown away."))
        target = places.record_url(one.model, public_id) if public_id else places.list_url(one.model) or "/"
        return answers.go(request, target)
    entries = {name: values for name, values in posted(request.POST).items() if name not in one.secrets}
    drafts.keep(request.actor, form, public_id, entries, version_of(request.POST))
    return HttpResponse(status=204)
