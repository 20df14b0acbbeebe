"""Checks the log from its first entry to its last, and against the heads that stand outside the database."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from shangwu.foundation.audit import digests, heads, shapes
from shangwu.foundation.audit.models import Entry, Head, Pending, Seal, Shape
from shangwu.foundation.audit.sealing import GENESIS
from shangwu.foundation.records import gate


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. first_bad: the first entry that is not as it was sealed; None when all is well.

    horizon: the last sealed position; what came after waits for its seal. erased: entries whose personal values
    were erased by an action and are covered by their stored digest.
    """

    checked: int
    horizon: int
    waiting: int
    heads: int
    erased: int = 0
    first_bad: int | None = None
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.fault


def verify(heads_folder: Path | None = None, progress: Callable[[int], None] | None = None) -> Report:
    """Walk the chain, recompute every leaf from the rows, and compare each outside head."""
    with gate.free_reading():
        return _Walk(heads_folder, progress).report()


class _Walk:
    """One walk along the chain; stops at the first fault."""

    def __init__(self, heads_folder: Path | None, progress: Callable[[int], None] | None) -> None:
        self.heads = {head.position: head for head in heads.read(heads_folder)}
        self.progress = progress
        self.checked = self.erased = 0
        self.bad: int | None = None

    def report(self) -> Report:
        fault = self._chain() or self._unsealed() or self._heads()
        horizon = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
        return Report(
            self.checked, horizon, Pending.objects.count(), len(self.heads), self.erased, self.bad, fault or ""
        )

    def _chain(self) -> str | None:
        previous, expected, known = GENESIS, 1, Shape.objects.in_bulk()
        for seal in Seal.objects.order_by("position").iterator(chunk_size=500):
            self.bad = seal.entry_id
            if seal.position != expected:
                return _("Position %(position)s of the chain is missing.") % {"position": expected}
            entry = Entry.objects.filter(pk=seal.entry_id).first()
            if entry is None:
                return _("Entry %(entry)s is gone.") % {"entry": seal.entry_id}
            shape = shapes.of(seal, known)
            closed = digests.closed_of(entry, shape)
            if closed is None:
                self.erased += 1
            elif closed != bytes(seal.closed):
                return _("A personal or secret value under entry %(entry)s was changed.") % {"entry": entry.pk}
            if not digests.reason_is_kept(entry):
                return _("The reason of entry %(entry)s was changed.") % {"entry": entry.pk}
            if digests.leaf_of(entry, bytes(seal.closed), shape) != bytes(seal.leaf):
                if gone := shapes.lost(shape):
                    said = _("Entry %(entry)s can't be computed again: its history has lost %(columns)s.")
                    return said % {"entry": entry.pk, "columns": ", ".join(gone)}
                return _("Entry %(entry)s or its row history was changed.") % {"entry": entry.pk}
            previous, expected = digests.link(previous, bytes(seal.leaf)), expected + 1
            if previous != bytes(seal.digest):
                return _("The chain breaks at entry %(entry)s.") % {"entry": entry.pk}
            self.checked += 1
            if self.progress and self.checked % 100 == 0:
                self.progress(self.checked)
        self.bad = None
        return None

    def _unsealed(self) -> str | None:
        lost = (
            Entry.objects.filter(seal__isnull=True)
            .exclude(pk__in=Pending.objects.values("entry_id"))
            .order_by("pk")
            .first()
        )
        if lost is None:
            return None
        self.bad = lost.pk
        return _("Entry %(entry)s has lost its seal.") % {"entry": lost.pk}

    def _heads(self) -> str | None:
        if not self.heads:
            return self._headless()
        key = heads.signing_key().public_key()
        for position in sorted(self.heads):
            head = self.heads[position]
            if not heads.is_genuine(head, key):
                return _("The head at position %(position)s is not signed by this installation.") % {
                    "position": position
                }
        last = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
        tree: list[bytes] = []
        for position in sorted(self.heads):
            if position > last:
                self.bad = last
                return _("The chain ends at %(last)s, but a head outside knows %(position)s: entries were cut off.") % {
                    "last": last,
                    "position": position,
                }
            rows = Seal.objects.filter(position__gt=len(tree), position__lte=position).order_by("position")
            tree += [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
            if digests.merkle_root(tree) != base64.b64decode(self.heads[position].root):
                self.bad = position
                return _("The chain up to %(position)s was rebuilt: it differs from the head outside.") % {
                    "position": position
                }
        return None

    def _headless(self) -> str | None:
        """Without a head outside a sound chain proves little, once heads were written: whoever took them away may have
        rebuilt it."""
        if not Head.objects.exists():
            return None
        return _(
            "No outside head was found, but heads were written: that the log was rebuilt cannot be excluded. Bring the"
            " heads back from where they are kept, and name their folder with --heads."
        )
