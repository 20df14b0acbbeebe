"""2.7.1, 2.7.2: figures equal the ledger to the cent, say what they mean, and show no more than one may see."""

import dataclasses
import datetime
import html
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow
import pyarrow.parquet as parquet
import pytest
from django.db.models import F, Sum
from django.test import Client

from shangwu.chapters.analytics import charts, pages, periods
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Line
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, an_order
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.measures import exporting, reading, rolling, visibility
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.registry import fact_sets, measures
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock
from tests.builders import HOUSE, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]

SYSTEM = actors.system()


@pytest.fixture(autouse=True)
def own_facts(settings: Any, tmp_path: Path) -> Path:
    """Facts of this test alone."""
    settings.FACTS = tmp_path
    return tmp_path


@pytest.fixture
def crew() -> Crew:
    return Crew()


def sold(crew: Crew, price: str = "100.50", **values: Any) -> Any:
    """A confirmed order of three pieces with a known cost."""
    product = a_product(list_price=price, cost="60", category=values.pop("category", "valves"))
    return a_confirmed_order(crew, [{"product": product, "quantity": "3"}], **values)


def revenue(reader: Any, **question: Any) -> Decimal:
    return ask(reader, ["sales.revenue"], **question).total()


def test_revenue_and_profit_equal_the_ledger_to_the_cent(crew: Crew) -> None:
    for price in ("100.50", "733.33", "99"):
        sold(crew, price)
    an_order(crew)
    export("sales.lines")
    counted = Line.objects.filter(order__state="confirmed")
    ledger = counted.aggregate(net=Sum("base_net"), profit=Sum(F("base_net") - F("cost")))
    answer = ask(SYSTEM, ["sales.revenue", "sales.profit"], by=["month"])
    assert (answer.total(0), answer.total(1)) == (ledger["net"], ledger["profit"])
    assert answer.total(0) > 0


def test_every_breakdown_comes_to_the_same_total(crew: Crew) -> None:
    sold(crew, category="valves")
    sold(crew, category="pumps", region="高雄")
    export("sales.lines")
    totals = {revenue(SYSTEM, by=[one]) for one in ("month", "year", "category", "region", "salesperson")}
    assert totals == {revenue(SYSTEM)}


def test_the_table_behind_a_chart_has_every_row(crew: Crew) -> None:
    """The drawing sums the 13th and what follows as one bar; who asks for the figures gets them all."""
    for place in range(14):
        sold(crew, f"{100 + place}", region=f"R{place:02}")
    export("sales.lines")
    option = charts.bars(ask(SYSTEM, ["sales.revenue"], by=["region"]), "Others")
    assert len(option["yAxis"]["data"]) == charts.MOST_BARS + 1
    assert "Others" in option["yAxis"]["data"]
    head, rows = option["sw"]["table"]["head"], option["sw"]["table"]["rows"]
    assert (len(head), len(rows)) == (2, 14)
    assert rows[0] == ["R13", 339.0]
    assert "Others" not in {name for name, _value in rows}


ADDED_UP = ["sales.revenue", "sales.profit", "sales.quantity"]


def sums_and_facts(monkeypatch: pytest.MonkeyPatch, **question: Any) -> tuple[Any, Any]:
    """The same question asked of the sums by month, and of the facts."""
    quick = ask(SYSTEM, ADDED_UP, **question).rows
    with monkeypatch.context() as patch:
        patch.setattr(rolling, "answers", lambda *_given: False)
        return quick, ask(SYSTEM, ADDED_UP, **question).rows


@pytest.fixture
def three_sold(crew: Crew) -> None:
    """Orders of two categories and regions, one of them without a known cost."""
    sold(crew, category="valves")
    sold(crew, "133.33", category="pumps", region="高雄")
    a_confirmed_order(crew, [{"product": a_product(list_price="77.70", cost=None, category="valves"), "quantity": "3"}])
    export("sales.lines")


@pytest.mark.parametrize("by", [[], ["month"], ["year", "category"], ["category", "region"], ["salesperson"]])
def test_sums_by_month_answer_like_the_facts(three_sold: None, monkeypatch: pytest.MonkeyPatch, by: list[str]) -> None:
    for where in ({}, {"category": ["valves"]}):
        quick, thorough = sums_and_facts(monkeypatch, by=by, where=where)
        assert quick == thorough
        assert quick


