"""CDNOW's customers and their orders, a telephone company's customers and whether they left: by the command, and the
known answers asked of what came in (2.7.2)."""

import csv
import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from shangwu.chapters.analytics.explorer.attributes import attributes, counted
from shangwu.chapters.analytics.explorer.worth import worth
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import own
from tests.builders import an_actor
from tests.real_input.house import House, orders
from tests.support import real_data

BOUGHT = ["customer", "day", "pieces", "paid", "order"]
CUSTOMERS = {"columns": {"customer": "number", "name": "name"}, "fixed": {"kind": "person"}}
PRODUCTS = {"product": "code", "name": "name"}
ORDERS = {
    "order": "number", "day": "ordered_on", "customer": "customer", "product": "lines.product",
    "pieces": "lines.quantity", "paid": "lines.net",
}  # fmt: skip
LEARNT_UNTIL = datetime.date(1997, 9, 30)
CONTRACTS = ("Month-to-month", "One year", "Two year")


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """Rows as a file that the import reads."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def purchases() -> list[dict[str, str]]:
    """The sample's lines: its fields lie between blanks, without heads."""
    lines = (real_data("cdnow_sample") / "CDNOW_sample.txt").read_text("ascii").splitlines()
    found = []
    for at, line in enumerate(lines):
        _whole, customer, day, pieces, paid = line.split()
        row = (customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", pieces, paid, f"CD{at:05}")
        found.append(dict(zip(BOUGHT, row, strict=True)) | {"product": "CD", "name": f"CDNOW {customer}"})
    return found


@pytest.mark.clause("2.7.2")
def test_the_lifetime_model_finds_the_published_parameters_in_what_was_imported(
    house: House, purchases: list[dict[str, str]]
) -> None:
    pytest.importorskip("scipy", reason="scipy fits the model")
    file = written(house.var / "cdnow.csv", purchases)
    passes = (("customers.customer", CUSTOMERS), ("sales.product", PRODUCTS), ("sales.order", ORDERS))
    told = house.bring(file, *passes)
    assert [one["refused"] for one in told] == [0, 0, 0]
    assert (told[0]["made"], orders()) == (2357, 6919)
    export("sales.lines")
    found = worth(actor_of(house.head), LEARNT_UNTIL)["parameters"]
    assert {name: round(value, 3) for name, value in found.items()} == {
        "r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426,
    }  # fmt: skip


@pytest.fixture
def own_attributes(house: House) -> None:
    """Contract and churn as own fields of customers, as the administrator defines them."""
    keeper = an_actor(Role.ADMINISTRATOR, whole_company=True)
    for key, words in (("contract", CONTRACTS), ("churn", ("Yes", "No"))):
        options = [{"key": word.lower().replace(" ", "_").replace("-", "_"), "label": word} for word in words]
        given: dict[str, Any] = {
            "record_type": "customers.customer", "key": key, "kind": "choice", "label": key, "options": options,
        }  # fmt: skip
        act(keeper, "own_fields.ownfield.create", None, given)
    own.forget()
    cache.clear()


@pytest.mark.clause("2.7.2")
def test_contracts_and_churn_of_imported_customers_depend_as_published(house: House, own_attributes: None) -> None:
    with (real_data("telco_churn") / "wa_churn.csv").open(encoding="utf-8") as file:
        rows = [
            {"number": f"T{row['rownames']}", "name": f"Telco {row['rownames']}", "contract": row["contract"],
             "churn": row["churn"]}
            for row in csv.DictReader(file)
        ]  # fmt: skip
    mapping = {
        "columns": {"number": "number", "name": "name", "contract": "own_contract", "churn": "own_churn"},
        "fixed": {"kind": "person"},
    }
    told = house.command(written(house.var / "telco.csv", rows), "customers.customer", mapping)
    assert (told["made"], told["refused"]) == (7043, 0)
    page = house.client().get("/analytics/attributes/?row=own_contract&column=own_churn").content.decode()
    assert "chi-square 1,184.596572 with 2 degrees of freedom" in page
    head = actor_of(house.head)
    offered = attributes(head)
    found = counted(head, offered["own_contract"], offered["own_churn"])
    assert sum(found.counts.values()) == Customer.objects.filter(number__startswith="T").count() == 7043
    assert found.test is not None
    assert round(found.test.statistic, 6) == 1184.596572
