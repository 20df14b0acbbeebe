"""Erasures that waited for a contract on its way to being signed (2.5.1): carried through when nobody signs it.

What is signed is kept by law, and nothing is owed any more.
"""

from shangwu.chapters.customers.actions.requests import mask
from shangwu.chapters.customers.papers_elsewhere import Gone
from shangwu.chapters.sales.kept_papers import ON_ITS_WAY, UNSIGNED, forget_unsigned
from shangwu.chapters.sales.models import Contract, PendingErasure
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.records import actors, gate

PORTION = 100


def look_after() -> int:
    """Carry through what waited for contracts that are signed now, or that nobody signs any more; of how many. Safe to
    miss and to repeat."""
    with gate.free_reading():
        settled = Contract.objects.filter(pk__in=PendingErasure.objects.values("contract")).exclude(ON_ITS_WAY)
        rows = [Row(target=one) for one in settled.order_by("pk")[:PORTION]]
        return len(act_many(actors.system(), "sales.contract.erase", rows).done) if rows else 0


@on("sales.contract.erased")
def carry_through(acted: Acted) -> None:
    """2.5.1: the person goes out of what nobody signed; that something waited goes in either case."""
    told = mask()
    waiting = PendingErasure.objects.filter(contract__in=[one.pk for one in acted.records]).order_by("pk")
    for one in waiting:
        unsigned = list(Contract.objects.filter(UNSIGNED, pk=one.contract_id))
        forget_unsigned(unsigned, Gone([paper.customer_id for paper in unsigned], one.pattern, told, one.whole))
    waiting.delete()
