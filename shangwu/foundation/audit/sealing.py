"""The sealer: gives waiting entries their place in the chain. One at a time, after commit, outside any action."""

from django.db import connection, transaction

from shangwu.foundation.audit import digests, shapes
from shangwu.foundation.audit.models import Entry, Pending, Seal
from shangwu.foundation.records import gate

_SEALER = 0x5EA1
"""The number of the one advisory lock that the sealer holds while it works."""

GENESIS = bytes(32)


def seal(limit: int = 1000) -> int:
    """Seal up to `limit` waiting entries; how many were sealed. Another sealer at work means none."""
    with gate.free_reading(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
            if not cursor.fetchone()[0]:
                return 0
        waiting = list(Pending.objects.order_by("entry_id").values_list("entry_id", flat=True)[:limit])
        last = Seal.objects.order_by("-position").first()
        position, previous = (last.position, bytes(last.digest)) if last else (0, GENESIS)
        seals, shape = [], shapes.present()
        for entry in Entry.objects.filter(pk__in=waiting).order_by("pk").iterator(chunk_size=100):
            closed = digests.closed_of(entry, shape) or GENESIS
            leaf = digests.leaf_of(entry, closed, shape)
            position, previous = position + 1, digests.link(previous, leaf)
            seals.append(Seal(position=position, entry=entry, leaf=leaf, closed=closed, digest=previous, shape=shape))
        Seal.objects.bulk_create(seals, batch_size=500)
        Pending.objects.filter(pk__in=waiting).delete()
        return len(seals)


def seal_all() -> int:
    """Seal everything that waits; how many were sealed."""
    total = 0
    while sealed := seal():
        total += sealed
    return total
