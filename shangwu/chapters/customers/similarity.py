"""How alike two names of organisations are: by the pairs of characters that they share, or by few that differ."""

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
LONGEST = 40
"""Longer names are compared by their pairs alone."""


def likeness(one: str, other: str) -> float:
    """From 0 to 1, of two cores. The better of shared pairs (Dice) and of changed characters (Levenshtein).

    Few changed characters tell something only where nearly all stay: of names of five, two are any two names.
    """
    mine, theirs = pairs(one), pairs(other)
    if not mine or not theirs:
        return float(one == other)
    shared = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    longest = max(len(one), len(other))
    if shared >= EDITED or longest > LONGEST:
        return shared
    edited = 1 - distance(one, other) / longest
    return edited if edited >= EDITED else shared


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
