"""A real HTTP server on loopback that plays the other side: it answers as it is told, and remembers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """answer: called with the handler; by default 200 and nothing else."""

    port: int
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Any], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def answers(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        """From now on answer so."""

        def answer(handler: Any) -> None:
            handler.send_response(status)
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """A receiver that listens until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            found.received.append(Received(self.path, dict(self.headers), self.rfile.read(length)))
            if found.answer is None:
                found.answers(200)
            try:
                found.answer(self)  # type: ignore[misc]
            except OSError:
                self.close_connection = True

        do_GET = do_POST = _handle  # noqa: N815

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
