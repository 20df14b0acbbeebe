"""Replay before you rule: what another authority matrix would have asked of whom in the last twelve months."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, an_order, attempt, decide, review_of, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Step
from shangwu.foundation.policy import parameters as declared
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.regulation import replaying

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

KEY = "discount.head"
DISCOUNTS = ["0", "0.04", "0.06", "0.08", "0.12", "0.25"]
ASKED = "%(kind)s: asked of “%(step)s”"


@pytest.fixture
def crew() -> Crew:
    found = Crew()
    for by in (found.sales, found.support, found.head, found.vice, found.executive, found.finance):
        assert by.person_id
    return found


def submitted(crew: Crew) -> list[Order]:
    """The same orders each time, put to review."""
    found = []
    for discount in DISCOUNTS:
        order = an_order(crew, [{"product": a_product(), "quantity": "1", "discount": discount}])
        act(crew.sales, "sales.order.submit", order)
        found.append(order)
    return found


def chosen(orders: list[Order]) -> dict[str, int]:
    """How many of these orders come to each step, found by deciding them to the end."""
    found: dict[str, int] = {}
    for order in orders:
        for step in Step.objects.filter(request=review_of(order), state__in=["open", "passed"]):
            found[step.name] = found.get(step.name, 0) + 1
    return found


def sheet(crew: Crew, key: str, former: Any, value: Any) -> dict[str, tuple[int, int]]:
    lines = replaying.sheet(parameters[key], former, value, crew.executive)
    return {line.params["step"]: (line.before, line.after) for line in lines if line.what == ASKED}


def test_the_sheet_equals_a_recomputation_from_scratch(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = submitted(crew)
    found = sheet(crew, KEY, Decimal("0.10"), Decimal("0.07"))
    for order in orders:
        decide(crew.finance, "approve", order)
    before = chosen(orders)

    def other(one: Parameter, on: object) -> Any:
        return Decimal("0.07") if one.key == KEY else one.default

    monkeypatch.setattr(declared, "_reader", other)
    again = submitted(crew)
    for order in again:
        decide(crew.finance, "approve", order)
    after = chosen(again)
    assert found == {step: (before.get(step, 0), after.get(step, 0)) for step in {*before, *after}}
    assert found["Head of department"] == (2, 1), "6 % and 8 % before; 6 % alone after"
    assert found["Executive in charge"] == (1, 2)


def test_a_replay_changes_nothing(crew: Crew) -> None:
    submitted(crew)
    before = sorted(Step.objects.values_list("pk", "state", "when"), key=str)
    assert sheet(crew, KEY, Decimal("0.10"), Decimal("0.20"))
    assert sorted(Step.objects.values_list("pk", "state", "when"), key=str) == before


def test_more_time_to_decide_makes_fewer_late(crew: Crew) -> None:
    orders = submitted(crew)
    lines = {line.what: (line.before, line.after) for line in replaying.sheet(
        parameters["approve.node"], 1, 3, crew.executive)}  # fmt: skip
    assert lines["Decisions asked for"] == (lines["Decisions asked for"][0],) * 2
    assert lines["Decisions asked for"][0] >= len(orders)
    assert lines["Decisions asked for: late"] == (0, 0)


# Whether the credit limit blocks.

STOPPED = "of these, stopped by the limit: they need the executive"
PUT = "Orders of customers with a credit limit, put to review or confirmed"


def credit_sheet(crew: Crew, former: bool, value: bool) -> dict[str, tuple[int, int]]:
    lines = replaying.sheet(parameters["credit.block"], former, value, crew.executive)
    return {line.what: (line.before, line.after) for line in lines}


def some_months(crew: Crew) -> list[str]:
    """Two customers of 315 each: orders of 105 and 210, a payment, one that is too much; what came of each."""
    customers = [a_customer(crew.sales, credit="315") for _n in range(2)]
    a_customer(crew.sales)
    confirm = ("sales.order.confirm", {"promised_on": today(crew)})
    found = []
    for place, quantity in ((0, 2), (0, 1), (0, 1), (1, 4), (1, 3), (None, 9)):
        given = {} if place is None else {"customer": customers[place]}
        order = an_order(crew, [{"product": a_product(), "quantity": str(quantity)}], **given)
        outcome = attempt(crew.support, confirm[0], order, confirm[1])
        if outcome == "credit":
            act(crew.sales, "sales.order.submit", order)
            assert order.fresh.special_because == ["credit"]
        found.append(outcome)
        if (place, quantity) == (0, 1) and outcome == "credit":
            paid = Order.objects.filter(customer=customers[0], state="confirmed").earliest("pk")
            given = {"order": paid, "amount": "105", "received_on": today(crew)}
            act(crew.finance, "sales.payment.create", None, given)
            again = an_order(crew, [{"product": a_product(), "quantity": "1"}], customer=customers[0])
            found.append(attempt(crew.support, confirm[0], again, confirm[1]))
    return found


def test_what_the_credit_limit_stops_equals_what_it_stopped(crew: Crew) -> None:
    """The same orders with the limit: the deeds themselves say how many are stopped."""
    outcomes = some_months(crew)
    assert outcomes == ["done", "done", "credit", "done", "credit", "done", "done"]
    stopped = outcomes.count("credit")
    assert credit_sheet(crew, former=True, value=False) == {PUT: (6, 6), STOPPED: (stopped, 0)}


def test_what_the_credit_limit_would_stop_is_said_before_it_blocks(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(one: Parameter, on: object) -> Any:
        return False if one.key == "credit.block" else one.default

    monkeypatch.setattr(declared, "_reader", without)
    assert set(some_months(crew)) == {"done"}
    assert credit_sheet(crew, former=False, value=True) == {PUT: (5, 5), STOPPED: (0, 3)}, "what went beyond counts on"


def test_without_a_limit_nothing_is_asked(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    order = an_order(crew, [{"product": a_product(), "quantity": "2"}], customer=customer)
    act(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)})
    assert credit_sheet(crew, former=True, value=False) == {PUT: (0, 0), STOPPED: (0, 0)}
