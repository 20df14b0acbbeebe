"""Log entries as a bundle holds them: the parts that the asker may see, each with the path that ties it to the leaf,
and the leaf with its link in the chain and its path to the signed head. What is shut stands there by its digest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangwu.foundation.audit import digests, shapes
from shangwu.foundation.audit.commitments import REASON, commitment
from shangwu.foundation.audit.models import Entry, Salt, Seal, Shape
from shangwu.foundation.evidence.sight import Sight, Subject, subject_of, subject_of_entry, subject_of_row
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

FEW = 12
"""An entry of so many parts is shown whole; of a larger set stand those of the bundle's records, and the root."""
MOST_COMMITMENTS = 200
AT_ONCE = 50

Told = dict[str, Any]


@dataclass(slots=True)
class Known:
    """What the log has of the records of a bundle.

    entries: position -> as it stands in the bundle. history: of each record, where its rows stand. rows: the latest row
    of each record and part; commitments: to its personal and secret values, by column.
    """

    entries: dict[int, Told] = field(default_factory=dict)
    history: dict[Subject, list[Told]] = field(default_factory=dict)
    rows: dict[Subject, Mapping[str, Any]] = field(default_factory=dict)
    commitments: dict[Subject, dict[str, str]] = field(default_factory=dict)


def known(by: Actor, found: Sequence[int], wanted: frozenset[Subject], tell: Callable[[int], None]) -> Known:
    """The entries of these ids, in order. wanted: the records of the bundle, whose rows are always named."""
    result, sight = Known(), Sight(by)
    for place in range(0, len(found), AT_ONCE):
        for entry, seal, parts in _read(found[place : place + AT_ONCE]):
            sight.look(_subjects(entry, parts))
            result.entries[seal.position] = _told(entry, seal, parts, sight, wanted)
            _remember(result, entry, seal, parts, wanted)
            _commit(result, result.entries[seal.position], parts)
        tell(min(place + AT_ONCE, len(found)))
    return result


def _read(keys: Sequence[int]) -> list[tuple[Entry, Seal, list[digests.Part]]]:
    with gate.free_reading():
        seals = {one.entry_id: one for one in Seal.objects.filter(entry__in=keys)}
        known = Shape.objects.in_bulk()
        return [
            (entry, seals[entry.pk], list(digests.parts_of(entry, shapes.of(seals[entry.pk], known))))
            for entry in Entry.objects.filter(pk__in=keys).order_by("pk")
        ]


def _subjects(entry: Entry, parts: Iterable[digests.Part]) -> Iterator[Subject | None]:
    for one in parts:
        yield _subject(entry, one)


def _subject(entry: Entry, part: digests.Part) -> Subject | None:
    """Whose gate a part of an entry passes."""
    if part.model is not None and part.row is not None:
        return subject_of_row(part.model, part.row)
    if part.index == 0:
        return subject_of_entry(entry)
    return subject_of(part.content["record_type"], part.content["record_id"])


def _is_shown(entry: Entry, part: digests.Part, sight: Sight) -> bool:
    subject = _subject(entry, part)
    if part.index == 0 and subject is None:
        return True  # of a set: the verb and who did it; its links say what became of which record
    if not sight.sees(subject) or subject is None:
        return False
    if part.model is not None and part.row is not None:
        return sight.shows(part.model, part.row)
    return sight.tells(subject[0], part.content["changes"])


def _told(entry: Entry, seal: Seal, parts: list[digests.Part], sight: Sight, wanted: frozenset[Subject]) -> Told:
    chosen = {one.index for one in parts if one.index == 0 or _subject(entry, one) in wanted}
    if len(parts) <= FEW:
        chosen = {one.index for one in parts}
    _root, paths = digests.inclusion_paths((one.digest for one in parts), chosen)
    return {
        "position": seal.position,
        "previous": _previous(seal),
        "leaf": bytes(seal.leaf).hex(),
        "digest": bytes(seal.digest).hex(),
        "closed": bytes(seal.closed).hex(),
        "commitments": _commitments(entry, parts),
        "size": len(parts),
        **({"reason": entry.reason} if REASON in entry.commitments and _is_shown(entry, parts[0], sight) else {}),
        "parts": [
            {
                "index": one.index, "digest": one.digest.hex(), "path": [each.hex() for each in paths[one.index]],
                **({"salt": one.salt.hex(), "content": one.content} if _is_shown(entry, one, sight) else {}),
            }
            for one in parts
            if one.index in chosen
        ],
    }  # fmt: skip


def _previous(seal: Seal) -> str:
    with gate.free_reading():
        former = Seal.objects.filter(position=seal.position - 1).values_list("digest", flat=True).first()
    return bytes(former or bytes(32)).hex()


def _commitments(entry: Entry, parts: Iterable[digests.Part]) -> list[list[Any]]:
    """[part, column, commitment] of every personal or secret value, in the order of the seal; empty when erased."""
    classed = [(one, name) for one in parts for name in one.closed]
    if not classed or len(classed) > MOST_COMMITMENTS:
        return []
    with gate.free_reading():
        salt = Salt.objects.filter(entry=entry).first()
    if salt is None:
        return []
    return [[one.index, name, commitment(bytes(salt.value), name, (one.row or {})[name])] for one, name in classed]


def _remember(
    result: Known, entry: Entry, seal: Seal, parts: Iterable[digests.Part], wanted: frozenset[Subject]
) -> None:
    for one in parts:
        subject = _subject(entry, one)
        if subject is None or subject not in wanted or one.model is None or one.row is None:
            continue
        result.rows[one.model, one.row["pgh_obj_id"]] = one.row
        told = {
            "position": seal.position, "part": one.index, "digest": one.digest.hex(), "verb": entry.verb,
            "at": entry.occurred_at or entry.at, "table": one.model._meta.label_lower, "event": one.row["pgh_label"],
        }  # fmt: skip
        result.history.setdefault(subject, []).append(told)


def _commit(result: Known, told: Told, parts: Sequence[digests.Part]) -> None:
    for index, name, committed in told["commitments"]:
        model, row = parts[index].model, parts[index].row
        if model is not None and row is not None:
            result.commitments.setdefault((model, row["pgh_obj_id"]), {})[name] = committed
