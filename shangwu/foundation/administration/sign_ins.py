"""A person's account, for those who keep it or watch over it: may they sign in, by what, and where they were lately."""

import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.administration.accounts import account_of
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.panels import Panel
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

READERS = frozenset({Role.ADMINISTRATOR, Role.SECRECY_OFFICER, Role.AUDITOR})
SHOWN = 5


def _facts(actor: Actor, person: Record | None) -> dict[str, Any] | None:
    if not actor.holds_any(READERS):
        return None
    account = account_of(person)
    if account is None:
        return {"account": None}
    lately = clock.now() - datetime.timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    sign_ins = UserSession.objects.filter(user=account, last_seen_at__gt=lately).order_by("-last_seen_at")[:SHOWN]
    factors = Authenticator.objects.filter(user=account).order_by("pk")
    return {
        "account": account,
        "factors": [one.get_type_display() for one in factors],
        "sign_ins": [{"address": one.ip, "seen": formats.moment(one.last_seen_at)} for one in sign_ins],
    }


SIGN_INS = Panel("account", _("Account"), "administration/account.html", _facts, place="side", order=30, clause="3.4.2")
