"""2.7.2: any question of the explorer equals the ledger; every figure explains itself by its rows and recomputes."""

import io
import itertools
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import translation
from python_calamine import CalamineWorkbook

from shangwu.chapters.analytics.explorer import figures, keys
from shangwu.chapters.analytics.explorer.asked import grouping, groupings, offered, read
from shangwu.chapters.analytics.explorer.drawing import dependence
from shangwu.chapters.analytics.explorer.figures import equal, figure, worked_out_again
from shangwu.chapters.analytics.explorer.sheet import sheet
from shangwu.chapters.analytics.explorer.tests.selling import Shop, own_facts, person
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Line, Order
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.exchange.models import Export
from shangwu.foundation.measures import rolling
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]


def asked(actor: Any, **given: Any) -> Any:
    query = QueryDict(mutable=True)
    for name, value in given.items():
        for one in [value] if isinstance(value, str) else value:
            query.appendlist(name.replace("__", "."), one)
    return read(query, actor)


def ledger(*by: str) -> dict[tuple[Any, ...], Decimal]:
    """Revenue from the orders' lines themselves."""
    found: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for line in Line.objects.filter(order__state="confirmed").select_related("order__customer", "product"):
        values = {
            "category": line.product.category, "region": line.order.customer.region,
            "salesperson": line.order.owner_id, "product": line.product_id, "customer": line.order.customer_id,
        }  # fmt: skip
        found[tuple(values[name] for name in by)] += line.base_net
    return found


@pytest.mark.parametrize(
    "by", [*itertools.combinations(("category", "region", "salesperson", "customer", "product"), 2)]
)
def test_every_cell_and_total_of_a_pivot_equals_the_ledger(shop: Shop, by: tuple[str, str]) -> None:
    found = sheet(shop.crew.head, asked(shop.crew.head, m="sales.revenue", row=by[0], column=by[1], period="all"))
    assert {key: values[0] for key, values in found.cells.items()} == ledger(*by)
    assert {(key,): values[0] for key, values in found.row_totals.items()} == ledger(by[0])
    assert {(key,): values[0] for key, values in found.column_totals.items()} == ledger(by[1])
    assert found.total[0] == sum(ledger("region").values())


def test_quarters_and_years_group_the_days(shop: Shop) -> None:
    today = clock.today(shop.crew.sales.zone)
    found = sheet(shop.crew.head, asked(shop.crew.head, m="sales.orders", row="quarter", column="year", period="all"))
    assert [head.label for head in found.rows] == [f"{today.year}-Q{(today.month + 2) // 3}"]
    assert found.total == (4,)


def test_what_is_not_shown_stays_in_the_totals(shop: Shop) -> None:
    question = asked(shop.crew.head, m="sales.revenue", row="product", period="all")
    found = sheet(shop.crew.head, question, most_rows=1)
    assert (len(found.rows), found.hidden_rows) == (1, 2)
    assert found.rows[0].value == shop.pump.pk
    assert found.total[0] == sum(ledger("product").values())


def test_each_sees_the_cells_of_their_own_orders(shop: Shop) -> None:
    question = asked(shop.crew.sales, m="sales.revenue", row="salesperson", period="all")
    assert set(sheet(shop.crew.sales, question).row_totals) == {shop.crew.sales.person_id}
    assert len(sheet(shop.crew.head, question).row_totals) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("x=1", "invalid"), ("m=sales.nonsense", "missing"), ("row=nonsense", "invalid"), ("look=pie", "invalid"),
        ("period=fortnight", "invalid"), ("since=2026-13-01", "invalid"),
        ("since=2026-02-01&until=2026-01-01", "invalid"),
        ("is.nonsense=1", "invalid"), ("row=month&column=month", "invalid"), ("is.month=2026-01-01", "invalid"),
        ("m=sales.revenue&m=complaints.count", "invalid"),
    ],
)  # fmt: skip
def test_what_the_explorer_does_not_know_is_refused_with_what_to_do(shop: Shop, query: str, code: str) -> None:
    with pytest.raises(Refusal) as said:
        sheet(shop.crew.head, read(QueryDict(query), shop.crew.head))
    assert said.value.code == code
    assert said.value.status in (404, 422)


