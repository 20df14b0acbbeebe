"""A real IMAP server on loopback, as far as a reader that marks nothing needs one."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "service@yuecheng.example", "a long enough password"


@dataclass
class Letterbox:
    """Folders with their messages by number. heard: every command, so that a test sees what a reader asks."""

    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    validity: int = 1
    port: int = 0
    heard: list[str] = field(default_factory=list)
    breaks_after: int | None = None
    fetched: int = 0

    def put(self, raw: bytes, folder: str = "INBOX") -> int:
        """A message arrives; its number."""
        there = self.folders.setdefault(folder, {})
        number = max(there, default=0) + 1
        there[number] = raw
        return number


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    box: Letterbox

    def handle(self) -> None:
        self.folder = "INBOX"
        self._say("* OK letterbox")
        while line := self.rfile.readline():
            tag, _space, said = line.decode("utf-8").strip().partition(" ")
            self.box.heard.append(said)
            verb = said.split(" ", 1)[0].upper()
            if verb == "LOGOUT":
                self._say("* BYE", f"{tag} OK bye")
                return
            if not self._answer(tag, verb, said):
                return

    def _answer(self, tag: str, verb: str, said: str) -> bool:
        if verb == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1", f"{tag} OK done")
        elif verb == "LOGIN":
            is_right = USER in said and PASSWORD in said
            self._say(f"{tag} OK welcome" if is_right else f"{tag} NO [AUTHENTICATIONFAILED] wrong")
        elif verb == "EXAMINE":
            return self._examine(tag, said)
        elif said.upper().startswith("UID SEARCH"):
            first = int(re.search(r"UID (\d+):", said[10:])[1])  # type: ignore[index]
            there = sorted(self.box.folders[self.folder])
            # As the standard has it: the last message is always in n:*, even before n.
            found = [one for one in there if one >= first] or there[-1:]
            self._say(f"* SEARCH {' '.join(map(str, found))}", f"{tag} OK done")
        elif said.upper().startswith("UID FETCH"):
            return self._fetch(tag, said)
        else:
            self._say(f"{tag} BAD what?")
        return True

    def _examine(self, tag: str, said: str) -> bool:
        name = said.partition(" ")[2].strip('"')
        if name not in self.box.folders:
            self._say(f"{tag} NO no such folder")
            return True
        self.folder = name
        count = len(self.box.folders[name])
        self._say(f"* {count} EXISTS", f"* OK [UIDVALIDITY {self.box.validity}] fine", f"{tag} OK [READ-ONLY] done")
        return True

    def _fetch(self, tag: str, said: str) -> bool:
        number = int(said.split()[2])
        raw = self.box.folders[self.folder][number]
        if "RFC822.SIZE" in said:
            self._say(f"* 1 FETCH (UID {number} RFC822.SIZE {len(raw)})", f"{tag} OK done")
            return True
        if self.box.breaks_after is not None and self.box.fetched >= self.box.breaks_after:
            return False
        self.box.fetched += 1
        part = raw.partition(b"\n\n")[0] + b"\n\n" if "HEADER" in said else raw
        name = "BODY[HEADER]" if "HEADER" in said else "BODY[]"
        self.wfile.write(f"* 1 FETCH (UID {number} {name} {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        self._say(f"{tag} OK done")
        return True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def a_letterbox(settings: Any) -> Iterator[Letterbox]:
    """A mailbox that the house is told of until the block ends."""
    box = Letterbox()
    handler = type("Talk", (_Talk,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.OUTGOING_LOOPBACK = True
        settings.MAILBOX_HOST, settings.MAILBOX_PORT = "127.0.0.1", box.port
        settings.MAILBOX_USER, settings.MAILBOX_PASSWORD = USER, PASSWORD
        settings.MAILBOX_FOLDER, settings.COMPLAINTS_FOLDER = "INBOX", ""
        try:
            yield box
        finally:
            server.shutdown()
