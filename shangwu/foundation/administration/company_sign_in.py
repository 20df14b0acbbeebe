"""Signing in by the company's own account (OpenID Connect): whom it opens the door to, and that the answer is ours.

allauth keeps `state` and PKCE; the nonce, which ties the identity token to this browser's question, is kept here.
"""

import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.records import gate

NONCE = "company_sign_in_nonce"


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the company's sign-in, with a nonce of its own. What the address adds is not passed on."""
    request.session[NONCE] = secrets.token_urlsafe(24)
    asked = QueryDict(mutable=True)
    if "next" in request.GET:
        asked["next"] = request.GET["next"]
    asked["auth_params"] = urlencode({"nonce": request.session[NONCE]})
    request.GET = asked  # type: ignore[assignment]  # a QueryDict is what it is
    from allauth.socialaccount.providers.openid_connect import views  # with an HTTP library, of no use to a worker

    answer: HttpResponse = views.login(request, provider_id)
    return answer


def require_nonce(request: HttpRequest, sociallogin: Any) -> None:
    """Refuse an identity token that answers no question of this browser, or an old one."""
    asked = request.session.pop(NONCE, None)
    claims = sociallogin.account.extra_data.get("id_token") or {}
    if not asked or not secrets.compare_digest(str(claims.get("nonce", "")), asked):
        raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=401))


def account_behind(sociallogin: Any) -> Account | None:
    """The account of the one person at work whose address the company's sign-in has verified; None when there is none.

    The address is the one that human resources keep with the person, not one that somebody entered for themselves.
    """
    verified = {one.email for one in sociallogin.email_addresses if one.email and one.verified is True}
    if len(verified) != 1:
        return None
    with gate.free_reading():
        found = Person.objects.filter(
            email__iexact=verified.pop(), state=Person.State.ACTIVE, archived_at__isnull=True
        ).values_list("pk", flat=True)[:2]
        return Account.objects.filter(person__in=found).first() if len(found) == 1 else None


def connects(sociallogin: Any) -> bool:
    """Whether somebody wants to come in, and not to tie a sign-in to the account in which they are."""
    return bool(sociallogin.state.get("process", AuthProcess.LOGIN) == AuthProcess.LOGIN)
