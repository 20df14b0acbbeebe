"""Idempotency: a form token or Idempotency-Key has exactly one effect, however often it is sent."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.models import Answer
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal


def digest_of(name: str, payload: Any) -> str:
    """A digest of the action and what was sent, to tell a repeat from a key used twice.

    Keyed, because a password may be among the inputs: who reads the table alone can try none.
    """
    text = json.dumps([name, payload], cls=DjangoJSONEncoder, default=str, sort_keys=True, ensure_ascii=False)
    return salted_hmac("actions.answers", text, algorithm="sha256").hexdigest()


def person_key(by: Actor) -> str:
    """Whose keys these are: a person's own, or the kind of a nameless actor."""
    return str(by.person_id) if by.person_id else by.kind.value


def recall(by: Actor, key: str, digest: str) -> dict[str, Any] | None:
    """The stored answer to `key`; None when it is new. Raises Refusal("repeat") for other data under the same key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, answer FROM actions_answer WHERE person_key = %s AND key = %s", [person_key(by), key]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] != digest:
        raise Refusal("repeat", _("This form was already sent with other entries. Open it again and send it once."))
    return json.loads(row[1]) if isinstance(row[1], str) else row[1]  # type: ignore[no-any-return]


def store(by: Actor, key: str, digest: str, answer: dict[str, Any]) -> None:
    """Keep the answer, in the action's own transaction. Raises IntegrityError when a twin was faster."""
    Answer(person_key=person_key(by), key=key, digest=digest, answer=answer, created_at=clock.now()).save(
        force_insert=True
    )
