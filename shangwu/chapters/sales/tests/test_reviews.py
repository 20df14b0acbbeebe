"""Clause 2.6.1: nothing is confirmed that was not reviewed, and nobody reviews their own."""

import pytest
from django.utils import translation

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, an_order, attempt, decide, review_of, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.pages.codes import listed
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]


@pytest.fixture
def crew() -> Crew:
    found = Crew()
    for by in (
        found.sales, found.support, found.head, found.vice, found.executive, found.finance, found.planning,
        found.purchasing,
    ):  # fmt: skip
        assert by.person_id
    return found


def discounted(crew: Crew, discount: str, **product: object) -> Order:
    return an_order(crew, [{"product": a_product(**product), "quantity": "1", "discount": discount}])


def opinion(crew: Crew, by: object, order: Order, verdict: str = "agree", remark: str = "") -> str:
    verbs = {"agree": "approve", "condition": "approve_on_condition", "object": "reject"}
    return decide(by, verbs[verdict], order, remark)  # type: ignore[arg-type]


def test_a_routine_order_is_checked_once_by_sales_support(crew: Crew) -> None:
    order = an_order(crew)
    confirm = ("sales.order.confirm", order, {"promised_on": today(crew)})
    assert attempt(crew.sales, *confirm) == "forbidden", "the one who took it does not check it"
    assert attempt(crew.support, *confirm) == "done"
    order = order.fresh
    assert (order.accepted_by_id, order.confirmed_by_id) == (crew.support.person_id, crew.support.person_id)


def test_nobody_checks_an_order_that_they_entered(crew: Crew) -> None:
    order = an_order(crew, by=crew.support, customer=a_customer(crew.sales))
    confirm = ("sales.order.confirm", order, {"promised_on": today(crew)})
    assert attempt(crew.support, *confirm) == "forbidden"
    assert attempt(crew.head, *confirm) == "done"


def test_the_house_approves_nothing(crew: Crew) -> None:
    order = an_order(crew)
    assert attempt(system(), "sales.order.confirm", order, {"promised_on": today(crew)}) == "forbidden"
    act(crew.sales, "sales.order.submit", order)
    assert decide(system(), "approve", order) == "forbidden"
    assert attempt(system(), "sales.order.accept", order) == "forbidden"
    assert attempt(crew.head, "sales.order.accept", order) == "forbidden", "only a decision accepts"


def test_a_special_order_is_not_confirmed_without_acceptance(crew: Crew) -> None:
    order = discounted(crew, "0.08")
    confirm = ("sales.order.confirm", order, {"promised_on": today(crew)})
    assert attempt(crew.support, *confirm) == "review"
    act(crew.sales, "sales.order.submit", order)
    assert attempt(crew.head, *confirm) == "state"


MATRIX = [
    ("0.05", "routine", ["support", "head"]), ("0.0501", "HEAD", ["head", "vice", "executive"]),
    ("0.10", "HEAD", ["head", "vice", "executive"]), ("0.1001", "VP", ["vice", "executive"]),
    ("0.20", "VP", ["vice", "executive"]), ("0.2001", "GM", ["executive"]),
]  # fmt: skip


@pytest.mark.parametrize(("discount", "authority", "may"), MATRIX)
def test_each_discount_has_its_authority(crew: Crew, discount: str, authority: str, may: list[str]) -> None:
    """DOMAIN §2.1: up to 5 % sales' own, 10 % the head, 20 % the executive in charge, else the executive."""
    for who in ("support", "head", "vice", "executive"):
        order = discounted(crew, discount)
        assert (order.authority or "routine") == authority
        act(crew.sales, "sales.order.submit", order)
        if order.special_because:
            assert opinion(crew, crew.finance, order) == "done"
        answer = decide(getattr(crew, who), "approve", order)
        if who in may or authority == "routine":
            assert answer == "done", who
            assert order.fresh.state == Order.State.ACCEPTED
        else:
            # Who is not asked does not see the request, unless they lead the department or oversee all.
            assert answer == ("missing" if who == "support" else "authority"), who


def test_a_lower_price_is_a_discount_too(crew: Crew) -> None:
    order = an_order(crew, [{"product": a_product(), "quantity": "1", "unit_price": "88"}])
    assert (order.special_because, order.authority) == (["discount"], "VP")


@pytest.mark.parametrize(
    ("product", "because"),
    [
        ({"minimum_price": "99"}, ["minimum"]),
        ({"cost": "99.01"}, ["cost"]),
        ({"minimum_price": "98", "cost": "98"}, []),
    ],
)
def test_below_lowest_price_or_cost_is_for_the_executive(
    crew: Crew, product: dict[str, str], because: list[str]
) -> None:
    order = discounted(crew, "0.02", **product)
    assert (order.special_because, order.authority) == (because, "GM" if because else "")


def test_the_history_says_in_words_why_a_review_is_special(crew: Crew) -> None:
    order = an_order(crew, [{"product": a_product(stock=100), "quantity": "2"}])
    line = {"product": order.lines.get().product, "quantity": "2", "discount": "0.08"}
    act(crew.sales, "sales.order.edit", order, {"lines": [line]})
    assert order.fresh.special_because == ["discount"]
    client = a_client(Person.objects.get(pk=crew.sales.person_id or 0))
    text = client.get(f"/sales/orders/{order.public_id}/?tab=history").content.decode()
    assert "[&#x27;discount" not in text
    assert "['discount" not in text
    column = Order._meta.get_field("special_because")
    with translation.override("en"):
        assert listed(column, ["stock", "spec"]) == "not in stock, made to the customer's own specification"


