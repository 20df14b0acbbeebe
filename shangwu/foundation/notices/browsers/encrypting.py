"""Encrypts a message for one browser (RFC 8291, on RFC 8188's aes128gcm), and signs who sends it (VAPID, RFC 8292)."""

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECORD_SIZE = 4096
"""All that we send is one record; a push service takes no more than 4096 bytes anyway."""

LONGEST = RECORD_SIZE - 86 - 17
"""Bytes of a message that fit: less the header, the padding's delimiter and the seal."""

VALID_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a browser has told us of itself: its public key (uncompressed point), and a secret of 16 bytes."""

    public: bytes
    secret: bytes

    @classmethod
    def read(cls, public: str, secret: str) -> "Keys":
        """From base64url as browsers give it. Raises ValueError for what is no point of the curve or no secret."""
        found = cls(decoded(public), decoded(secret))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, found.public)
        if len(found.public) != 65 or len(found.secret) != 16:
            raise ValueError("not a browser's keys")
        return found


def encrypt(
    message: bytes, keys: Keys, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The body of a push. own, salt: fresh ones each time; given only to prove the known answer of RFC 8291."""
    if len(message) > LONGEST:
        raise ValueError("too long for one push")
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(16)
    own_public = point(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.public))
    secret = _derived(shared, keys.secret, b"WebPush: info\0" + keys.public + own_public, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(own_public)]) + own_public
    return header + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def house_key() -> ec.EllipticCurvePrivateKey:
    """The key by which push services know us: derived from the house's own, so that all machines have the same."""
    digest = _derived(settings.SECRET_KEY.encode(), b"", b"shangwu web push", 48)
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, CURVE)


def house_public_key() -> str:
    """What a browser needs in order to subscribe."""
    return encoded(point(house_key()))


def authorization(endpoint: str, now: datetime) -> str:
    """The header that says who sends: a token signed for this push service and half a day."""
    where = urlsplit(endpoint)
    claims = {
        "aud": f"{where.scheme}://{where.netloc}",
        "exp": int((now + VALID_FOR).timestamp()),
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(house_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={house_public_key()}"


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public part of a key, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encoded(raw: bytes) -> str:
    """base64url without padding, as all of these standards write it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError for what is not base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
