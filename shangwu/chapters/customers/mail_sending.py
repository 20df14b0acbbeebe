"""Sends what waits (2.5.2).

A mail is claimed before it is sent and keeps its Message-ID: of two workers one sends it, and where one died in
between, the other side's server takes the second for the same.
"""

import datetime
from email.utils import formataddr, formatdate
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from shangwu.chapters.customers.actions.mail import consenting, may_go
from shangwu.chapters.customers.actions.surveys import still_asks
from shangwu.chapters.customers.enclosing import enclosed_with
from shangwu.chapters.customers.evidence import word_for
from shangwu.chapters.customers.links import absolute
from shangwu.chapters.customers.mails import fit
from shangwu.chapters.customers.models import Delivery, Message, Purpose
from shangwu.chapters.customers.survey_links import for_survey
from shangwu.chapters.customers.unsubscribing import way_out
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files import intake
from shangwu.foundation.files.storage import opened
from shangwu.foundation.outgoing.handing_in import hand_in
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Source

AT_ONCE = 50
CLAIM = datetime.timedelta(minutes=5)
"""A claim older than this is of a worker that died."""

WAITS = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""How long to wait after each failure; after the last one its writer is told."""

Trouble = Message.Trouble


def send_waiting() -> int:
    """Send the mails whose time it is; how many the server took."""
    with gate.free_reading():
        return sum(_send(one) for one in _claimed(clock.now()))


def _claimed(now: datetime.datetime) -> list[Delivery]:
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(skip_locked=True).filter(free, due_at__lte=now, finished_at=None)
        found = list(rows.order_by("due_at", "pk")[:AT_ONCE])
        Delivery.objects.filter(pk__in=[one.pk for one in found]).update(claimed_at=now)
    return found


def _send(delivery: Delivery) -> int:
    """Send one; 1 when the server has it. Consent is asked again: it may have been withdrawn since."""
    beside = ("contact", "owner", "entity", "answers", "survey__contact", "complaint")
    message = Message.objects.select_related(*beside).get(pk=delivery.message_id)
    if message.state != Message.State.WAITING:
        return _end(delivery)
    if not message.address:
        return _end(delivery, message, Trouble.NOBODY)
    if not may_go(message, consenting([message.contact_id])) or not still_asks(message):
        return _end(delivery, message, Trouble.CONSENT)
    copy = {}
    try:
        mail = written(message)
        copy = _copy_of(message, mail)
        trouble = hand_in(mail)
    except FileNotFoundError:
        # The bytes of a file are lost; the nightly look at them tells the operator.
        trouble = Trouble.SERVER.value
    if trouble == Trouble.ADDRESS or (trouble and delivery.attempts >= len(WAITS)):
        return _end(delivery, message, Trouble(trouble))
    if trouble:
        due_at = clock.now() + WAITS[delivery.attempts]
        mine = Delivery.objects.filter(pk=delivery.pk)
        mine.update(due_at=due_at, attempts=F("attempts") + 1, claimed_at=None)
        return 0
    _does("deliver", message, **copy)
    _end(delivery)
    return 1


def _copy_of(message: Message, mail: EmailMessage) -> dict[str, str]:
    """What goes out about a complaint is kept with it, as it leaves: the proof of sending."""
    if message.complaint_id is None:
        return {}
    name, data = f"{message.number or message.public_id}.eml", mail.message().as_bytes()
    return {"evidence": word_for([intake.take([data], name, entity=message.entity_id or 0, rename=True)])}


def _end(delivery: Delivery, message: Message | None = None, trouble: str = "") -> int:
    if message is not None:
        _does("fail", message, trouble=trouble)
    Delivery.objects.filter(pk=delivery.pk).update(finished_at=clock.now(), claimed_at=None)
    return 0


def _does(verb: str, message: Message, **inputs: str) -> None:
    try:
        act(actors.system(Source.JOB), f"customers.message.{verb}", message, inputs)
    except Refusal as refusal:
        if refusal.code != "state":
            raise
        # Another worker, who took this one for dead, has said so before.


def written(message: Message) -> EmailMessage:
    """The mail as it leaves: signed with who sends it; an advertisement with the way out."""
    sender, company = str(message.owner or ""), message.entity.name if message.entity is not None else ""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [message.text, "", "-- ", *(one for one in (sender, company) if one)]
        headers = {"Message-ID": message.message_id, "Date": formatdate(clock.now().timestamp())}
        if message.answers_id is not None and message.answers is not None:
            headers |= {"In-Reply-To": message.answers.message_id, "References": _references(message)}
        if message.is_commercial and message.contact is not None:
            link = absolute(way_out(message.contact, message.entity_id or 0))
            lines += ["", _("This is an advertisement. You want no more of them? One click is enough:"), link]
            headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if message.survey is not None:
        zone = ZoneInfo(message.entity.zone if message.entity is not None else settings.TIME_ZONE)
        until = message.survey.expires_at.astimezone(zone).date()
        lines += ["", _("Answer here, once, until %(day)s:") % {"day": until.isoformat()}]
        lines += [absolute(for_survey(message.survey)), "", _("You do not want to be asked? Tell us here:")]
        lines += [absolute(way_out(message.survey.contact, message.entity_id or 0, Purpose.SURVEY))]
    enclosed = enclosed_with(message)
    lines += enclosed.lines
    if message.is_automatic:
        headers["Auto-Submitted"] = "auto-generated"
    name = fit(" · ".join(one for one in (sender, company) if one), 100)
    made = EmailMessage(
        fit(message.subject, 250),
        "\n".join(lines),
        formataddr((name, settings.CUSTOMER_MAIL)),
        [message.address],
        headers=headers,
    )
    for file in files_on(message):
        with opened(file.blob) as kept:
            made.attach(file.name, kept.read(), file.content.media_type)
    for name, data, media_type in enclosed.files:
        made.attach(name, data, media_type)
    return made


def _references(message: Message) -> str:
    answered = message.answers.message_id if message.answers is not None else ""
    return " ".join(dict.fromkeys([message.thread, answered]))
