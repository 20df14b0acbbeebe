"""Whether what the regulation says on pay and discipline is in effect: only with the proofs of due procedure (3.1.3).

The text that the program ships has none. An edition that touches pay or discipline is published with them; an edition
that does not leaves those of the one before as they are. Then it binds each from their own signature on.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.records import clock, gate
from shangwu.foundation.regulation import editions, values
from shangwu.foundation.regulation.checking import bears_on_pay
from shangwu.foundation.regulation.editions import Held


@dataclass(frozen=True, slots=True)
class Proven:
    """The edition whose procedure a clause stands on (None: the shipped text), and the steps it has no proof of."""

    edition: Held | None
    lacking: tuple[str, ...]

    @property
    def in_effect(self) -> bool:
        """Whether all proofs are there."""
        return not self.lacking


def proven(code: str, on: datetime.date | None = None) -> Proven | None:
    """How it stands with the proofs of a clause on a day; None for one that bears on neither pay nor discipline."""
    from shangwu.foundation.regulation.models import Procedure

    if not bears_on_pay(code):
        return None
    last = editions.held_on(on)
    found = [one for one in editions.history() if one.touches_pay and last is not None and one.since <= last.since]
    edition = found[-1] if found else None
    there = edition.steps if edition else frozenset()
    return Proven(edition, tuple(str(kind.label) for kind in Procedure.Kind if kind.value not in there))


def holds(one: Parameter, on: datetime.date | None = None) -> bool:
    """Whether a value is in effect on a day: what bears on pay needs its clause's proofs, or those of its change."""
    if not one.touches_pay or values.held_on(one.key, on) is not None:
        return True
    found = proven(one.clause, on)
    return found is None or found.in_effect


def signed(edition: Held, person: int, on: datetime.date | None = None) -> bool:
    """Whether a person (an id) has signed, by a day, for an edition or for one after it: each says the whole text."""
    from shangwu.foundation.regulation.models import SignOff

    day = on or clock.today(timezone.get_default_timezone())
    with gate.free_reading():
        rows = SignOff.objects.filter(owner=person, state=SignOff.State.CONFIRMED, confirmed_at__date__lte=day)
        return rows.filter(edition__effective_from__gte=edition.since).exists()


def binds(code: str, person: int, on: datetime.date | None = None) -> bool:
    """Whether a clause binds a person (an id) on a day: one on pay or discipline only when it is in effect and they
    have signed for it; any other whoever works here."""
    found = proven(code, on)
    if found is None:
        return True
    return found.in_effect and found.edition is not None and signed(found.edition, person, on)
