"""What a seal covers: the entry, its links and the history rows of its context, in one canonical form.

A leaf is a small tree of its parts, so that a part can be proved to somebody who may not see the rest.
"""

import hashlib
import hmac
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from shangwu.foundation.audit.commitments import REASON, commitment
from shangwu.foundation.audit.models import Entry, EntryRecord, Salt, Shape
from shangwu.foundation.audit.shapes import ENTRY, LINK, closed_in, covered
from shangwu.foundation.records.history import history_models

LEAF, NODE = b"\x00", b"\x01"
"""Prefixes that keep a leaf from being taken for a node (RFC 9162, 2.1)."""


def canonical(value: Any) -> bytes:
    """One byte form per value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a leaf covers. model, row: the history row that it is; None for the entry and its links. closed:
    the row's columns that are covered by a commitment only.

    Each part has a salt of its own, drawn from the entry's secret context: one part can be shown to somebody, and its
    salt with it, while the others stay shut.
    """

    index: int
    salt: bytes
    content: Any
    model: type[models.Model] | None = None
    row: Mapping[str, Any] | None = None
    closed: tuple[str, ...] = ()

    @property
    def digest(self) -> bytes:
        """The part's place in the leaf's own tree."""
        return hashlib.sha256(LEAF + self.salt + canonical(self.content)).digest()


_ORIGIN = ("context", "request_id", "address")
"""Columns of an entry that a shown part does not tell: where it came from, and what all salts are drawn from."""


def parts_of(entry: Entry, shape: Shape) -> Iterator[Part]:
    """What the entry's leaf covers, in order: the entry's own columns, its links, and its open history."""
    for index, (content, model, row) in enumerate(_contents(entry, shape)):
        salt = hmac.new(entry.context.bytes, index.to_bytes(8, "big"), hashlib.sha256).digest()
        closed = closed_in(shape, model, row) if model and row else []
        yield Part(index, salt, content, model, row, tuple(closed))


def _contents(entry: Entry, shape: Shape) -> Iterator[tuple[Any, type[models.Model] | None, Mapping[str, Any] | None]]:
    columns = covered(shape, ENTRY, {one.attname: getattr(entry, one.attname) for one in Entry._meta.concrete_fields})
    origin = [columns.pop(name) for name in _ORIGIN]
    if REASON in entry.commitments:
        columns["reason"] = ""
    yield {**columns, "origin": hashlib.sha256(canonical(origin)).hexdigest()}, None, None
    for link in EntryRecord.objects.filter(entry=entry).order_by("id").values().iterator():
        yield covered(shape, LINK, link), None, None
    for model, row in history_of(entry):
        yield [model._meta.label_lower, *open_part(model, row, shape)], model, row


def leaf_of(entry: Entry, closed: bytes, shape: Shape) -> bytes:
    """The leaf of an entry: the root of its parts' own tree; `closed` stands for personal and secret values."""
    return hashlib.sha256(LEAF + merkle_root(one.digest for one in parts_of(entry, shape)) + closed).digest()


def closed_of(entry: Entry, shape: Shape) -> bytes | None:
    """The digest of the entry's personal and secret history values under its salt; None when the salt is erased."""
    digest = hashlib.sha256()
    salt = Salt.objects.filter(entry=entry).first()
    for model, row in history_of(entry):
        for name in closed_in(shape, model, row):
            if salt is None:
                return None
            digest.update(commitment(bytes(salt.value), name, row[name]).encode())
    return digest.digest()


def reason_is_kept(entry: Entry) -> bool:
    """Whether the reason of an entry is the one that its commitment proves, or was erased."""
    salt = Salt.objects.filter(entry=entry).first() if REASON in entry.commitments else None
    return salt is None or commitment(bytes(salt.value), REASON, entry.reason) == entry.commitments[REASON][1]


def history_of(entry: Entry) -> Iterable[tuple[type[models.Model], Mapping[str, Any]]]:
    """(record type, history row) of everything that the entry's transaction wrote."""
    for label in entry.touched:
        model = apps.get_model(label)
        history: Any = history_models[model]
        for row in history.objects.filter(pgh_context_id=entry.context).order_by("pgh_id").values().iterator():
            yield model, row


def open_part(model: type[models.Model], row: Mapping[str, Any], shape: Shape) -> list[Any]:
    """The rest of a history row, by column name. Its context is the entry's, and as secret."""
    hidden = {*closed_in(shape, model, row), "pgh_context_id"}
    known = covered(shape, model._meta.label_lower, row)
    return [[name, known[name]] for name in sorted(known) if name not in hidden]


def link(previous: bytes, leaf: bytes) -> bytes:
    """The chain's next digest."""
    return hashlib.sha256(previous + leaf).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash of leaves in order (RFC 9162, 2.1.1)."""
    return inclusion_paths(leaves, frozenset())[0]


def inclusion_paths(leaves: Iterable[bytes], wanted: Container[int]) -> tuple[bytes, dict[int, list[bytes]]]:
    """The Merkle tree hash, and for each wanted leaf the path that proves it (RFC 9162, 2.1.3), lowest node first.

    Leaves are read once and kept as a stack of full subtrees, each with the wanted leaves below it.
    """
    paths: dict[int, list[bytes]] = {}
    stack: list[_Subtree] = []
    for index, leaf in enumerate(leaves):
        below = [index] if index in wanted else []
        paths.update({one: [] for one in below})
        found = _Subtree(1, leaf, below)
        while stack and stack[-1].size == found.size:
            found = _joined(stack.pop(), found, paths)
        stack.append(found)
    if not stack:
        return hashlib.sha256(b"").digest(), paths
    whole = stack.pop()
    while stack:
        whole = _joined(stack.pop(), whole, paths)
    return whole.node, paths


class _Subtree(NamedTuple):
    size: int
    node: bytes
    below: list[int]


def _joined(left: _Subtree, right: _Subtree, paths: dict[int, list[bytes]]) -> _Subtree:
    for one in left.below:
        paths[one].append(right.node)
    for one in right.below:
        paths[one].append(left.node)
    node = hashlib.sha256(NODE + left.node + right.node).digest()
    return _Subtree(left.size + right.size, node, left.below + right.below)
