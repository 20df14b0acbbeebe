"""Fetches the department's mailbox (2.5.2, 2.5.3). How far each folder was read stands in a table; a mail that is read
again, because the server has numbered anew or a worker died, is known by its Message-ID and has no second effect."""

import logging
from collections.abc import Callable

from django.conf import settings

from shangwu.chapters.customers.actions.complaint_intake import take_in_mail
from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.models import FolderRead
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.outgoing.calling import CallFailed
from shangwu.foundation.outgoing.mailbox import Fetched, Mailbox, opened
from shangwu.foundation.records import clock

log = logging.getLogger("shangwu.mail")

MOST = 200
"""Mails of one folder in one round."""


def fetch() -> int:
    """Take in what came since the last round; how many mails were read. Trouble is kept for the operator to see."""
    if not settings.MAILBOX_HOST:
        return 0
    total = _fetch(settings.MAILBOX_FOLDER, lambda one: take_in(one.raw, is_whole=one.is_whole))
    if settings.COMPLAINTS_FOLDER:
        total += _fetch(settings.COMPLAINTS_FOLDER, lambda one: take_in_mail(one.raw))
    return total


def _fetch(folder: str, take: Callable[[Fetched], object]) -> int:
    read, _made = FolderRead.objects.get_or_create(folder=folder)
    count = 0
    try:
        with opened(_mailbox(folder)) as there:
            if there.validity != read.validity:
                read.validity, read.last = there.validity, 0
            for one in there.after(read.last, MOST):
                try:
                    take(one)
                except Refusal as refusal:
                    # It stays in the mailbox, and the next ones are not held up by it.
                    log.error("Mail %s of %s was not taken in: %s", one.number, folder, refusal.code)
                read.last, count = one.number, count + 1
                FolderRead.objects.filter(pk=read.pk).update(validity=read.validity, last=read.last)
        trouble = ""
    except CallFailed as error:
        trouble = error.code
        log.warning("The mailbox could not be read: %s. The next round tries again.", trouble)
    FolderRead.objects.filter(pk=read.pk).update(read_at=clock.now(), trouble=trouble, validity=read.validity)
    return count


def _mailbox(folder: str) -> Mailbox:
    return Mailbox(
        settings.MAILBOX_HOST, settings.MAILBOX_PORT, settings.MAILBOX_USER, settings.MAILBOX_PASSWORD, folder
    )