def test_profit_is_for_who_may_see_cost(shop: Shop) -> None:
    for name in ("sales.profit", "sales.margin"):
        assert sheet(shop.crew.head, asked(shop.crew.head, m=name, period="all")).total[0] is not None
        with pytest.raises(Refusal, match="missing"):
            asked(shop.crew.sales, m=name)
        assert name not in {one.name for one in offered(shop.crew.sales)}


def test_a_record_that_one_may_not_see_is_no_filter(shop: Shop) -> None:
    """Asked by another's customer, a salesperson learns nothing; and hidden names lead nowhere."""
    given = {"m": "sales.revenue", "is__customer": str(shop.theirs.public_id), "period": "all"}
    assert sheet(shop.crew.sales, asked(shop.crew.sales, **given)).total[0] is None
    assert sheet(shop.crew.head, asked(shop.crew.head, **given)).total[0] == ledger("customer")[(shop.theirs.pk,)]


def a_question(chance: random.Random, actor: Any) -> dict[str, Any]:
    """Any measure of orders' lines by any groupings, of any cell."""
    name = chance.choice([one.name for one in offered(actor) if one.facts == "sales.lines"])
    by = [one.name for one in groupings([measures[name]])]
    row, column = chance.sample(by, 2)
    return {"m": name, "row": row, "column": column, "period": chance.choice(["all", "month", "year", "last_12"])}


def recomputes(shop: Shop, count: int) -> None:
    chance, seen = random.Random(7), 0
    today = clock.today(shop.crew.sales.zone)
    for actor in itertools.cycle((shop.crew.head, shop.crew.sales, shop.crew.executive)):
        question = asked(actor, **a_question(chance, actor))
        found = sheet(actor, question)
        for (row, column), values in found.cells.items():
            heads = {found.row.name: row, found.column.name: column}  # type: ignore[union-attr]
            at = {}
            for name, value in heads.items():
                token = keys.tokens(actor, grouping(name), [value]).get(value, "")
                at[name] = (value, token)
            if not all(token for _value, token in at.values()):
                continue
            cell = figures.of_measure(keys.narrowed(question, today, at), question.measures[0])
            # The address alone brings the same figure back: from the facts, by its formula, and from the ledger.
            again = read(QueryDict(cell.query), actor)
            one = figure(actor, again)
            assert equal(one.value, values[0]), cell.query
            assert one.measure.formula is None or equal(one.filled_in, one.value) or one.value is None, cell.query
            assert equal(worked_out_again(actor, again), values[0]), cell.query
            assert one.rows_sum is None or equal(one.rows_sum, one.value)
            seen += 1
            if seen == count:
                return


@pytest.mark.soak
def test_random_figures_recompute_equal(shop: Shop, full_count: bool) -> None:
    recomputes(shop, 1000 if full_count else 60)


def test_a_row_that_changed_since_shows_as_a_difference(shop: Shop) -> None:
    """The control of the test above: what is worked out again is the ledger, not the facts."""
    question = asked(shop.crew.head, m="sales.revenue", period="all")
    shop.sell(shop.first, {shop.valve: 1})
    assert not equal(worked_out_again(shop.crew.head, question), figure(shop.crew.head, question).value)


def test_every_share_and_mean_has_a_formula_that_comes_to_it() -> None:
    for one in measures.values():
        if one.unit is Unit.RATIO:
            assert one.formula is not None, one.name
            assert all(f"%({term.name})s" in one.formula.said for term in one.terms)


def test_a_figure_leads_to_the_ordinary_list_of_its_orders(shop: Shop) -> None:
    """By category, which no filter of the list knows: only what it counts, and only what the reader sees."""
    for actor, count in ((shop.crew.head, 3), (shop.crew.sales, 2)):
        client = a_client(person(actor))
        query = urlencode({"m": "sales.revenue", "is.category": "pumps", "period": "all"})
        page = client.get("/analytics/figure/?" + query).content.decode()
        address = "/sales/orders/?" + urlencode(
            {"figure": asked(actor, m="sales.revenue", is__category="pumps", period="all").query}
        )
        assert address.replace("&", "&amp;") in page
        listed = client.get(address).content.decode()
        shown = [one.number for one in Order.objects.all() if str(one.number) in listed]
        assert len(shown) == count
    assert "figure" not in client.get("/sales/orders/?figure=m%3Dnonsense").content.decode().partition("<main")[2]


