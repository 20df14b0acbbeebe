"""One's dates for a calendar program, at a secret address instead of a sign-in. What is secret is not named there."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.notices.actions import digest_of
from shangwu.foundation.notices.dates import calendar_text, dates_of
from shangwu.foundation.notices.models import Feed
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import missing


def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The dates of the person whose address this is. A closed or unknown address is not there, for everybody alike."""
    actor = _reader_of(key)
    if actor is None:
        raise missing()
    with timezone.override(actor.zone), translation.override(actor.language):
        body = calendar_text(dates_of(actor))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="shangwu.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = etag
    response.headers["X-Robots-Tag"] = "noindex"
    found = get_conditional_response(request, etag=etag, response=response)
    return found if isinstance(found, HttpResponse) else response


def _reader_of(key: str) -> Actor | None:
    """Whose address this is, with the rights of this moment. Before it is found there is nobody for whom to read."""
    with gate.free_reading():
        feeds = Feed.objects.filter(digest=digest_of(key), revoked_at__isnull=True, archived_at__isnull=True)
        found = feeds.select_related("person__entity").first()
        if found is None or found.person.state != Person.State.ACTIVE:
            return None
        account = Account.objects.filter(person=found.person, is_active=True).first()
        return actor_of(found.person, source=Source.PAGE, language=account.language) if account else None


page(
    Route(
        "notices.calendar", "calendar/<str:key>.ics", feed, signed_in=False, sample={"key": "=none"},
        reason="whoever knows the secret address reads its person's dates, without secret titles",
    )
)  # fmt: skip
