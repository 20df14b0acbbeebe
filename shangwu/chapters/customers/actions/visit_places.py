"""Clause 2.5.2: who has arrived says so; where, only if the company wants it and the person presses for it."""

import re
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.contact_access import goes_oneself
from shangwu.chapters.customers.models import Visit
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.money.rounding import round_half_up
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

_PLACE = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*", re.ASCII)
COARSE = 2
"""Decimals of a degree that are kept: about a kilometre."""


def is_wanted() -> bool:
    """Whether the company wants positions at all (parameter `visit.position`, off by default)."""
    return bool(policy("visit.position"))


def coarse(place: str) -> str:
    """A place as it is kept: "22.63, 120.30". Refuses `invalid` for what is none."""
    found = _PLACE.fullmatch(place)
    degrees = [round_half_up(Decimal(one), COARSE) for one in found.groups()] if found else []
    if not degrees or abs(degrees[0]) > 90 or abs(degrees[1]) > 180:
        sentence = _("This is no position. Give latitude and longitude, or say without one that you have arrived.")
        raise Refusal("invalid", sentence, fields={"place": [sentence]})
    return ", ".join(f"{one:f}" for one in degrees)


@action(
    Visit, "arrive", clause="2.5.2", label=_("I have arrived"), may=goes_oneself, source=Visit.State.PLANNED,
    icon="map-pin", offered_when=lambda visit: visit.arrived_at is None, event="customers.visit.arrived",
)  # fmt: skip
def arrive(visit: Visit, by: Actor) -> None:
    """2.5.2: who goes is there; nothing says where that is. Refuses `arrived` the second time."""
    if visit.arrived_at is not None:
        raise Refusal("arrived", _("You have said so already."))
    visit.arrived_at = visit.changed_at


@action(
    Visit, "arrive_here", clause="2.5.2", label=_("I have arrived, with position"), may=goes_oneself,
    source=Visit.State.PLANNED, icon="map-pin", page="customers.visit.here", persons_only=True,
    offered_when=lambda visit: visit.arrived_at is None and is_wanted(), event="customers.visit.arrived_here",
)  # fmt: skip
def arrive_here(visit: Visit, by: Actor, *, place: Annotated[str, Ask(_("Position, about"))]) -> None:
    """2.5.2: the same, with about where that is. Refuses `off` while the company keeps no positions, `invalid`."""
    if not is_wanted():
        raise Refusal("off", _("Positions are not kept here. Say without one that you have arrived."))
    visit.whereabouts = coarse(place)
    arrive(visit, by)


@action(
    Visit, "erase", clause="2.5.2", label=_("Forget the position"), may=nobody, icon="map-pin-off", shown=False,
    event="customers.visit.erased",
)  # fmt: skip
def erase(visit: Visit, by: Actor) -> None:
    """2.5.2: the position has served its purpose and is erased, from the history too."""
    visit.whereabouts = ""
