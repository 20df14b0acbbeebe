"""How long a sign-in lasts: so long without use, and so long in all (ASVS 7.3). Leavers are signed out at once."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Acted, on
from shangwu.foundation.administration.sign_in import SIGNED_IN_AT
from shangwu.foundation.people.models import Account
from shangwu.foundation.records import clock

SEEN_AT = "seen_at"

TOUCH_SECONDS = 60
"""The moment of last use is written at most so often, so that reading a page does not write the session each time."""

OWN_PASSWORD = ("account_change_password", "account_reauthenticate", "account_logout", "language")
"""What is open to who has yet to replace a password that another has chosen."""


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


def own_password(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who signs in by a password that another has chosen first chooses their own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return _to_own_password(request) if _uses_given_password(request) else respond(request)

    return middleware


def _uses_given_password(request: HttpRequest) -> bool:
    """Whether somebody has signed in by such a password, and asks for anything but to replace it."""
    if not getattr(request.user, "must_change_password", False):
        return False
    methods = {one.get("method") for one in get_authentication_records(request, request.user)}
    return "password" in methods and request.path not in {reverse(name) for name in OWN_PASSWORD}


def _to_own_password(request: HttpRequest) -> HttpResponse:
    """On to the form. Parts that its page asks for stay empty: to send them on would load it again and again."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    messages.info(request, _("This password was given to you. Choose one of your own, then sign in with it."))
    return HttpResponseRedirect(reverse("account_change_password"))


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
