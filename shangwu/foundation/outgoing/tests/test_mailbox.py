"""The mailbox is read as it is, without a mark in it; what goes wrong on the way has a name."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.foundation.outgoing import mailbox
from shangwu.foundation.outgoing.calling import CallFailed
from shangwu.foundation.outgoing.mailbox import Mailbox, opened
from shangwu.foundation.outgoing.tests.letterbox import PASSWORD, USER, Letterbox, a_letterbox


@pytest.fixture
def box(settings: Any) -> Iterator[Letterbox]:
    with a_letterbox(settings) as found:
        yield found


def at(box: Letterbox, password: str = PASSWORD, folder: str = "INBOX") -> Mailbox:
    return Mailbox("127.0.0.1", box.port, USER, password, folder)


def test_messages_come_oldest_first_after_the_last_number(box: Letterbox) -> None:
    for text in (b"Subject: 1\n\none", b"Subject: 2\n\ntwo", b"Subject: 3\n\nthree"):
        box.put(text)
    with opened(at(box)) as folder:
        assert folder.validity == 1
        assert [(one.number, one.raw) for one in folder.after(1, 10)] == [
            (2, b"Subject: 2\n\ntwo"), (3, b"Subject: 3\n\nthree"),
        ]  # fmt: skip
        assert [one.number for one in folder.after(0, 2)] == [1, 2], "no more than were asked for"
        assert list(folder.after(3, 10)) == [], "n:* names the last one even when it is older"


def test_nothing_in_the_mailbox_is_marked(box: Letterbox) -> None:
    box.put(b"Subject: 1\n\none")
    with opened(at(box)) as folder:
        list(folder.after(0, 10))
    verbs = {" ".join(one.split()[:2]) for one in box.heard}
    assert not [one for one in verbs if one.startswith(("SELECT", "STORE", "UID STORE", "EXPUNGE", "APPEND"))]
    assert all("PEEK" in one for one in box.heard if "BODY" in one)


def test_of_a_mail_that_is_too_large_only_the_headers_are_read(box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 100)
    box.put(b"Subject: large\n\n" + b"x" * 1000)
    with opened(at(box)) as folder:
        (one,) = folder.after(0, 10)
    assert (one.raw, one.is_whole) == (b"Subject: large\n\n", False)


def test_trouble_has_a_name(box: Letterbox) -> None:
    def trouble(where: Mailbox) -> str:
        with pytest.raises(CallFailed) as caught, opened(where):
            pass
        return caught.value.code

    assert trouble(at(box, password="wrong")) == "sign_in"
    assert trouble(at(box, folder="None")) == "answer"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert trouble(Mailbox("127.0.0.1", closed.getsockname()[1], USER, PASSWORD)) == "refused"


def test_a_password_goes_over_no_plain_line(box: Letterbox, settings: Any) -> None:
    settings.OUTGOING_LOOPBACK = False
    with pytest.raises(CallFailed) as caught, opened(at(box)):
        pass
    assert caught.value.code in ("tls", "answer", "refused", "timeout")
    assert not [one for one in box.heard if "LOGIN" in one]


def test_the_password_stands_in_no_text_of_the_mailbox(box: Letterbox) -> None:
    assert PASSWORD not in repr(at(box))
