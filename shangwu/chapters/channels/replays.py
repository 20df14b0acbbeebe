"""What other values of 2.4.2 would have done to the channels that are there."""

import datetime
from typing import Any

from django.utils.translation import gettext_noop

from shangwu.chapters.channels.models import Channel
from shangwu.foundation.records import clock
from shangwu.foundation.regulation.replaying import NOT_RECORDED, nothing_to_replay
from shangwu.foundation.regulation.tallying import Rows, picks

nothing_to_replay(NOT_RECORDED, "channel.dealreg", "channel.weights", "channel.cut_a", "channel.cut_b")


@picks(
    "channel.remind_first", gettext_noop("Channels whose authorisation ends one day"),
    gettext_noop("of these, to be renewed or ended now"),
    lambda months: Channel.objects.filter(authorised_until__gte=months.until, archived_at__isnull=True).exclude(
        state=Channel.State.ENDED
    ),
)  # fmt: skip
def to_renew(rows: Rows, value: Any) -> Rows:
    """2.4.2: those whose renewal is asked for by now: the first reminder lies so many days before the last day."""
    return rows.filter(authorised_until__lte=clock.now().date() + datetime.timedelta(days=value))
