"""Signing in, by allauth: nobody signs up, and every attempt stands in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from shangwu.foundation.administration import company_sign_in
from shangwu.foundation.audit.notes import note
from shangwu.foundation.people.models import Account
from shangwu.foundation.records import clock, gate

SIGNED_IN_AT = "signed_in_at"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by human resources with the person, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A staff number opens the account of its person, as their user name does."""
        if name := credentials.get("username"):
            credentials["username"] = _user_name(name)
        return super().authenticate(request, **credentials)


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


def _user_name(typed: str) -> str:
    """The user name behind what somebody calls themselves. What is a user name is nobody's staff number."""
    with gate.free_reading():
        if Account.objects.filter(username=typed).exists():
            return typed
        found = Account.objects.filter(person__staff_number=typed).values_list("username", flat=True).first()
    return found or typed


def _address(request: HttpRequest | None) -> str | None:
    return request.META.get("REMOTE_ADDR") or None if request is not None else None


@receiver(user_logged_in)
def _signed_in(sender: object, request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    request.session[SIGNED_IN_AT] = clock.now().timestamp()
    _note("people.account.sign_in", request, user)


@receiver(user_logged_out)
def _signed_out(sender: object, request: HttpRequest, user: Account | None, **_kwargs: Any) -> None:
    if user is not None:
        _note("people.account.sign_out", request, user)


@receiver(user_login_failed)
def _refused(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """What was typed as a name may be a password in the wrong field, so only known names are written down."""
    typed = str(credentials.get("username") or credentials.get("email") or "")[:60]
    known = Account.objects.filter(username=typed).values_list("pk", flat=True).first()
    note("people.account.refuse_sign_in", "people.account", known, address=_address(request))


@receiver([password_changed, password_reset, password_set])
def _own_password(sender: object, request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    """Whoever has chosen a password of their own keeps it."""
    Account.objects.filter(pk=user.pk).update(must_change_password=False)
    _note("people.account.change_password", request, user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _other_factors(sender: object, request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    _note("people.account.change_factors", request, user)


def _note(verb: str, request: HttpRequest, user: Account) -> None:
    note(verb, "people.account", user.pk, person_id=user.person_id, address=_address(request))
