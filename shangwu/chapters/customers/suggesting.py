"""What the house suggests about a new complaint: its kind, learnt from our own, and earlier ones like it (2.5.3)."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from shangwu.chapters.customers.learning import Guess, Learnt, learnt, pairs_of
from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.pages.lists.search import Pairs
from shangwu.foundation.records.actors import Actor

LEAST_EXAMPLES = 20
"""With fewer complaints of known kind nothing is suggested: it would be guessing."""
MOST_EXAMPLES = 5_000
EVERY = 20
"""So many further complaints are taken up before the model is made anew."""

ASKED, CANDIDATES, SHOWN, LEAST_SHARE = 40, 200, 5, 0.15

_TAUGHT = "counts of character pairs, from which no complaint can be read"
_lock = threading.Lock()
_kept: dict[str, tuple[int, Learnt]] = {}


@dataclass(frozen=True, slots=True)
class Like:
    """An earlier complaint, how much of the text it shares (0 to 1), and shared pairs, the rarest first."""

    complaint: Complaint
    share: float
    because: list[str]


def own_model() -> Learnt | None:
    """The model learnt from the house's own complaints whose kind people have settled; None while there are few.

    Kept in memory, and made anew after EVERY further complaints.
    """
    rows = Complaint.objects.unscoped(reason=_TAUGHT).filter(accepted_at__isnull=False).exclude(category="")
    newest = (rows.aggregate(newest=Max("pk"))["newest"] or 0) // EVERY
    with _lock:
        if "own" not in _kept or _kept["own"][0] != newest:
            examples = list(rows.order_by("-pk").values_list("description", "category")[:MOST_EXAMPLES])
            _kept["own"] = (newest, learnt(examples))
        model = _kept["own"][1]
    return model if sum(model.texts.values()) >= LEAST_EXAMPLES else None


def forget() -> None:
    """Make the model anew when next asked."""
    with _lock:
        _kept.clear()


def guess_of(complaint: Complaint) -> Guess | None:
    """The kind that a complaint's text speaks of."""
    model = own_model()
    return model.guess(complaint.description) if model is not None else None


def similar(actor: Actor, complaint: Complaint) -> list[Like]:
    """Earlier complaints that the reader may see and that share much of the text, the most alike first."""
    wanted = pairs_of(complaint.description)
    if not wanted:
        return []
    asked = " | ".join("'" + one.replace("'", "''").replace("\\", "\\\\") + "'" for one in sorted(wanted)[:ASKED])
    rows = Complaint.objects.visible_to(actor).filter(search_bigrams=Pairs(asked)).exclude(pk=complaint.pk)
    found = list(rows.order_by("-pk")[:CANDIDATES])
    return _ranked(wanted, found)


def _ranked(wanted: set[str], found: Sequence[Complaint]) -> list[Like]:
    held = {one.pk: pairs_of(one.description) for one in found}
    spread = {pair: sum(pair in pairs for pairs in held.values()) for pair in wanted}
    whole = sum(1 / (1 + spread[pair]) for pair in wanted)
    likes = []
    for one in found:
        shared = wanted & held[one.pk]
        share = len(shared) / max(min(len(wanted), len(held[one.pk])), 1)
        if shared and share >= LEAST_SHARE:
            rarest = sorted(shared, key=lambda pair: (spread[pair], pair))
            likes.append((share + sum(1 / (1 + spread[pair]) for pair in shared) / whole, Like(one, share, rarest[:5])))
    likes.sort(key=lambda each: (-each[0], -each[1].complaint.pk))
    return [like for _score, like in likes[:SHOWN]]
