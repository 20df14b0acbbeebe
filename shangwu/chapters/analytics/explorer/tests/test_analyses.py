"""2.7.2: customers, products, parts and the trend: by the rows of a small shop, counted by hand."""

import dataclasses
import datetime
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from shangwu.chapters.analytics.explorer import changes, customers, products, receivables, trend, worth
from shangwu.chapters.analytics.explorer.api import owed
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.chapters.analytics.explorer.attributes import attributes, counted
from shangwu.chapters.analytics.explorer.bridge import bridge
from shangwu.chapters.analytics.explorer.figures import figure
from shangwu.chapters.analytics.explorer.lifetime import NoMaximum
from shangwu.chapters.analytics.explorer.tests.selling import Shop, own_facts, person
from shangwu.chapters.analytics.moved import KINDS
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.jobs import running
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.records import gate

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


def test_what_was_asked_for_is_shown_when_it_is_done(years: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the page to the job's progress, and back to the page by itself; to no page but one of ours."""
    monkeypatch.setattr(worth, "worth", lambda actor, until: {"until": until.isoformat()})
    client, page = a_client(person(years.crew.head)), "/analytics/customers/?part=worth"
    begun = client.post(page, headers={"Referer": f"http://testserver{page}"}).headers["Location"]
    assert client.get(begun).status_code == 200, "it is still waiting"
    job = worth.found(years.crew.head)
    assert job is not None
    running.run(job.pk)
    assert (
        client.get(begun, headers={"HX-Request": "true", "HX-Target": "section#sw-course"}).headers["HX-Redirect"]
        == page
    )
    assert client.get(begun).headers["Location"] == page
    elsewhere = begun.partition("?")[0] + "?back=https://example.com/"
    assert client.get(elsewhere).status_code == 200


def test_a_lifetime_value_can_be_asked_as_of_a_day(years: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is not found it says so, and not that the customers are too few."""
    asked: list[datetime.date] = []

    def fails(*given: Any) -> Any:
        raise NoMaximum("no maximum")

    def histories(actor: Any, until: datetime.date) -> Any:
        asked.append(until)
        return customers.histories(actor, until)

    monkeypatch.setattr(worth, "fit", fails)
    monkeypatch.setattr(worth, "histories", histories)
    client = a_client(person(years.crew.head), "en")
    address = "/analytics/customers/?part=worth&until=2026-02-28"
    assert 'value="2026-02-28"' in client.get(address).content.decode()
    assert client.post(address).status_code in (302, 303)
    job = worth.found(years.crew.head, datetime.date(2026, 2, 28))
    assert job is not None
    said = str(running.run(job.pk).error)  # type: ignore[union-attr]
    assert asked == [datetime.date(2026, 2, 28)]
    assert "does not fit" in said
    assert "thirty" not in said
    assert worth.found(years.crew.head) is None, "nothing was asked as of today"


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


def arrived(shop: Shop) -> list[Order]:
    """All orders but the latest have arrived, the first without agreed days of payment."""
    orders = list(Order.objects.visible_to(shop.crew.head).order_by("pk"))
    day = datetime.date(2026, 3, 25)
    with gate.door():
        Order.objects.filter(pk__in=[one.pk for one in orders[:-1]]).update(delivered_on=day, payment_days=30)
        Order.objects.filter(pk=orders[0].pk).update(payment_days=None)
    return orders[:-1]


def test_what_is_owed_stands_by_its_age_and_currency(years: Shop) -> None:
    today = datetime.date(2026, 3, 25)
    assert receivables.ages(years.crew.head, today) == {}, "nothing has arrived or was invoiced: nothing is owed"
    orders = arrived(years)
    (rows,) = receivables.ages(years.crew.head, today).values()
    assert (rows[0].age, rows[0].count) == ("open", 7), "an order without agreed days is due on the day itself"
    (late,) = receivables.ages(years.crew.head, today + datetime.timedelta(days=1)).values()
    assert [one.count for one in late] == [6, 1, 0, 0, 0, 0, 0], "and a day later it is a day overdue"
    export("sales.receivable")
    measured = ask(years.crew.head, ["sales.receivable"]).total()
    assert sum(one.amount for one in rows) == measured == sum(one.base_open for one in orders), "page and measure"


def test_regions_of_february_are_judged_with_january(years: Shop) -> None:
    """The Spring Festival of 2025 lay in January: February alone would seem to have grown without end."""
    years.sell(years.fourth, {years.bolt: 100}, on=datetime.date(2025, 1, 20))
    years.sell(years.fourth, {years.bolt: 1}, on=datetime.date(2025, 2, 20))
    export("sales.lines")
    client = a_client(person(years.crew.head), "en")
    page = client.get("/analytics/parts/?part=regions&since=2026-02-01&until=2026-02-28").content.decode()
    assert "against 2025-01-01 – 2025-02-28" in page
    assert "January and February as one" in page
    now, before = (
        ask(
            years.crew.head, ["sales.revenue"], since=datetime.date(year, 1, 1), until=datetime.date(year, 2, 28)
        ).total()
        for year in (2026, 2025)
    )
    assert changes.change(now, before).said() in page
    sales = client.get("/analytics/?since=2026-02-01&until=2026-02-28").content.decode()
    assert changes.change(now, before).said() in sales
    alone = client.get("/analytics/parts/?part=regions&since=2026-03-01&until=2026-03-31").content.decode()
    assert "January and February as one" not in alone


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
    assert [len(one) for one in found[:4]] == [2, 1, 1, 1], "new, stayed, back, lost"
    assert found[1] == [str(years.first.public_id)]
    assert found[2] == [str(years.fourth.public_id)]
    assert found[3] == [str(years.third.public_id)]
    page = client.get("/analytics/customers/?part=moved&since=2026-03-01&until=2026-03-31").content.decode()
    assert [page.count(f"counted=moved.{kind}.2026-03-01.2026-03-31") for kind in KINDS] == [4] * 4, (
        "the figures at the head open them too, and what they bought"
    )
    cohorts = listed(client, "customers", "cohorts", "/customers/customers/")
    assert [len(one) for one in cohorts] == [1, 1, 2, 1, 2], "nought opens nothing"


def test_the_share_of_the_five_largest_opens_its_formula_and_its_customers(years: Shop) -> None:
    client = a_client(person(years.crew.head))
    page = client.get("/analytics/customers/?part=moved&since=2026-03-01&until=2026-03-31").content.decode()
    assert page.count('href="/customers/customers/?counted=largest.5.2026-03-01.2026-03-31"') == 2
    whole, largest = customers.largest(years.crew.head, MARCH)
    assert formats.money(whole, years.crew.head.currency) in page
    first = client.get("/customers/customers/?counted=largest.1.2026-03-01.2026-03-31").content.decode()
    shown = [one for one in _ids("/customers/customers/") if f"/customers/customers/{one}/" in first]
    (largest_one,) = customers.who_is_largest(years.crew.head, MARCH, 1)
    assert [str(one) for one in shown] == [str(Customer.objects.unscoped(reason="test").get(pk=largest_one).public_id)]
    assert largest


NUMBER = re.compile(r'<td class="sw-num"[^>]*>(?:<span[^>]*>)?\s*([^<\s][^<]*)')
"""The text of a cell of numbers that begins with no link."""


@pytest.mark.parametrize("address", [
    "customers/?part=moved", "customers/?part=standing", "customers/?part=cohorts", "products/",
    "products/?part=pareto", "products/?part=slow", "products/?part=together", "products/?part=bridge",
    "parts/", "parts/?part=owed",
])  # fmt: skip
def test_every_number_of_an_analysis_leads_to_what_explains_it(years: Shop, address: str) -> None:
    """Nought counts nothing, and what has no base is a dash: neither leads anywhere."""
    arrived(years)
    client = a_client(person(years.crew.head))
    sign = "&" if "?" in address else "?"
    page = client.get(f"/analytics/{address}{sign}since=2026-03-01&until=2026-03-31").content.decode()
    alone = [one.strip() for one in NUMBER.findall(page)]
    assert [one for one in alone if re.search(r"[1-9]", one)] == []


def test_two_attributes_of_customers_are_counted_and_each_count_opens_its_customers(years: Shop) -> None:
    """The salesperson's first, third and fourth are in the north, one is in the south; so is the colleague's."""
    offered = attributes(years.crew.head)
    found = counted(years.crew.head, offered["region"], offered["kind"])
    by_region = {
        region: sum(count for (one, _k), count in found.counts.items() if one == region) for region in found.rows
    }
    assert by_region == {"North": 3, "South": 2}
    mine = counted(years.crew.colleague, offered["region"], offered["kind"])
    assert sum(mine.counts.values()) == 1, "only what its reader sees"
    client = a_client(person(years.crew.head))
    page = client.get("/analytics/attributes/?row=region&column=kind").content.decode()
    (north, _south) = re.findall(r'href="(/customers/customers/\?view=all&amp;region=[^"]+)"', page)
    listed_there = client.get(north.replace("&amp;", "&")).content.decode()
    assert str(years.first.public_id) in listed_there
    assert str(years.second.public_id) not in listed_there
    assert (
        "Choose two different attributes" in client.get("/analytics/attributes/?row=kind&column=kind").content.decode()
    )


def test_a_program_asks_whether_two_attributes_go_together(years: Shop) -> None:
    asks = a_caller(person(years.crew.head), "analytics.figures:read")
    found = asks.get("analytics/attributes", row="region", column="kind")
    assert found.status_code == 200, found.data
    assert sum(one["count"] for one in found.data["counts"]) == 5
    assert found.data["test"] is None, "one kind alone says nothing"
    assert asks.get("analytics/attributes", row="region", column="region").status_code == 422
    assert asks.get("analytics/attributes", row="owner", column="region").status_code == 422


def test_what_was_bought_together_opens_its_orders(years: Shop) -> None:
    (found,) = listed(a_client(person(years.crew.head)), "products", "together", "/sales/orders/")
    assert len(found) == 2, "the third such order is of February"


def test_each_age_of_what_is_owed_opens_its_orders(years: Shop) -> None:
    arrived(years)
    found, whole = listed(a_client(person(years.crew.head)), "parts", "owed", "/sales/orders/")
    assert (len(found), whole) == (7, found), "all of one age"
    mine, _whole = listed(a_client(person(years.crew.colleague)), "parts", "owed", "/sales/orders/")
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


@pytest.fixture
def decembers(years: Shop) -> Shop:
    """Also sales of the last two Novembers and Decembers."""
    for day, count in (("2024-12-05", 2), ("2025-11-05", 4), ("2025-12-05", 3)):
        years.sell(years.first, {years.valve: count}, on=datetime.date.fromisoformat(day))
    return years.export()


def the_link(page: str, text: str) -> str:
    """The address of the first link that says so."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>{re.escape(text)}</a>', page)
    assert found, text
    return found[1].replace("&amp;", "&")


def test_a_change_opens_both_of_its_figures_each_with_its_rows(decembers: Shop) -> None:
    shop = decembers
    client = a_client(person(shop.crew.head))
    found = trend.trend(shop.crew.head, Asked(("sales.revenue",), period="all"))
    december = next(one for one in found.months if one.month == datetime.date(2025, 12, 1))
    page = client.get("/analytics/trend/?m=sales.revenue").content.decode()
    for change, before in ((december.against_month, "2025-11-01"), (december.against_year, "2024-12-01")):
        link = the_link(page, change.said("TWD"))
        assert f"before_since={before}" in link
        figure = client.get(link).content.decode()
        base = found.series[datetime.date.fromisoformat(before)]
        now, then = (formats.money(value, "TWD") for value in (december.value, base))
        assert f"({now} − {then}) ÷ {then} = {change.said('TWD')}" in figure
        assert client.get(the_link(figure, then)).status_code == 200


def test_february_opens_both_months_of_both_years(decembers: Shop) -> None:
    shop = decembers
    shop.sell(shop.first, {shop.valve: 2}, on=datetime.date(2025, 1, 7))
    shop.sell(shop.first, {shop.valve: 2}, on=datetime.date(2025, 2, 7))
    shop.export()
    client = a_client(person(shop.crew.head))
    found = trend.trend(shop.crew.head, Asked(("sales.revenue",), period="all"))
    february = next(one for one in found.months if one.month == datetime.date(2026, 2, 1))
    assert february.against_year.together
    page = client.get("/analytics/trend/?m=sales.revenue").content.decode()
    link = the_link(page, february.against_year.said("TWD"))
    assert "since=2026-01-01&until=2026-02-28&before_since=2025-01-01&before_until=2025-02-28" in link
    assert february.against_year.said("TWD") in client.get(link).content.decode()


@pytest.mark.parametrize("query", ["before_since=2026-13-01", "before_since=2026-02-01&before_until=2026-01-01"])
def test_days_to_compare_with_that_are_none_are_refused(years: Shop, query: str) -> None:
    client = a_client(person(years.crew.head))
    assert client.get(f"/analytics/figure/?m=sales.revenue&period=all&{query}").status_code == 422


def test_what_nothing_went_before_says_so(years: Shop) -> None:
    client = a_client(person(years.crew.head))
    page = client.get("/analytics/figure/?m=sales.revenue&period=all&before_until=2020-01-01").content.decode()
    assert "without a base there is no rate" in page


RECEIVABLES = "analytics/receivables"


def asking(actor: Any) -> Caller:
    return a_caller(person(actor), "analytics.receivables:read")


def test_each_age_in_the_api_carries_the_address_of_its_orders(years: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "MOST", 3)
    client, orders = a_client(person(years.crew.head)), arrived(years)
    asks = asking(years.crew.head)
    found = asks.get(RECEIVABLES)
    assert found.status_code == 200, found.data
    (whole,) = found.data["currencies"]
    rows = {one["age"]: one for one in whole["ages"]}
    assert (whole["currency"], whole["count"], rows["open"]["count"], rows["30"]["count"]) == ("TWD", 7, 7, 0)
    assert Decimal(whole["amount"]) == sum((one.base_open for one in orders), Decimal())
    address, seen = rows["open"]["orders"], []
    while address:
        page = asks.get(address)
        seen += [(one["number"], Decimal(one["amount"])) for one in page.data["orders"]]
        after = page.data["after"]
        address = f"{rows['open']['orders']}&{urlencode({'after': after})}" if after else ""
    assert sorted(seen) == sorted((one.number, one.base_open) for one in orders)
    assert rows["30"]["page"] is None
    listing = client.get(rows["open"]["page"]).content.decode()
    assert all(number in listing for number, _amount in seen)


def test_the_api_counts_and_lists_what_its_caller_sees(years: Shop) -> None:
    arrived(years)
    mine = asking(years.crew.sales).get(RECEIVABLES, currency="TWD", age="open").data
    theirs = Order.objects.visible_to(years.crew.head).filter(customer=years.theirs).values_list("number", flat=True)
    assert mine["currencies"][0]["count"] == len(mine["orders"]) < 7
    assert not {one["number"] for one in mine["orders"]}.intersection(theirs)
    assert theirs.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [({"age": "30"}, "currency"), ({"currency": "TWD"}, "age"), ({"currency": "TWD", "age": "31"}, "age"),
     ({"currency": "TWD", "age": "open", "after": "x"}, "cursor")],
)  # fmt: skip
def test_half_a_question_about_receivables_is_refused(years: Shop, given: dict[str, str], field: str) -> None:
    answer = asking(years.crew.head).get(RECEIVABLES, **given)
    assert (answer.status_code, list(answer.data["fields"])) == (422, [field])


def test_each_step_of_the_bridge_is_filled_in_and_its_products_open_their_figures(years: Shop) -> None:
    client = a_client(person(years.crew.head))
    page = client.get("/analytics/products/?part=bridge&since=2026-03-01&until=2026-03-31").content.decode()
    february = Span(datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    found = bridge(*(products.sold(years.crew.head, one) for one in (february, MARCH)), 0)
    former, now = found.compared
    assert f"({now.quantity.normalize():f} − {former.quantity.normalize():f}) × " in page
    links = dict.fromkeys(re.findall(r'href="(/analytics/figure/\?[^"]+is\.product[^"]+)"', page))
    assert len(links) == 4 * len(found.effects)
    values = [client.get(one.replace("&amp;", "&")).status_code for one in links]
    assert set(values) == {200}


def test_each_figure_of_the_first_page_opens_and_the_margin_is_that_of_known_costs(years: Shop) -> None:
    """The bolts have no known cost: what they bring is in the revenue, and in no margin."""
    page = a_client(person(years.crew.head)).get("/analytics/?period=all").content.decode()
    for name in ("sales.margin", "sales.orders", "sales.order_value"):
        assert f"/analytics/figure/?m={name}&amp;" in page, name
    found = figure(years.crew.head, Asked(("sales.margin",), period="all"))
    assert f"{found.value * 100:.1f}" in page
    whole = figure(years.crew.head, Asked(("sales.revenue",), period="all")).value
    assert found.terms["net"] < whole
