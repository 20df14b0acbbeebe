"""Learning a text's kind from earlier texts: multinomial naive Bayes over character pairs, in plain Python (2.5.3).

Chinese has no blanks, so pairs of neighbouring characters stand for words, as they do in the search. The model is a
table of counts; what it says it can explain by the pairs that weighed most.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from shangwu.foundation.text.bigrams import search_text

SMOOTHING = 0.5
"""Added to each count, so that a pair never seen with a kind makes it unlikely and not impossible."""

REASONS = 5


def pairs_of(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text that mean something: those with a blank or mark in them do not."""
    plain = search_text(text)
    return {one for one in map("".join, pairwise(plain)) if one.isalnum()}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text probably is: the kind, how sure (0 to 1), and the pairs that weighed most for it, heaviest first."""

    kind: str
    certainty: float
    because: list[str]


@dataclass(slots=True)
class Learnt:
    """Counts of texts by kind, and of texts with a pair by kind."""

    texts: Counter[str] = field(default_factory=Counter)
    pairs: dict[str, Counter[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    totals: Counter[str] = field(default_factory=Counter)

    def learn(self, text: str, kind: str) -> None:
        """Take in one text of a known kind."""
        found = pairs_of(text)
        self.texts[kind] += 1
        self.pairs.setdefault(kind, Counter()).update(found)
        self.totals[kind] += len(found)
        self.known |= found

    def guess(self, text: str) -> Guess | None:
        """The most probable kind; None when nothing was learnt, or the text holds nothing known."""
        found = pairs_of(text) & self.known
        if not found or len(self.texts) < 2:
            return None
        whole = sum(self.texts.values())
        scores = {
            kind: math.log(count / whole) + sum(self.weight(one, kind) for one in found)
            for kind, count in self.texts.items()
        }
        best = max(sorted(scores), key=lambda kind: scores[kind])
        certainty = 1 / sum(math.exp(min(score - scores[best], 0)) for score in scores.values())
        return Guess(best, certainty, self._because(found, best))

    def weight(self, pair: str, kind: str) -> float:
        """The logarithm of how probable a pair is in texts of a kind."""
        return math.log((self.pairs[kind][pair] + SMOOTHING) / (self.totals[kind] + SMOOTHING * len(self.known)))

    def _because(self, found: set[str], best: str) -> list[str]:
        """The pairs that speak most for the best kind against all others together."""
        others = [kind for kind in self.texts if kind != best]
        lead = {one: self.weight(one, best) - max(self.weight(one, kind) for kind in others) for one in found}
        ranked = sorted((one for one in found if lead[one] > 0), key=lambda one: (-lead[one], one))
        return ranked[:REASONS]


def learnt(examples: Iterable[tuple[str, str]]) -> Learnt:
    """A model of (text, kind) pairs."""
    made = Learnt()
    for text, kind in examples:
        made.learn(text, kind)
    return made
