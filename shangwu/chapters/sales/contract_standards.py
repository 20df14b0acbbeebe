"""How the clauses of a contract stand to the standard ones: empty ones are filled, others are compared (2.6.2)."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shangwu.chapters.sales.models import Contract, StandardClause

Standards = Mapping[tuple[str, str], str]
"""Kind of contract and name of the clause -> the released text."""
SENTENCE = re.compile(r"[^。；;.\n]*(?:[。；;.\n]|$)")


def standards() -> Standards:
    """The released clauses of all kinds; there are few."""
    found = StandardClause.objects.filter(state=StandardClause.State.RELEASED, archived_at=None)
    return {(kind, subject): text for kind, subject, text in found.values_list("kind", "subject", "text")}


def fill(contract: Contract, known: Standards) -> None:
    """Clauses that nobody has written take the standard text."""
    for name in StandardClause.Subject.values:
        if not getattr(contract, name).strip():
            setattr(contract, name, known.get((contract.kind, name), ""))


def compare(contract: Contract, known: Standards) -> None:
    """Keep the names of the clauses that say something else than the standard; blanks and line ends don't count."""
    contract.differing = [
        name
        for name in StandardClause.Subject.values
        if (text := known.get((contract.kind, name))) is not None and not _alike(getattr(contract, name), text)
    ]


def _alike(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


class Piece(NamedTuple):
    """Sentences that both texts have, that only the standard has (gone), or only the contract (come)."""

    text: str
    gone: bool = False
    come: bool = False


def pieces(standard: str, ours: str) -> list[Piece]:
    """The contract's text against the standard, sentence by sentence."""
    before, after = (list(filter(None, SENTENCE.findall(text))) for text in (standard, ours))
    return list(_pieces(before, after))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    for what, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("".join(before[i:j]))
        else:
            for text, gone in (("".join(before[i:j]), True), ("".join(after[k:m]), False)):
                if text:
                    yield Piece(text, gone=gone, come=not gone)
