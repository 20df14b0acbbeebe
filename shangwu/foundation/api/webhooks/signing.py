"""Signatures by which a receiver knows that a message is ours, fresh and whole.

The form is that of standardwebhooks.com, for which receivers find ready libraries: the headers `webhook-id`,
`webhook-timestamp` (seconds) and `webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">`.
The secret is derived from the house's own key and the subscription's salt, so the database alone gives none away.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

from shangwu.foundation.api.models import Subscription
from shangwu.foundation.records.actors import Actor

MARK = "whsec_"
"""How every signing secret begins, as the standard has it."""


def equip(subscription: Subscription, by: Actor) -> None:
    """Give a subscription that is being made its person and secret."""
    assert by.person_id is not None
    subscription.person_id = by.person_id
    salt(subscription)


def salt(subscription: Subscription) -> None:
    """Give a subscription a new secret, to be shown once."""
    subscription.salt = secrets.token_urlsafe(32)
    subscription.disclosed = {"secret": secret_of(subscription)}


def secret_of(subscription: Subscription) -> str:
    """The signing secret as the receiver enters it: `whsec_` and the key in base64."""
    return MARK + base64.b64encode(_key(subscription)).decode()


def signed(subscription: Subscription, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that go with a message."""
    content = f"{identity}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(_key(subscription), content, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{signature}"}


def _key(subscription: Subscription) -> bytes:
    text = f"webhook:{subscription.public_id}:{subscription.salt}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
