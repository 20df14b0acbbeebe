"""Own fields on pages, in files and over the API, without a line of code per record type; and nowhere for others."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.exchange.exporting import export
from shangwu.foundation.exchange.importing import run
from shangwu.foundation.exchange.mapping import Mapping, read_mapping
from shangwu.foundation.exchange.reading_in import importer_of, opened
from shangwu.foundation.exchange.targets import targets_of
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.files import storage
from shangwu.foundation.own_fields import indexes
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.find import branches
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.models import SavedView
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import unique
from tests.own_fields.conftest import Fields

LIST = "/customers/customers/"
NEW, EDIT = "/act/customers.customer.create/", "customers.customer.edit"
CANARY = "kanari"


def a_customer(by: Actor, **values: Any) -> Any:
    return act(by, "customers.customer.create", None, {"name": f"安平工業{unique()}"} | values).record


def text_of(client: Client, address: str, **more: Any) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def heads(client: Client, address: str) -> str:
    """The heads of a list's columns."""
    return text_of(client, address).partition("<thead")[2].partition("</thead>")[0]


def caller_of(actor: Actor) -> Caller:
    return a_caller(Person.objects.get(pk=actor.person_id))


def exported(by: Actor, to: Path, query: str = "") -> list[dict[str, str]]:
    export(by, prepared(Customer), query, to / "x.csv", "exchange")
    return list(csv.DictReader(io.StringIO((to / "x.csv").read_text("utf-8-sig"))))


def test_a_form_asks_for_it_and_the_record_s_page_shows_it(fields: Fields, crew: Crew) -> None:
    fields.rhythm(heading="拜訪", help="多久一次")
    client, name = client_of(crew.sales), f"安平{unique()}"
    form = text_of(client, f"{LIST}new/")
    assert "拜訪</" in form
    assert "多久一次" in form
    assert 'value="weekly"' in form
    answer = client.post(NEW, {"name": name, "own_rhythm": "daily", "form_token": unique()})
    assert answer.status_code == 422
    assert 'id="id_own_rhythm_error"' in answer.content.decode()
    client.post(NEW, {"name": name, "own_rhythm": "weekly", "form_token": unique()})
    made = Customer.objects.get(name=name)
    assert made.extra == {"rhythm": "weekly"}
    page = text_of(client, f"{LIST}{made.public_id}/")
    assert "Visit rhythm" in page
    assert "Weekly" in page
    cell = reverse("customers.customer.cell", kwargs={"public_id": made.public_id, "field": "own_rhythm"})
    assert "monthly" in text_of(client, cell)
    client.post(cell, {"own_rhythm": "monthly", "version": made.version, "form_token": unique()})
    assert made.fresh.extra == {"rhythm": "monthly"}
    history = text_of(client, f"{LIST}{made.public_id}/?tab=history")
    assert "Weekly" in history
    assert "Monthly" in history


def test_a_list_shows_it_as_a_column_filters_by_it_finds_it_and_a_view_keeps_it(fields: Fields, crew: Crew) -> None:
    fields.rhythm()
    fields.add("motto")
    weekly, monthly = a_customer(crew.sales, own_rhythm="weekly"), a_customer(crew.sales, own_motto="寧靜致遠")
    client = client_of(crew.sales)

    def rows(query: str) -> set[str]:
        text = text_of(client, LIST + query)
        return {str(one.number) for one in (weekly, monthly) if str(one.public_id) in text}

    assert rows("?own_rhythm=weekly") == {weekly.number}
    assert rows("?own_rhythm.not=weekly") == {monthly.number}
    assert rows("?own_rhythm.empty=yes") == {monthly.number}
    assert rows("?own_rhythm=daily") == {weekly.number, monthly.number}  # no option, so no question
    assert rows("?q=%E9%9D%9C%E8%87%B4") == {monthly.number}
    assert "Visit rhythm" not in heads(client, LIST)
    client.post(f"{LIST}columns/?view=all", {"column": ["number", "own_rhythm"]})
    assert "Visit rhythm" in heads(client, f"{LIST}?view=all")
    client.post(f"{LIST}views/?own_rhythm=weekly", {"name": "每週", "form_token": unique()})
    view = SavedView.objects.get(name="每週")
    assert "own_rhythm=weekly" in view.query
    assert rows(f"?view={view.public_id}&own_rhythm=weekly") == {weekly.number}
    assert str(weekly.public_id) not in text_of(client, "/find/?q=weekly")  # texts are searched, keys are not
    assert str(monthly.public_id) in text_of(client, "/find/?q=%E9%9D%9C%E8%87%B4")


