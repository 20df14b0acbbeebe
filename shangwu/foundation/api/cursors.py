"""Cursors: where a page of a list ended. Sealed, so that they tell no primary key and can't be made up."""

import base64
import functools
import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Refusal

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


@functools.cache
def _box(secret: str) -> "Fernet":
    # Large, and no use to a worker: whoever pages through a list loads it.
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"cursor:" + secret.encode()).digest()))


def sealed(question: str, value: Any, pk: int) -> str:
    """A cursor behind the row with `value` in the sorted column and that primary key.

    question: a digest of record type, sort and filters; the cursor answers no other.
    """
    text = json.dumps([question, value, pk])
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def opened(question: str, cursor: str) -> tuple[Any, int]:
    """(value, primary key) of a cursor. Raises Refusal("cursor") for one that is not ours or of another question."""
    from cryptography.fernet import InvalidToken

    try:
        asked, value, pk = json.loads(_box(settings.SECRET_KEY).decrypt(cursor.encode()))
    except (InvalidToken, UnicodeEncodeError):
        asked, value, pk = None, None, 0
    if asked != question:
        said = _("This cursor belongs to another list. Start again without it; keep filters and order while paging.")
        raise Refusal("cursor", said, fields={"cursor": [said]})
    return value, pk