def test_the_panel_shows_formula_clause_edition_and_rows(shop: Shop) -> None:
    client = a_client(person(shop.crew.head))
    query = urlencode({"m": "sales.profit", "is.category": "valves", "period": "all"})
    panel = client.get(f"/analytics/figure/?{query}&again=1", headers=part("aside#sw-panel")).content.decode()
    assert "<html" not in panel
    for said in ("503 − 300 = 203", "valves", "2.7.1", "It is the same", "as shipped with the program"):
        assert said in panel, said


def test_the_page_offers_what_fits_and_draws_the_chart(shop: Shop) -> None:
    client = a_client(person(shop.crew.head))
    page = client.get("/analytics/explorer/?m=sales.revenue&row=category&column=region&look=chart&period=all")
    text = page.content.decode()
    assert page.status_code == 200
    assert "data-sw-chart" in text
    assert "pumps" in text
    assert client.get("/analytics/explorer/?m=sales.revenue&narrow=region").status_code == 200
    for address in ("?row=nonsense", "?m=sales.nonsense", "?since=yesterday"):
        assert client.get("/analytics/explorer/" + address).status_code in (404, 422)
    sold = a_client(person(shop.crew.sales)).get("/analytics/explorer/").content.decode()
    assert "sales.profit" not in sold


def test_the_export_is_what_is_shown(shop: Shop) -> None:
    client = a_client(person(shop.crew.head))
    answer = client.get("/analytics/explorer/export/?m=sales.revenue&row=category&column=region&period=all")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()  # type: ignore[arg-type]
    assert rows[0][0] == "Category"
    assert [row[0] for row in rows[1:]] == ["pumps", "valves", "—", "In all"]
    total = sum(ledger("region").values())
    assert rows[-1][-1].replace(",", "") == str(round(total))
    noted = Export.objects.get()
    assert (noted.person_id, noted.record_type, noted.rows) == (shop.crew.head.person_id, "sales.order", 3)


def test_counts_by_two_groupings_are_tested_for_dependence(shop: Shop) -> None:
    def said(row: str, column: str) -> str:
        question = asked(shop.crew.head, m="sales.orders", row=row, column=column, period="all")
        with translation.override("en"):
            return dependence(sheet(shop.crew.head, question))

    assert "chi-square" in said("salesperson", "region")
    assert said("category", "region") == "", "an order stands in two categories"
    assert said("salesperson", "month") == ""


def test_orders_are_counted_once_in_every_grouping(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted by adding up, as by looking through: by what differs within an order, and by what does not."""
    questions = [
        {"by": ["category", "region"]}, {"by": ["product"]}, {"by": ["category", "product"]}, {"by": ["salesperson"]},
        {"by": ["region"], "where": {"category": ["valves", "pumps"]}}, {"where": {"category": ["pumps"]}}, {},
    ]  # fmt: skip
    quick = [ask(shop.crew.head, ["sales.orders"], **one).rows for one in questions]
    monkeypatch.setattr(rolling, "counting_column", lambda *_given: "")
    assert quick == [ask(shop.crew.head, ["sales.orders"], **one).rows for one in questions]
    assert quick[-1] == [(4,)]


@pytest.mark.parametrize("address", ["explorer/", "explorer/export/", "figure/", "trend/", "customers/", "products/"])
def test_before_the_first_figures_each_page_says_so(settings: Any, tmp_path: Any, db: None, address: str) -> None:
    own_facts(settings, tmp_path)
    answer = a_client(person(Crew().head)).get(f"/analytics/{address}")
    assert answer.status_code == 200
    assert "nothing to analyse yet" in answer.content.decode()