def test_the_api_takes_and_tells_it_under_extra(fields: Fields, crew: Crew) -> None:
    fields.rhythm()
    fields.add("since_year", "number")
    caller = caller_of(crew.sales)
    made = caller.post("customers/customer", {"name": unique("N"), "extra": {"rhythm": "weekly", "since_year": 1999}})
    assert made.status_code == 201, made.data
    address = f"customers/customer/{made.data['public_id']}"
    assert caller.get(address).data["extra"] == {"rhythm": "weekly", "since_year": 1999}
    caller.post(f"{address}/edit", {"extra": {"rhythm": None}})
    assert caller.get(address).data["extra"] == {"since_year": 1999}
    for extra, place in (({"never": 1}, "extra.never"), ({"since_year": "x"}, "extra.since_year"), ([1], "extra")):
        refused = caller.post(f"{address}/edit", {"extra": extra})
        assert (refused.status_code, list(refused.data["fields"])) == (422, [place])
    assert caller.post(f"{address}/edit", {"own_rhythm": "weekly"}).status_code == 422
    row = {"inputs": {"name": unique("N"), "extra": {"rhythm": "x"}}}
    several = caller.post("customers/customer/bulk/create", {"rows": [row]})
    assert list(several.data["results"][0]["refused"]["fields"]) == ["extra.rhythm"]
    known = caller.get("own_fields/ownfield", record_type="customers.customer").data["results"]
    assert {one["key"] for one in known} == {"rhythm", "since_year"}


def test_a_thousand_rows_come_in_by_the_column_s_label_and_go_out_again(
    fields: Fields, crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: kept)
    fields.rhythm()
    fields.add("tier", "number", label="等級")
    stem = unique("C")
    lines = [f"{stem}-{row},{'每月' if row % 2 else 'weekly'},{row if row else 'many'}" for row in range(1000)]
    file = tmp_path / "customers.csv"
    file.write_text("\n".join(["名稱,拜訪頻率,等級", *lines, ""]), encoding="utf-8")
    by = crew.sales.by_way_of(Source.IMPORT)
    importer = importer_of("customers.customer", by)
    with opened(file, file.name, importer, by, Mapping()) as table:
        mapping = table.proposal()[0]
        assert mapping.columns == {0: ("name",), 1: ("own_rhythm",), 2: ("own_tier",)}
        with file.open("rb") as content:
            of = uploaded(by, "customers.customer", content, file.name)
        act(by, "exchange.import.map", of, {"mapping": mapping.text()})
        of = act(by, "exchange.import.run", of).record
        totals = run(table, mapping, of, lambda rows, total: None, tmp_path / "refused.csv", "exchange")
    assert (totals.accepted, totals.refused) == (999, 1)
    assert "等級" in (tmp_path / "refused.csv").read_text("utf-8-sig")
    made = Customer.objects.filter(name__startswith=f"{stem}-")
    assert made.filter(extra={"rhythm": "monthly", "tier": 501}).count() == 1
    assert made.filter(extra__rhythm="monthly").count() == 500
    found = exported(by, tmp_path, f"q={stem}&own_rhythm=monthly&column=name&column=own_rhythm&column=own_tier")
    assert len(found) == 500
    assert {row["Visit rhythm"] for row in found} == {"Monthly"}
    assert sum(int(row["等級"]) for row in found) == sum(range(1, 1000, 2))


