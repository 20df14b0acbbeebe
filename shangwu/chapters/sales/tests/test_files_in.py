"""Price lists, rates, money received, expected goods, carriers, warehouses come in by file, through the same door."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.models import (
    Arrival,
    Carrier,
    Contract,
    ExchangeRate,
    Payment,
    PriceList,
    Quotation,
    Warehouse,
)
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import a_product, a_shipped_order, an_order, today
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.exchange.declarations import importers
from shangwu.foundation.exchange.mapping import Mapping, Mode
from shangwu.foundation.exchange.reading_in import importer_of, opened
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal


@pytest.fixture
def crew() -> House:
    return House()


def brought(by: Actor, record: str, folder: Path, *rows: str, said: dict[int, tuple[str, ...]] | None = None) -> Any:
    """What became of a file whose columns are found by their names, but for those that somebody said."""
    path = folder / f"{unique()}.csv"
    path.write_text("\n".join([*rows, ""]))
    importer = importer_of(record, by)
    with opened(path, path.name, importer, by.by_way_of(Source.IMPORT), Mapping(mode=Mode.BOTH)) as file:
        mapping = file.proposal()[0]
        mapping = Mapping(columns={**mapping.columns, **(said or {})}, mode=Mode.BOTH)
        return file.engine(mapping).submit(list(file.candidates(mapping)))


def test_a_price_list_with_its_steps_and_the_same_file_changes_it(crew: House, tmp_path: Path) -> None:
    ball, pump = a_product(), a_product()
    name, header = f"價目{unique()}", "Name,Currency,Valid from,Product,From quantity,Price"
    rows = [f"{name},TWD,{today(crew)},{goods.code},{least},{price}" for goods, least, price in (
        (ball, 0, 95), (ball, 10, 90), (pump, 0, 50)
    )]  # fmt: skip
    report = brought(crew.head, "sales.pricelist", tmp_path, header, *rows)
    assert (report.made, report.refused) == (1, 0), report.reasons
    assert PriceList.objects.get(name=name).prices.count() == 3
    order = an_order(crew, [{"product": ball, "quantity": "10"}])
    assert order.lines.get().unit_price == D(90), "it counts at once"
    rows[1] = rows[1].replace(",90", ",88")
    again = brought(crew.head, "sales.pricelist", tmp_path, header, *rows)
    assert (again.made, again.changed) == (0, 1), again.reasons
    assert an_order(crew, [{"product": ball, "quantity": "10"}]).lines.get().unit_price == D(88)


def test_money_received_as_the_bank_lists_it(crew: House, tmp_path: Path) -> None:
    first, second = (a_shipped_order(crew)[0] for _n in range(2))
    rows = [f"{first.number},210,{today(crew)},T-1", f"{second.number},211,{today(crew)},T-2"]
    report = brought(crew.finance, "sales.payment", tmp_path, "Order,Amount,Received on,Bank reference", *rows)
    assert (report.made, report.refused) == (1, 1), report.reasons
    assert "210" in str(report.reasons), "more than is owed is refused, with what is owed"
    assert (first.fresh.base_open, second.fresh.base_open) == (D(0), D(210))
    again = brought(crew.finance, "sales.payment", tmp_path, "Order,Amount,Received on,Bank reference", rows[0])
    assert (again.made, again.refused) == (0, 1)
    assert Payment.objects.filter(order=first).count() == 1, "no money comes in twice"


def test_rates_and_expected_goods(crew: House, tmp_path: Path) -> None:
    rows = [f"{currency},TWD,{today(crew)},{rate}" for currency, rate in (("USD", "32.15"), ("JPY", "0.21"))]
    report = brought(crew.finance, "sales.exchangerate", tmp_path, "Currency,Own currency,Day,Exchange rate", *rows)
    assert (report.made, report.refused) == (2, 0), report.reasons
    assert ExchangeRate.objects.get(currency="USD").rate == D("32.15")
    again = brought(crew.finance, "sales.exchangerate", tmp_path, "Currency,Own currency,Day,Exchange rate", *rows)
    assert (again.made, again.refused) == (0, 2), "one rate a day"
    goods = a_product()
    report = brought(
        crew.purchasing, "sales.arrival", tmp_path, "Product,Still to come,Expected on",
        f"{goods.code},40,{today(crew)}",
    )  # fmt: skip
    assert (report.made, report.refused) == (1, 0), report.reasons
    assert Arrival.objects.get(product=goods).quantity == D(40)


@pytest.mark.clause("2.6.3")
def test_carriers_and_warehouses_are_known_by_their_code(crew: House, tmp_path: Path) -> None:
    code = unique("W")[:10]
    for name in ("南倉", "南區總倉"):
        brought(crew.logistics, "sales.warehouse", tmp_path, "Code,Name", f"{code},{name}")
        brought(crew.logistics, "sales.carrier", tmp_path, "Code,Name", f"{code.lower()},{name}")
    assert Warehouse.objects.get(code=code).name == "南區總倉"
    assert Carrier.objects.get(code__iexact=code).name == "南區總倉"


@pytest.mark.parametrize("record", ["sales.pricelist", "sales.payment", "sales.exchangerate"])
def test_only_whose_duty_it_is_brings_it_in(crew: House, record: str) -> None:
    assert record in importers
    with pytest.raises(Refusal):
        importer_of(record, crew.logistics)


def test_quotations_come_in_with_their_lines_under_their_numbers(crew: House, tmp_path: Path) -> None:
    customer, goods, number = crew.a_customer(), a_product(), unique("QX")
    header = "Quotation number,Customer,Product,Quantity,Unit price"
    rows = [f"{number},{customer.number},{goods.code},{quantity},{price}" for quantity, price in ((2, 100), (3, 95))]
    report = brought(crew.sales, "sales.quotation", tmp_path, header, *rows)
    assert (report.made, report.refused) == (1, 0), report.reasons
    quotation = Quotation.objects.get(number=number)
    assert (quotation.state, quotation.net, quotation.lines.count()) == ("draft", D(485), 2)
    again = brought(crew.sales, "sales.quotation", tmp_path, header, rows[0], rows[1].replace(",95", ",90"))
    assert (again.made, again.changed) == (0, 1), again.reasons
    assert quotation.fresh.net == D(470)


@pytest.mark.clause("2.6.2")
def test_drafts_of_contracts_come_in_with_their_instalments(crew: House, tmp_path: Path) -> None:
    customer, title = crew.a_customer(), f"年度供貨{unique()}"
    header = "Title,Kind,Customer,Amount with tax,Tax rate,Holds from,Holds until,Purpose,Due on,Amount"
    first, last = today(crew), today(crew) + 200 * DAY
    rows = [
        f"{title},framework,{customer.number},21000,0.05,{first},{last},{purpose},{last},{amount}"
        for purpose, amount in (("頭款", 6300), ("質保金", 14700))
    ]
    report = brought(crew.sales, "sales.contract", tmp_path, header, *rows, said={9: ("instalments.amount",)})
    assert (report.made, report.refused) == (1, 0), report.reasons
    contract = Contract.objects.get(title=title)
    assert (contract.state, contract.number, contract.scheduled) == ("draft", None, D(21000))
    assert (contract.net, contract.instalments.count()) == (D(20000), 2)
