"""2.7.2: customers, products, parts and the trend: by the rows of a small shop, counted by hand."""

import dataclasses
import datetime
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.analytics.explorer import customers, products, receivables, trend, worth
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.chapters.analytics.explorer.bridge import bridge
from shangwu.chapters.analytics.explorer.tests.selling import Shop, own_facts, person
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.foundation.jobs import running
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]

MARCH = Span(datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))


@pytest.fixture
def years(morning: Any, db: None, settings: Any, tmp_path: Path) -> Shop:
    """The shop on 25 March 2026, with sales of January and February behind those of March."""
    own_facts(settings, tmp_path)
    shop = Shop()
    january, february = datetime.date(2026, 1, 10), datetime.date(2026, 2, 10)
    shop.third, shop.fourth = (shop.customer() for _count in range(2))
    shop.sell(shop.first, {shop.valve: 5}, on=february)
    shop.sell(shop.third, {shop.valve: 1, shop.pump: 1}, on=february)
    shop.sell(shop.fourth, {shop.bolt: 4}, on=january)
    shop.sell(shop.fourth, {shop.bolt: 2}, on=datetime.date(2026, 3, 2))
    return shop.export()


def test_customers_are_new_kept_back_or_lost(years: Shop) -> None:
    found = {one.kind: one.count for one in customers.moved(years.crew.head, MARCH)}
    assert found == {"new": 2, "kept": 1, "back": 1, "lost": 1}
    mine = {one.kind: one.count for one in customers.moved(years.crew.sales, MARCH)}
    assert mine["new"] == 1, "the colleague's new customer is not among a salesperson's"


def test_concentration_is_told_of_the_largest(years: Shop) -> None:
    whole, largest = customers.largest(years.crew.head, MARCH)
    assert largest == sorted(largest, reverse=True)
    assert sum(largest) == whole, "five customers are all there are"


def test_cohorts_count_who_bought_again(years: Shop) -> None:
    found = {one.month: one.bought for one in customers.cohorts(years.crew.head, datetime.date(2026, 3, 1))}
    assert found == {
        datetime.date(2026, 1, 1): [1, 0, 1],
        datetime.date(2026, 2, 1): [2, 1],
        datetime.date(2026, 3, 1): [2],
    }


def test_what_is_bought_together_has_support_confidence_and_lift(years: Shop) -> None:
    orders, pairs = products.together(years.crew.head, Span(None, None))
    (pair,) = pairs
    assert orders == 8
    assert {pair.first, pair.second} == {years.valve.pk, years.pump.pk}
    assert (pair.orders, pair.support) == (3, Decimal(3) / 8)
    assert pair.confidence == Decimal(3) / 4
    assert pair.lift == Decimal(3) / 4 * 8 / 4


def test_slow_movers_last_longest(years: Shop) -> None:
    found = products.slow(years.crew.head, MARCH)
    assert found[0].product.pk == years.bolt.pk
    assert [one.lasts for one in found] == sorted((one.lasts for one in found), reverse=True)
    bolt = found[0]
    assert bolt.quantity == Decimal(19)
    assert bolt.lasts == int(bolt.on_hand * 31 / 19)


