"""Clause 2.6.3: goods travel with a delivery note, with or without prices, and a packing list, which has none."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales import shipping_papers
from shangwu.chapters.sales.models import Line, Order, Shipment
from shangwu.chapters.sales.shares import share_of
from shangwu.chapters.sales.shipping_papers import Paper, facts_of, receipt_address
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, a_shipped_order, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def facts(shipment: Shipment, kind: Paper = Paper.NOTE, *, priced: bool = True) -> dict[str, Any]:
    order = Order.objects.get(pk=shipment.order_id)
    lines = list(shipment.lines.select_related("line", "product").order_by("position"))
    return facts_of(kind, shipment, order, lines, "岳澄精密", priced=priced)


def test_a_part_of_an_order_costs_its_share(crew: Crew) -> None:
    order = a_ready_order(crew, [{"product": a_product(), "quantity": "3"}])
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "2"}]})
    found = facts(Shipment.objects.get(order=order))
    # 3 pieces at 100 with 5 % tax are 315; two of them 210.
    assert found["rows"][0][3:] == ["2", "台", "100", "210"]
    assert found["sums"][-1]["value"] == "TWD 210"
    line = Line.objects.get(order=order)
    assert (share_of(line, D(3)), share_of(line, D("0.5"))) == (D(315), D(53)), "half a coin is rounded up"


def test_an_edition_without_prices_names_no_amount(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    bare, full = (facts(shipment, priced=priced) for priced in (False, True))
    assert "210" in full["rows"][0], "the control: the other edition names it"
    assert "210" not in bare["rows"][0]
    assert "TWD" not in str(bare)
    assert "TWD" not in str(facts(shipment, Paper.PACKING, priced=False))


def test_serial_numbers_and_what_it_is_insured_for_stand_on_the_papers(crew: Crew) -> None:
    order = a_ready_order(crew, [{"product": a_product(), "quantity": "2"}])
    given = {"position": 1, "to_ship": "2", "serials": "SN-1"}
    for wrong in ("SN-1", "SN-1 SN-1", "SN-1 SN-2 SN-3"):
        assert attempt(crew.logistics, "sales.order.pack", order, {"lines": [given | {"serials": wrong}]}) == "serials"
    act(crew.logistics, "sales.order.pack", order, {"lines": [given | {"serials": "SN-1, SN-2"}]})
    shipment = Shipment.objects.get(order=order)
    assert shipment.lines.get().serials == "SN-1 SN-2"
    assert attempt(crew.logistics, "sales.shipment.edit", shipment, {"insured": "-1"}) != "done"
    act(crew.logistics, "sales.shipment.edit", shipment, {"insured": "50000"})
    found = facts(shipment.fresh, Paper.PACKING, priced=False)
    assert found["rows"][0][-1] == "SN-1 SN-2"
    assert "TWD 50,000" in [one["value"] for one in found["facts"]]


def test_the_code_leads_to_the_receipts_form(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    address = receipt_address(shipment)
    assert address == settings.SITE_ADDRESS + reverse("sales.shipment.prove", kwargs={"public_id": shipment.public_id})
    drawn = shipping_papers.qr(address)
    assert drawn.startswith("<svg")
    assert drawn != shipping_papers.qr(address + "x")


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
@pytest.mark.parametrize(
    ("kind", "query"), [("delivery-note", ""), ("delivery-note", "?prices=no"), ("packing-list", "")]
)
def test_the_papers_are_a4_pdf(crew: Crew, kind: str, query: str, language: str) -> None:
    _order, shipment = a_shipped_order(crew, [{"product": a_product(name="球閥 #let x = [*"), "quantity": "2"}])
    client = a_client(Person.objects.get(pk=crew.logistics.person_id), language)
    address = reverse("sales.shipment.paper", kwargs={"public_id": shipment.public_id, "kind": kind})
    answer = client.get(address + query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox ?\[ ?0 0 595\.\d+ 841\.\d+ ?\]", answer.content), "A4"


def test_strangers_and_unknown_papers_get_nothing(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    ours, theirs = (a_client(Person.objects.get(pk=by.person_id)) for by in (crew.logistics, Crew().logistics))
    address = reverse("sales.shipment.paper", kwargs={"public_id": shipment.public_id, "kind": "packing-list"})
    assert theirs.get(address).status_code == 404
    assert ours.get(address.replace("packing-list", "invoice")).status_code == 404
