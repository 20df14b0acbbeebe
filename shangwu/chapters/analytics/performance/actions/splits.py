"""Clause 2.7.3: the credit of a team deal is shared before the order closes, and agreed to by everybody named."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.access import LEADERS, is_named, proposes_splits
from shangwu.chapters.analytics.performance.models import Split
from shangwu.chapters.sales.models import Order
from shangwu.foundation.actions.door import Refusal, action, create, enter_state
from shangwu.foundation.records.actors import Actor

State = Split.State
OVER = (Order.State.CLOSED, Order.State.CANCELLED, Order.State.REFUSED)
"""States in which nothing is shared any more."""


def agreed_before(splits: Sequence[Split], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """The `prepare`: order -> the split that is agreed now."""
    rows = Split.objects.filter(order__in=[one.order_id for one in splits], state=State.AGREED)
    return dict(rows.values_list("order_id", "pk"))


def propose(split: Split, by: Actor, known: Mapping[int, int]) -> Iterable[models.Model]:
    """2.7.3: who shares an order's credit, in per cent. Refuses `forbidden`, `closed`, `percent`, `persons`,
    `duplicate`."""
    order = split.order
    if order.owner_id != by.person_id and not by.is_system and not by.holds_for(LEADERS, order.department_id):
        raise Refusal("forbidden", _("This order is not yours. Ask its salesperson."))
    _require_open(order)
    for name in ("owner_id", "department_id", "entity_id", "secrecy"):
        setattr(split, name, getattr(order, name))
    split.order_number, split.former_id = order.number or str(order), known.get(order.pk)
    shares = list(split.shares.all())
    persons = [one.person_id for one in shares]
    if len(persons) < 2 or len(set(persons)) < len(persons):
        said = _("A split names two persons at least, each once.")
        raise Refusal("persons", said, fields={"shares": [said]})
    split.percent = sum((one.percent for one in shares), Decimal())
    if split.percent != 100 or any(one.percent <= 0 for one in shares):
        said = _("The shares come to 100 % together.")
        raise Refusal("percent", said, fields={"shares": [said]})
    split.collaborators = sorted(persons)
    for one in shares:
        one.agreed_at = split.changed_at if one.person_id == by.person_id else None
    return ()


def _require_open(order: Order) -> None:
    if order.state in OVER:
        raise Refusal("closed", _("The order is closed. Its credit is shared before that."))


create(
    Split, clause="2.7.3", may=proposes_splits, fields=["order", "why"], parts={"shares": ["person", "percent"]},
    locks=["order"], prepare=agreed_before, body=propose, label=_("Share the credit"), icon="users",
)  # fmt: skip


@action(
    Split, "agree", clause="2.7.3", label=_("Agree"), may=is_named, source=State.PROPOSED, primary=True,
    locks=["order", "former"], reads=["shares"], icon="check", persons_only=True,
    event="analytics.split.agreed_to",
)  # fmt: skip
def agree(split: Split, by: Actor) -> None:
    """2.7.3: one of the persons named agrees; the last of them puts the split in force. Refuses `closed`, `agreed`."""
    _require_open(split.order)
    shares = list(split.shares.all())
    mine = [one for one in shares if one.person_id == by.person_id and one.agreed_at is None]
    if not mine:
        raise Refusal("agreed", _("You have agreed already."))
    mine[0].agreed_at = split.changed_at
    if all(one.agreed_at is not None for one in shares):
        enter_state(split, State.AGREED, split.changed_at, by.person_id)
        if split.former is not None and split.former.state == State.AGREED:
            enter_state(split.former, State.REPLACED, split.changed_at, by.person_id)


@action(
    Split, "decline", clause="2.7.3", label=_("Decline"), may=is_named, source=State.PROPOSED, target=State.DROPPED,
    icon="x", needs_reason=True, persons_only=True,
)  # fmt: skip
def decline(split: Split, by: Actor) -> None:
    """2.7.3: one of the persons named does not agree, and says why; the credit stays as it was."""


@action(
    Split, "withdraw", clause="2.7.3", label=_("Withdraw"), may=proposes_splits, source=State.PROPOSED,
    target=State.DROPPED, icon="arrow-back",
)  # fmt: skip
def withdraw(split: Split, by: Actor) -> None:
    """2.7.3: the proposal is taken back; the credit stays as it was."""
