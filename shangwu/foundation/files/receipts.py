"""Receipts: a signed word that these bytes were taken in just now, for this person.

Whoever knows a hash must not get the file: a row that points to a blob is only made from a receipt, and a receipt is
only written for bytes that came through the intake.
"""

from typing import NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.intake import Taken
from shangwu.foundation.files.storage import Blob
from shangwu.foundation.records.actors import Actor

SALT = "shangwu.files.receipt"
HOURS = 24


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
    return signing.dumps(said, salt=SALT, compress=True)


def redeem(text: str, by: Actor) -> Received:
    """What the receipt says. Raises ValidationError `receipt` when it is none of ours, another's, or a day old."""
    try:
        entity, sha256, size, name, kind, notices, person = signing.loads(text, salt=SALT, max_age=HOURS * 3600)
    except (signing.BadSignature, ValueError):
        person = None
    if person is None or person != by.person_id:
        raise ValidationError(_("The upload is not known any more. Choose the file again."), code="receipt")
    return Received(Blob(entity, sha256, size), name, kind, tuple(notices))
