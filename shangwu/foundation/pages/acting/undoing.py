"""The address of an undo: takes a log entry back and shows the page on which the person stands again."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import undo
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.acting import answers, places
from shangwu.foundation.pages.reading import Request, form_key


def show(request: Request, entry: int) -> HttpResponse:
    """Take it back. Where the record itself went (archived, made), its page or list comes next."""
    outcome = undo(request.actor, entry, key=form_key(request))
    found = Entry.objects.only("verb").get(pk=entry)
    text = _("Taken back: %(action)s") % {"action": actions[found.verb].label}
    if answers.is_htmx(request) and "sw-list" in request.headers.get("HX-Source", ""):
        return answers.beside(request, text)
    answers.say(request, text)
    one = actions[found.verb]
    if one.makes:
        return answers.go(request, places.list_url(one.model) or "/")
    first = outcome.done[0]
    here = places.current(request)
    return answers.go(request, here or places.record_url(one.model, first.public_id))
