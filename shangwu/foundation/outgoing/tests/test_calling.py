"""The one way out leads to the public internet and nowhere else, whatever form an address takes."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from shangwu.foundation.outgoing import calling
from shangwu.foundation.outgoing.calling import CallFailed, fetch
from shangwu.foundation.outgoing.tests.receiver import Receiver, a_receiver

# What programs elsewhere have taken for a way into their own network.
HOSTILE = [
    "http://example.com/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://0x7F.1/",
    "https://127.0.0.1./",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[0:0:0:0:0:ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://10.0.0.5/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://intranet/",
    "https://metadata.google.internal/",
    "https://private.example/",
    "https://mixed.example/",
    "https://mapped.example/",
    "https://nothing.example/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://user:password@example.com/",
    "https://example.com@127.0.0.1/",
    "https://127.0.0.1#@example.com/",
    "https://127.0.0.1?@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https:\\\\127.0.0.1/",
    "https:/127.0.0.1/",
    "https:127.0.0.1/",
    "//127.0.0.1/",
    "https:///127.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://ⓛocalhost/",
    "https://例子.中国/",
    "https://exam\u00adple.com/",
    "https://example.com\r\nHost: 127.0.0.1/",
    "https://example.com /",
    " https://example.com/",
    "https://example.com/\x00",
    "https://example.com/#fragment",
    "https://exa_mple.com/",
    "https://-example.com/",
    "https://example..com/",
    "https://.example.com/",
    "https://",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "dict://127.0.0.1:11211/",
    "HTTPS://EXAMPLE.COM/",
    "https://" + "a" * 300 + ".com/",
    "https://example.com/" + "a" * 3000,
]

ANSWERS = {
    "private.example": ["10.1.2.3"],
    "mixed.example": ["93.184.216.34", "192.168.0.9"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nothing.example": [],
    "localhost": ["127.0.0.1", "::1"],
    "intranet": ["192.168.7.7"],
    "metadata.google.internal": ["169.254.169.254"],
    "public.example": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
}


def fake_resolver(host: str, port: int) -> Sequence[str]:
    """Answers like a hostile name server; numbers in disguise resolve as the C library would have them."""
    if host in ANSWERS:
        return ANSWERS[host]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return ["93.184.216.34"]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every address that a socket was opened to; none is reached."""
    found: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_arguments: Any, **_options: Any) -> socket.socket:
        found.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return found


def test_there_are_enough_hostile_forms() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("url", HOSTILE, ids=ascii)
def test_no_hostile_form_opens_a_socket(url: str, connected: list[tuple[str, int]]) -> None:
    with pytest.raises((ValidationError, CallFailed)) as caught:
        fetch(url, resolver=fake_resolver)
    assert connected == []
    if isinstance(caught.value, CallFailed):
        assert caught.value.code in ("private", "dns")


def test_control_without_the_check_of_addresses_a_private_socket_is_opened(
    connected: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "is_public", lambda address: True)
    with pytest.raises(CallFailed):
        fetch("https://private.example/", resolver=fake_resolver)
    assert connected == [("10.1.2.3", 443)]


def test_the_checked_address_is_the_one_connected_to(connected: list[tuple[str, int]]) -> None:
    """Names that answer differently the second time (DNS rebinding) gain nothing: there is no second time."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    with pytest.raises(CallFailed) as caught:
        fetch("https://rebinding.example:8443/x", resolver=lambda host, port: next(answers))
    assert (caught.value.code, connected) == ("refused", [("93.184.216.34", 8443)])
    assert next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "1.1.1.1"],
)  # fmt: skip
def test_public_addresses_are_public(address: str) -> None:
    assert calling.is_public(ipaddress.ip_address(address))


@pytest.fixture
def receiver(settings: Settings) -> Any:
    settings.OUTGOING_LOOPBACK = True
    with a_receiver() as found:
        yield found


def test_a_call_reaches_a_server_and_brings_its_answer(receiver: Receiver) -> None:
    receiver.answers(202, {"X-Seen": "yes"}, b"thanks")
    answer = fetch(receiver.url + "?a=b", method="POST", body=b"{}", headers={"X-Mine": "1"})
    assert (answer.status, answer.body, answer.headers["X-Seen"]) == (202, b"thanks", "yes")
    (got,) = receiver.received
    assert (got.path, got.body, got.headers["X-Mine"]) == ("/hook?a=b", b"{}", "1")
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_loopback_is_refused_unless_allowed(receiver: Receiver, settings: Settings) -> None:
    settings.OUTGOING_LOOPBACK = False
    with pytest.raises(ValidationError):
        fetch(receiver.url)
    assert receiver.received == []


def test_a_redirect_is_an_answer_and_not_followed(receiver: Receiver) -> None:
    receiver.answers(302, {"Location": receiver.url + "/elsewhere"})
    assert fetch(receiver.url).status == 302
    assert len(receiver.received) == 1


def test_an_answer_is_read_up_to_its_limit(receiver: Receiver) -> None:
    receiver.answers(200, body=b"x" * 1_000_000)
    assert len(fetch(receiver.url, most_bytes=1000).body) == 1000


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_server_that_drips_is_cut_off(receiver: Receiver, where: str) -> None:
    def drip(handler: Any) -> None:
        if where == "body":
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
        for _step in range(100):
            handler.wfile.write(b"x" if where == "body" else b"HTTP")
            handler.wfile.flush()
            time.sleep(0.05)

    receiver.answer = drip
    started = time.monotonic()
    with pytest.raises(CallFailed) as caught:
        fetch(receiver.url, seconds=0.5)
    assert caught.value.code == "timeout"
    assert time.monotonic() - started < 2


def test_a_server_that_talks_nonsense_is_an_answer_that_failed(receiver: Receiver) -> None:
    receiver.answer = lambda handler: handler.wfile.write(b"220 mail.example ESMTP\r\n")
    with pytest.raises(CallFailed) as caught:
        fetch(receiver.url)
    assert caught.value.code == "answer"


def test_nobody_there(settings: Settings) -> None:
    settings.OUTGOING_LOOPBACK = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CallFailed) as caught:
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert caught.value.code == "refused"


def test_a_certificate_that_nobody_vouches_for_is_refused(settings: Settings, tmp_path: Any) -> None:
    settings.OUTGOING_LOOPBACK = True
    certificate, key = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        plain, _address = listener.accept()
        try:
            context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()

    threading.Thread(target=serve, daemon=True).start()
    with pytest.raises(CallFailed) as caught:
        fetch(f"https://localhost:{listener.getsockname()[1]}/", resolver=lambda host, port: ["127.0.0.1"])
    listener.close()
    assert caught.value.code == "tls"


def _self_signed(folder: Any) -> tuple[str, str]:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=20_000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "c.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(folder / "c.pem"), str(folder / "k.pem")
