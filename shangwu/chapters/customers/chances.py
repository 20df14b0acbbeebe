"""How likely an opportunity is to be won: learnt from the own history, and explained (2.5.2).

Of the opportunities that were closed within `opportunity.window` and had come to a stage, so many were won. Where at
least `opportunity.least` lie in the same half of the amounts, in the same currency, that half alone is asked. The share
is smoothed as if one more had been won and one more lost, so that few cases promise neither all nor nothing. Below
`opportunity.least` the stage's own default holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median_low
from typing import Any

from shangwu.chapters.customers.models import Stage
from shangwu.foundation.policy.parameters import policy

Closed = tuple[list[int], bool, str, Decimal]
"""One closed opportunity: keys of the stages it had come to, whether it was won, currency and amount."""


class Basis(StrEnum):
    """What a chance rests on."""

    DEFAULT = "default"
    STAGE = "stage"
    BELOW = "below"
    ABOVE = "above"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Chance:
    """percent, and what it rests on: of `closed` ones `won` were won. at: the amount that parts the halves."""

    percent: int
    basis: Basis
    closed: int = 0
    won: int = 0
    at: Decimal | None = None


def chance(stage: Stage, amount: Decimal, currency: str) -> Chance:
    """The chance of an opportunity of that amount in a stage."""
    if stage.kind != Stage.Kind.OPEN:
        return Chance(100 if stage.kind == Stage.Kind.WON else 0, Basis.OUTCOME)
    learnt, least = stage.learnt, policy("opportunity.least")
    band = learnt.get("bands", {}).get(currency)
    if band is not None:
        at = Decimal(band["at"])
        half = Basis.BELOW if amount < at else Basis.ABOVE
        closed, won = band[half.value]
        if closed >= least:
            return Chance(smoothed(closed, won), half, closed, won, at)
    closed, won = learnt.get("closed", 0), learnt.get("won", 0)
    if closed >= least:
        return Chance(smoothed(closed, won), Basis.STAGE, closed, won)
    return Chance(stage.share, Basis.DEFAULT, closed)


def smoothed(closed: int, won: int) -> int:
    """The share in percent as if one more had been won and one more lost (Laplace), rounded half up."""
    return (200 * (won + 1) + closed + 2) // (2 * (closed + 2))


def learnt_from(closed: Iterable[Closed]) -> Mapping[int, dict[str, Any]]:
    """Stage's key -> what is kept on it, from one reading of what was closed."""
    seen: dict[int, dict[str, list[tuple[Decimal, bool]]]] = defaultdict(lambda: defaultdict(list))
    for stages, is_won, currency, amount in closed:
        for stage in stages:
            seen[stage][currency].append((amount, is_won))
    return {stage: _kept(by_currency) for stage, by_currency in seen.items()}


def _kept(by_currency: Mapping[str, list[tuple[Decimal, bool]]]) -> dict[str, Any]:
    every = [pair for pairs in by_currency.values() for pair in pairs]
    bands = {}
    for currency, pairs in sorted(by_currency.items()):
        at = median_low([amount for amount, _won in pairs])
        below, above = ([pair for pair in pairs if (pair[0] < at) is is_below] for is_below in (True, False))
        bands[currency] = {"at": f"{at:f}", "below": _tally(below), "above": _tally(above)}
    closed, won = _tally(every)
    return {"closed": closed, "won": won, "bands": bands}


def _tally(pairs: list[tuple[Decimal, bool]]) -> list[int]:
    """[closed, won]."""
    return [len(pairs), sum(is_won for _amount, is_won in pairs)]