def test_sums_that_mix_known_and_unknown_costs_would_be_found(
    crew: Crew, three_sold: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyarrow.compute.is_null", lambda column: pyarrow.array([False] * len(column)))
    export("sales.lines", everything=True)
    quick, thorough = sums_and_facts(monkeypatch)
    assert quick != thorough


def test_days_within_a_month_are_asked_of_the_facts(crew: Crew) -> None:
    order = sold(crew)
    export("sales.lines")
    day, following = order.ordered_on, order.ordered_on + datetime.timedelta(days=1)
    assert revenue(SYSTEM, since=day, until=day) == revenue(SYSTEM) > 0
    assert revenue(SYSTEM, since=following, until=following) == 0


def test_only_changed_months_are_written_again(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MARGIN", 0)
    sold(crew)
    first = export("sales.lines")
    again = export("sales.lines")
    assert again.files == first.files
    sold(crew)
    assert export("sales.lines").files != first.files
    assert FactRelease.objects.get().rows == 2


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every month is large, and nothing that was read is read again."""
    monkeypatch.setattr(exporting, "LARGE", 1)
    monkeypatch.setattr(exporting, "MARGIN", 0)


def published() -> list[str]:
    """All rows of the files, and of their sums."""
    release = FactRelease.objects.get(fact_set="sales.lines")
    names = [name for sums in (False, True) for name in rolling.files_of(release.files, sums=sums)]
    lying = exporting.folder(fact_sets["sales.lines"])
    return sorted(str(row) for name in names for row in parquet.read_table(lying / name).to_pylist())


def a_day_of(crew: Crew) -> None:
    """Exported orders, of which one is cancelled afterwards, one moves to a colleague, and one more comes in."""
    _kept, cancelled, moved = sold(crew), sold(crew, category="pumps"), sold(crew, region="高雄")
    export("sales.lines")
    act(crew.head, "sales.order.cancel", cancelled, reason="given up")
    act(crew.head, "sales.order.transfer", moved, {"to": _person(crew.colleague)}, reason="on leave")
    sold(crew, "733.33")


def test_changed_records_put_anew_in_a_large_month_give_the_same_rows(crew: Crew, large: None) -> None:
    a_day_of(crew)
    assert all(one["patched"] for one in export("sales.lines").files.values())
    patched = published()
    export("sales.lines", everything=True)
    assert patched == published()
    assert not exporting.has_patched()


def test_a_changed_row_that_was_left_out_would_be_found(
    crew: Crew, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_anew = exporting.put_anew
    monkeypatch.setattr(exporting, "put_anew", lambda table, records, theirs: put_anew(table, records, theirs[1:]))
    a_day_of(crew)
    export("sales.lines")
    patched = published()
    export("sales.lines", everything=True)
    assert patched != published()


def test_a_large_month_whose_facts_stayed_the_same_keeps_its_file(crew: Crew, large: None) -> None:
    order = sold(crew)
    first = export("sales.lines")
    act(SYSTEM, "sales.order.note_told", order, {"at": clock.now()})
    again = export("sales.lines")
    assert (again.files, again.read_to != first.read_to) == (first.files, True)


def test_for_very_many_changed_records_large_months_are_written_whole(
    crew: Crew, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MANY", 2)
    a_day_of(crew)
    assert not any(one.get("patched") for one in export("sales.lines").files.values())


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Months of either size; nothing that was read is read again."""
    monkeypatch.setattr(exporting, "MARGIN", 0)
    if request.param == "large":
        request.getfixturevalue("large")
    return str(request.param)


def of_category(name: str) -> Decimal:
    return revenue(SYSTEM, where={"category": [name]})


@pytest.mark.parametrize("joined", [True, False])
def test_another_category_of_a_product_shows_at_once_in_months_of_any_size(
    crew: Crew, size: str, monkeypatch: pytest.MonkeyPatch, joined: bool
) -> None:
    """No order is touched. The control: where the facts do not say what they join, it would stay as it was."""
    if not joined:
        facts = fact_sets["sales.lines"]
        monkeypatch.setitem(fact_sets, "sales.lines", dataclasses.replace(facts, joins=()))
    product = a_product(list_price="50", category="valves")
    a_confirmed_order(crew, [{"product": product, "quantity": "3"}])
    sold(crew, "99", category="valves")
    export("sales.lines")
    act(HOUSE, "sales.product.edit", product, {"category": "pumps"})
    assert exporting.is_behind() or not joined
    export("sales.lines")
    found = [of_category(name) for name in ("pumps", "valves")]
    assert found == ([150, 297] if joined else [0, 447])


def test_another_region_of_a_customer_shows_at_once_where_the_order_names_none(crew: Crew, size: str) -> None:
    customer = a_customer(crew.sales, region="")
    without, named = sold(crew, customer=customer), sold(crew, "99", customer=customer, region="高雄")
    assert (without.region, named.region) == ("", "高雄")
    export("sales.lines")
    act(crew.sales, "customers.customer.edit", customer.fresh, {"region": "台北"})
    export("sales.lines")
    found = {region: revenue(SYSTEM, where={"region": [region]}) for region in ("", "台北", "高雄")}
    assert found == {"": 0, "台北": without.net, "高雄": named.net}


@pytest.mark.parametrize("many", [100, 1])
def test_another_category_of_what_sells_best_is_put_anew_a_few_orders_at_a_time(
    crew: Crew, large: None, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Of still more orders large months are written whole."""
    monkeypatch.setattr(reading, "FEW", 1)
    monkeypatch.setattr(exporting, "MANY", many)
    product = a_product(list_price="50", category="valves")
    for _count in range(2):
        a_confirmed_order(crew, [{"product": product, "quantity": "3"}])
    sold(crew, "99")
    export("sales.lines")
    act(HOUSE, "sales.product.edit", product, {"category": "pumps"})
    (month,) = export("sales.lines").files.values()
    assert month.get("patched", False) == (many > 1)
    assert (of_category("pumps"), of_category("valves")) == (300, 297)


def test_what_has_shown_is_not_written_again_and_what_does_not_show_never(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recent rows of the history are read a second time, lest one that was committed late be missed."""
    product = a_product(list_price="50", category="valves")
    a_confirmed_order(crew, [{"product": product, "quantity": "3"}])
    export("sales.lines")
    monkeypatch.setattr(exporting, "_months_of_changed", lambda *_given: [])  # as of an order of long ago
    first = export("sales.lines").files
    act(HOUSE, "sales.product.edit", product, {"list_price": "60"})
    assert export("sales.lines").files == first, "a price is no part of what was sold"
    act(HOUSE, "sales.product.edit", product.fresh, {"category": "pumps"})
    changed = export("sales.lines").files
    assert changed != first
    assert export("sales.lines").files == changed
    act(HOUSE, "sales.product.edit", product.fresh, {"category": "valves"})
    assert export("sales.lines").files != changed, "back again is a change as well"


def test_what_facts_do_not_say_that_they_join_shows_after_the_night(
    crew: Crew, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fact_sets, "sales.lines", dataclasses.replace(fact_sets["sales.lines"], joins=()))
    product = a_product(list_price="50", category="valves")
    a_confirmed_order(crew, [{"product": product, "quantity": "3"}])
    export("sales.lines")
    act(HOUSE, "sales.product.edit", product, {"category": "pumps"})
    sold(crew)
    export("sales.lines")
    assert of_category("pumps") == 0
    exporting.write_whole()
    assert of_category("pumps") == 150
    assert not exporting.has_patched()


def test_a_cancelled_order_leaves_the_figures(crew: Crew) -> None:
    order = sold(crew)
    export("sales.lines")
    before = revenue(SYSTEM)
    other = sold(crew)
    export("sales.lines")
    act(crew.head, "sales.order.cancel", other, reason="given up")
    export("sales.lines")
    assert revenue(SYSTEM) == before
    assert order.net == before


def test_a_salesperson_sees_the_figures_of_own_orders_only(crew: Crew) -> None:
    mine = sold(crew)
    sold(crew, by=crew.colleague)
    export("sales.lines")
    assert revenue(crew.sales) == mine.net
    assert revenue(crew.head) == mine.net * 2
    assert revenue(Crew().head) == 0


def test_with_the_scope_off_everybody_sees_everything(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    sold(crew)
    export("sales.lines")
    monkeypatch.setattr(visibility, "visible", lambda table, model, actor: table)
    assert revenue(Crew().head) > 0


def test_who_may_not_see_cost_may_not_ask_for_profit(crew: Crew) -> None:
    sold(crew)
    export("sales.lines")
    said = []
    for name in ("sales.profit", "sales.nonsense"):
        with pytest.raises(Refusal) as refusal:
            ask(crew.sales, [name])
        said.append((refusal.value.code, refusal.value.sentence))
    assert said[0] == said[1], "a hidden measure looks like none"


def test_before_the_first_export_it_is_said_plainly(crew: Crew) -> None:
    with pytest.raises(Refusal) as said:
        revenue(SYSTEM)
    assert said.value.code == "facts"


def test_facts_of_an_older_program_are_not_asked(crew: Crew) -> None:
    """An update changed their columns; until the next export the page says so instead of breaking."""
    a_confirmed_order(crew)
    export("sales.lines")
    FactRelease.objects.filter(fact_set="sales.lines").update(definition="another")
    with pytest.raises(Refusal, match="facts"):
        ask(crew.head, ["sales.revenue"])
    assert exporting.is_behind()


def test_every_measure_says_what_it_means() -> None:
    for name, one in measures.items():
        assert all(str(said) for said in (one.label, one.basis, one.definition, one.clause)), name


def test_the_month_that_is_not_over_is_told_from_those_that_are() -> None:
    """One day of a month is no fall: the piece of the line that leads to it is dotted (DESIGN-LANGUAGE)."""
    line = {"type": "line", "data": [5, 7, 1]}
    months = ["2026-10", "2026-11", "2026-12"]
    assert charts.unfinished(line, months, "2026-12")["open"] == 2
    assert "open" not in charts.unfinished(line, months, "2027-01")


def test_the_page_shows_figures_and_their_definition(crew: Crew) -> None:
    sold(crew)
    export("sales.lines")
    head = crew.head
    act(HOUSE, "people.person.open_account", _person(head), {"username": unique(), "password": "correct horse battery"})
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(person_id=head.person_id))
    page = client.get("/analytics/?period=all").content.decode()
    assert "302" in page
    assert "sw-chart" in page
    assert '"open": ' in page, "this month is not over"
    explorer = [html.unescape(one) for one in re.findall(r'href="(/analytics/explorer/\?[^"]+)"', page)]
    assert [parse_qs(urlsplit(one).query)["row"] for one in explorer] == [
        ["month"], ["category"], ["region"], ["salesperson"],
    ], "each chart's numbers lead to their explanations"  # fmt: skip
    assert "/analytics/figure/?" in client.get(explorer[1]).content.decode()


@pytest.mark.parametrize(("then", "said"), [("-10", "+15"), ("4", "+25.00%"), ("0", "—")])
def test_a_base_below_nought_gives_the_difference_and_nothing_gives_a_dash(then: str, said: str) -> None:
    march = Span(datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))
    answers: list[Any] = [SimpleNamespace(total=lambda _place, told=told: Decimal(told)) for told in ("5", then)]
    compared = pages.Compared(answers[0], answers[1], (march, march.year_before))
    assert pages.moved("sales.revenue", compared, 0, "TWD", march)["change"] == said


def _person(actor: Any) -> Any:
    from shangwu.foundation.people.models import Person

    return Person.objects.get(pk=actor.person_id)


@pytest.mark.parametrize(
    ("choice", "since"),
    [
        ("month", datetime.date(2028, 2, 1)),
        ("quarter", datetime.date(2028, 1, 1)),
        ("year", datetime.date(2028, 1, 1)),
        ("last_12", datetime.date(2027, 3, 1)),
    ],
)
def test_a_period_begins_where_people_expect(choice: str, since: datetime.date) -> None:
    assert periods.span(choice, datetime.date(2028, 2, 29)) == Span(since, datetime.date(2028, 2, 29))


@pytest.mark.parametrize("today", [datetime.date(2028, 2, 29), datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)])
def test_no_day_of_the_last_twelve_months_is_compared_with_itself(today: datetime.date) -> None:
    found = periods.span("last_12", today)
    assert found.since
    assert found.year_before.until
    assert found.year_before.until < found.since


def test_a_year_before_a_leap_day_is_the_last_of_february() -> None:
    assert Span(None, datetime.date(2028, 2, 29)).year_before.until == datetime.date(2027, 2, 28)


def test_roles_with_cost_see_profit(crew: Crew) -> None:
    sold(crew)
    export("sales.lines")
    for role in (Role.HEAD, Role.FINANCE, Role.EXECUTIVE):
        assert ask(crew.one(role), ["sales.profit"]).total() > 0
