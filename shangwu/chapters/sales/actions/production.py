"""Clause 2.6.3: goods are made for an order by its day; who plans tells what slips; quality releases what is made."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import inspects_goods, plans_orders
from shangwu.chapters.sales.models import Line, Order, ProductionLine, ProductionRequest
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, enter_state, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

PRODUCTION = Series("production", "MO%Y%m%d-{n:04d}", _("Production request"), Reset.DAY)
State = ProductionRequest.State

classify(ProductionRequest, may=nobody, shown=False)


def ask_production(order: Order, by: Actor, due_on: datetime.date | None) -> list[models.Model]:
    """The request for what is made for this order, and its lines; nothing where all of it comes from stock."""
    _require_possible(order, by, due_on)
    wanted = [(line, line.unreleased) for line in order.lines.all() if line.unreleased > 0]
    return request_for(order, by, wanted, due_on or order.promised_on or _today(order, by))


def request_for(
    order: Order, by: Actor, wanted: Sequence[tuple[Line, Decimal]], due_on: datetime.date
) -> list[models.Model]:
    """A request for so much of these lines, and its own lines; nothing where nothing is wanted."""
    if not wanted:
        return []
    made: ProductionRequest = newborn(ProductionRequest, by, order.changed_at)
    made.order, made.customer_name, made.state = order, order.customer_name, State.REQUESTED.value
    made.entity_id, made.owner_id, made.department_id = order.entity_id, order.owner_id, order.department_id
    made.secrecy, made.due_on = order.secrecy, due_on
    lines = [
        ProductionLine(request=made, position=line.position, line=line, product_id=line.product_id, quantity=quantity)
        for line, quantity in wanted
    ]
    return [made, *lines]


def ask_replacement(
    order: Order, by: Actor, wanted: Sequence[tuple[Line, Decimal]], due_on: datetime.date | None
) -> list[models.Model]:
    """The request for what is made once more, since it came back: by the promised day, or today where that has passed.
    Raises Refusal("past")."""
    today = _today(order, by)
    _require_not_past(due_on, today)
    return request_for(order, by, wanted, due_on or max(order.promised_on or today, today))


def _today(order: Order, by: Actor) -> datetime.date:
    return order.changed_at.astimezone(by.zone).date()


def _require_not_past(due_on: datetime.date | None, today: datetime.date) -> None:
    if due_on is not None and due_on < today:
        said = _("This day has passed. Enter today or a later day.")
        raise Refusal("past", said, fields={"due_on": [said]})


def _require_possible(order: Order, by: Actor, due_on: datetime.date | None) -> None:
    _require_not_past(due_on, _today(order, by))
    if due_on is not None and order.promised_on is not None and due_on > order.promised_on:
        said = _("The order is promised for %(day)s. Ask production for that day or an earlier one.")
        params = {"day": order.promised_on}
        raise Refusal("promised", said, params, fields={"due_on": [str(said) % params]})


@action(
    ProductionRequest, "foresee", clause="2.6.3", label=_("Say when it will be ready"), may=plans_orders,
    source=State.REQUESTED, icon="calendar-event", bulk=True, event="sales.productionrequest.foreseen",
)  # fmt: skip
def foresee(
    request: ProductionRequest,
    by: Actor,
    *,
    expected_on: Annotated[datetime.date, Ask(_("Ready on, by the plan"))],
    why: Annotated[str, Ask(_("Why it is late"), _("Needed when it is later than asked for."), most=500)] = "",
) -> None:
    """2.6.3: planning says when the goods will be there. A later day than the one that sales counts on is a delay, of
    which the salesperson is told at once.

    Refuses `past`, `same`, and `reason` for a delay without one.
    """
    if expected_on < request.changed_at.astimezone(by.zone).date():
        said = _("This day has passed. Enter today or a later day.")
        raise Refusal("past", said, fields={"expected_on": [said]})
    counted_on = request.expected_on or request.due_on
    is_known = request.slipped_at is not None and request.warned_at is None
    if request.expected_on == expected_on and not is_known:
        raise Refusal("same", _("This is the day that the plan has already."))
    request.expected_on = expected_on
    if expected_on <= max(request.due_on, counted_on) and not is_known:
        return
    if not why.strip():
        said = _("Say why it is late; sales tells the customer.")
        raise Refusal("reason", said, fields={"why": [said]})
    if not is_known:
        request.slipped_at, request.slipped_from = request.changed_at, max(request.due_on, counted_on)
    request.slip_reason = why.strip()
    request.warned_at, request.warned_by_id = request.changed_at, by.person_id


@action(
    ProductionRequest, "overrun", clause="2.6.3", label=_("The day has passed"), may=nobody, source=State.REQUESTED,
    shown=False, icon="alert-triangle", event="sales.productionrequest.overrun",
)  # fmt: skip
def overrun(request: ProductionRequest, by: Actor) -> None:
    """2.6.3: the day has passed and nobody has said a later one: a delay of which sales was not told.

    Refuses `in_time` when the day is not over, and `known` when this delay stands already.
    """
    day = max(request.due_on, request.expected_on or request.due_on)
    if request.slipped_at is not None and request.warned_at is None:
        raise Refusal("known", _("This delay stands already."))
    if day >= request.changed_at.astimezone(by.zone).date():
        raise Refusal("in_time", _("The day is not over yet."))
    request.slipped_at, request.slipped_from = request.changed_at, day
    request.warned_at = request.warned_by = None
    request.slip_reason = ""


@action(
    ProductionRequest, "finish", clause="2.6.3", label=pgettext_lazy("production", "Goods are made"), may=plans_orders,
    source=State.REQUESTED, target=State.MADE, reads=["lines"], primary=True, icon="package", bulk=True,
)  # fmt: skip
def finish(request: ProductionRequest, by: Actor, *, batch: Annotated[str, Ask(_("Batch"), most=40)] = "") -> None:
    """2.6.3: the goods are made and wait for their inspection. batch: under which they were made; else the number of
    the request."""
    for line in request.lines.all():
        line.batch = batch.strip() or request.number or ""


@action(
    ProductionRequest, "release", clause="2.6.3", label=pgettext_lazy("production", "Release"), may=inspects_goods,
    source=State.MADE, target=State.RELEASED, locks=["order", "lines.line"], primary=True, icon="circle-check",
    event="sales.productionrequest.released",
)  # fmt: skip
def release(
    request: ProductionRequest, by: Actor, *, finding: Annotated[str, Ask(_("Result of the inspection"), most=500)] = ""
) -> None:
    """2.6.3: quality has inspected the goods, and they may leave. Refuses `own` for who reported them as made."""
    _require_other(request, by)
    for made in request.lines.all():
        made.line.unreleased -= made.quantity
    request.finding = finding.strip()


@action(
    ProductionRequest, "hold", clause="2.6.3", label=pgettext_lazy("production", "Do not release"), may=inspects_goods,
    source=State.MADE, icon="x", event="sales.productionrequest.held",
)  # fmt: skip
def hold(
    request: ProductionRequest,
    by: Actor,
    *,
    finding: Annotated[str, Ask(_("Result of the inspection"), multiline=True, most=500)],
) -> None:
    """2.6.3: the goods are not as agreed, and go back into production; what was found is said. Refuses `own`."""
    _require_other(request, by)
    request.finding, request.failures = finding.strip(), request.failures + 1
    request.failed_at, request.failed_by_id = request.changed_at, by.person_id
    enter_state(request, State.REQUESTED, request.changed_at, by.person_id)


def _require_other(request: ProductionRequest, by: Actor) -> None:
    if by.person_id is not None and by.person_id == request.made_by_id:
        raise Refusal("own", _("Who reports goods as made does not release them. Ask a colleague in quality."))


@action(
    ProductionRequest, "recall", clause="2.6.3", label=_("Recall"), may=nobody, shown=False,
    source=[State.REQUESTED, State.MADE], target=State.CANCELLED, icon="x", event="sales.productionrequest.recalled",
)  # fmt: skip
def recall(request: ProductionRequest, by: Actor) -> None:
    """2.6.3: its order was changed or given up; what is still wanted is asked for anew."""
