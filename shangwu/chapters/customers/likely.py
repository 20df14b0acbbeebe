"""While a file is being entered: which files are likely of the same customer, as far as the reader may know (2.5.1).

Number, name and phone are answered from their indexes. Similar names come from the index of the search: rows that share
one of the rarest pairs of the name, of which each that is alike enough must have one; then they are compared.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from shangwu.chapters.customers.duplicates import plain_number
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.similarity import (
    NAME,
    NUMBER,
    PHONE,
    PLAIN,
    SIMILAR,
    Rarity,
    core,
    fewest_shared,
    likeness,
    often_of,
    pairs,
    score,
)
from shangwu.chapters.customers.telling import Keeper, keepers_of
from shangwu.foundation.pages.lists.search import Pairs
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.bigrams import search_text
from shangwu.foundation.text.jurisdictions import Jurisdiction
from shangwu.foundation.text.normalise import stored_line
from shangwu.foundation.text.organisation_names import organisation_key
from shangwu.foundation.text.phones import stored_phone

AT_MOST = 8
"""Files that are told."""
CANDIDATES = 400
"""Similar names that are compared in full."""
COMMON = 0.004
"""A pair that stands in more than this share of all files is no way to find one."""
REMEMBERED = 600.0
"""Seconds for which the frequencies of pairs are good."""

WHY = "whether there is a file already: who may not see it is told whom to ask, never more"
_COLUMNS = ("pk", "name", "name_key", "identity_number", "phone", "kind", "owner_id")


@dataclass(slots=True)
class Likely:
    """One file that may be meant. record: None where the reader may not see it; keeper: whom to ask instead."""

    score: int
    reasons: dict[str, float]
    record: Customer | None = None
    keeper: Keeper = field(default_factory=Keeper)
    pooled: bool = False


def likely(
    by: Actor, *, name: str = "", number: str = "", phone: str = "", place: str = "", kind: str = "", besides: int = 0
) -> list[Likely]:
    """Files that are likely of the same customer, the likeliest first.

    A file that the reader may not see is told of only when number, name or phone are the same: one that is merely
    similar would let people fish for names.
    """
    name, number, phone = (_storable(text) for text in (name, number, phone))
    key = organisation_key(name) if name else ""
    asked = _Asked(key, core(name), plain_number(number), _phone(phone, place))
    rows = {row[0]: row for row in (*_same(asked), *_similar(name, asked.core)) if row[0] != besides}
    found = {pk: reasons for pk, row in rows.items() if (reasons := _reasons(asked, row, kind))}
    best = sorted(found, key=lambda pk: -score(found[pk]))[: 3 * AT_MOST]
    seen = {one.pk: one for one in Customer.objects.visible_to(by).filter(pk__in=best)}
    keepers = keepers_of({rows[pk][6] for pk in best if pk not in seen})
    told = [
        Likely(score(found[pk]), found[pk], seen.get(pk), keepers.get(rows[pk][6], Keeper()), rows[pk][6] is None)
        for pk in best
        if pk in seen or found[pk].keys() & {NUMBER, NAME, PHONE}
    ]
    return told[:AT_MOST]


@dataclass(frozen=True, slots=True)
class _Asked:
    key: str
    core: str
    number: str
    phone: str


def _storable(text: str) -> str:
    """What was typed, if a file could hold it; else nothing, which no file has."""
    try:
        return stored_line(text)
    except ValidationError:
        return ""


def _phone(text: str, place: str) -> str:
    """The phone as it is stored; as typed where the country is not known; nothing while it is not whole yet."""
    try:
        return stored_phone(text, place) if text and place in Jurisdiction.values else text
    except ValidationError:
        return ""


def _same(asked: _Asked) -> Iterable[Sequence[Any]]:
    """Files with the same number, name or phone: one look into an index each."""
    free = Customer.objects.unscoped(reason=WHY).filter(archived_at__isnull=True)
    ways = []
    if asked.number:
        ways.append(free.filter(~Q(identity_number=""), identity_number=asked.number, duplicate_reason=""))
    if asked.key:
        ways.append(free.filter(~Q(kind="person"), name_key=asked.key, duplicate_reason=""))
    if asked.phone:
        ways.append(free.filter(~Q(phone=""), phone=asked.phone))
    for rows in ways:
        yield from rows.order_by().values_list(*_COLUMNS)[:AT_MOST]


def _similar(name: str, compared: str) -> Iterable[Sequence[Any]]:
    """Files whose name shares one of the rarest pairs."""
    wanted = pairs(compared)
    if len(wanted) < 2:
        return
    # As written and as compared: the index holds names as they are written.
    written = pairs(search_text(name).replace(" ", "")) - pairs(_legal_end(name))
    known = _statistics().shares
    rare = sorted(wanted | written, key=lambda pair: known.get(pair, 0.0))
    keep = len(rare) - fewest_shared(len(rare), policy("duplicate.similar")) + 1
    chosen = [pair for pair in rare[:keep] if known.get(pair, 0.0) <= COMMON]
    query = " | ".join(map(_lexeme, chosen)) if chosen else " & ".join(map(_lexeme, rare[:4]))
    free = Customer.objects.unscoped(reason=WHY).filter(archived_at__isnull=True, search_bigrams=Pairs(query))
    yield from free.order_by().values_list(*_COLUMNS)[:CANDIDATES]


def _legal_end(name: str) -> str:
    """The legal form that the name ends in, which half of all names have."""
    whole, short = organisation_key(name), core(name)
    return whole[max(len(short) - 1, 0) :]


def _lexeme(pair: str) -> str:
    return "'" + pair.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class _Statistics:
    """shares: the share of files in which each of the commonest pairs stands, as written. rarity: of compared names."""

    at: float = 0.0
    shares: dict[str, float] = field(default_factory=dict)
    rarity: Rarity = PLAIN


_known: list[_Statistics] = []


def _statistics() -> _Statistics:
    """What PostgreSQL's statistics know of the pairs of names."""
    now = time.monotonic()
    if not _known or now - _known[0].at > REMEMBERED:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs, reltuples FROM pg_stats s"
                " JOIN pg_class c ON c.oid = to_regclass(s.tablename) WHERE s.tablename = %s"
                " AND attname = 'search_bigrams'",
                [Customer._meta.db_table],
            )
            row = cursor.fetchone()
        _known[:] = [_read_statistics(now, *row) if row and row[0] else _Statistics(now)]
    return _known[0]


