"""2.7.1: sales data are collected and put in order regularly, right and in time: a month is checked, locked, frozen."""

import datetime
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shangwu.chapters.analytics.closing import adjusting, examining, freezing, vault
from shangwu.chapters.analytics.closing.actions import open_closes
from shangwu.chapters.analytics.closing.figures import (
    Snapshot,
    ask_locked,
    closes_between,
    locked_months,
    newest_locked,
)
from shangwu.chapters.analytics.closing.models import Finding, MonthClose
from shangwu.chapters.analytics.closing.tests.conftest import SEPTEMBER, accept_all, checked, opened, sold
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order, Payment, Shipment
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_shipped_order, an_order, attempt, today
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Beat, Duty
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.starting import cancel
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.checks import Month, checks
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.registry import Column, fact_sets
from shangwu.foundation.pages.tests.visiting import a_client, shows
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Source
from tests.builders import an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.1")]

D = Decimal
ALL = D("2798.49")


def locked(desk: Desk) -> MonthClose:
    """September, locked."""
    close = checked(desk, opened(desk))
    accept_all(desk, close)
    return freezing.lock(desk.support, close.fresh)


def spoil(orders: Any, **values: Any) -> None:
    """Put values in rows that the door would not let in, or lets in elsewhere."""
    with gate.door():
        orders.update(**values)


def revenue(reader: Any, **question: Any) -> Decimal:
    return ask_locked(reader, ["sales.revenue"], **question).total()


def test_last_months_close_opens_itself_once(october: Desk) -> None:
    assert october.support.person_id
    assert open_closes() >= 1
    assert open_closes() == 0, "a second night opens no second one"
    close = MonthClose.objects.get(entity=october.entity)
    assert (close.month, close.state, close.department) == (SEPTEMBER, "open", october.department)


def test_a_month_is_over_when_it_is_over_at_the_entitys_place(october: Desk, moment: Time) -> None:
    far = Crew()
    far.entity = an_entity(zone="America/Los_Angeles")
    assert october.support.person_id
    assert far.support.person_id
    months = {}
    for at in ("2026-09-30 23:30", "2026-10-01 00:30"):
        moment.go(at)
        open_closes()
        months[at] = [
            MonthClose.objects.filter(entity=one, month=SEPTEMBER).exists() for one in (october.entity, far.entity)
        ]
    assert months == {"2026-09-30 23:30": [False, False], "2026-10-01 00:30": [True, False]}


def test_what_is_late_is_late_at_the_entitys_place(moment: Time) -> None:
    """Entered in the last half hour of the month in Los Angeles, when the next has long begun here; and after it."""
    far = Crew()
    far.entity = an_entity(zone="America/Los_Angeles", currency="TWD")
    zone = ZoneInfo("America/Los_Angeles")
    month = Month(far.entity.pk, SEPTEMBER, datetime.date(2026, 9, 30), zone)
    found = {}
    for at, day in (("2026-10-01 14:30", "23:30"), ("2026-10-01 15:30", "00:30")):
        moment.go(at)
        order = a_confirmed_order(far)
        spoil(Order.objects.filter(pk=order.pk), ordered_on=month.last)
        found[day] = checks["orders.late"].find(month).filter(pk=order.pk).exists()
    assert found == {"23:30": False, "00:30": True}
    here = replace(month, zone=ZoneInfo("Asia/Taipei"))
    assert checks["orders.late"].find(here).count() == 2, "the control: by our own clock both were late"


def test_a_month_is_opened_once_and_not_ahead_of_time(october: Desk) -> None:
    assert opened(october, datetime.date(2026, 9, 17)).month == SEPTEMBER
    given = {"month": "2026-09-30", "entity": str(october.entity.public_id)}
    assert attempt(october.support, "analytics.monthclose.create", None, given) == "duplicate"
    assert attempt(october.support, "analytics.monthclose.create", None, given | {"month": "2026-11-01"}) == "future"


