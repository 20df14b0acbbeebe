"""Clause 2.5.2: chances are learnt from the own history and explained; where it says too little the default holds."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from shangwu.chapters.customers import learning_chances
from shangwu.chapters.customers.chances import Basis, chance, learnt_from, smoothed
from shangwu.chapters.customers.forecasting import forecasts, month_after
from shangwu.chapters.customers.models import Opportunity, Stage
from shangwu.chapters.customers.pages.forecast import why
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.test_opportunities import FIRST, OFFER, TALKS, a_reason, an_opportunity, does
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records.history import history_models

pytestmark = pytest.mark.clause("2.5.2")


def a_stage(**learnt: Any) -> Stage:
    return Stage(kind="open", share=50, name="方案報價", learnt=learnt)


def at(stage: Stage, amount: int = 100, currency: str = "TWD") -> tuple[int, Basis]:
    found = chance(stage, Decimal(amount), currency)
    return found.percent, found.basis


# The rule, on its own.


def test_too_few_closed_ones_leave_the_default() -> None:
    assert at(a_stage()) == (50, Basis.DEFAULT)
    assert at(a_stage(closed=19, won=19)) == (50, Basis.DEFAULT)
    assert at(a_stage(closed=20, won=20)) == (95, Basis.STAGE), "21 of 22"


def test_the_share_is_smoothed_as_if_one_more_had_been_won_and_one_more_lost() -> None:
    assert [smoothed(0, 0), smoothed(48, 19), smoothed(20, 0), smoothed(98, 98)] == [50, 40, 5, 99]


@given(st.integers(0, 10_000).flatmap(lambda closed: st.tuples(st.just(closed), st.integers(0, closed))))
def test_no_history_promises_all_or_nothing(pair: tuple[int, int]) -> None:
    closed, won = pair
    found = smoothed(closed, won)
    assert 0 <= found <= 100
    assert abs(found - 100 * (won + 1) / (closed + 2)) <= 0.5
    if closed < 90:
        assert 0 < found < 100


def test_the_half_of_the_amounts_is_asked_where_it_says_enough() -> None:
    band = {"at": "1000", "below": [20, 15], "above": [30, 6]}
    stage = a_stage(closed=50, won=21, bands={"TWD": band})
    assert at(stage, 999) == (smoothed(20, 15), Basis.BELOW)
    assert at(stage, 1000) == (smoothed(30, 6), Basis.ABOVE)
    assert at(stage, 1000, "CNY") == (smoothed(50, 21), Basis.STAGE), "amounts of another currency say nothing"
    band["above"] = [19, 19]
    assert at(stage, 1000) == (smoothed(50, 21), Basis.STAGE)


def test_the_ends_are_certain() -> None:
    assert [chance(Stage(kind=kind), Decimal(1), "TWD").percent for kind in ("won", "lost")] == [100, 0]


def test_learning_counts_each_closed_one_for_every_stage_that_it_came_to() -> None:
    closed = [
        ([1, 2, 3], True, "TWD", Decimal(300)), ([1, 2], False, "TWD", Decimal(100)), ([1], False, "CNY", Decimal(7)),
    ]  # fmt: skip
    found = learnt_from(closed)
    assert [(found[key]["closed"], found[key]["won"]) for key in (1, 2, 3)] == [(3, 1), (2, 1), (1, 1)]
    assert found[2]["bands"] == {"TWD": {"at": "100", "below": [0, 0], "above": [2, 1]}}
    assert found[1]["bands"]["CNY"]["above"] == [1, 0]


# On records.


@pytest.fixture
def crew() -> Crew:
    return Crew()


def closed(crew: Crew, count: int, won: int, stage: str = OFFER, **values: Any) -> None:
    customer = a_customer(crew.sales)
    for place in range(count):
        one = an_opportunity(crew.sales, customer, stage=stage, **values)
        if place < won:
            does(crew.sales, "win", one)
        else:
            does(crew.sales, "lose", one, outcome_reason=a_reason("lost"))


@pytest.mark.django_db
def test_the_night_teaches_each_stage_and_weighs_what_is_open(
    crew: Crew, time: Time, rule: Callable[..., None]
) -> None:
    rule(opportunity_least=5)
    one, later = an_opportunity(crew.sales, stage=OFFER), an_opportunity(crew.sales, stage=TALKS)
    closed(crew, 6, 2)
    learning_chances.look_after()
    stages = {stage.name: stage for stage in Stage.objects.all()}
    assert (stages[OFFER].learnt["closed"], stages[OFFER].learnt["won"]) == (6, 2)
    assert stages[OFFER].learnt_on == datetime.date(2026, 3, 25)
    assert one.fresh.probability == smoothed(6, 2)
    assert later.fresh.probability == 75, "nothing was closed from there"
    weighed = Entry.objects.filter(verb="customers.opportunity.weigh")
    before = weighed.count()
    assert learning_chances.look_after() == 0
    assert weighed.count() == before, "the second night finds nothing to weigh"


@pytest.mark.django_db
def test_what_lies_too_long_ago_teaches_nothing_and_the_former_result_stays(
    crew: Crew, time: Time, rule: Callable[..., None]
) -> None:
    rule(opportunity_least=5, opportunity_window=180)
    closed(crew, 5, 5)
    learning_chances.look_after()
    time.to("09-21")
    learning_chances.look_after()
    assert Stage.objects.get(name=OFFER).learnt["closed"] == 5, "the 180th day counts"
    time.to("09-22")
    learning_chances.look_after()
    stage = Stage.objects.get(name=OFFER)
    assert stage.learnt == {}
    history: Any = history_models[Stage]
    former = history.objects.filter(pgh_obj_id=stage.pk, learnt__closed=5)
    assert former.exists(), "each result is kept with its day"


@pytest.mark.django_db
def test_an_amount_in_another_half_has_another_chance_at_once(crew: Crew, rule: Callable[..., None]) -> None:
    rule(opportunity_least=5)
    closed(crew, 5, 5, amount="1000")
    closed(crew, 6, 0, amount="900000")
    learning_chances.look_after()
    one = an_opportunity(crew.sales, stage=OFFER, amount="500")
    assert one.probability == smoothed(5, 5)
    does(crew.sales, "edit", one, amount="950000")
    assert one.fresh.probability == smoothed(6, 0)


@pytest.mark.django_db
def test_a_chance_is_explained_in_words_with_its_counts(crew: Crew, rule: Callable[..., None]) -> None:
    one = an_opportunity(crew.sales, stage=OFFER)
    with override("en"):
        told = why(crew.sales, one.fresh)
    assert told is not None
    assert "Only 0 that came to" in told["sentence"]
    assert "default of 50% holds" in told["sentence"]
    rule(opportunity_least=5)
    closed(crew, 5, 2)
    learning_chances.look_after()
    with override("en"):
        told = why(crew.sales, one.fresh)
    assert told is not None
    assert "Of 5 from TWD 250,000" in told["sentence"]
    assert told["sentence"].endswith("24 months, 2 were won.")
    assert [row["counted"] for row in told["stages"] if row["here"]] == ["2 / 5"]


# The forecast.


@pytest.mark.django_db
def test_the_forecast_adds_up_by_month_and_owner_what_the_reader_sees(crew: Crew, time: Time) -> None:
    for by, amount, day, stage in (
        (crew.sales, "100", "2026-03-31", FIRST), (crew.sales, "200", "2026-04-01", TALKS),
        (crew.colleague, "400", "2026-08-31", OFFER), (crew.colleague, "800", "2026-09-01", OFFER),
        (crew.sales, "1600", "2026-02-28", OFFER),
    ):  # fmt: skip
        an_opportunity(by, amount=amount, expected_on=day, stage=stage)
    does(crew.sales, "win", an_opportunity(crew.sales, amount="5000"))
    (found,) = forecasts(crew.head, datetime.date(2026, 3, 25))
    assert [(f"{month:%m}", promise.best) for month, promise in found.months if promise.count] == [
        ("03", 100), ("04", 200), ("08", 400),
    ]  # fmt: skip
    assert (found.late.best, found.later.best) == (1600, 800)
    assert (found.total.count, found.total.best) == (5, 3100)
    assert found.total.weighted == Decimal("0.10") * 100 + Decimal("0.75") * 200 + Decimal("0.5") * 2800
    assert found.total.committed == 200, "a chance of 70 and more"
    assert found.owners[crew.colleague.person_id].best == 1200
    (own,) = forecasts(crew.sales, datetime.date(2026, 3, 25))
    assert set(own.owners) == {crew.sales.person_id}, "a colleague's are not told"
    assert forecasts(crew.purchasing, datetime.date(2026, 3, 25)) == []


@pytest.mark.django_db
def test_currencies_are_never_added_up(crew: Crew) -> None:
    an_opportunity(crew.sales, amount="100")
    an_opportunity(crew.sales, amount="7", currency="USD")
    found = forecasts(crew.sales, datetime.date(2026, 3, 25))
    assert {one.currency: one.total.best for one in found} == {"TWD": 100, "USD": 7}


def test_months_follow_each_other_over_the_year() -> None:
    first = datetime.date(2026, 11, 1)
    assert [f"{month_after(first, place):%Y-%m}" for place in range(3)] == ["2026-11", "2026-12", "2027-01"]


@pytest.mark.django_db
def test_the_measures_count_what_was_closed(crew: Crew, settings: Any, tmp_path: Any) -> None:
    from shangwu.foundation.measures.asking import ask
    from shangwu.foundation.measures.exporting import export

    settings.FACTS = tmp_path
    closed(crew, 4, 1)
    an_opportunity(crew.sales)
    export("customers.opportunities", everything=True)
    answer = ask(crew.head, ["opportunities.closed", "opportunities.won", "opportunities.win_rate"])
    assert [answer.total(place) for place in range(2)] == [4, 1]
    assert Opportunity.objects.filter(state="open").count() == 1
    by_reason = ask(crew.head, ["opportunities.closed"], by=["outcome_reason"])
    assert {by_reason.labels["outcome_reason"].get(row[0]): row[1] for row in by_reason.rows} == {
        "輸單：價格": 3, None: 1,
    }  # fmt: skip
