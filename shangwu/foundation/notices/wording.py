"""What a notice says outside the house: its sentence and an address, or only that something waits."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangwu.foundation.notices.models import Notice

LONGEST = 200
"""Characters of one line outside; the whole sentence stands inside."""


def outside(notice: Notice | None) -> str:
    """The line for a notice; without one, a robot's test. Secrets and personal data are never named."""
    if notice is None:
        return _("This is a test. Messages of Shangwu arrive here.")
    return things(1) if notice.stays_inside else shortened(notice.sentence)


def shortened(text: str) -> str:
    """One line of bounded length, without line breaks or other control characters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def things(count: int) -> str:
    """How many things wait."""
    return ngettext("%(count)s thing waits for you", "%(count)s things wait for you", count) % {"count": count}


def address_of(notice: Notice | None) -> str:
    """Where a notice is opened: inside, after signing in."""
    return f"{settings.SITE_ADDRESS}/notices/{notice.pk}/" if notice else settings.SITE_ADDRESS