def _read_statistics(now: float, pairs_known: list[str], shares: list[float], files: float) -> _Statistics:
    known = dict(zip(pairs_known, shares, strict=False))
    often = often_of(files) / max(files, 1.0)
    compared = {organisation_key(pair): share for pair, share in known.items() if share > often}
    return _Statistics(now, known, Rarity(compared, often))


def _reasons(asked: _Asked, row: Sequence[Any], kind: str) -> dict[str, float]:
    """Why this file may be meant: code -> how alike. Persons may share a name."""
    _pk, name, key, number, phone, theirs, _owner = row
    found: dict[str, float] = {}
    if asked.number and asked.number == number:
        found[NUMBER] = 1.0
    if asked.phone and asked.phone == phone:
        found[PHONE] = 1.0
    if not asked.key or (Customer.Kind.PERSON in (kind, theirs) and not found):
        return found
    if asked.key == key:
        found[NAME] = 1.0
    elif (how := likeness(asked.core, core(name), _statistics().rarity)) * 100 >= policy("duplicate.similar"):
        found[SIMILAR] = how
    return found


def how_alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1, by what is known of the pairs in all names."""
    return likeness(core(one), core(other), _statistics().rarity)


def told_reasons(codes: Collection[str]) -> str:
    """Reasons as they are kept: their codes in one order."""
    return " ".join(code for code in (NUMBER, NAME, PHONE, SIMILAR) if code in codes)
