"""How long a sign-in lasts: so long without use, and so long in all (ASVS 7.3). Leavers are signed out at once."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from shangwu.foundation.actions.door import Acted, on
from shangwu.foundation.administration.sign_in import SIGNED_IN_AT
from shangwu.foundation.people.models import Account
from shangwu.foundation.records import clock

SEEN_AT = "seen_at"

TOUCH_SECONDS = 60
"""The moment of last use is written at most so often, so that reading a page does not write the session each time."""


def limits(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: sign out who has been idle or signed in for too long; keep the list of sign-ins.

    allauth's own middleware would write that list, and commit, at every page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.session_key is not None and request.user.is_authenticated:
            now = clock.now().timestamp()
            seen = request.session.get(SEEN_AT, now)
            since = request.session.get(SIGNED_IN_AT, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - since > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
            elif now - seen > TOUCH_SECONDS or SEEN_AT not in request.session:
                request.session[SEEN_AT] = now
                UserSession.objects.create_from_request(request)
        return respond(request)

    return middleware


def close_all(account: Account) -> int:
    """End every session of an account; how many there were."""
    sessions = list(UserSession.objects.filter(user=account))
    for session in sessions:
        session.end()
    return len(sessions)


@on("people.person.left")
def _sign_out_leavers(acted: Acted) -> None:
    """Who has left can't sign in again, and is signed out where they still are (3.4.3)."""
    for account in Account.objects.filter(person__in=[record.pk for record in acted.records]):
        Account.objects.filter(pk=account.pk).update(is_active=False)
        close_all(account)
