"""Clause 2.4.1: a channel's way from the first lead to its contract, and to its end."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.channels.access import decides_on_channels, keeps_channels
from shangwu.chapters.channels.models import Channel
from shangwu.foundation.actions.door import action, classify, hand_over, keep
from shangwu.foundation.numbering.series import Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.identity_numbers import organisation_number
from shangwu.foundation.text.provinces import province_of

FORMERLY = Series("channel", "QD-{n:04d}", _("Channel, numbered without its province"))
CHANNELS = Series("channel_by_province", "QD-{province}-{n:03d}", _("Channel"), by="province", formerly=(FORMERLY,))

State = Channel.State


def check_number(channel: Channel, by: Actor) -> None:
    """2.4.1: the registration number is right for the place of registration, and tells the province if nobody does.
    Refuses `length`, `format`, `checksum`."""
    if channel.jurisdiction and channel.identity_number:
        channel.identity_number = organisation_number(channel.jurisdiction, channel.identity_number)
    channel.province = channel.province or province_of(channel.jurisdiction, channel.identity_number)


keep(Channel, clause="2.4.1", may=keeps_channels, body=check_number, series=CHANNELS)
hand_over(Channel, clause="2.4.1", may=decides_on_channels)
classify(Channel, may=decides_on_channels)


@action(
    Channel, "approach", clause="2.4.1", label=_("Begin talks"), may=keeps_channels, source=State.LEAD,
    target=State.TALKS, primary=True, icon="messages", event="channels.channel.approached",
)  # fmt: skip
def approach(channel: Channel, by: Actor) -> None:
    """2.4.1: talks have begun; product papers and the terms of cooperation were handed over."""


@action(
    Channel, "vet", clause="2.4.1", label=_("Check the papers"), may=keeps_channels, source=State.TALKS,
    target=State.VETTING, primary=True, icon="file-search", event="channels.channel.vetted",
)  # fmt: skip
def vet(channel: Channel, by: Actor) -> None:
    """2.4.1: licences and references were asked for and are being checked."""


@action(
    Channel, "pass", clause="2.4.1", label=_("Papers are in order"), may=decides_on_channels, source=State.VETTING,
    target=State.QUALIFIED, primary=True, icon="certificate", needs_reason=True, event="channels.channel.qualified",
)  # fmt: skip
def pass_(channel: Channel, by: Actor) -> None:
    """2.4.1: the head has seen the papers; nothing is signed before. The reason names what was checked."""


@action(
    Channel, "sign", clause="2.4.1", label=_("Signed"), may=decides_on_channels, source=State.QUALIFIED,
    target=State.SIGNED, primary=True, icon="signature",
)  # fmt: skip
def sign(channel: Channel, by: Actor) -> None:
    """2.4.1: the agreement is signed, for a region and a time."""


@action(
    Channel, "try_out", clause="2.4.1", label=_("Begin the trial"), may=keeps_channels, source=State.SIGNED,
    target=State.TRIAL, primary=True, icon="player-play", event="channels.channel.tried",
)  # fmt: skip
def try_out(channel: Channel, by: Actor) -> None:
    """2.4.1: the channel sells on trial."""


@action(
    Channel, "activate", clause="2.4.1", label=_("Active"), may=decides_on_channels, target=State.ACTIVE,
    source=[State.TRIAL, State.MENDING], primary=True, icon="circle-check",
)  # fmt: skip
def activate(channel: Channel, by: Actor) -> None:
    """2.4.1: the trial is passed, or what was wrong is mended."""


@action(
    Channel, "warn", clause="2.4.2", label=_("Demand correction"), may=decides_on_channels,
    source=[State.TRIAL, State.ACTIVE], target=State.MENDING, needs_reason=True, icon="alert-triangle",
)  # fmt: skip
def warn(channel: Channel, by: Actor) -> None:
    """2.4.2: the channel has to correct what the reason names."""


@action(
    Channel, "end", clause="2.4.2", label=_("End"), may=decides_on_channels, target=State.ENDED, needs_reason=True,
    source=[one for one in State if one != State.ENDED], icon="circle-off",
    danger=_("The authorisation ends. Settle stock, deposit and rebates."),
)  # fmt: skip
def end(channel: Channel, by: Actor) -> None:
    """2.4.2: cooperation ends; the reason is kept."""
