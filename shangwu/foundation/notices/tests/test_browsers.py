"""Web push: only the browser can read what is sent to it; one that has left is forgotten."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pytest_django.fixtures import Settings

from shangwu.foundation.notices import browsers, posting
from shangwu.foundation.notices.browsers.encrypting import CURVE, LONGEST, Keys, decoded, encoded, encrypt, point
from shangwu.foundation.notices.models import Browser, Dispatch
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.notices.tests.conftest import Time
from shangwu.foundation.outgoing.tests.receiver import Receiver, a_receiver
from tests.builders import a_department, a_person, an_entity

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
BROWSER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SENT = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), CURVE)


def test_the_known_answer_of_the_standard() -> None:
    found = encrypt(PLAIN, Keys.read(BROWSER_PUBLIC, SECRET), own=private(SENDER_PRIVATE), salt=decoded(SALT))
    assert encoded(found) == SENT


def decrypted(body: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """What a browser does, written from RFC 8188 and 8291 alone."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= size
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))

    def derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(material)

    common = derive(shared, secret, b"WebPush: info\0" + point(key) + sender, 32)
    key_bytes = derive(common, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(common, salt, b"Content-Encoding: nonce\0", 12)
    padded = AESGCM(key_bytes).decrypt(nonce, sealed, None)
    text, delimiter, padding = padded.rpartition(b"\x02")
    assert delimiter
    assert not padding.strip(b"\0")
    return text


def test_the_browser_of_the_tests_reads_the_known_answer() -> None:
    assert decrypted(decoded(SENT), private(BROWSER_PRIVATE), decoded(SECRET)) == PLAIN


@pytest.mark.parametrize("length", [0, 1, LONGEST])
def test_what_fits_arrives_and_more_is_refused(length: int) -> None:
    key, secret = ec.generate_private_key(CURVE), bytes(range(16))
    keys = Keys(point(key), secret)
    body = encrypt(b"x" * length, keys)
    assert len(body) <= 4096
    assert decrypted(body, key, secret) == b"x" * length
    with pytest.raises(ValueError, match="too long"):
        encrypt(b"x" * (LONGEST + 1), keys)


@pytest.mark.parametrize(
    ("public", "secret"),
    [("", ""), (BROWSER_PUBLIC, "AA"), (BROWSER_PUBLIC[:-4], SECRET), ("B" + "A" * 86, SECRET), ("!" * 87, SECRET)],
)
def test_keys_that_are_none_are_refused(public: str, secret: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- each reader of bytes has its own words
        Keys.read(public, secret)


# A push service


@dataclass
class PushService:
    """Takes messages for one browser, checks who sends them, and lets the browser read."""

    receiver: Receiver
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = b"0123456789abcdef"

    def subscribe(self, person: Any) -> Browser:
        values = {"public_key": encoded(point(self.key)), "secret": encoded(self.secret)}
        return Browser.objects.create(
            person=person, endpoint=self.receiver.url + "?b=1", since="2026-11-01T00:00Z", **values
        )

    @property
    def read(self) -> list[dict[str, str]]:
        return [json.loads(decrypted(one.body, self.key, self.secret)) for one in self.receiver.received]


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    settings.OUTGOING_LOOPBACK = True
    with a_receiver() as receiver:
        receiver.answers(201)
        yield PushService(receiver)


def pushed() -> int:
    posting.post()
    return browsers.push()


@pytest.mark.django_db
def test_a_notice_wakes_the_browser_and_tells_who_sends_it(time: Time, service: PushService) -> None:
    time.go("2026-11-23 10:00")
    one = a_person(entity=an_entity())
    service.subscribe(one)
    notify([one.pk], "Order %(number)s waits for you", {"number": "SO1"})
    assert (pushed(), pushed()) == (1, 0)
    (message,) = service.read
    assert "SO1" in message["title"]
    assert message["address"].startswith("/notices/")
    got = {name.lower(): said for name, said in service.receiver.received[0].headers.items()}
    assert (got["content-encoding"], got["ttl"], got["urgency"]) == ("aes128gcm", "86400", "normal")
    assert_signed(got["authorization"], service.receiver.url, time)


def assert_signed(header: str, url: str, time: Time) -> None:
    """RFC 8292: the token is signed by the key beside it, for this service, and not for longer than a day."""
    assert header.startswith("vapid t=")
    token, key = header.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    raw = decoded(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert said["aud"] == f"http://{urlsplit(url).netloc}"
    assert 0 < said["exp"] - time().timestamp() <= 24 * 3600
    assert said["sub"].startswith("mailto:")


@pytest.mark.django_db
@pytest.mark.clause("3.4.2")
def test_nothing_secret_stands_in_a_push(time: Time, service: PushService) -> None:
    time.go("2026-11-23 10:00")
    one = a_person(entity=an_entity())
    service.subscribe(one)
    secret = a_department(name="canary-7f3a")
    secret.secrecy = 1
    notify([one.pk], "“%(title)s” waits", {"title": "canary-7f3a"}, about=secret)
    pushed()
    (message,) = service.read
    assert message["title"] == "您有 1 項待辦"
    assert "canary" not in json.dumps(message)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_left_is_forgotten(status: int, time: Time, service: PushService) -> None:
    time.go("2026-11-23 10:00")
    one = a_person(entity=an_entity())
    service.subscribe(one)
    service.receiver.answers(status)
    notify([one.pk], "hello")
    assert pushed() == 0
    assert not Browser.objects.exists()
    notify([one.pk], "again")
    pushed()
    assert len(service.receiver.received) == 1


@pytest.mark.django_db
def test_a_service_that_is_busy_is_asked_again(time: Time, service: PushService) -> None:
    time.go("2026-11-23 10:00")
    one = a_person(entity=an_entity())
    service.subscribe(one)
    service.receiver.answers(503)
    notify([one.pk], "hello")
    assert pushed() == 0
    service.receiver.answers(201)
    time.go("2026-11-23 10:02")
    assert pushed() == 1
    assert Browser.objects.count() == 1


@pytest.mark.django_db
def test_quiet_hours_hold_for_browsers_and_many_things_are_one_message(time: Time, service: PushService) -> None:
    time.go("2026-11-23 22:00")
    one = a_person(entity=an_entity())
    service.subscribe(one)
    for number in range(6):
        notify([one.pk], "Order %(number)s waits for you", {"number": f"SO{number}"})
    assert pushed() == 0
    time.go("2026-11-24 08:50")
    assert pushed() == 1
    assert service.read[0]["address"] == "/notices/"
    assert not Dispatch.objects.filter(finished_at__isnull=True).exists()
