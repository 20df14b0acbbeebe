"""The signed statement of a bundle: whose, of what, as of when, tied to which head of the log. Signed as heads are."""

import base64
import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.audit import digests, sealing
from shangwu.foundation.audit.models import Head, Pending, Seal
from shangwu.foundation.evidence.verify import FORMAT, SIGNED, canonical
from shangwu.foundation.records import gate
from shangwu.foundation.records.refusals import Refusal


def latest_head(entries: list[int]) -> Head | None:
    """A signed head that lies behind all these entries, made now; None while the log is empty.

    Refuses `unsealed` when another process holds the seal and some of them still wait for theirs.
    """
    from shangwu.foundation.audit import heads  # the library that signs: loaded by whoever signs

    with gate.free_reading():
        sealing.seal_all()
        if Pending.objects.filter(entry__in=entries).exists():
            raise Refusal("unsealed", _("The log is being sealed at this moment. Try again in a minute."))
        try:
            with transaction.atomic():
                heads.publish()
        except IntegrityError:  # another process has signed this very head
            pass
        return Head.objects.order_by("-position").first()


def paths_to(head: Head, positions: list[int]) -> dict[int, list[str]]:
    """For each position the path that leads from its leaf to the head's root. Raises ValueError when it does not."""
    with gate.free_reading():
        leaves = Seal.objects.filter(position__lte=head.position).order_by("position").values_list("leaf", flat=True)
        wanted = frozenset(one - 1 for one in positions)
        root, paths = digests.inclusion_paths(map(bytes, leaves.iterator(chunk_size=5_000)), wanted)
    if root != bytes(head.root):
        raise ValueError("the chain is not the one whose head was signed: run `shangwu verify-audit`")
    return {index + 1: [each.hex() for each in path] for index, path in paths.items()}


def public_key() -> str:
    """The installation's public key, in hexadecimal: what a bundle is checked against."""
    from cryptography.hazmat.primitives import serialization

    from shangwu.foundation.audit import heads

    found = heads.signing_key().public_key()
    return found.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def statement(told: dict[str, Any], head: Head | None, manifest: bytes) -> bytes:
    """The statement as it stands in the bundle."""
    unsigned = {
        **told,
        "format": FORMAT,
        "key": public_key(),
        "head": _told_head(head) if head is not None else None,
        "manifest": hashlib.sha256(manifest).hexdigest(),
    }
    from shangwu.foundation.audit import heads

    signature = heads.signing_key().sign(SIGNED + canonical(unsigned))
    return canonical({**unsigned, "signature": signature.hex()})


def _told_head(head: Head) -> dict[str, Any]:
    return {
        "position": head.position,
        "at": head.at.isoformat(),
        "root": base64.b64encode(bytes(head.root)).decode(),
        "signature": base64.b64encode(bytes(head.signature)).decode(),
    }
