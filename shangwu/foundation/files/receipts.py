"""Receipts: a signed word that these bytes were taken in just now, for this person.

Whoever knows a hash must not get the file: a row that points to a blob is only made from a receipt, and a receipt is
only written for bytes that came through the intake. The same bytes of the same person get the same receipt, so that a
form sent twice says the same twice; its age is that of the bytes, which each upload makes young again.
"""

from typing import NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.intake import Taken
from shangwu.foundation.files.storage import Blob, age_of
from shangwu.foundation.records.actors import Actor

SALT = "shangwu.files.receipt"
LIFE = 24 * 3600
"""Seconds for which a receipt is good."""


class Received(NamedTuple):
    """What a receipt says."""

    blob: Blob
    name: str
    kind: str
    notices: tuple[str, ...]


def receipt(taken: Taken, by: Actor) -> str:
    """A receipt for bytes that `by` has uploaded."""
    report = taken.report
    said = [*taken.blob, report.name, report.kind.code, list(report.notices), by.person_id]
    return signing.Signer(salt=SALT).sign_object(said, compress=True)


def redeem(text: str, by: Actor) -> Received:
    """What the receipt says. Raises ValidationError `receipt` when it is none of ours, another's, or a day old."""
    try:
        entity, sha256, size, name, kind, notices, person = signing.Signer(salt=SALT).unsign_object(text)
    except (signing.BadSignature, ValueError):
        person = None
    if person is None or person != by.person_id or not _young(blob := Blob(entity, sha256, size)):
        raise ValidationError(_("The upload is not known any more. Choose the file again."), code="receipt")
    return Received(blob, name, kind, tuple(notices))


def _young(blob: Blob) -> bool:
    age = age_of(blob)
    return age is not None and age < LIFE