def test_the_bridge_between_two_months_comes_to_the_change(years: Shop) -> None:
    february = Span(datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    before, after = (products.sold(years.crew.head, one) for one in (february, MARCH))
    found = bridge(before, after, 0)
    assert found.after - found.before == sum(value for _name, value in found.steps)
    assert found.new == Decimal(188), "the bolts, which nobody bought in February"
    assert abs(found.price) <= 3, "list prices did not move; lines are rounded to whole dollars"


def test_the_trend_fills_months_without_sales_and_leaves_the_running_one(years: Shop) -> None:
    found = trend.trend(years.crew.head, Asked(("sales.revenue",)))
    assert [one.month.month for one in found.months] == [1, 2, 3]
    assert [one.whole for one in found.months] == [True, True, False]
    assert found.last == datetime.date(2026, 2, 1)


def test_a_forecast_of_three_months_says_that_they_are_too_few(years: Shop) -> None:
    reader = dataclasses.replace(years.crew.head, language="en")
    job = trend.begin(reader, Asked(("sales.revenue",), period="all"))
    assert "eight whole months" in str(running.run(job.pk).error)  # type: ignore[union-attr]
    job = worth.begin(reader)
    assert "thirty" in str(running.run(job.pk).error)  # type: ignore[union-attr]


def test_a_forecast_is_its_readers_own(years: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("statsmodels", reason="statsmodels forecasts")
    for month in range(1, 13):
        years.sell(years.first, {years.valve: month}, on=datetime.date(2025, month, 5))
    export("sales.lines")
    asked = Asked(("sales.revenue",), period="all")
    running.run(trend.begin(years.crew.head, asked).pk)
    client, address = a_client(person(years.crew.head)), "/analytics/trend/?m=sales.revenue&period=all"
    page = client.get(address).content.decode()
    assert "Exponential smoothing" in page
    assert "as a year before" in page
    assert trend.found(years.crew.sales, asked) is None
    assert "Exponential smoothing" not in a_client(person(years.crew.sales)).get(address).content.decode()


def test_what_is_owed_stands_by_its_age_and_currency(years: Shop) -> None:
    found = receivables.ages(years.crew.head, datetime.date(2026, 3, 25))
    (rows,) = found.values()
    assert sum(one.count for one in rows) == 8
    assert rows[0].count == 8, "nothing has arrived or was invoiced: nothing is due"


def listed(client: Any, page: str, part: str, path: str) -> list[list[str]]:
    """The records in each list that a page leads to, as the lists show them."""
    shown = client.get(f"/analytics/{page}/?part={part}&since=2026-03-01&until=2026-03-31").content.decode()
    links = dict.fromkeys(re.findall(rf'href="({path}\?counted=[^"]+)"', shown))
    pages = [client.get(one.replace("&amp;", "&")).content.decode() for one in links]
    records = {str(one) for one in _ids(path)}
    return [sorted(one for one in records if f"{path}{one}/" in each) for each in pages]


def _ids(path: str) -> Any:
    rows: Any = (Customer if "customers" in path else Order).objects.unscoped(reason="a test looks for all of them")
    return rows.values_list("public_id", flat=True)


def test_counts_of_customers_open_the_list_of_them(years: Shop) -> None:
    client = a_client(person(years.crew.head))
    found = listed(client, "customers", "moved", "/customers/customers/")
    assert [len(one) for one in found] == [2, 1, 1, 1], "new, stayed, back, lost"
    assert found[1] == [str(years.first.public_id)]
    assert found[2] == [str(years.fourth.public_id)]
    assert found[3] == [str(years.third.public_id)]
    cohorts = listed(client, "customers", "cohorts", "/customers/customers/")
    assert [len(one) for one in cohorts] == [1, 1, 2, 1, 2], "nought opens nothing"


def test_what_was_bought_together_opens_its_orders(years: Shop) -> None:
    (found,) = listed(a_client(person(years.crew.head)), "products", "together", "/sales/orders/")
    assert len(found) == 2, "the third such order is of February"


def test_each_age_of_what_is_owed_opens_its_orders(years: Shop) -> None:
    (found,) = listed(a_client(person(years.crew.head)), "parts", "owed", "/sales/orders/")
    assert len(found) == 8
    (mine,) = listed(a_client(person(years.crew.colleague)), "parts", "owed", "/sales/orders/")
    assert len(mine) == 1, "only what its reader sees"


def test_a_list_that_counts_nothing_known_is_not_narrowed(years: Shop) -> None:
    client = a_client(person(years.crew.head))
    for text in (
        "moved.nonsense.2026-03-01.2026-03-31",
        "moved.new.x.y",
        "cohort.2026-03-01",
        "owed",
        "together.a.b.c.d",
    ):
        for path in ("/customers/customers/", "/sales/orders/"):
            assert client.get(f"{path}?counted={text}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "trend/", "customers/", "customers/?part=standing", "customers/?part=cohorts", "customers/?part=worth",
        "products/", "products/?part=pareto", "products/?part=slow", "products/?part=together", "products/?part=bridge",
        "parts/", "parts/?part=regions", "parts/?part=people", "parts/?part=owed",
    ],
)  # fmt: skip
def test_every_page_answers_who_sells_and_who_leads(shop: Shop, address: str) -> None:
    sold, led = (a_client(person(actor)).get(f"/analytics/{address}") for actor in (shop.crew.sales, shop.crew.head))
    assert (sold.status_code, led.status_code) == (200, 200)
    assert "Profit margin" not in sold.content.decode()
    if address == "products/":
        assert "Profit margin" in led.content.decode()


@pytest.mark.parametrize("address", ["customers/?part=nonsense", "products/?x=1", "parts/?period=fortnight"])
def test_an_address_that_means_nothing_is_refused(shop: Shop, address: str) -> None:
    assert a_client(person(shop.crew.head)).get(f"/analytics/{address}").status_code == 422
