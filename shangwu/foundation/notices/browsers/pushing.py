"""Sends what waits for browsers; a browser that has left is forgotten."""

import json
from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import translation

from shangwu.foundation.notices import wording
from shangwu.foundation.notices.browsers.encrypting import Keys, authorization, encrypt
from shangwu.foundation.notices.claiming import claimed, due, fail, finish, put_back, unread
from shangwu.foundation.notices.models import Browser, Channel, Dispatch, Notice
from shangwu.foundation.notices.readers import Reader, readers
from shangwu.foundation.outgoing.calling import CallFailed, fetch
from shangwu.foundation.records import clock

MERGED_FROM = 5
KEPT_SECONDS = 24 * 3600
"""How long a push service keeps a message for a browser that is off."""

GONE = (404, 410)
REFUSED = (400, 401, 403, 413)
"""The subscription was made with another key of ours, or the message is not liked: no repeating will help."""


def push() -> int:
    """Send what waits; how many messages push services took."""
    now = clock.now()
    found: dict[int, list[Dispatch]] = defaultdict(list)
    for one in claimed(due(Channel.PUSH, now), now):
        found[one.person_id or 0].append(one)
    who, taken = readers(found), 0
    for person_id, dispatches in found.items():
        reader = who.get(person_id)
        late = [one for one in dispatches if reader and reader.hours.is_quiet(now) and not _urgent(one)]
        if reader and late:
            put_back(late, reader.hours.next_slot(now))
        rest = [one for one in dispatches if one not in late]
        if reader is None or not unread(rest):
            finish(rest)
            continue
        taken += _push_to(reader, rest)
    return taken


def _urgent(dispatch: Dispatch) -> bool:
    return dispatch.notice is not None and dispatch.notice.urgent


def _push_to(reader: Reader, dispatches: Sequence[Dispatch]) -> int:
    """Each notice on its own, or from five on all in one; to every browser of the person."""
    with translation.override(reader.language):
        messages = _messages(unread(dispatches))
    urgent = any(_urgent(one) for one in dispatches)
    taken = troubled = 0
    for browser in Browser.objects.filter(person=reader.person.pk):
        for message in messages:
            trouble = _post(browser, message, urgent)
            taken += not trouble
            troubled += trouble in ("later", "busy")
    if troubled and not taken:
        fail(dispatches, "the push service did not answer")
    else:
        finish(dispatches)
    return taken


def _messages(notices: Sequence[Notice]) -> list[bytes]:
    if len(notices) >= MERGED_FROM:
        return [_message(wording.things(len(notices)), "/notices/")]
    return [_message(wording.outside(one), f"/notices/{one.pk}/") for one in notices]


def _message(text: str, address: str) -> bytes:
    return json.dumps({"title": text, "address": address}, ensure_ascii=False).encode()


def _post(browser: Browser, message: bytes, urgent: bool) -> str:
    """Send one message to one browser; what went wrong, "" when nothing."""
    try:
        body = encrypt(message, Keys.read(browser.public_key, browser.secret))
        answer = fetch(
            browser.endpoint,
            method="POST",
            body=body,
            headers={
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(KEPT_SECONDS),
                "Urgency": "high" if urgent else "normal",
                "Authorization": authorization(browser.endpoint, clock.now()),
            },
        )
    except (ValidationError, ValueError):
        browser.delete()
        return "unfit"
    except CallFailed as failure:
        return "later" if failure.code != "private" else "unfit"
    if answer.status in GONE:
        browser.delete()
        return "gone"
    if answer.status in REFUSED:
        return "refused"
    return "" if 200 <= answer.status < 300 else "busy"
