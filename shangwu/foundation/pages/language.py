"""The reader's language: kept on the account and in a cookie, so that the sign-in page speaks it too."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.people.models import Account

YEAR = 365 * 24 * 3600


def choose(request: Request) -> HttpResponse:
    """Keep the language and go back."""
    chosen = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    response.status_code = 303
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            Account.objects.filter(pk=request.user.pk).update(language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


page(
    Route(
        "language",
        "language/",
        choose,
        methods=("POST",),
        reason="comfort: sets the reader's own language",
        signed_in=False,
    )
)
