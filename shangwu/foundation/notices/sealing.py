"""Keeps what a robot's platform gave us unreadable in the database, its history and its copies.

The key is derived from the house's own; with the database alone nobody can write to a group.
"""

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def _fernet() -> "Fernet":
    from cryptography.fernet import Fernet

    digest = hashlib.sha256(b"notices:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str) -> str:
    """A text as it is kept; an empty one stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def unseal(kept: str) -> str:
    """The text again; empty when the house's key has changed since, so that it must be entered anew."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet().decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""
