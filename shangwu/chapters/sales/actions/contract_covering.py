"""Clause 2.6.2: orders that are called off under a framework contract come to stand under it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.actions.contracts import PARTS, Bound, bound, require_fit, require_free
from shangwu.chapters.sales.contract_access import keeps_contracts
from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.settling import stand_under
from shangwu.foundation.actions.door import Refusal, edit
from shangwu.foundation.records.actors import Actor


class Covered(NamedTuple):
    """Contracts that bind the orders, and the orders that each contract covers so far."""

    bound: Bound
    former: Mapping[int, frozenset[int]]


def covered_so_far(contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Covered:
    """The `prepare` of covering: one query."""
    former = {one.pk: frozenset(part.order_id for part in one.covered.all()) for one in contracts}
    return Covered(bound(contracts, by, inputs), former)


def cover(contract: Contract, by: Actor, known: Covered) -> None:
    """2.6.2: further orders stand under a framework contract in force; those that do already stay. Refuses `framework`
    for a contract of another kind, `kept` when one is left out, `same`, `order`, `bound`."""
    former = known.former[contract.pk]
    if contract.kind != Contract.Kind.FRAMEWORK:
        raise Refusal(
            "framework", _("Only a framework contract takes further orders. Change this one by a supplement.")
        )
    covered = list(contract.covered.all())
    present = {one.order_id for one in covered}
    if former - present:
        said = _("An order that stands under the contract stays there. Put the others beside it.")
        raise Refusal("kept", said, fields={"covered": [said]})
    if present == former:
        said = _("Name the order that comes to stand under it.")
        raise Refusal("same", said, fields={"covered": [said]})
    for place, one in enumerate(covered):
        if one.order_id not in former:
            require_fit(contract, place, one.order)
    require_free(contract, known.bound)
    stand_under((one.order for one in covered if one.order_id not in former), contract, by)


edit(
    Contract, verb="cover", clause="2.6.2", may=keeps_contracts, fields=[], parts={"covered": PARTS["covered"]},
    source=Contract.State.IN_FORCE, locks=["covered.order"], prepare=covered_so_far, body=cover, bulk=False, undo=False,
    own=False, icon="link", event="sales.contract.covered", label=_("Put orders under it"),
    offered_when=lambda contract: contract.kind == Contract.Kind.FRAMEWORK,
)  # fmt: skip
