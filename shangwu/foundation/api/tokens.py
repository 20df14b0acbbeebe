"""Keys of programs: made once, kept as a digest, turned into an actor at each request."""

import datetime
import hashlib
import secrets

from django.db import connection
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.events import Acted, subscribe
from shangwu.foundation.api.models import Token, TokenDeed, TokenUse
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor, ActorKind, Source
from shangwu.foundation.records.refusals import Refusal

MARK = "sw_"
"""How every key begins, so that scanners find one that was left lying about."""

_SHOWN = len(MARK) + 8
_REMEMBER = datetime.timedelta(minutes=1)


def new_key() -> str:
    """A fresh key of 256 random bits. It is shown once; the house keeps its digest only."""
    return MARK + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """What is kept of a key. A plain hash is enough: 256 random bits can't be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def equip(token: Token, by: Actor) -> None:
    """Give a token that is being made its person and key. Refuses `expiry` (too far off, or past)."""
    longest = datetime.timedelta(days=policy("api.token_days"))
    if not clock.now() < token.expires_at <= clock.now() + longest:
        said = _("Choose an end within the next %(days)s days. Make a new token when it has passed.")
        raise Refusal("expiry", said, {"days": longest.days}, fields={"expires_at": [_("Choose an earlier day.")]})
    key = new_key()
    assert by.person_id is not None
    token.person_id, token.prefix, token.digest = by.person_id, key[:_SHOWN], digest_of(key)
    token.disclosed = {"key": key}


def actor_of_key(key: str, *, address: str | None, language: str) -> Actor | None:
    """The actor behind a key, with the person's rights of today; None when the key opens nothing.

    Reads freely: until the key is found, there is nobody for whom to read.
    """
    with gate.free_reading():
        opened = Token.objects.filter(digest=digest_of(key), person__account__is_active=True)
        token = opened.select_related("person__entity", "use").first()
        if token is None or not token.is_valid or token.person.state != Person.State.ACTIVE:
            return None
        _remember_use(token, address)
    return actor_of(
        token.person,
        kind=ActorKind.TOKEN,
        source=Source.API,
        address=address,
        language=language,
        allowed=frozenset(token.scopes.split()),
        token_id=token.pk,
    )


def _remember_use(token: Token, address: str | None) -> None:
    """Note the last use, once a minute at most: a log of uses is not what a token is for."""
    former, now = getattr(token, "use", None), clock.now()
    if former is not None and former.at > now - _REMEMBER:
        return
    table = TokenUse._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" (token_id, at, address) VALUES (%s, %s, %s) ON CONFLICT (token_id) '
            "DO UPDATE SET at = EXCLUDED.at, address = EXCLUDED.address",
            [token.pk, now, address],
        )


@subscribe
def note_deed(acted: Acted) -> None:
    """Write down that a token made this log entry, in the action's own transaction."""
    if acted.by.token_id is not None:
        TokenDeed.objects.create(entry_id=acted.entry_id, token_id=acted.by.token_id)
