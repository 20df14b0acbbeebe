"""What clauses 2.4.1 and 2.4.2 demand of whom, and what proves it."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.channels.models import Channel
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.deadlines import Days, DaysBefore, Start, WorkingDays
from shangwu.foundation.duties.rules import OWNER, Facts, Settled, duty, moment_key
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy

CHANNELS = Role.CHANNELS
State = Channel.State

duty(
    "2.4.1.1",
    _("Papers of a channel before signing"),
    CHANNELS,
    None,
    _("The papers were checked and found in order; signing is refused before."),
    blocks="channels.channel.sign",
)


@duty(
    "2.4.1.2",
    _("Take up idle talks"),
    OWNER,
    Days("channel.idle"),
    _("The channel's file has moved on: the next step, an entry, or the end with its reason."),
    does="channels.channel.edit",
).on(Channel, "state", "changed_at", "archived_at")
def keep_talking(channel: Any) -> Facts | Settled | None:
    """2.4.1: talks with a prospect do not lie idle. Each move of the file starts the time anew."""
    moved = channel.changed_at
    if channel.archived_at is not None:
        return None
    if channel.state not in (State.TALKS, State.VETTING):
        return Settled(moved, channel.changed_by_id)
    return Facts(opened_at=moved, period=moment_key(moved), former_done_at=moved)


duty(
    "2.4.2.1",
    _("Score and grade the channels"),
    CHANNELS,
    WorkingDays("channel.score"),
    _("Every channel has its score."),
    every="channel.every",
)
duty(
    "2.4.2.2",
    _("Keep contact with channels"),
    CHANNELS,
    {"A": Days("channel.contact_a"), "B": Days("channel.contact_b"), "C": Days("channel.contact_c")},
    _("A visit or call is entered."),
)
duty(
    "2.4.2.3",
    _("Plan training and support"),
    CHANNELS,
    Start(),
    _("The plan is approved."),
    every="channel.support",
)
duty(
    "2.4.2.4",
    _("Disputes with channels"),
    CHANNELS,
    {"taken": WorkingDays("channel.dispute_ack"), "settled": WorkingDays("channel.dispute")},
    _("The dispute was taken up, then settled."),
)


@duty(
    "2.4.2.5",
    _("Authorisation that ends"),
    OWNER,
    {"": Start(), "last": DaysBefore("channel.remind_last")},
    _("The authorisation is renewed, or cooperation has ended."),
    does="channels.channel.edit",
).on(Channel, "state", "authorised_from", "authorised_until", "ended_at", "archived_at", "entity_id")
def renew(channel: Any) -> Facts | None:
    """2.4.2: before an authorisation ends it is renewed, or cooperation ends: by the last reminder, or on its last day
    where it holds no longer than that. A later last day is the renewal."""
    until, begun = channel.authorised_until, channel.authorised_from
    if until is None or channel.archived_at is not None:
        return None
    opened = until - datetime.timedelta(days=policy("channel.remind_first", until))
    last = directory.present().value("channel.remind_last", opened, channel.entity_id)
    ended = channel.ended_at if channel.state == State.ENDED else None
    return Facts(
        opened_at=datetime.datetime.combine(opened, datetime.time(), datetime.UTC),
        # Noon is that day wherever on earth one is.
        start=datetime.datetime.combine(until, datetime.time(12), datetime.UTC),
        which="last" if begun is None or (until - begun).days > last else "",
        period=until.isoformat(),
        done_at=ended,
        done_by=channel.ended_by_id if ended else None,
        former_done_at=channel.changed_at,
    )


duty("2.4.2.6", _("Carry out training and support"), CHANNELS, Start(), _("The support was given as planned."))
