"""Mails saved analyses (2.7.2): once a day, week or month to each receiver, with what this receiver may see.

A mail is claimed by its row before it is sent; what fails is claimed again until it has been tried often enough. So two
workers send it once, and one that slept catches up. Where one died between sending and writing it down the mail leaves
again, with the same Message-ID: the other side's server takes the second for the same.
"""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shangwu.chapters.analytics.explorer import saying, writing
from shangwu.chapters.analytics.explorer.asked import read
from shangwu.chapters.analytics.explorer.models import Mailing, SavedAnalysis
from shangwu.chapters.analytics.explorer.sheet import sheet
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.notices.readers import Reader, readers
from shangwu.foundation.outgoing.handing_in import hand_in
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.models import Secrecy
from shangwu.foundation.records.refusals import Refusal

AGAIN = datetime.timedelta(minutes=10)
LOOKED_BACK = datetime.timedelta(days=40)
"""Longer than any period: what was sent before it is of another one."""
KEPT = datetime.timedelta(days=90)
"""How long it is told that a mail went out, as of other messages; longer than the longest period."""
ATTEMPTS = 6
LINES = 20
HOUR = 8
"""Local hour from which mails go out: the night's figures are there."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cadence = SavedAnalysis.Cadence
Due = tuple[SavedAnalysis, Reader, str]


def period_of(cadence: str, day: datetime.date) -> str:
    """The period in which a day lies: one mail is sent in each."""
    if cadence == Cadence.WEEK:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    return f"{day:%Y-%m}" if cadence == Cadence.MONTH else day.isoformat()


def due() -> Iterator[Due]:
    """What is to be mailed now: not sent in its period yet, and nobody is at it."""
    now = clock.now()
    with gate.free_reading():
        found = list(SavedAnalysis.objects.filter(archived_at__isnull=True).exclude(cadence=Cadence.NEVER))
    if not found:
        return
    who = readers({pk for one in found for pk in one.receivers})
    begun = {
        (one.analysis_id, one.person_id, one.period): one
        for one in Mailing.objects.filter(analysis__in=[one.pk for one in found], claimed_at__gt=now - LOOKED_BACK)
    }
    for one in found:
        for reader in (who[pk] for pk in one.receivers if pk in who):
            local = now.astimezone(reader.hours.zone)
            period = period_of(one.cadence, local.date())
            former = begun.get((one.pk, reader.person.pk, period))
            if local.hour >= HOUR and reader.person.email and (former is None or _again(former, now)):
                yield one, reader, period


def _again(former: Mailing, now: datetime.datetime) -> bool:
    return former.finished_at is None and former.claimed_at < now - AGAIN and former.attempts < ATTEMPTS


def anything_due() -> bool:
    """Whether there is something to mail: only then a process with the engine is started."""
    return next(due(), None) is not None


@every("*/10 * * * *", "analytics.mail", apart_when=anything_due)
def send() -> int:
    """Mail what is due; how many went out."""
    return sum(_send(*one) for one in list(due()))


@every("25 3 * * *", "analytics.sweep_mailings")
def sweep() -> int:
    """Forget mails of long ago, sent or given up; how many."""
    gone, _models = Mailing.objects.filter(claimed_at__lt=clock.now() - KEPT).delete()
    return gone


def _send(one: SavedAnalysis, reader: Reader, period: str) -> int:
    now = clock.now()
    mailing, made = Mailing.objects.get_or_create(
        analysis=one, person=reader.person, period=period, defaults={"claimed_at": now}
    )
    mine = Mailing.objects.filter(pk=mailing.pk, finished_at=None)
    if not made and not mine.filter(claimed_at__lt=now - AGAIN).update(claimed_at=now, attempts=F("attempts") + 1):
        return 0
    message = letter(one, reader, period)
    trouble = hand_in(message) if message is not None else ""
    if trouble == "smtp":
        return 0
    mine.update(finished_at=clock.now())
    return 1 if message is not None and not trouble else 0


def letter(one: SavedAnalysis, reader: Reader, period: str) -> EmailMessage | None:
    """The mail to one receiver, in their language and with what they may see; None while there are no facts.

    What is secret is never sent out: then the mail only says where it is read. So it does when the receiver may not
    ask these measures.
    """
    language = reader.language
    actor = actor_of(reader.person, source=Source.JOB, language=language)
    host = settings.SITE_ADDRESS.partition("://")[2].partition("/")[0].partition(":")[0]
    with translation.override(language), timezone.override(actor.zone), gate.request_code():
        message = EmailMessage(
            one.name if one.secrecy < Secrecy.SECRET else _("An analysis is there for you"),
            to=[reader.person.email],
            headers={
                "Message-ID": f"<analysis-{one.public_id}-{period}.{reader.person.public_id}@{host}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.body = f"{settings.SITE_ADDRESS}{url('analytics.explorer')}?{one.query}"
        if one.secrecy >= Secrecy.SECRET:
            return message
        try:
            _fill(message, one, actor)
        except Refusal as refusal:
            if refusal.code == "facts":
                return None
            message.body = f"{refusal.sentence}\n\n{message.body}"
    return message


def _fill(message: EmailMessage, one: SavedAnalysis, actor: Actor) -> None:
    """Write the first rows into the mail, and attach the whole."""
    asked = read(QueryDict(one.query), actor)
    found = sheet(actor, asked)
    today = clock.today(actor.zone)
    rows = writing.rows_of(found, actor)
    titles = [column.title for column in writing.columns_of(found)]
    lines = ["\t".join(cells) for cells in (titles, *rows[:LINES])]
    if len(rows) > LINES:
        lines.append(_("%(count)s more rows in the file") % {"count": len(rows) - LINES})
    filters = [f"{label}: {text}" for label, text in saying.conditions(actor, asked)]
    as_of = _("Figures as of %(time)s") % {"time": f"{found.as_of.astimezone(actor.zone):%Y-%m-%d %H:%M}"}
    head = [saying.span(asked, today), writing.currencies(found, actor), *filters, as_of]
    message.body = "\n".join([*filter(None, head), "", *lines, "", str(message.body)])
    path = writing.workbook(found, actor, one.name)
    try:
        message.attach(f"{one.name}.xlsx", path.read_bytes(), WORKBOOK)
    finally:
        path.unlink(missing_ok=True)
