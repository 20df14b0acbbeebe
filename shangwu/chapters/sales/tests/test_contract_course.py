"""Clause 2.6.2: performance is followed by what comes in; damages and ageing to the day."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.chapters.sales.contract_clockwork import look_after
from shangwu.chapters.sales.contract_course import Age, Paid, age_of, damages, damages_in_parts, spread
from shangwu.chapters.sales.contract_duties import decide_end
from shangwu.chapters.sales.models import Contract, Instalment, Shipment
from shangwu.chapters.sales.pages.contracts import owed
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import Facts
from shangwu.foundation.files import storage
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal
MARCH = datetime.date(2026, 3, 31)
RATE, CAP = D("0.0005"), D("0.20")
COVER = "sales.contract.cover"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def test_damages_as_the_regulation_works_them_out() -> None:
    found = damages(D(300000), "CNY", MARCH, datetime.date(2026, 5, 10), RATE, CAP)
    assert found == (40, D("6000.00"), False)


@pytest.mark.parametrize(
    ("paid_on", "days", "amount", "capped"),
    [
        (MARCH, 0, "0", False), (MARCH - DAY, 0, "0", False), (MARCH + DAY, 1, "150", False),
        (MARCH + 400 * DAY, 400, "60000", False), (MARCH + 401 * DAY, 401, "60000", True),
    ],
)  # fmt: skip
def test_damages_begin_the_day_after_and_end_at_the_limit(
    paid_on: datetime.date, days: int, amount: str, capped: bool
) -> None:
    assert damages(D(300000), "CNY", MARCH, paid_on, RATE, CAP) == (days, D(amount), capped)


def test_each_part_costs_until_its_own_day() -> None:
    """Of 300,000 due on 31 March a third came in time, a third 10 days late, and the rest 40: 500 and 2,000."""
    parts = [Paid(MARCH, D(100000)), Paid(MARCH + 10 * DAY, D(100000)), Paid(MARCH + 40 * DAY, D(100000))]
    assert damages_in_parts(parts, "CNY", MARCH, RATE, CAP) == (40, D("2500.00"), False)
    assert damages(D(300000), "CNY", MARCH, MARCH + 40 * DAY, RATE, CAP).amount == D("6000.00"), "the control"
    late = [Paid(MARCH, D(290000)), Paid(MARCH + 500 * DAY, D(10000))]
    assert damages_in_parts(late, "CNY", MARCH, RATE, CAP) == (500, D("2000.00"), True), "a share of what came late"


def test_the_page_counts_what_was_paid_in_between(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = house.in_force(house.an_order("20000"))
    order = contract.covered.get().order
    assert order.gross == D(2_100_000)
    pay(house, order, 100_000)
    moment = clock.now() + 70 * DAY
    monkeypatch.setattr(clock, "now", lambda: moment)

    def said() -> tuple[object, object]:
        found = owed(house.sales, contract.fresh)
        assert found is not None
        return found["rows"][0]["days"], found["rows"][0]["damages"]

    assert said() == (10, "10,000"), "2,000,000 for ten days"
    pay(house, order, 1_000_000)
    moment += 10 * DAY
    assert said() == (20, "15,000"), "one million for ten days, one for twenty"
    pay(house, order, 1_000_000)
    moment += 10 * DAY
    assert said() == (20, "15,000"), "all of it has come"


@pytest.mark.parametrize(("size", "is_told"), [("large", True), ("medium", False)])
def test_a_large_company_of_the_mainland_has_sixty_days_from_delivery(
    monkeypatch: pytest.MonkeyPatch, size: str, is_told: bool
) -> None:
    """保障中小企業款項支付條例 9: the days run from when all has arrived, whatever was agreed."""
    house = House(currency="CNY", jurisdiction="CN")
    customer = house.a_customer(jurisdiction="CN", identity_number="91110000600037341L", size=size)
    parts = [{"after": "delivered", "days": 90, "amount": "210"}]
    contract = house.in_force(house.an_order(customer=customer), jurisdiction="CN", instalments=parts)
    order, last = contract.covered.get().order, today(house) + 60 * DAY

    def said() -> str:
        found = owed(house.sales, contract.fresh)
        assert found is not None
        return str(found["by_law"])

    assert said() == "", "nothing has arrived"
    deliver(house, order)
    in_time = said()
    assert (f"{last}" in in_time) is is_told
    moment = clock.now() + 61 * DAY
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (f"{last}" in said() and said() != in_time) is is_told
    pay(house, order, 210)
    assert said() == "", "all has come"


def test_damages_are_paid_in_whole_coins() -> None:
    assert damages(D("333.33"), "CNY", MARCH, MARCH + DAY, RATE, CAP).amount == D("0.17")
    assert damages(D(3333), "TWD", MARCH, MARCH + DAY, RATE, CAP).amount == D(2)
    assert damages(D(333), "CNY", None, MARCH, RATE, CAP) == (0, D(0), False), "not due before it has a day"


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-5, Age.NOT_DUE), (0, Age.NOT_DUE), (1, Age.TO_30), (30, Age.TO_30), (31, Age.TO_60), (60, Age.TO_60),
        (61, Age.TO_90), (90, Age.TO_90), (91, Age.TO_180), (180, Age.TO_180), (181, Age.TO_365),
        (365, Age.TO_365), (366, Age.OLDER),
    ],
)  # fmt: skip
def test_the_seven_classes_of_age(days: int, age: Age) -> None:
    assert age_of(MARCH, MARCH + days * DAY) == age
    assert len(Age) == 7


@given(
    st.lists(st.integers(1, 10_000), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10_000)), max_size=8),
)
def test_what_came_in_is_spread_to_the_cent(amounts: list[int], came: list[tuple[int, int]]) -> None:
    instalments = [Instalment(amount=D(one).scaleb(-2)) for one in amounts]
    payments = [Paid(MARCH + day * DAY, D(amount).scaleb(-2)) for day, amount in came]
    spread(instalments, payments)
    whole = sum((one.amount for one in instalments), D(0))
    assert sum((one.paid for one in instalments), D(0)) == min(whole, sum((one.amount for one in payments), D(0)))
    for one in instalments:
        assert (one.paid_on is not None) == (one.paid == one.amount)
    open_from = next((place for place, one in enumerate(instalments) if one.paid_on is None), len(instalments))
    assert all(one.paid == 0 for one in instalments[open_from + 1 :]), "the earlier one is filled first"


def pay(house: House, order: object, amount: object) -> None:
    given = {"order": order, "amount": amount, "received_on": today(house)}
    act(house.finance, "sales.payment.create", None, given)


def deliver(house: House, order: object) -> None:
    for verb in ("make_ready", "ship"):
        act(house.logistics, f"sales.order.{verb}", order)
    shipment = Shipment.objects.get(order=order)
    act(house.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(house)})


def duty(contract: object, code: str, period: str = "") -> Duty:
    return Duty.objects.get(rule=code, subject_id=contract.pk, period=period)  # type: ignore[attr-defined]


def two_instalments(house: House) -> dict[str, object]:
    first = today(house)
    return {
        "instalments": [
            {"purpose": "訂金", "due_on": first + 10 * DAY, "amount": "60"},
            {"purpose": "尾款", "after": "delivered", "days": 30, "amount": "150"},
        ]
    }


def test_payments_and_deliveries_keep_the_milestones_until_it_is_fulfilled(house: House) -> None:
    contract = house.in_force(**two_instalments(house))
    order, first = contract.covered.get().order, today(house)
    assert (contract.milestone_on, contract.milestones_met) == (first + 10 * DAY, 0)
    opened = duty(contract, "2.6.2.3", "000")
    assert (opened.holder_id, opened.done_at) == (house.sales.person_id, None)
    pay(house, order, 50)
    assert contract.fresh.milestones_met == 0
    pay(house, order, 10)
    contract = contract.fresh
    assert (contract.milestone_on, contract.milestones_met) == (first + 30 * DAY, 1), "now the delivery"
    assert duty(contract, "2.6.2.3", "000").done_at == contract.milestone_met_at
    assert duty(contract, "2.6.2.3", "001").done_at is None
    deliver(house, order)
    contract = contract.fresh
    last = contract.instalments.get(position=2)
    assert (last.due_on, contract.milestones_met, contract.state) == (first + 30 * DAY, 2, "in_force")
    pay(house, order, 150)
    contract = contract.fresh
    assert (contract.state, contract.milestones_met, contract.milestone_on) == ("fulfilled", 3, None)
    assert not Duty.objects.filter(rule="2.6.2.3", subject_id=contract.pk, done_at=None, cancelled_at=None).exists()
    payment = order.payments.latest("pk")
    act(house.finance, "sales.payment.void", payment, reason="退票")
    contract = contract.fresh
    assert (contract.state, contract.milestones_met) == ("in_force", 2), "what was taken back is owed again"


def test_what_was_paid_before_signing_counts(house: House) -> None:
    contract = house.sealed(**two_instalments(house))
    pay(house, contract.covered.get().order, 60)
    assert contract.fresh.milestones_met == 0
    assert house.sign(contract) == "done"
    assert contract.fresh.milestones_met == 1


def test_what_is_cancelled_is_waited_for_no_more(house: House) -> None:
    first = house.an_order()
    second = house.an_order(customer=first.customer)
    days = [{"order": one, "due_on": today(house) + n * DAY} for one, n in ((first, 10), (second, 20))]
    paid = [{"purpose": "尾款", "after": "delivered", "days": 30, "amount": "420"}]
    contract = house.in_force(
        first, covered=[{"order": first}, {"order": second}], amount="420", deliveries=days, instalments=paid
    )
    assert contract.milestone_on == today(house) + 10 * DAY
    act(house.head, "sales.order.cancel", first.fresh, reason="客戶取消")
    assert contract.fresh.milestone_on == today(house) + 20 * DAY
    deliver(house, second)
    contract = contract.fresh
    assert contract.instalments.get().due_on == today(house) + 30 * DAY, "all that still comes is there"
    pay(house, second, 210)
    assert contract.fresh.state == "in_force", "the contract still says 420: a supplement or its end"


def test_orders_come_to_stand_under_a_framework_contract_in_force(house: House) -> None:
    contract = house.in_force(kind="framework")
    first, other = contract.covered.get().order, house.an_order(customer=contract.customer)
    rows = [{"order": first}, {"order": other}]
    assert attempt(house.colleague, COVER, contract, {"covered": rows}) in ("missing", "forbidden")
    assert attempt(house.sales, COVER, contract, {"covered": rows[1:]}) == "kept"
    assert attempt(house.sales, COVER, contract, {"covered": rows[:1]}) == "same"
    assert attempt(house.sales, COVER, contract, {"covered": [*rows, {"order": house.an_order()}]}) == "order"
    act(house.sales, COVER, contract, {"covered": rows})
    assert {one.order_id for one in contract.covered.all()} == {first.pk, other.pk}
    taken = house.in_force(house.an_order(customer=contract.customer)).covered.get().order
    assert attempt(house.sales, COVER, contract.fresh, {"covered": [*rows, {"order": taken}]}) == "bound"
    pay(house, other, 210)
    assert contract.fresh.instalments.get().paid_on == today(house), "what is paid for it counts"


def test_a_contract_of_sale_takes_further_orders_by_another_contract(house: House) -> None:
    contract = house.in_force()
    rows = [{"order": contract.covered.get().order}, {"order": house.an_order(customer=contract.customer)}]
    assert attempt(house.sales, COVER, contract, {"covered": rows}) == "framework"


def test_filing_is_due_from_signing_and_done_by_the_file_number(house: House) -> None:
    contract = house.in_force()
    assert duty(contract, "2.6.2.2").opened_at == contract.signed_at
    act(house.archivist, "sales.contract.file", contract, {"file_number": "A-1", "kept_at": "檔案室"})
    found = duty(contract, "2.6.2.2")
    assert (found.done_at, found.done_by_id) == (contract.fresh.filed_at, house.archivist.person_id)


def test_its_end_is_decided_before_it_comes(house: House) -> None:
    contract = house.in_force()
    assert duty(contract, "2.6.2.4").done_at is None
    act(house.sales, "sales.contract.decide_end", contract, {"renewal": "renew"}, reason="合作良好")
    contract = contract.fresh
    assert duty(contract, "2.6.2.4").done_at == contract.decided_at
    assert contract.renewal == "renew"


@pytest.mark.parametrize("at", ["00:30", "23:30"])
def test_a_contract_holds_by_the_days_of_its_legal_entity(house: House, at: str) -> None:
    """Whoever holds a day longer than the last reminder is early decides by it; else on the last day."""
    first, ahead = datetime.date(2026, 12, 1), policy("contract.remind_last")
    begun = datetime.datetime.combine(first, datetime.time.fromisoformat(at), house.sales.zone)
    asked = []
    for days in (ahead, ahead + 1):
        contract = Contract(entity=house.entity, ends_on=first + days * DAY)
        contract.in_force_at = begun.astimezone(datetime.UTC)
        found = decide_end(contract)
        assert isinstance(found, Facts)
        asked.append(found.which)
    assert asked == ["", "last"]


def test_the_days_of_another_place_would_be_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory.Directory, "day_of", lambda self, moment, entity: moment.date())
    with pytest.raises(AssertionError):
        test_a_contract_holds_by_the_days_of_its_legal_entity(house, "00:30")


def test_reminders_come_before_the_milestone_and_before_the_end_each_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = house.in_force()  # delivery on day 30, money on day 60, its end on day 200
    now = clock.now()

    def told_on(day: int) -> int:
        monkeypatch.setattr(clock, "now", lambda: now + day * DAY)
        before = Notice.objects.filter(record_public_id=contract.public_id).count()
        look_after()
        look_after()
        return Notice.objects.filter(record_public_id=contract.public_id).count() - before

    assert [told_on(day) for day in (22, 23, 24, 31, 139, 140, 141, 170)] == [0, 1, 0, 0, 0, 1, 0, 1]
    act(house.sales, "sales.contract.decide_end", contract, {"renewal": "end"}, reason="不再需要")
    assert told_on(199) == 0


def test_what_was_delivered_stays_kept_while_some_of_it_is_replaced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = [{"purpose": "尾款", "after": "delivered", "days": 30, "amount": "210"}]
    contract = house.in_force(instalments=paid)
    order, first, now = contract.covered.get().order, today(house), clock.now()
    deliver(house, order)
    assert (contract.fresh.milestones_met, contract.deliveries.get().met_on) == (1, first)
    back = {"lines": [{"position": 1, "quantity": "1"}], "reason": "defect"}
    act(house.logistics, "sales.order.take_goods_back", order.fresh, back)
    act(house.logistics, "sales.return.receive", order.returns.get(), {"fit": False, "replace": True})
    pay(house, order.fresh, 10)
    contract = contract.fresh
    assert order.fresh.state == "part_shipped"
    assert (contract.milestones_met, contract.milestone_on) == (1, first + 30 * DAY), "the payment alone is open"
    assert contract.deliveries.get().met_on == first
    monkeypatch.setattr(clock, "now", lambda: now + 5 * DAY)
    act(house.logistics, "sales.order.ship", order.fresh)
    again = Shipment.objects.filter(order=order).latest("pk")
    act(house.logistics, "sales.shipment.deliver", again, {"delivered_on": first + 5 * DAY})
    assert contract.deliveries.get().met_on == first, "the replacement's day is not the first"


def test_what_has_only_arrived_in_part_keeps_no_milestone(house: House) -> None:
    contract = house.in_force()
    order = contract.covered.get().order
    act(house.logistics, "sales.order.make_ready", order)
    act(house.logistics, "sales.order.pack", order.fresh, {"lines": [{"position": 1, "to_ship": "1"}]})
    act(house.logistics, "sales.shipment.send", Shipment.objects.get(order=order))
    shipment = Shipment.objects.get(order=order)
    act(house.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(house)})
    assert contract.fresh.milestones_met == 0
    assert contract.deliveries.get().met_on is None


def test_nothing_is_produced_or_shipped_while_a_contract_is_suspended(house: House) -> None:
    """2.6.2 中止: milestones stop, packed goods stay, and everything goes on when it is resumed."""
    order = house.an_order()
    contract = house.in_force(order)
    act(house.logistics, "sales.order.make_ready", order)
    act(house.logistics, "sales.order.pack", order.fresh, {"lines": [{"position": 1, "to_ship": "1"}]})
    assert attempt(house.sales, "sales.contract.suspend", contract, reason="對方遲付") == "forbidden"
    act(house.head, "sales.contract.suspend", contract, reason="對方遲付")
    assert attempt(house.head, "sales.contract.suspend", contract.fresh, reason="再次") == "suspended"
    milestone = Duty.objects.get(rule="2.6.2.3", subject_id=contract.pk)
    assert milestone.cancelled_at is not None
    shipment = Shipment.objects.get(order=order)
    assert attempt(house.logistics, "sales.shipment.send", shipment) == "unsigned"
    assert attempt(house.logistics, "sales.order.ship", order.fresh) == "unsigned"
    act(house.head, "sales.contract.resume", contract.fresh, reason="已付清")
    assert attempt(house.head, "sales.contract.resume", contract.fresh, reason="再次") == "running"
    milestone.refresh_from_db()
    assert (milestone.cancelled_at, milestone.done_at) == (None, None)
    assert attempt(house.logistics, "sales.shipment.send", shipment.fresh) == "done"
    assert attempt(house.logistics, "sales.order.ship", order.fresh) == "done"


def test_a_suspended_contract_reminds_nobody_of_a_milestone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = house.in_force()
    act(house.head, "sales.contract.suspend", contract, reason="不可抗力")
    moment = clock.now() + 28 * DAY
    monkeypatch.setattr(clock, "now", lambda: moment)
    look_after()
    assert contract.fresh.reminded_on is None
