"""2.7.3: how much of the revenue comes from channels and regions that are new: worked out by hand."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.closing import figures as locked
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.chapters.analytics.explorer.figures import equal, figure, worked_out_again
from shangwu.chapters.analytics.performance.indicators import measurable
from shangwu.chapters.analytics.reports.tests.books import lock, sold
from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.tests.factories import Crew, a_customer, person_of
from shangwu.chapters.sales.tests.factories import a_product
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures import rolling
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors
from tests.builders import an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

CHANNELS, REGIONS = "sales.new_channels", "sales.new_regions"
DAY = datetime.date
SYSTEM = actors.system()
OLD, WEST, SOUTH = "北部", "西部", "南部"
SOLD = [  # day, region, channel (0 for none), net
    ("2025-12-10", OLD, 1, "500"),
    ("2026-01-10", OLD, 1, "100"), ("2026-01-20", OLD, 0, "100"),
    ("2026-02-10", WEST, 1, "300"), ("2026-02-20", OLD, 0, "100"),
    ("2026-03-05", OLD, 0, "300"), ("2026-03-10", WEST, 1, "100"), ("2026-03-15", SOUTH, 2, "100"),
]  # fmt: skip
YEAR, MARCH = (DAY(2026, 1, 1), DAY(2026, 3, 31)), (DAY(2026, 3, 1), DAY(2026, 3, 31))


class Ground:
    """A firm that sold in the north by one channel in 2025, and went west in February, south in March by another."""

    def __init__(self) -> None:
        self.crew = Crew()
        self.product = a_product(category="valves")
        self.customer = a_customer(self.crew.sales)
        keeper = self.crew.one(Role.CHANNELS)
        self.channels: list[Channel | None] = [None]
        for name in ("北部經銷", "南部經銷"):
            given = {
                "name": name,
                "region": name[:2],
                "authorised_from": "2025-01-01",
                "authorised_until": "2027-12-31",
            }
            self.channels.append(act(keeper, "channels.channel.create", None, given).record)
        for one in SOLD:
            self.sell(*one)

    def sell(self, day: str, region: str, channel: int, net: str, crew: Crew | None = None) -> Any:
        crew = crew or self.crew
        customer = self.customer if crew is self.crew else a_customer(crew.sales)
        placed = {"region": region, "channel": self.channels[channel]}
        return sold(crew, customer, self.product, DAY.fromisoformat(day), net, None, **placed)


@pytest.fixture
def ground(morning: Any, db: None, settings: Any, tmp_path: Path) -> Ground:
    """It is 25 March 2026."""
    settings.FACTS, settings.SNAPSHOTS = tmp_path / "facts", tmp_path / "snapshots"
    made = Ground()
    export("sales.lines")
    return made


def share(measure: str, since: datetime.date | None, until: datetime.date | None, **question: Any) -> Any:
    ((found,),) = ask(SYSTEM, [measure], since=since, until=until, **question).rows
    return found


@pytest.mark.parametrize("by_sums", [True, False])
def test_what_is_new_in_a_period_had_no_order_before_it(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, by_sums: bool
) -> None:
    """March: 100 of 500 from the south, by a new channel. The quarter: west and south are new, 500 of 1,100; only one
    channel is, 100 of 1,100."""
    if not by_sums:
        monkeypatch.setattr(rolling, "answers", lambda *_given: False)
    assert (share(REGIONS, *MARCH), share(CHANNELS, *MARCH)) == (0.2, 0.2)
    assert share(REGIONS, *YEAR) == pytest.approx(500 / 1100)
    assert share(CHANNELS, *YEAR) == pytest.approx(100 / 1100)


def test_days_within_a_month_count_from_their_own_first(ground: Ground) -> None:
    """From the eleventh of March on the south alone is left; from the sixteenth nothing."""
    assert share(REGIONS, DAY(2026, 3, 11), DAY(2026, 3, 31)) == 1
    assert share(REGIONS, DAY(2026, 2, 10), DAY(2026, 3, 5)) == pytest.approx(300 / 700)
    assert share(REGIONS, DAY(2026, 2, 11), DAY(2026, 3, 10)) == 0
    assert share(REGIONS, DAY(2026, 3, 16), DAY(2026, 3, 31)) is None, "nothing was sold"


def test_by_months_each_month_has_its_own_new_ones(ground: Ground) -> None:
    found = ask(SYSTEM, [REGIONS, CHANNELS], by=["month"], since=YEAR[0], until=YEAR[1]).rows
    assert found == [
        (DAY(2026, 1, 1), 0, 0), (DAY(2026, 2, 1), 0.75, 0), (DAY(2026, 3, 1), 0.2, 0.2),
    ]  # fmt: skip
    (quarter,) = ask(SYSTEM, [REGIONS], by=["quarter"], since=YEAR[0], until=YEAR[1]).rows
    assert quarter == (DAY(2026, 1, 1), pytest.approx(500 / 1100))
    years = ask(SYSTEM, [REGIONS], by=["year"]).rows
    assert years == [(2025, 1), (2026, pytest.approx(500 / 1100))], "the first year of the books begins with nothing"


def test_without_a_first_day_nothing_is_said(ground: Ground) -> None:
    assert share(REGIONS, None, None) is None
    assert figure(ground.crew.head, Asked((REGIONS,), period="all")).value is None


def test_what_is_new_to_one_legal_entity_may_be_old_to_another(ground: Ground) -> None:
    other = Crew()
    other.entity = an_entity(currency="TWD")
    ground.sell("2026-03-20", WEST, 0, "400", other)
    export("sales.lines")
    found = dict(ask(SYSTEM, [REGIONS], by=["entity"], since=MARCH[0], until=MARCH[1]).rows)
    assert found == {ground.crew.entity.pk: 0.2, other.entity.pk: 1}


def test_a_colleagues_region_is_not_new_to_a_salesperson_who_sees_no_order_of_it(ground: Ground) -> None:
    """It is new to the firm or it is not; who sees only their own orders is not told that they broke new ground."""
    mine = a_customer(ground.crew.colleague)
    sold(
        ground.crew,
        mine,
        ground.product,
        DAY(2026, 3, 20),
        "50",
        None,
        region=WEST,
        owner=person_of(ground.crew.colleague),
    )
    export("sales.lines")
    by = ground.crew.colleague
    assert ask(by, ["sales.revenue"], since=MARCH[0], until=MARCH[1]).total() == 50
    assert ask(by, [REGIONS], since=MARCH[0], until=MARCH[1]).rows == [(0,)]


@pytest.mark.parametrize("span", [YEAR, MARCH, (DAY(2026, 3, 11), DAY(2026, 3, 31))])
@pytest.mark.parametrize("measure", [CHANNELS, REGIONS])
def test_the_figure_explains_itself_and_recomputes_from_the_ledger(
    ground: Ground, measure: str, span: tuple[datetime.date, datetime.date]
) -> None:
    asked = Asked((measure,), period="", since=span[0], until=span[1])
    one = figure(ground.crew.head, asked)
    assert equal(one.filled_in, one.value)
    assert equal(worked_out_again(ground.crew.head, asked), one.value)
    ground.sell("2026-01-05", SOUTH, 2, "1")
    assert not equal(worked_out_again(ground.crew.head, asked), one.value), "the control: the ledger has moved on"


def test_of_locked_months_it_is_told_what_was_new_then(ground: Ground) -> None:
    for month in (DAY(2026, 1, 1), DAY(2026, 2, 1)):
        lock(ground.crew, month)
    found = locked.ask_locked(ground.crew.head, [REGIONS], since=DAY(2026, 1, 1), until=DAY(2026, 2, 28))
    assert found.rows == [(pytest.approx(300 / 600),)], "what was sold in 2025 counts as sold before, though not locked"
    assert found.snapshot


def test_targets_can_be_set_by_them(ground: Ground) -> None:
    assert {CHANNELS, REGIONS} <= {one.name for one in measurable()}