def test_longer_payment_than_agreed_is_for_the_executive(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    act(crew.finance, "customers.customer.set_terms", customer, {"payment_days": 30})
    assert an_order(crew, customer=customer, payment_days=30).authority == ""
    assert an_order(crew, customer=customer, payment_days=31).authority == "GM"


def test_departments_are_asked_and_all_must_have_spoken(crew: Crew) -> None:
    order = an_order(crew, [{"product": a_product(stock=0), "quantity": "1", "discount": "0.06"}])
    act(crew.sales, "sales.order.submit", order)
    assert set(review_of(order).waiting) == {by.person_id for by in (crew.finance, crew.planning, crew.purchasing)}
    assert decide(crew.head, "approve", order) == "waiting"
    for by in (crew.finance, crew.planning, crew.purchasing):
        assert opinion(crew, by, order) == "done"
    assert decide(crew.head, "approve", order) == "done"


def test_what_is_made_to_a_customers_own_specification_is_asked_of_engineering_and_quality(crew: Crew) -> None:
    """DOMAIN W6: engineering about the specification, quality about the inspection, planning about the day."""
    engineering, quality = crew.one(Role.ENGINEERING), crew.one(Role.QUALITY)
    goods = a_product(made=True)
    assert an_order(crew, [{"product": goods, "quantity": "1"}]).special_because == [], "as we sell it: routine"
    stocked = [{"product": a_product(), "quantity": "1", "description": "含第三方檢驗"}]
    assert an_order(crew, stocked).special_because == [], "words alone change no goods that lie in stock"
    order = an_order(crew, [{"product": goods, "quantity": "1", "description": "加長閥桿 300 mm"}])
    assert order.special_because == ["spec"]
    assert attempt(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}) == "review"
    act(crew.sales, "sales.order.submit", order)
    asked = (engineering, quality, crew.planning)
    assert set(review_of(order).waiting) == {by.person_id for by in asked}
    for by in asked:
        assert order.fresh.state == "review"
        assert opinion(crew, by, order) == "done"
    assert decide(crew.support, "approve", order) == "done"
    assert order.fresh.state == "accepted"


def test_who_was_not_asked_gives_no_opinion_and_nobody_on_their_own(crew: Crew) -> None:
    order = discounted(crew, "0.06")
    act(crew.sales, "sales.order.submit", order)
    assert opinion(crew, crew.planning, order) == "missing"
    assert opinion(crew, crew.sales, order) == "forbidden"
    assert opinion(crew, crew.finance, order, "object") == "invalid", "an objection needs its reason"


def test_an_objection_is_overridden_by_the_executive_alone(crew: Crew) -> None:
    order = discounted(crew, "0.06")
    act(crew.sales, "sales.order.submit", order)
    assert opinion(crew, crew.finance, order, "object", "毛利不足") == "done"
    assert decide(crew.head, "approve", order) == "authority"
    assert decide(crew.executive, "approve", order) == "done"


def test_a_condition_is_met_before_the_order_is_confirmed(crew: Crew) -> None:
    order = discounted(crew, "0.06")
    act(crew.sales, "sales.order.submit", order)
    opinion(crew, crew.finance, order, "condition", "先付三成")
    assert decide(crew.head, "approve", order) == "conditions"
    assert decide(crew.head, "approve_on_condition", order, "先付三成") == "done"
    assert order.fresh.conditions == "先付三成"
    confirm = (crew.support, "sales.order.confirm", order, {"promised_on": today(crew)})
    assert attempt(*confirm) == "conditions"
    act(crew.head, "sales.order.meet_conditions", order, reason="已收 30%")
    assert attempt(*confirm) == "done"


def test_beyond_the_credit_limit_only_the_executive_with_finance_lets_pass(crew: Crew) -> None:
    order = an_order(crew, customer=a_customer(crew.sales, credit="100"))
    act(crew.sales, "sales.order.submit", order)
    order = order.fresh
    assert (order.special_because, order.authority) == (["credit"], "GM")
    assert decide(crew.executive, "approve", order) == "waiting", "finance has a say"
    opinion(crew, crew.finance, order)
    assert decide(crew.head, "approve", order) == "authority"
    assert decide(crew.executive, "approve", order) == "done"
    assert attempt(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}) == "done"


def test_a_returned_order_is_reviewed_afresh(crew: Crew) -> None:
    order = discounted(crew, "0.06")
    act(crew.sales, "sales.order.submit", order)
    opinion(crew, crew.finance, order)
    assert decide(crew.head, "roll_back", order) == "invalid", "a reason is needed"
    assert decide(crew.head, "roll_back", order, "折扣過高") == "done"
    assert order.fresh.state == Order.State.RECEIVED
    act(crew.sales, "sales.order.edit", order, {"note": "改"})
    act(crew.sales, "sales.order.submit", order)
    assert decide(crew.head, "approve", order) == "waiting", "former opinions do not count"
    former, present = Request.objects.filter(subject_id=order.public_id).order_by("pk")
    assert (former.state, present.state) == ("returned", "running")


def test_a_refused_order_goes_nowhere(crew: Crew) -> None:
    order = an_order(crew)
    act(crew.sales, "sales.order.submit", order)
    assert decide(crew.support, "reject", order, "技術不可行") == "done"
    for verb, given in (("submit", {}), ("confirm", {"promised_on": today(crew)}), ("edit", {"note": "x"})):
        assert attempt(crew.support, f"sales.order.{verb}", order, given) == "state"
