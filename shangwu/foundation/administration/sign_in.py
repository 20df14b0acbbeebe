"""Signing in, by allauth: nobody signs up, and every attempt stands in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from shangwu.foundation.administration import company_sign_in
from shangwu.foundation.audit.notes import note
from shangwu.foundation.people.models import Account
from shangwu.foundation.records import clock

SIGNED_IN_AT = "signed_in_at"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by human resources with the person, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A company sign-in (OIDC) opens an account that exists, found by its verified address; it makes none."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie a sign-in that comes for the first time to the account of the person whose address it is."""
        company_sign_in.require_nonce(request, sociallogin)
        if sociallogin.is_existing or not company_sign_in.connects(sociallogin):
            return
        if (account := company_sign_in.account_behind(sociallogin)) is not None:
            sociallogin.connect(request, account)
            note("people.account.connect", "people.account", account.pk, person_id=account.person_id,
                 address=_address(request), reason=sociallogin.account.provider)  # fmt: skip

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up; that somebody came whom nobody here knows is written down."""
        note("people.account.refuse_sign_in", "people.account", None, address=_address(request))
        return False


def _address(request: HttpRequest | None) -> str | None:
    return request.META.get("REMOTE_ADDR") or None if request is not None else None


@receiver(user_logged_in)
def _signed_in(sender: object, request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    request.session[SIGNED_IN_AT] = clock.now().timestamp()
    note("people.account.sign_in", "people.account", user.pk, person_id=user.person_id, address=_address(request))


@receiver(user_logged_out)
def _signed_out(sender: object, request: HttpRequest, user: Account | None, **_kwargs: Any) -> None:
    if user is not None:
        note("people.account.sign_out", "people.account", user.pk, person_id=user.person_id, address=_address(request))


@receiver(user_login_failed)
def _refused(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """What was typed as a name may be a password in the wrong field, so only known names are written down."""
    typed = str(credentials.get("username") or credentials.get("email") or "")[:60]
    known = Account.objects.filter(username=typed).values_list("pk", flat=True).first()
    note("people.account.refuse_sign_in", "people.account", known, address=_address(request))
