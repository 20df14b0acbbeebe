"""Signed heads: once a day the chain's Merkle root is signed and written outside the database.

Without a head elsewhere, one who owns the database could rebuild the whole chain unseen; with it, not the part before.
"""

import base64
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from shangwu.foundation.audit import digests
from shangwu.foundation.audit.models import Head, Seal
from shangwu.foundation.records import clock


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it stands in a file: position, root and signature, the latter two in base64."""

    position: int
    at: str
    root: str
    signature: str

    @property
    def message(self) -> bytes:
        """What is signed."""
        return digests.canonical([self.position, self.at, self.root])


def folder() -> Path:
    """Where heads are written: SHANGWU_HEADS, which should lie on another disk, or VAR/heads."""
    return Path(os.environ.get("SHANGWU_HEADS", str(settings.VAR / "heads")))


def signing_key() -> Ed25519PrivateKey:
    """The installation's signing key, made at its first use, readable by the owner alone."""
    path = settings.VAR / "keys" / "heads.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    found = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(found, Ed25519PrivateKey)
    return found


def publish() -> SignedHead | None:
    """Sign the present head, keep it and write it outside; None when nothing new is sealed."""
    last = Seal.objects.order_by("-position").first()
    if last is None or Head.objects.filter(position=last.position).exists():
        return None
    root = root_at(last.position)
    now = clock.now()
    unsigned = SignedHead(last.position, now.isoformat(), base64.b64encode(root).decode(), "")
    signature = signing_key().sign(unsigned.message)
    Head.objects.create(position=last.position, at=now, root=root, signature=signature)
    signed = SignedHead(unsigned.position, unsigned.at, unsigned.root, base64.b64encode(signature).decode())
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{now:%Y-%m-%d}-{last.position}.json"
    path.write_text(json.dumps(asdict(signed)), "utf-8")
    return signed


def root_at(position: int) -> bytes:
    """The Merkle root of the leaves up to a position."""
    leaves = Seal.objects.filter(position__lte=position).order_by("position").values_list("leaf", flat=True)
    return digests.merkle_root(bytes(leaf) for leaf in leaves.iterator(chunk_size=5000))


def read(where: Path | None = None) -> Iterable[SignedHead]:
    """The heads that stand outside, oldest first. Raises ValueError for a file that is not one."""
    for path in sorted((where or folder()).glob("*.json")):
        values = json.loads(path.read_text("utf-8"))
        yield SignedHead(values["position"], values["at"], values["root"], values["signature"])


def is_genuine(head: SignedHead, key: Ed25519PublicKey) -> bool:
    """Whether the signature is ours."""
    try:
        key.verify(base64.b64decode(head.signature), head.message)
    except InvalidSignature:
        return False
    return True
