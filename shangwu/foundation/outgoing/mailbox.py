"""The way in for mail: reading a mailbox by IMAP and leaving it as it was found.

The folder is opened to be read only, and no message is marked: people may read the same mailbox with their own program.
What was read is known by its number in the folder, which counts only as long as the folder keeps its validity.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

from shangwu.foundation.outgoing.calling import SECONDS, CallFailed, allows_loopback

LARGEST = 40 << 20
"""Bytes of a message that is read whole; of a larger one only the headers are."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail is fetched. It is the operator's word, from the environment: no page changes it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message: its number in the folder, and its bytes; the headers alone where it was too large."""

    number: int
    raw: bytes
    is_whole: bool = True


class Folder:
    """An open folder. validity: its numbers hold as long as this stays the same."""

    def __init__(self, connection: imaplib.IMAP4, validity: int) -> None:
        self._connection, self.validity = connection, validity

    def after(self, number: int, most: int) -> Iterator[Fetched]:
        """The next messages after a number, the oldest first, each fetched when it is asked for."""
        # "n:*" always holds the last message, even one before n.
        found = sorted(int(one) for one in self._uid("SEARCH", f"UID {number + 1}:*")[0].split())
        for one in [one for one in found if one > number][:most]:
            yield self._fetched(one)

    def _fetched(self, number: int) -> Fetched:
        told = _SIZE.search(self._uid("FETCH", str(number), "(RFC822.SIZE)")[0])
        is_whole = told is not None and int(told[1]) <= LARGEST
        part = "BODY.PEEK[]" if is_whole else "BODY.PEEK[HEADER]"
        return Fetched(number, self._uid("FETCH", str(number), f"({part})")[-1], is_whole)

    def _uid(self, command: str, *said: str) -> list[bytes]:
        """The answer's lines and literals. Raises CallFailed("answer")."""
        with _talking():
            state, data = self._connection.uid(command, *said)
        if state != "OK":
            raise CallFailed("answer")
        pieces = [part for one in data or () if one for part in (one if isinstance(one, tuple) else (one,))]
        kept = [one for one in pieces if isinstance(one, bytes) and one != b")"]
        return kept or [b""]


@contextlib.contextmanager
def opened(box: Mailbox) -> Iterator[Folder]:
    """Open a mailbox's folder for reading.

    Raises CallFailed: `refused`, `timeout`, `tls`, `sign_in` for a wrong name or password, `answer` for the rest.
    """
    with _talking():
        connection = _connected(box)
    try:
        with _talking():
            _sign_in(connection, box)
            state, _data = connection.select(f'"{box.folder}"', readonly=True)
            _kind, validity = connection.response("UIDVALIDITY")
        if state != "OK":
            raise CallFailed("answer")
        yield Folder(connection, int((validity or [b"0"])[0] or 0))
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


@contextlib.contextmanager
def _talking() -> Iterator[None]:
    """Say what went wrong on the way."""
    try:
        yield
    except TimeoutError as error:
        raise CallFailed("timeout") from error
    except ssl.SSLError as error:
        raise CallFailed("tls") from error
    except OSError as error:
        raise CallFailed("refused") from error
    except (imaplib.IMAP4.error, ValueError) as error:
        raise CallFailed("answer") from error


def _connected(box: Mailbox) -> imaplib.IMAP4:
    """A connection under TLS; plain only on this very machine, in a trial."""
    if box.host in LOOPBACK and allows_loopback():
        return imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=SECONDS)


def _sign_in(connection: imaplib.IMAP4, box: Mailbox) -> None:
    try:
        connection.login(box.user, box.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise CallFailed("sign_in") from error
