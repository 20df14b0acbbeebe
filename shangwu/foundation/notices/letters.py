"""The mails themselves: what is new, and what is open today. Secrets and personal data are counted only."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangwu.foundation.notices import wording
from shangwu.foundation.notices.models import Notice, Slot
from shangwu.foundation.notices.outstanding import Open
from shangwu.foundation.notices.readers import Reader

LINES = 20


def letter(
    reader: Reader, notices: Sequence[Notice], tasks: Sequence[Open] = (), *, slot: Slot | None = None, key: str
) -> EmailMessage:
    """A mail to one person, in their language. slot: the digest that it is. key: tells it apart from their others."""
    host = settings.SITE_ADDRESS.partition("://")[2].partition("/")[0].partition(":")[0]
    with translation.override(reader.language):
        named = [f"- {wording.outside(one)}\n  {wording.address_of(one)}" for one in notices if not one.stays_inside]
        listed = [f"- {wording.shortened(one.said)}" for one in tasks if not one.stays_inside]
        sections = [*_section("", named, len(notices)), *_section(_("Open today:"), listed, len(tasks))]
        subject = _subject(len(notices), len(tasks), slot)
    return EmailMessage(
        subject,
        "\n".join([*sections, settings.SITE_ADDRESS]),
        to=[reader.person.email],
        # A server that took the message while we died takes the second one for the same.
        headers={"Message-ID": f"<{key}.{reader.person.public_id}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _subject(notices: int, tasks: int, slot: Slot | None) -> str:
    if slot == Slot.EVENING and tasks:
        said = ngettext("%(count)s thing is unfinished today", "%(count)s things are unfinished today", tasks)
        return said % {"count": tasks}
    return wording.things(notices + tasks)


def _section(title: str, named: Sequence[str], count: int) -> list[str]:
    """The first lines by name, the others counted."""
    if not count:
        return []
    shown = list(named[:LINES])
    if unnamed := count - len(shown):
        more = _("- and %(count)s more, to be read inside") % {"count": unnamed}
        shown.append(more if shown else f"- {wording.things(unnamed)}")
    return [*([title] if title else []), *shown, ""]
