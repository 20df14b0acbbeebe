"""How alike two names of organisations are: by the pairs of characters that they share, or by few that differ.

A pair that many names share is a trade's or a town's (精密機械) and tells little; what is rare tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add

from shangwu.foundation.text.organisation_names import organisation_key


def core(name: str) -> str:
    """What tells a name apart: its compared form without the legal form."""
    return organisation_key(name, without_form=True)


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(map(add, text, text[1:]))


EDITED = 0.75
"""From this share of unchanged characters on they count."""
TOLD = 0.4
"""More than one changed character counts only where this share of what tells stays: else the trade alone is alike."""
FEWEST, SHARE_OF_ALL = 10, 0.001
"""A pair is frequent when more names than both have it."""
LONGEST = 40
"""Longer names are compared by their pairs alone."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many names, or which share of them, the frequent pairs stand; and from where on a pair is frequent."""

    known: Mapping[str, float]
    often: float

    def weight(self, pair: str) -> float:
        """What a pair tells: 1 where it is rare."""
        return min(1.0, self.often / self.known.get(pair, self.often))

    def weights(self, text: str) -> dict[str, float]:
        """The same of a name's pairs. One that leans on a frequent pair is half its neighbour's."""
        told = [(pair, self.weight(pair)) for pair in map(add, text, text[1:])]
        found: dict[str, float] = {}
        for place, (pair, weight) in enumerate(told):
            beside = [each for _pair, each in told[max(place - 1, 0) : place + 2]]
            leans = weight == 1 and min(beside) < LITTLE
            found[pair] = max(found.get(pair, 0.0), weight / 2 if leans else weight)
        return found


LITTLE = 0.5
"""A pair that tells less leans nobody's name on it."""
PLAIN = Rarity({}, 1.0)
"""Where nothing is known about what is frequent, all pairs tell the same."""


def often_of(count: float) -> float:
    """From how many of so many names on a pair is frequent."""
    return max(FEWEST, SHARE_OF_ALL * count)


def likeness(one: str, other: str, rarity: Rarity = PLAIN) -> float:
    """From 0 to 1, of two cores. The better of shared pairs (Dice, the rare ones counting more) and of changed
    characters (Levenshtein). Rarity only takes away: names that share few of their pairs are not looked for.

    Few changed characters tell something only where nearly all stay: of names of five, two are any two names.
    """
    mine, theirs = rarity.weights(one), rarity.weights(other)
    if not mine or not theirs:
        return float(one == other)
    common = mine.keys() & theirs.keys()
    weighed = sum(mine[pair] + theirs[pair] for pair in common) / (sum(mine.values()) + sum(theirs.values()))
    shared = min(weighed, 2 * len(common) / (len(mine) + len(theirs)))
    longest = max(len(one), len(other))
    if shared >= EDITED or longest > LONGEST:
        return shared
    changed = distance(one, other)
    edited = 1 - changed / longest
    return edited if edited >= EDITED and (changed == 1 or weighed >= TOLD) else shared


def distance(one: str, other: str) -> int:
    """How many characters must be put in, left out or exchanged to make one of the other."""
    former = list(range(len(other) + 1))
    for place, mine in enumerate(one, start=1):
        row = [place]
        for at, theirs in enumerate(other, start=1):
            row.append(min(former[at] + 1, row[-1] + 1, former[at - 1] + (mine != theirs)))
        former = row
    return former[-1]


def fewest_shared(count: int, percent: int) -> int:
    """How many of its pairs a name of so many shares at least with any whose pairs are so alike, in whole per cent."""
    return max(1, -(-percent * count // (200 - percent)))


NUMBER, NAME, PHONE, SIMILAR = "number", "name", "phone", "similar"
WEIGHTS = {NUMBER: 100, NAME: 95, PHONE: 60}
"""What a reason is worth. A similar name is worth its likeness, at most SIMILAR_AT_MOST."""
SIMILAR_AT_MOST, SECOND_REASON = 85, 15


def score(reasons: dict[str, float]) -> int:
    """From 0 to 100: the best reason, and a little for a second one. reasons: code -> likeness from 0 to 1."""
    worth = [WEIGHTS.get(code, SIMILAR_AT_MOST * how) for code, how in reasons.items()]
    return min(100, round(max(worth) + (SECOND_REASON if len(worth) > 1 else 0)))
