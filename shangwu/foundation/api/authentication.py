"""Who asks: a person who has signed in on the same site, or a program with a token."""

import logging

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from ninja.utils import check_csrf

from shangwu.foundation.access.actors import actor_of_account
from shangwu.foundation.api import throttling, tokens
from shangwu.foundation.api.problems import HttpRefusal, unauthenticated
from shangwu.foundation.records.actors import Actor, ActorKind, Source

logger = logging.getLogger("shangwu.api")


class Request(HttpRequest):
    """A request as an operation receives it: `auth` is who asks."""

    auth: Actor


def authenticate(request: HttpRequest) -> Actor:
    """The actor behind a request. A request with an Authorization header stands or falls by it.

    Raises Refusal: `unauthenticated`, `csrf` (a change by sign-in without the form token), `throttled`.
    """
    address = request.META.get("REMOTE_ADDR") or None
    header = request.headers.get("Authorization", "")
    actor = _by_token(header, address) if header else _by_session(request, address)
    if actor is None:
        throttling.count_stranger(address)
        logger.info("nobody is known for a request from %s", address)
        raise unauthenticated()
    throttling.count_request(_who(actor), address)
    return actor


def _who(actor: Actor) -> str:
    return f"token:{actor.token_id}" if actor.kind is ActorKind.TOKEN else f"person:{actor.person_id}"


def _by_token(header: str, address: str | None) -> Actor | None:
    scheme, _space, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key.isascii():
        return None
    return tokens.actor_of_key(key.strip(), address=address, language=translation.get_language() or "")


def _by_session(request: HttpRequest, address: str | None) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    if check_csrf(request) is not None:
        said = _("This request did not come from a page of ours. Send the header X-CSRFToken, or use a token.")
        raise HttpRefusal("csrf", said)
    return actor_of_account(request.user, source=Source.API, address=address, language=translation.get_language() or "")
