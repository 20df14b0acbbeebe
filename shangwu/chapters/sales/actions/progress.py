"""Clause 2.6.1: the customer is given a page on which the order's progress can be followed, and it is taken away."""

import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order, ProgressPage
from shangwu.chapters.sales.progress_access import shows_progress
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, newborn
from shangwu.foundation.records.actors import Actor

State = ProgressPage.State
FOLLOWED = [one for one in Order.State if one not in (Order.State.REFUSED, Order.State.CANCELLED)]

classify(ProgressPage, may=nobody, shown=False)


@action(
    Order, "show_progress", clause="2.6.1", label=_("Let the customer follow it"), may=shows_progress,
    source=FOLLOWED, icon="link", event="sales.order.progress_shown",
)  # fmt: skip
def show_progress(
    order: Order,
    by: Actor,
    *,
    with_prices: Annotated[bool, Ask(_("With prices"), _("Only if the customer asks for it."))] = False,
) -> list[ProgressPage]:
    """2.6.1: a link to a page that shows how this order stands and nothing of others. Refuses `secret`, and `open`
    where there is one already."""
    if order.secrecy:
        raise Refusal("secret", _("What is secret is shown by no link."))
    page: ProgressPage = newborn(ProgressPage, by, order.changed_at)
    page.order, page.order_number, page.customer_name = order, order.number or "", order.customer_name
    page.entity_id, page.owner_id, page.department_id = order.entity_id, order.owner_id, order.department_id
    page.with_prices = with_prices
    return [page]


@action(
    ProgressPage, "revoke", clause="2.6.1", label=_("Revoke the link"), may=shows_progress, source=State.OPEN,
    target=State.REVOKED, primary=True, icon="ban", danger=_("The customer's link opens nothing any more."),
)  # fmt: skip
def revoke(page: ProgressPage, by: Actor) -> None:
    """2.6.1: the link opens nothing any more; another one can be made."""


@action(
    Order, "note_told", clause="2.6.1", label=_("Customer told"), may=nobody, shown=False, icon="mail",
    event="sales.order.told",
)  # fmt: skip
def note_told(order: Order, by: Actor, *, at: Annotated[datetime.datetime, Ask(_("Told at"))]) -> None:
    """2.6.1: a mail or a logged contact that names the order went to its customer. The latest one counts."""
    order.told_at = max(order.told_at or at, at)
