"""A real mail server on loopback, which keeps what it is given, or refuses it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class PostOffice:
    """refuses: it answers each message with a temporary failure."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return "451 4.3.0 not now"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"

    @property
    def texts(self) -> list[str]:
        """Everything that has left, headers included, as a stranger on the way could read it."""
        return [
            "\n".join([*(f"{name}: {said}" for name, said in one.items()), one.get_content()]) for one in self.mails
        ]


@contextmanager
def a_post_office(settings: Any) -> Iterator[PostOffice]:
    """A server to which the house sends its mail until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield office
    finally:
        controller.stop()
