"""The one way out of the house: an HTTP call to an address on the public internet, and to nothing else.

A URL that people enter must not reach our own network (server-side request forgery). So the name is resolved once,
every address it has must be global, and the connection goes to the very address that was checked: a second answer of
the name server changes nothing. No redirects, no proxies, limits on time and size.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SECONDS = 10.0
"""How long a call may take in all, from the first packet to the last."""

MOST_BYTES = 65_536
"""How much of an answer is read. A webhook's receiver has nothing to tell but a status."""

LONGEST_URL = 2_000

_URL = re.compile(r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(/[!$-;=?-Z_a-z~%]*)?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class CallFailed(Exception):
    """A call that could not be made or had no answer. `code` is for programs: dns, refused, timeout, tls, answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL taken apart, every part of it checked."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """The Host header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is cut off at MOST_BYTES."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


_PORTS = {"https": 443, "http": 80}


def allows_loopback() -> bool:
    """Whether plain http and loopback addresses are allowed: in tests and demonstrations on one machine only."""
    return bool(getattr(settings, "OUTGOING_LOOPBACK", False))


def destination(url: str) -> Destination:
    """Take a URL apart. Raises ValidationError("url") unless it is plain https with a host and a safe port.

    Refused are credentials, fragments, spaces, backslashes, numbers in disguise (0x7f.1, 2130706433, 0177.0.0.1) and
    letters outside ASCII: each is read differently by different programs. Write a Chinese host in punycode (xn--).
    """
    found = _URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if found is None:
        raise _unfit(_("Give a full address such as https://example.com/hook, in plain letters, without a password."))
    scheme, host, port, path = found.groups()
    if scheme == "http" and not allows_loopback():
        raise _unfit(_("Use https: what we send must not be read on its way."))
    number = int(port) if port else _PORTS[scheme]
    if number not in _PORTS.values() and not 1024 <= number <= 65535:
        raise _unfit(_("Port %(port)s is kept for other services. Use 443, or one from 1024 on."), port=number)
    return Destination(scheme, _host(host), number, path or "/")


def _host(text: str) -> str:
    """The host in lower case, without the brackets of IPv6. Raises ValidationError."""
    if text.startswith("["):
        return str(_literal(text[1:-1]))
    host = text.lower().removesuffix(".")
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return str(_literal(host))
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _unfit(_("“%(host)s” is not a host name. Check the spelling."), host=text)
    return host


def _literal(text: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise _unfit(
            _("“%(host)s” is not an address. Write four plain numbers, or better a name."), host=text
        ) from None


def _unfit(sentence: object, **params: object) -> ValidationError:
    return ValidationError(sentence, code="url", params=params)  # type: ignore[arg-type]


def validate_url(url: str) -> None:
    """A model validator: the URL has a form that we would call. Where it leads is checked at each call."""
    destination(url)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, and not by way of an address of the old one wrapped in it."""
    if isinstance(address, ipaddress.IPv6Address):
        wraps = address.teredo is not None or address.sixtofour is not None
        return address in _GLOBAL_UNICAST and address.is_global and not wraps
    return address.is_global and not address.is_multicast and not address.is_reserved


def system_resolver(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]).partition("%")[0] for one in found]


def resolve(where: Destination, resolver: Resolver) -> Address:
    """The address to connect to. Raises CallFailed("dns"), or CallFailed("private") when one of them is not public."""
    try:
        texts = [where.host] if _is_literal(where.host) else list(resolver(where.host, where.port))
        addresses = [ipaddress.ip_address(text) for text in texts]
    except (OSError, ValueError, UnicodeError) as error:
        raise CallFailed("dns") from error
    if not addresses:
        raise CallFailed("dns")
    for address in addresses:
        if not is_public(address) and not (allows_loopback() and address.is_loopback):
            raise CallFailed("private")
    return addresses[0]


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked before, whatever the name would answer now."""

    def __init__(self, where: Destination, address: Address, seconds: float) -> None:
        super().__init__(where.host, where.port, timeout=seconds)
        self.where, self.address = where, address
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the checked address; TLS still asks for the host's own certificate."""
        plain = socket.create_connection((str(self.address), self.where.port), self.timeout)
        if self.where.scheme == "https":
            try:
                self.sock = _tls().wrap_socket(plain, server_hostname=self.where.host)
            except BaseException:
                plain.close()
                raise
        else:
            self.sock = plain
        # The answer takes `sock` over and leaves None; the watch must reach it all the same.
        self.wire = self.sock


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
    resolver: Resolver | None = None,
) -> Answer:
    """Make one call. Redirects are answers like any other and are not followed.

    seconds: for all of it. Raises ValidationError for an unfit URL and CallFailed for everything that goes wrong
    on the way: `dns`, `private` (leads into a network that is not public), `refused`, `tls`, `timeout`, `answer`.
    """
    where = destination(url)
    started = time.monotonic()
    address = resolve(where, resolver or system_resolver)
    left = seconds - (time.monotonic() - started)
    if left <= 0:
        raise CallFailed("timeout")
    sent = {"Host": where.netloc, "User-Agent": "Shangwu", "Accept-Encoding": "identity", "Connection": "close"}
    connection = _Pinned(where, address, left)
    watch = _Watch(connection, left)
    try:
        with watch, _called(watch):
            connection.request(method, where.path, body=body, headers={**sent, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(most_bytes), dict(answer.getheaders()))
    finally:
        connection.close()


class _Watch:
    """Cuts the connection when time is up: a socket's own limit begins anew with each byte that drips in."""

    def __init__(self, connection: _Pinned, seconds: float) -> None:
        self.connection, self.rang = connection, False
        self.timer = threading.Timer(seconds, self._cut)
        self.timer.daemon = True

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *_error: object) -> None:
        self.timer.cancel()

    def _cut(self) -> None:
        self.rang = True
        if self.connection.wire is not None:
            try:
                self.connection.wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It has ended by itself in this very moment.
                return


@contextlib.contextmanager
def _called(watch: _Watch) -> Iterator[None]:
    """Say what went wrong on the way; a cut connection shows as anything, and is always the time that was up."""
    try:
        yield
    except (TimeoutError, OSError, http.client.HTTPException, ValueError) as error:
        if watch.rang or isinstance(error, TimeoutError):
            said = "timeout"
        elif isinstance(error, ssl.SSLError):
            said = "tls"
        else:
            said = "refused" if isinstance(error, OSError) else "answer"
        raise CallFailed(said) from error
    if watch.rang:
        raise CallFailed("timeout")