def test_each_wrong_row_is_listed_with_its_owner_and_the_place_to_mend_it(october: Desk, moment: Time) -> None:
    first, _second, theirs = Order.objects.filter(entity=october.entity).order_by("pk")
    spoil(Order.objects.filter(pk=theirs.pk), region="")
    moment.go("2026-09-29 15:00")
    second = sold(october, customer=first.customer)
    moment.go("2026-10-01 09:00")
    close = checked(october, opened(october))
    found = Finding.objects.filter(close=close)
    told = {(one.check_name, one.named, one.owner_id) for one in found}
    assert told == {
        ("orders.no_region", theirs.number, october.colleague.person_id),
        ("orders.twice", first.number, october.sales.person_id),
        ("orders.twice", second.number, october.sales.person_id),
    }
    assert (close.unsettled, close.checks["orders.twice"]) == (3, {"found": 2, "further": 0})
    page = a_client(Person.objects.get(pk=october.colleague.person_id))
    shown = page.get(f"/analytics/findings/{found.get(check_name='orders.no_region').public_id}/").content.decode()
    assert f"/sales/orders/{theirs.public_id}/" in shown, "the place to mend"


def test_payments_entered_twice_goods_without_receipt_and_customers_of_nobody_are_found(october: Desk) -> None:
    month = Month(october.entity.pk, SEPTEMBER, datetime.date(2026, 9, 30), october.support.zone)
    names = ("payments.twice", "shipments.no_receipt", "customers.no_salesperson")

    def found(name: str) -> list[Any]:
        return list(checks[name].find(month).order_by("pk"))

    with gate.free_reading():
        assert [found(name) for name in names] == [[], [], []]
        order, other = Order.objects.filter(entity=october.entity).order_by("pk")[:2]
    payment = {"order": order, "amount": "50", "received_on": today(october)}
    first = act(october.finance, "sales.payment.create", None, payment).record
    second = act(october.finance, "sales.payment.create", None, payment).record
    apart = act(october.finance, "sales.payment.create", None, payment | {"order": other}).record
    spoil(Payment.objects.filter(pk__in=[one.pk for one in (first, second, apart)]), received_on=SEPTEMBER)
    _order, shipment = a_shipped_order(october)
    act(october.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(october)})
    spoil(Shipment.objects.filter(pk=shipment.pk), delivered_on=SEPTEMBER)
    spoil(Customer.objects.filter(pk=order.customer_id), owner=None)
    with gate.free_reading():
        assert found("payments.twice") == [first, second]
        assert found("shipments.no_receipt") == [shipment]
        assert found("customers.no_salesperson") == [order.customer]
    spoil(Shipment.objects.filter(pk=shipment.pk), receipted_at=clock.now(), receipt="a.png")
    with gate.free_reading():
        assert found("shipments.no_receipt") == [], "the control: the receipt is there"


def test_a_finding_is_mended_at_its_row_or_accepted_for_a_reason_by_another(october: Desk) -> None:
    orders = Order.objects.filter(entity=october.entity)
    spoil(orders, region="")
    close = checked(october, opened(october))
    assert close.unsettled == 3
    one, other, _third = Finding.objects.filter(close=close).order_by("pk")
    spoil(orders.filter(pk=one.subject_id), region="江蘇")
    close = checked(october, close)
    assert (one.fresh.state, one.fresh.mended_at, close.unsettled) == ("mended", close.changed_at, 2)
    assert attempt(october.sales, "analytics.finding.accept", other, {"reason": "x"}) != "done", "it is their own"
    assert attempt(october.support, "analytics.finding.accept", other, {"reason": "x"}) == "forbidden"
    assert attempt(october.head, "analytics.finding.accept", other, {"reason": " "}) == "invalid"
    assert attempt(october.head, "analytics.finding.accept", other, {"reason": "客戶自提"}) == "done"
    assert (other.fresh.state, close.fresh.unsettled) == ("accepted", 1)
    spoil(orders.filter(pk=one.subject_id), region="")
    assert checked(october, close).unsettled == 2
    assert one.fresh.state == "open", "what is wrong again is found again"


