"""One action on many rows: a preview that tells the truth, one entry in the log, one undo."""

import re

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.tests.lists.test_list_page import LIST, client_of, text_of
from shangwu.foundation.pages.tests.visiting import part

pytestmark = pytest.mark.django_db

DIALOG = part("div#sw-dialog-body", LIST)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def keys(*customers: Customer) -> dict[str, list[str]]:
    return {"row": [str(one.public_id) for one in customers]}


def test_the_preview_names_what_changes_and_what_does_not_fit(crew: Crew) -> None:
    mine = a_customer(crew.sales, region="北")
    pooled = a_customer(crew.sales, region="南")
    act(crew.head, "customers.customer.release", pooled, reason="給別人做")
    answer = client_of(crew.sales).post(
        LIST + "bulk/edit/",
        keys(mine, pooled) | {"_field": "region", "region": "東", "_step": "preview"},
        headers=DIALOG,
    )
    text = text_of(answer)
    assert "1 of 2" in text
    assert re.search("Region 北 → 東", text)
    assert pooled.number in text
    assert Customer.objects.get(pk=mine.pk).region == "北"


def test_an_edit_of_many_sets_the_chosen_field_alone_in_one_entry(crew: Crew) -> None:
    customers = [a_customer(crew.sales, region="北", industry="水務") for _ in range(3)]
    client = client_of(crew.sales)
    before = Entry.objects.count()
    client.post(
        LIST + "bulk/edit/",
        keys(*customers) | {"_field": "region", "region": "東", "_step": "go", "form_token": "e1"},
        headers=DIALOG,
    )
    assert set(Customer.objects.values_list("region", "industry")) == {("東", "水務")}
    assert Entry.objects.count() == before + 1


def test_one_undo_takes_all_of_it_back(crew: Crew) -> None:
    customers = [a_customer(crew.sales, region="北") for _ in range(3)]
    client = client_of(crew.sales)
    answer = client.post(
        LIST + "bulk/edit/",
        keys(*customers) | {"_field": "region", "region": "東", "_step": "go", "form_token": "e1"},
        headers=DIALOG,
    )
    undo = re.search(r"/undo/\d+/", text_of(answer))
    assert undo is not None
    client.post(undo[0], {"form_token": "u1"}, headers=DIALOG)
    assert set(Customer.objects.values_list("region", flat=True)) == {"北"}


def test_everything_that_the_filter_finds_and_nothing_else(crew: Crew) -> None:
    wanted = [a_customer(crew.sales, region="北") for _ in range(3)]
    other = a_customer(crew.sales, region="南")
    foreign = a_customer(crew.colleague, region="北")
    client_of(crew.sales).post(
        LIST + "bulk/archive/",
        {"all": "1", "query": "region=北", "_step": "go", "form_token": "f1"},
        headers=DIALOG,
    )
    archived = set(Customer.objects.filter(archived_at__isnull=False).values_list("pk", flat=True))
    assert archived == {one.pk for one in wanted}
    assert other.fresh.archived_at is None
    assert foreign.fresh.archived_at is None


def test_a_foreign_row_in_the_selection_is_as_if_it_were_not_there(crew: Crew) -> None:
    mine, foreign = a_customer(crew.sales), a_customer(crew.colleague)
    client_of(crew.sales).post(
        LIST + "bulk/archive/", keys(mine, foreign) | {"_step": "go", "form_token": "g1"}, headers=DIALOG
    )
    assert mine.fresh.archived_at is not None
    assert foreign.fresh.archived_at is None


def test_a_row_changed_since_the_preview_is_refused_and_the_others_go_through(crew: Crew) -> None:
    first, second = a_customer(crew.sales), a_customer(crew.sales)
    answer = client_of(crew.sales).post(
        LIST + "bulk/archive/",
        keys(first, second) | {
            "_step": "go", "form_token": "h1", "_seen": [f"{first.public_id}:1", f"{second.public_id}:7"],
        },
        headers=DIALOG,
    )  # fmt: skip
    assert first.fresh.archived_at is not None
    assert second.fresh.archived_at is None
    assert second.number in text_of(answer)


@pytest.mark.parametrize(
    ("rows", "status"), [({}, 422), ({"row": ["x"]}, 422), ({"row": ["\0"]}, 422), ({"all": "1", "query": "q=zz"}, 422)]
)
def test_nothing_selected_is_said(crew: Crew, rows: dict[str, list[str]], status: int) -> None:
    answer = client_of(crew.sales).post(LIST + "bulk/archive/", rows, headers=DIALOG)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (status, "#sw-refusal")


@pytest.mark.parametrize("verb", ["create", "nothing", "purge", "blacklist"])
def test_no_other_verb_is_a_bulk_verb(crew: Crew, verb: str) -> None:
    mine = a_customer(crew.sales)
    answer = client_of(crew.sales).post(f"{LIST}bulk/{verb}/", keys(mine) | {"_step": "go"}, headers=DIALOG)
    assert answer.status_code == 404
