"""Commitments: what the log holds in place of a personal or secret value."""

import hmac
import json
from json.encoder import encode_basestring
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

REASON = "entry.reason"
"""The key under which an entry on a person's record holds the commitment of its reason; the seal covers that, so that
the words themselves can be erased."""


def commitment(salt: bytes, field: str, value: Any) -> str:
    """A salted digest of a value: proves it later, tells nothing now. Hex, 64 characters."""
    if type(value) is str:  # most values are: the same text at a third of the cost
        text = f"[{encode_basestring(field)}, {encode_basestring(value)}]"
    else:
        text = json.dumps([field, value], cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return hmac.digest(salt, text.encode(), "sha256").hex()