def test_a_month_is_locked_only_when_all_is_settled_and_it_is_over(october: Desk, moment: Time) -> None:
    orders = Order.objects.filter(entity=october.entity)
    close = checked(october, opened(october))
    moment.go("2026-09-30 23:00")
    assert attempt(october.support, "analytics.monthclose.ask_lock", close) == "early"
    moment.go("2026-10-01 10:00")
    spoil(orders, region="")
    with pytest.raises(Refusal, match="unchecked"):
        freezing.lock(october.support, close)
    close = checked(october, close)
    assert attempt(october.support, "analytics.monthclose.ask_lock", close) == "findings"
    with pytest.raises(Refusal, match="findings"):
        freezing.lock(october.support, close)
    accept_all(october, close)
    assert freezing.lock(october.support, close.fresh).state == "locked"
    for verb in ("check", "ask_lock", "lock"):
        assert attempt(october.support, f"analytics.monthclose.{verb}", close.fresh, {"snapshot": "x"}) != "done"


def test_more_findings_than_are_listed_keep_the_month_open(october: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "MOST", 1)
    spoil(Order.objects.filter(entity=october.entity), region="")
    close = checked(october, opened(october))
    assert close.checks["orders.no_region"] == {"found": 3, "further": 2}
    accept_all(october, close)
    assert attempt(october.support, "analytics.monthclose.ask_lock", close.fresh) == "findings"


def test_a_lock_on_a_foreign_damaged_or_stale_snapshot_is_refused(october: Desk, own_files: Path) -> None:
    close = checked(october, opened(october))
    assert attempt(october.support, "analytics.monthclose.lock", close, {"snapshot": "0" * 64}) == "snapshot"
    assert attempt(october.support, "analytics.monthclose.lock", close, {"snapshot": "../../etc/passwd"}) == "snapshot"
    august = freezing.freeze(opened(october, datetime.date(2026, 8, 1)), lambda *told: None)
    assert attempt(october.support, "analytics.monthclose.lock", close, {"snapshot": august}) == "snapshot"
    stale = freezing.freeze(close, lambda *told: None)
    order = Order.objects.filter(entity=october.entity).latest("pk")
    act(october.head, "sales.order.cancel", order, reason="客戶取消")
    assert attempt(october.support, "analytics.monthclose.lock", close.fresh, {"snapshot": stale}) == "changed"


def test_the_job_locks_tells_how_far_it_is_and_can_be_cancelled(october: Desk) -> None:
    close = checked(october, opened(october))
    client = a_client(Person.objects.get(pk=october.support.person_id))
    assert client.get(f"/analytics/monthcloses/{close.public_id}/").status_code == 200
    act(actors_page(october.support), "analytics.monthclose.ask_lock", close)
    job = Job.objects.get(name="analytics.lock_month")
    assert attempt(actors_page(october.support), "analytics.monthclose.ask_lock", close.fresh) == "running"
    cancel(job)
    assert running.run(job.pk) is None
    assert close.fresh.state == "checked"
    act(actors_page(october.support), "analytics.monthclose.ask_lock", close.fresh)
    done = running.run(Job.objects.filter(name=job.name).latest("pk").pk)
    assert done is not None
    assert (done.state, done.error) == ("done", "")
    assert close.fresh.state == "locked"
    assert close.fresh.locked_by_id == october.support.person_id


def actors_page(actor: actors.Actor) -> actors.Actor:
    """The same person, at a page."""
    return replace(actor, source=Source.PAGE)


def test_every_fact_set_is_frozen_with_its_hash_and_row_count(october: Desk) -> None:
    close = locked(october)
    frozen = {one.fact_set: one for one in close.frozen.all()}
    assert set(frozen) == set(fact_sets)
    assert frozen["sales.lines"].rows == 3
    assert vault.read_list(close.snapshot)["month"] == "2026-09"
    assert vault.path_of(frozen["sales.lines"].sha256).stat().st_mode & 0o222 == 0, "read-only"


