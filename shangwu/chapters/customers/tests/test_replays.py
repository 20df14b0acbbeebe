"""Replay before you rule, for each value of chapter 2.5 that singles out records: the sheet is what a recomputation
from scratch finds, record by record."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from shangwu.chapters.customers import dormancy, learning_chances, positions, retention
from shangwu.chapters.customers.completeness import completeness
from shangwu.chapters.customers.models import (
    Complaint,
    Contact,
    Customer,
    Likeness,
    Merge,
    Opportunity,
    PersonalRequest,
    Stage,
    Survey,
    Visit,
)
from shangwu.chapters.customers.survey_access import by_link
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.complaining import Time as Moment
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.customers.tests.test_chances import closed
from shangwu.chapters.customers.tests.test_completeness import FULL
from shangwu.chapters.customers.tests.test_duplicates import compare
from shangwu.chapters.customers.tests.test_merging import merged
from shangwu.chapters.customers.tests.test_opportunities import OFFER, an_opportunity
from shangwu.chapters.customers.tests.test_pool import pooled
from shangwu.chapters.customers.tests.test_pool_views import opens, reachable
from shangwu.chapters.customers.tests.test_surveys import a_survey, agreed
from shangwu.chapters.customers.tests.test_visits import a_visit
from shangwu.chapters.customers.tests.writing import known
from shangwu.chapters.sales.tests.factories import a_confirmed_order, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import replaying

pytestmark = [pytest.mark.django_db]

DAY = datetime.timedelta(days=1)
Rule = Callable[..., None]
Oracle = Callable[[Any], set[Any]]
"""A value -> the records that it singles out, looked at one by one."""


def sheet(by: Actor, key: str, former: Any, value: Any) -> list[replaying.Line]:
    return replaying.sheet(parameters[key], former, value, by)


def agrees(by: Actor, key: str, former: Any, value: Any, oracle: Oracle) -> None:
    """The sheet has the counts of the oracle, names what differs, and the two values differ at all."""
    whole, picked = sheet(by, key, former, value)
    before, after = oracle(former), oracle(value)
    assert (picked.before, picked.after) == (len(before), len(after)), key
    assert before != after, f"{key}: a test that tells nothing"
    assert picked.changed == len(before ^ after), key
    moved: set[Model] = before ^ after
    assert {name for _kind, name in picked.named} == {str(one.public_id) for one in moved}, key  # type: ignore[attr-defined]
    assert whole.before == whole.after >= max(len(before), len(after)), key


def every(rows: Any, fits: Callable[[Any], bool]) -> set[Any]:
    return {one for one in rows.all() if fits(one)}


@pytest.mark.clause("2.5.1")
def test_files_and_the_pool(time: Time) -> None:
    crew = Crew()
    act(crew.sales, "customers.customer.verify", a_customer(crew.sales, **FULL))
    partly = a_customer(crew.sales, **FULL | {"source": "", "region": "", "duplicate_reason": "分廠"})
    act(crew.sales, "customers.customer.verify", partly)
    held = []
    for _n in range(3):
        held.append(a_customer(crew.sales))
        time.now += 9 * DAY
    act(crew.head, "customers.customer.extend", held[0], reason="等報價")
    today = time.now.date()

    def ends_within(days: int) -> set[Any]:
        return every(Customer.objects, lambda one: one.protected_until and one.protected_until <= today + days * DAY)

    agrees(crew.executive, "customer.complete", 90, 70,
           lambda value: every(Customer.objects, lambda one: completeness(one) >= value))  # fmt: skip
    agrees(crew.executive, "pool.warn_first", 3, 30, ends_within)
    agrees(crew.executive, "pool.warn_last", 3, 12, ends_within)
    end = held[0].fresh.protected_until
    usual = end - 15 * DAY
    time.now += 10 * DAY
    assert time.now.date() > usual
    agrees(crew.executive, "pool.extension", 15, 1,
           lambda value: {held[0]} if usual + value * DAY >= time.now.date() else set())  # fmt: skip


@pytest.mark.clause("2.5.1")
def test_a_former_owner_who_may_claim_again_may_by_the_sheet(time: Time, rule: Rule) -> None:
    crew = Crew()
    files = []
    for _n in range(3):
        files.append(a_customer(crew.sales))
        act(crew.sales, "customers.customer.release", files[-1], reason="不再跟進")
        time.now += 4 * DAY
    _whole, picked = sheet(crew.executive, "pool.reclaim", 10, 5)
    rule(pool_reclaim=10)
    first = [attempt(crew.sales, "customers.customer.claim", one.fresh) for one in files]
    assert first.count("reclaim") == picked.before == 2
    rule(pool_reclaim=5)
    again = [attempt(crew.sales, "customers.customer.claim", one.fresh) for one in files[1:]]
    assert again.count("reclaim") == picked.after == 1


@pytest.mark.clause("2.5.1")
def test_claims_beyond_the_days_number_are_those_that_would_be_refused(time: Time, rule: Rule) -> None:
    crew = Crew()
    for count in (4, 2):
        for _n in range(count):
            act(crew.sales, "customers.customer.claim", pooled(crew))
        time.now += DAY
    whole, refused = sheet(crew.executive, "pool.daily", 50, 3)
    assert (whole.before, refused.before, refused.after) == (6, 0, 1)
    rule(pool_daily=3)
    again = [attempt(crew.colleague, "customers.customer.claim", pooled(crew)) for _n in range(4)]
    assert again.count("daily") == refused.after


@pytest.mark.clause("2.5.1")
def test_a_higher_bound_of_likeness_leaves_the_pairs_that_a_comparison_finds(rule: Rule) -> None:
    crew = Crew()
    for name in ("晉洋化工股份有限公司", "台灣晉洋化工有限公司", "晉洋化學工業有限公司", "澤川水務工程有限公司"):
        a_customer(crew.sales, name=name)
    compare(crew.head)
    whole, found = sheet(crew.executive, "duplicate.similar", 60, 95)
    counts = [Likeness.objects.filter(state="open").count()]
    rule(duplicate_similar=95)
    compare(crew.head)
    counts.append(Likeness.objects.filter(state="open").count())
    assert (found.before, found.after) == tuple(counts)
    assert whole.before == counts[0] > counts[1]


@pytest.mark.clause("2.5.1")
def test_merges_and_persons(time: Time, rule: Rule) -> None:
    crew = Crew()
    for days in (20, 5):
        merged(crew, a_customer(crew.sales), a_customer(crew.sales))
        a_contact(crew.sales, a_customer(crew.sales))
        time.now += days * DAY
    agrees(crew.executive, "merge.undo", 30, 10,
           lambda value: every(Merge.objects, lambda one: one.created_at + value * DAY >= clock.now()))  # fmt: skip
    _whole, picked = sheet(crew.executive, "personal.kept", 1095, 10)
    assert picked.before == 0
    rule(personal_kept=10)
    assert retention.look_after() == picked.after > 0
    put = set(PersonalRequest.objects.values_list("contact__public_id", flat=True))
    assert {name for _kind, name in picked.named} == {str(one) for one in put}
    assert Contact.objects.count() >= picked.after


@pytest.mark.clause("2.5.2")
def test_opportunities_and_visits(time: Time, rule: Rule) -> None:
    crew = Crew()
    for _n in range(3):
        an_opportunity(crew.sales)
    ones = list(Opportunity.objects.order_by("pk"))
    time.now += 40 * DAY
    agrees(crew.executive, "opportunity.commit", 100, ones[0].probability,
           lambda value: every(Opportunity.objects, lambda one: one.probability >= value))  # fmt: skip
    visit = a_visit(crew.sales)
    rule(visit_position=True)
    assert attempt(crew.sales, "customers.visit.arrive_here", visit, {"place": "22.6273, 120.3014"}) == "done"
    agrees(crew.executive, "visit.position", False, True,
           lambda value: set(Visit.objects.filter(arrived_at__isnull=False)) if value else set())  # fmt: skip
    time.now += 10 * DAY
    _whole, gone = sheet(crew.executive, "visit.position_days", 30, 5)
    rule(visit_position_days=5)
    assert (gone.before, gone.after) == (0, positions.look_after()) == (0, 1)


@pytest.mark.clause("2.5.2")
def test_what_chances_are_learnt_from_is_what_the_next_night_learns(time: Time, rule: Rule) -> None:
    crew = Crew()
    an_opportunity(crew.sales, stage=OFFER)
    closed(crew, 6, 2)
    learning_chances.look_after()
    _whole, learnt = sheet(crew.executive, "opportunity.least", 20, 6)
    assert (learnt.before, learnt.after) == (0, 1), "six were closed from the stage in which it is"
    time.now += 200 * DAY
    _whole, within = sheet(crew.executive, "opportunity.window", 730, 180)
    counts = []
    for days in (730, 180):
        rule(opportunity_window=days)
        learning_chances.look_after()
        counts.append(Stage.objects.get(name=OFFER).learnt.get("closed", 0))
    assert (within.before, within.after) == tuple(counts) == (6, 0)


@pytest.mark.clause("2.5.1")
def test_an_owner_is_warned_earlier_of_a_loss_by_as_many_days(time: Time, rule: Rule) -> None:
    crew = Crew()
    a_confirmed_order(crew)
    time.now += 181 * DAY
    dormancy.look_after()
    time.now += 160 * DAY
    _whole, soon = sheet(crew.executive, "customer.lost_warn", 14, 30)
    rule(customer_lost_warn=30)
    assert (soon.before, soon.after) == (0, dormancy.look_after()) == (0, 1)


@pytest.mark.clause("2.5.1")
def test_customers_opened_beyond_the_days_number_are_those_that_would_be_refused(time: Time, rule: Rule) -> None:
    crew = Crew()
    rule(pool_views=10)
    for _n in range(3):
        opens(crew.sales, reachable(crew))
    whole, refused = sheet(crew.executive, "pool.views", 10, 2)
    assert (whole.before, refused.before, refused.after) == (3, 0, 1)
    assert sheet(crew.executive, "pool.views", 2, 0)[1].after == 0, "0 is no limit"
    rule(pool_views=2)
    assert [opens(crew.colleague, reachable(crew)).status_code == 200 for _n in range(3)].count(False) == refused.after


@pytest.mark.clause("2.5.2")
def test_surveys(desk: Desk, moment: Moment) -> None:
    contacts = [agreed(desk, known(desk)[1]) for _n in range(2)]
    for content, days in ((1, 3), (3, 20), (5, 1)):
        moment.now += 95 * DAY
        for contact in contacts:
            survey = a_survey(desk, contact)
            moment.now += days * DAY
            act(by_link(desk.entity, survey.public_id), "customers.survey.answer", survey, {"content": content})
    answered = Survey.objects.filter(state="answered", answered_at__gte=clock.now() - 365 * DAY)
    agrees(desk.executive, "survey.low", 1, 3, lambda value: every(answered, lambda one: one.content <= value))
    agrees(desk.executive, "survey.link", 7, 30,
           lambda value: every(answered, lambda one: one.answered_at >= one.created_at + value * DAY))  # fmt: skip

    def asked_before(value: int) -> set[Any]:
        rows = list(Survey.objects.all())
        return {
            one for one in rows for other in rows
            if other.contact_id == one.contact_id and other.pk < one.pk
            and other.created_at > one.created_at - value * DAY
        }  # fmt: skip

    agrees(desk.executive, "survey.rest", 90, 120, asked_before)


@pytest.mark.clause("2.5.3")
def test_complaints(desk: Desk, moment: Moment) -> None:
    customer = a_customer(desk.sales)
    for hours in (1, 4, 30):
        one = desk.complaint(customer=customer)
        moment.now += datetime.timedelta(hours=hours)
        desk.does("accept", one)
        moment.now += 20 * DAY
    later = {str(one.public_id): one for one in Complaint.objects.all()}
    _whole, picked = sheet(desk.executive, "complaint.target", 2, 8)
    late = [one for one in later.values() if one.target_at is not None and one.accepted_at > one.target_at]
    assert picked.before == len(late) == 2, "by the target that stands on each"
    assert picked.after == 1
    whole, repeated = sheet(desk.executive, "complaint.repeat", 90, 19)
    assert (whole.before, repeated.before, repeated.after) == (3, Complaint.objects.exclude(repeats=None).count(), 0)
    desk.complaint(customer=a_customer(desk.sales), is_consumer=True,
                   goods_received_on=moment.now.date() - 10 * DAY)  # fmt: skip
    whole, free = sheet(desk.executive, "complaint.return", 7, 15)
    assert (whole.before, free.before, free.after) == (1, 0, 1)