def test_pages_ask_the_database_nothing_for_it(fields: Fields, crew: Crew) -> None:
    client = client_of(crew.sales)
    customer = a_customer(crew.sales)

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    addresses = [LIST, f"{LIST}?q=ab", f"{LIST}{customer.public_id}/", f"{LIST}new/"]
    before = [count(one) for one in addresses]
    fields.rhythm()
    fields.add("motto")
    assert [count(one) for one in addresses] == before


def test_its_filter_and_its_search_are_answered_by_indexes(fields: Fields, crew: Crew) -> None:
    indexes.make()
    fields.rhythm()
    fields.add("motto")
    a_customer(crew.sales)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query, index in (("own_rhythm=weekly", "customers_customer_own_values"), ("q=寧靜", "_own_words")):
            question = asked(prepared(Customer), lists_of(query), crew.executive)
            parts = branches(prepared(Customer), question, crew.executive)
            plans = [part.order_by().explain() for part in parts]
            assert any(index in plan for plan in plans), plans


def _everywhere(by: Actor, customer: Any, folder: Path) -> dict[str, str]:
    """All that a person can be told of a customer, by place."""
    client, caller = client_of(by), caller_of(by)
    found = {
        place: text_of(client, address)
        for place, address in {
            "page": f"{LIST}{customer.public_id}/",
            "history": f"{LIST}{customer.public_id}/?tab=history",
            "print": f"{LIST}{customer.public_id}/print/",
            "list": f"{LIST}?view=all",
            "columns": f"{LIST}columns/",
            "filters": f"{LIST}filter/",
            "form": f"{LIST}new/",
            "search": f"{LIST}?q={CANARY}",
            "palette": f"/find/?q={CANARY}",
        }.items()
    }
    for place in ("search", "palette"):
        # The word that was asked for stands in the answer; what must not is the record.
        found[place] = CANARY if str(customer.public_id) in found[place] else ""
    found["api"] = json.dumps(caller.get(f"customers/customer/{customer.public_id}").data)
    found["definitions"] = json.dumps(caller.get("own_fields/ownfield").data)
    found["export"] = str(exported(by, folder, "column=name&column=own_margin"))
    return found


def test_a_gated_own_field_is_nowhere_for_those_who_may_not_see_it(fields: Fields, crew: Crew, tmp_path: Path) -> None:
    fields.add("margin", label=f"{CANARY}欄", seen_by="HEAD")
    customer = a_customer(crew.sales)
    act(crew.head, EDIT, customer, {"own_margin": f"{CANARY}值"})
    act(crew.head, EDIT, customer, {"own_margin": f"{CANARY}二"})
    client_of(crew.sales).post(f"{LIST}columns/?view=all", {"column": ["number", "own_margin"]})
    client_of(crew.head).post(f"{LIST}columns/?view=all", {"column": ["number", "own_margin"]})
    told = _everywhere(crew.sales, customer, tmp_path)
    assert [place for place, text in told.items() if CANARY in text] == []
    # The same places tell it to the head: the canary can sing.
    heard = {place for place, text in _everywhere(crew.head, customer, tmp_path).items() if CANARY in text}
    assert heard >= {"page", "history", "list", "columns", "form", "search", "palette", "api", "export"}
    targets = targets_of(importer_of("customers.customer", crew.sales), crew.sales)
    with pytest.raises(ValidationError):
        read_mapping('{"a": "own_margin"}', ["a"], targets)


def test_without_its_gate_the_canary_would_be_heard(
    fields: Fields, crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    fields.add("margin", label=f"{CANARY}欄", seen_by="HEAD")
    customer = a_customer(crew.sales)
    act(crew.head, EDIT, customer, {"own_margin": f"{CANARY}值"})
    monkeypatch.setattr(own.Own, "is_seen_by", lambda self, actor: True)
    told = _everywhere(crew.sales, customer, tmp_path)
    assert {place for place, text in told.items() if CANARY in text} >= {"page", "form", "search", "api"}