def test_locked_figures_stay_while_todays_move_and_the_rows_say_who_and_why(october: Desk, moment: Time) -> None:
    close = locked(october)
    assert revenue(october.head) == revenue(october.head, by=["day"]) == ALL
    order = Order.objects.filter(entity=october.entity, owner=october.sales.person_id).earliest("pk")
    moment.go("2026-10-05 09:00")
    act(october.head, "sales.order.cancel", order, reason="客戶取消")
    export("sales.lines")
    assert revenue(october.head) == ALL, "a closed period never changes"
    (line,) = adjusting.sheet(october.head, close, "sales.revenue")
    assert (line.locked, line.today, line.difference) == (ALL, ALL - D("301.50"), D("-301.50"))
    by = {one.label: one.difference for one in adjusting.sheet(october.head, close, "sales.revenue", ["category"])}
    assert by == {"valves": D("-301.50"), "pumps": D(0)}
    (change,) = adjusting.changes(october.head, close, "sales.revenue")
    person = Person.objects.get(pk=october.head.person_id)
    assert (change.label, change.is_gone, change.verb) == (order.number, True, "sales.order.cancel")
    assert (change.who, change.why) == (str(person), "客戶取消")
    page = a_client(person).get(f"/analytics/monthcloses/{close.public_id}/adjustments/?by=category").content.decode()
    assert order.number in page
    assert "301.50" in page
    asks = a_caller(person, "analytics.monthclose:read")
    told = asks.get(f"analytics/monthclose/{close.public_id}/adjustments", by="category").data
    assert {one["label"]: D(one["difference"]) for one in told["lines"]} == by
    assert [(one["label"], one["what"], one["reason"]) for one in told["changes"]] == [
        (order.number, "gone", "客戶取消")
    ]
    for given, status in (({"by": "record"}, 422), ({"by": "entity"}, 422), ({"measure": "no.such"}, 404)):
        refused = asks.get(f"analytics/monthclose/{close.public_id}/adjustments", **given)
        assert refused.status_code == status, given


def a_line_changed(october: Desk, moment: Time, at: str, **values: Any) -> Order:
    """A line of the salesperson's first order is other than it was locked. at: readers keep the facts of a moment."""
    moment.go(f"2026-10-05 {at}")
    order = Order.objects.filter(entity=october.entity, owner=october.sales.person_id).earliest("pk")
    with gate.door():
        order.lines.update(**values)
        totals = {name: values[name] for name in ("quantity", "net", "tax", "gross", "base_net") if name in values}
        if totals:
            Order.objects.filter(pk=order.pk).update(**totals)
    export("sales.lines", everything=True)
    return order


def moved(change: adjusting.Change) -> dict[str, tuple[Any, Any]]:
    """The measures of a row that differ: as locked, and today."""
    return {one.measure.name: (one.locked, one.today) for one in change.moved if one.measure}


def test_each_row_that_differs_says_what_of_it_does(october: Desk, moment: Time) -> None:
    close = locked(october)
    changed = {
        "quantity": D(2),
        "reserved": D(2),
        "net": D(201),
        "tax": D("10.05"),
        "gross": D("211.05"),
        "base_net": D(201),
    }
    order = a_line_changed(october, moment, "09:10", **changed)
    (change,) = adjusting.changes(october.head, close, "sales.revenue")
    assert change.label == order.number
    told = moved(change)
    assert told["sales.revenue"] == (D("301.50"), D(201))
    assert told["sales.quantity"] == (D(3), D(2))
    assert told["sales.profit"] == (D("121.50"), D(21))
    (theirs,) = adjusting.changes(october.support, close, "sales.revenue")
    assert moved(theirs).keys() == told.keys() - {"sales.profit"}, "it is not theirs to see"


def test_a_cost_alone_that_changed_differs_for_those_who_may_see_it(october: Desk, moment: Time) -> None:
    close = locked(october)
    a_line_changed(october, moment, "09:20", cost=D(99))
    (change,) = adjusting.changes(october.head, close, "sales.revenue")
    assert moved(change) == {"sales.profit": (D("121.50"), D("202.50"))}
    assert adjusting.changes(october.support, close, "sales.revenue") == []
    page = a_client(Person.objects.get(pk=october.head.person_id))
    shown = page.get(f"/analytics/monthcloses/{close.public_id}/adjustments/").content.decode()
    assert shows(shown, "202.50")


def test_a_row_that_counts_elsewhere_says_where_it_did(october: Desk, moment: Time) -> None:
    close = locked(october)
    moment.go("2026-10-05 09:30")
    order = Order.objects.filter(entity=october.entity, owner=october.sales.person_id).earliest("pk")
    spoil(Order.objects.filter(pk=order.pk), region="浙江")
    export("sales.lines", everything=True)
    (change,) = adjusting.changes(october.head, close, "sales.revenue")
    assert [(one.measure, one.locked, one.today) for one in change.moved] == [(None, "江蘇", "浙江")]


def test_a_finished_month_with_nothing_changed_has_no_adjustment(october: Desk) -> None:
    close = locked(october)
    export("sales.lines", everything=True)
    assert adjusting.changes(october.head, close, "sales.revenue") == []
    assert adjusting.sheet(october.head, close, "sales.revenue")[0].difference == 0


def test_a_damaged_file_is_refused_and_never_read(october: Desk) -> None:
    close = locked(october)
    path = vault.path_of(close.frozen.get(fact_set="sales.lines").sha256)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[:-9] + b"x" + whole[-8:])
    with pytest.raises(Refusal, match="snapshot"):
        revenue(october.head, by=["day"])
    path.unlink()
    with pytest.raises(Refusal, match="snapshot"):
        revenue(october.head, by=["day"])


def test_only_whole_locked_months_of_the_entity_are_asked(october: Desk, moment: Time) -> None:
    with pytest.raises(Refusal, match="open"):
        revenue(october.head)
    assert newest_locked(october.entity) is None
    close = locked(october)
    assert (locked_months(october.entity), newest_locked(october.entity)) == ([SEPTEMBER], SEPTEMBER)
    with pytest.raises(Refusal) as said:
        revenue(october.head, since=SEPTEMBER, until=datetime.date(2026, 11, 30))
    assert said.value.code == "open"
    assert "2026-10, 2026-11" in str(said.value.sentence)
    with pytest.raises(Refusal, match="invalid"):
        revenue(october.head, since=datetime.date(2026, 9, 2))
    with pytest.raises(Refusal, match="open"):
        revenue(Desk().head)
    answer = ask_locked(october.head, ["sales.revenue"])
    assert answer.snapshot == close.snapshot


def test_a_later_definition_finds_its_new_columns_empty_and_the_figures_as_they_were(
    october: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked(october)
    lines = fact_sets["sales.lines"]
    later = replace(lines, columns={**lines.columns, "later": Column("'x'", "text")})
    monkeypatch.setitem(fact_sets, "sales.lines", later)
    assert revenue(october.head) == revenue(october.head, by=["month"]) == ALL
    table, _as_of = Snapshot(closes_between(october.entity.pk))(later, False)
    assert engine.rows(table.select("later").distinct()) == [(None,)]


def test_frozen_figures_pass_the_same_gates_as_lists(october: Desk) -> None:
    locked(october)
    mine = Order.objects.visible_to(october.sales).filter(owner=october.sales.person_id)
    assert revenue(october.sales) == sum(order.base_net for order in mine) == ALL - 297
    with pytest.raises(Refusal, match="missing"):
        ask_locked(october.sales, ["sales.profit"])
    assert ask_locked(october.head, ["sales.profit"]).total() == ALL - 3 * 180


def test_nothing_happens_any_more_in_a_locked_month(october: Desk) -> None:
    """The time that an import gives lies in no closed period; without a lock the same goes in."""
    by = replace(october.support, source=Source.IMPORT)
    at = datetime.datetime(2026, 9, 30, 12, tzinfo=Time.zone)
    first, second = an_order(october), an_order(october)
    assert attempt(by, "sales.order.edit", first, {"note": "x"}, occurred_at=at) == "done"
    locked(october)
    assert attempt(by, "sales.order.edit", second, {"note": "x"}, occurred_at=at) == "closed"
    assert attempt(by, "sales.order.edit", second, {"note": "x"}) == "done"


def test_the_lock_proves_the_duty_of_the_month(october: Desk, moment: Time) -> None:
    """CN 2026: the September data are due on 10 October, a Saturday that is worked (DOMAIN 5a)."""
    Beat.objects.create(since=clock.now() - datetime.timedelta(days=30), until=clock.now())
    ticking.tick()
    duty = Duty.objects.get(rule="2.7.1.1", period="2026-09", department=october.department)
    assert f"{duty.due_at.astimezone(Time.zone):%m-%d}" == "10-10"
    close = locked(october)
    ticking.tick()
    duty.refresh_from_db()
    assert (duty.done_at, duty.done_by_id) == (close.locked_at, october.support.person_id)
