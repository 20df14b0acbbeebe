"""Reading: lists and records as the caller may see them, filtered by what can be understood, few queries."""

import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.api import cursors
from shangwu.foundation.api.exposure import fields_of, sorts_of
from shangwu.foundation.api.questions import RESERVED
from shangwu.foundation.api.tests.made import a_customer, a_product, an_order
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Person:
    return a_person(Role.SALES, department=a_department())


@pytest.fixture
def caller(seller: Person) -> Caller:
    return a_caller(seller)


def names(response: Any) -> list[str]:
    assert response.status_code == 200, response.data
    return [row["name"] for row in response.data["results"]]


def test_a_list_gives_what_the_caller_may_see(caller: Caller, seller: Person) -> None:
    other = a_person(Role.SALES, department=a_department())
    mine, pooled = a_customer(seller), a_customer()
    a_customer(other)
    assert set(names(caller.get("customers/customer"))) == {mine.name, pooled.name}


def test_values_are_exact_and_references_have_names(caller: Caller, seller: Person) -> None:
    order = an_order(seller)
    row = caller.get(f"sales/order/{order.public_id}").data
    assert row["owner"] == {"public_id": str(seller.public_id), "number": None, "label": seller.name}
    assert row["customer"]["number"] == order.customer.number
    assert (row["number"], row["version"], row["state"]) == (order.number, 1, "received")
    assert row["lines"][1]["quantity"] == "2.0000"
    assert row["lines"][1]["unit_price"] == "12.500000"
    assert row["created_at"].endswith("Z")
    assert "id" not in row
    assert "id" not in row["lines"][0]
    assert "order" not in row["lines"][0]


def test_what_points_to_someone_elses_record_is_concealed(seller: Person) -> None:
    customer = a_customer(a_person(Role.SALES, department=a_department()))
    order = an_order(seller, a_customer(seller))
    finance = a_person(Role.FINANCE, department=order.department)
    before = a_caller(finance).get(f"sales/order/{order.public_id}").data["customer"]
    assert before["public_id"] == str(order.customer.public_id)
    act(HOUSE, "customers.customer.transfer", order.customer, {"to": customer.owner}, reason="x")
    after = a_caller(finance).get(f"sales/order/{order.public_id}").data["customer"]
    assert after == {"public_id": None, "number": None, "label": "•••"}


def test_a_number_in_the_ids_place_leads_to_the_record(caller: Caller, seller: Person) -> None:
    customer = a_customer(seller)
    response = caller.get(f"customers/customer/{customer.number}", fields="name")
    assert response.status_code == 307
    assert response.headers["Location"] == f"/api/v1/customers/customer/{customer.public_id}/?fields=name"
    post = caller.post(f"customers/customer/{customer.number}/verify")
    assert post.status_code == 307
    assert post.headers["Location"] == f"/api/v1/customers/customer/{customer.public_id}/verify/"
    assert caller.post(post.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "key", ["nothing", "SO1", "%00", "%ED%A0%80", "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c", "' OR 1=1"]
)
def test_what_is_not_there_is_missing(caller: Caller, key: str) -> None:
    assert caller.get(f"/api/v1/customers/customer/{key}/").status_code in (400, 404)


def test_fields_chooses_what_is_given(caller: Caller, seller: Person) -> None:
    an_order(seller)
    (row,) = caller.get("sales/order", fields="number,lines,customer").data["results"]
    assert list(row) == ["public_id", "number", "customer", "lines"]
    assert len(row["lines"]) == 2
    assert "lines" not in caller.get("sales/order").data["results"][0]
    refused = caller.get("sales/order", fields="number,id,search_text")
    assert (refused.status_code, len(refused.data["fields"]["fields"])) == (422, 2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"grade": "A"}, "a"),
        ({"grade__in": "A,B"}, "ab"),
        ({"payment_days__gte": "30"}, "bc"),
        ({"payment_days__gt": "30"}, "c"),
        ({"payment_days__lt": "30"}, "a"),
        ({"payment_days": "30", "grade": "B"}, "b"),
        ({"payment_days__in": "0,60"}, "ac"),
        ({"credit_limit__lte": "1000.5"}, "b"),
        ({"credit_limit__empty": "true"}, "ac"),
        ({"credit_limit__empty": "false"}, "b"),
        ({"region__empty": "true"}, "bc"),
        ({"region__starts": "臺"}, "a"),
        ({"region": "臺北"}, "a"),
        ({"created_at__gte": "2020-01-01T00:00:00Z"}, "abc"),
        ({"created_at__lt": "2020-01-01"}, ""),
        ({"search": "安平"}, "abc"),
        ({"search": "甲"}, "a"),
        ({"state": "lead"}, "abc"),
        ({"state__in": "won,lost"}, ""),
    ],
)
def test_filters(seller: Person, query: dict[str, str], found: str) -> None:
    a_customer(seller, name=f"安平甲{unique()}", short_name="a", grade="A", region="臺北")
    a_customer(seller, name=f"安平乙{unique()}", short_name="b", grade="B", payment_days=30, credit_limit="1000.50")
    a_customer(seller, name=f"安平丙{unique()}", short_name="c", payment_days=60)
    response = a_caller(seller).get("customers/customer", **query)
    assert response.status_code == 200, response.data
    assert sorted(row["short_name"] for row in response.data["results"]) == list(found)


def test_filters_by_reference_pass_the_others_gate(caller: Caller, seller: Person) -> None:
    other = a_person(Role.SALES, department=a_department())
    customer = a_customer(seller)
    order = an_order(seller, customer)
    for key in (str(customer.public_id), customer.number):
        assert [row["number"] for row in caller.get("sales/order", customer=key).data["results"]] == [order.number]
    theirs = a_customer(other)
    for key in (str(theirs.public_id), theirs.number, "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c", "none"):
        assert caller.get("sales/order", customer=key).data["results"] == []
    both = f"{customer.public_id},{theirs.public_id}"
    assert len(caller.get("sales/order", customer__in=both).data["results"]) == 1


def test_filters_by_persons(caller: Caller, seller: Person) -> None:
    colleague = a_person(Role.SALES, department=seller.department)
    shared, alone = a_customer(seller), a_customer(seller)
    act(actor_of(seller), "customers.customer.share", shared, {"collaborators": [colleague]})
    found = caller.get("customers/customer", collaborators__has=str(colleague.public_id)).data["results"]
    assert [row["public_id"] for row in found] == [str(shared.public_id)]
    assert [one["label"] for one in found[0]["collaborators"]] == [colleague.name]
    assert alone.number not in str(found)


@pytest.mark.parametrize(
    "query",
    [
        {"nothing": "1"},
        {"name__contains": "x"},
        {"name__": "x"},
        {"name__in__in": "x"},
        {"owner__name": "x"},
        {"customer__owner": "x"},
        {"id": "1"},
        {"pk": "1"},
        {"name__regex": "(a+)+$"},
        {"grade": "Z"},
        {"payment_days__gte": "many"},
        {"payment_days__gte": "9" * 40},
        {"credit_limit__gte": "NaN"},
        {"credit_limit__gte": "1e400"},
        {"created_at__gte": "yesterday"},
        {"created_at__gte": "99999999999999999999"},
        {"public_id": "x"},
        {"grade__in": ",".join(["A"] * 101)},
        {"archived": "perhaps"},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "201"},
        {"limit": "x"},
        {"sort": "note"},
        {"sort": "-"},
        {"sort": "owner__name"},
        {"sort": "?"},
        {"cursor": "x"},
        {"cursor": "é"},
        {"search__x": "x"},
        {"__": "x"},
        {"": "x"},
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused_by_name(caller: Caller, query: dict[str, str]) -> None:
    response = caller.get("customers/customer", **query)
    assert response.status_code == 422, response.data
    assert set(response.data["fields"]) == set(query)


def test_a_parameter_given_twice_is_refused(caller: Caller) -> None:
    response = caller.get("/api/v1/customers/customer/?grade=A&grade=B")
    assert (response.status_code, list(response.data["fields"])) == (422, ["grade"])


def test_archived_records_are_given_when_asked_for(caller: Caller, seller: Person) -> None:
    here, gone = a_customer(seller), a_customer(seller)
    act(HOUSE, "customers.customer.archive", gone)
    assert names(caller.get("customers/customer")) == [here.name]
    assert names(caller.get("customers/customer", archived="only")) == [gone.name]
    assert set(names(caller.get("customers/customer", archived="all"))) == {here.name, gone.name}
    assert caller.get(f"customers/customer/{gone.public_id}").data["archived_at"] is not None


def pages(caller: Caller, path: str, **query: Any) -> list[list[dict[str, Any]]]:
    """All pages of a list, by following `next`."""
    found = []
    response = caller.get(path, **query)
    while True:
        assert response.status_code == 200, response.data
        found.append(response.data["results"])
        if response.data["next"] is None:
            return found
        response = caller.get(response.data["next"])


@pytest.mark.parametrize("role", [Role.SALES, Role.EXECUTIVE])
@pytest.mark.parametrize("sort", ["newest", "oldest", "sort_key", "-sort_key", "number", "-number"])
def test_paging_meets_every_row_once_in_order(role: Role, sort: str) -> None:
    """Also over several arms of a scope (own, shared, pool) whose rows overlap."""
    department = a_department()
    person, other = (
        a_person(role, department=department, whole_company=True),
        a_person(Role.SALES, department=department),
    )
    for place in range(7):
        customer = a_customer(person if place % 2 else None, name=f"{'甲乙丙'[place % 3]}公司{unique()}", kind="person")
        if place == 5:
            act(HOUSE, "customers.customer.share", customer, {"collaborators": [person, other]})
    caller = a_caller(person)
    found = pages(caller, "customers/customer", sort=sort, limit=2)
    assert [len(rows) for rows in found] == [2, 2, 2, 1]
    rows = [row["public_id"] for page in found for row in page]
    assert len(set(rows)) == 7
    whole = [row["public_id"] for row in caller.get("customers/customer", sort=sort).data["results"]]
    assert rows == whole
    reverse = (
        sort.removeprefix("-")
        if sort.startswith("-")
        else {"newest": "oldest", "oldest": "newest"}.get(sort, f"-{sort}")
    )
    assert [row["public_id"] for row in caller.get("customers/customer", sort=reverse).data["results"]] == whole[::-1]


@pytest.mark.parametrize("sort", ["staff_number", "-staff_number"])
def test_paging_over_empty_values_meets_every_row_once(sort: str) -> None:
    """Columns with NULL are two stretches of the index; a page may begin in either."""
    caller = a_caller(a_person(Role.SALES))
    for place in range(5):
        a_person(staff_number=None if place % 2 else unique("S"))
    found = [row["public_id"] for page in pages(caller, "people/person", sort=sort, limit=1) for row in page]
    whole = caller.get("people/person", sort=sort).data["results"]
    assert found == [row["public_id"] for row in whole]
    assert len(found) == Person.objects.count()
    empty = [row["staff_number"] is None for row in whole]
    assert empty == sorted(empty, reverse=sort.startswith("-"))


def test_a_row_made_while_paging_does_not_shift_the_others(caller: Caller, seller: Person) -> None:
    for _place in range(4):
        a_customer(seller)
    first = caller.get("customers/customer", limit=2)
    a_customer(seller)
    second = caller.get(first.data["next"])
    numbers = [row["number"] for row in first.data["results"] + second.data["results"]]
    assert len(set(numbers)) == 4


def test_a_cursor_tells_nothing_and_answers_one_question_only(caller: Caller, seller: Person) -> None:
    for _place in range(3):
        a_customer(seller, grade="A")
    following = caller.get("customers/customer", limit=1, grade="A").data["next"]
    cursor = parse_qs(urlsplit(following).query)["cursor"][0]
    assert caller.get("customers/customer", limit=1, grade="A", cursor=cursor).status_code == 200
    for query in ({"grade": "B"}, {"grade": "A", "sort": "number"}, {}):
        assert caller.get("customers/customer", **query, cursor=cursor).status_code == 422
    assert caller.get("sales/order", cursor=cursor).status_code == 422
    question, value, pk = "q", None, 12345
    assert str(pk) not in cursors.sealed(question, value, pk)
    assert cursors.opened(question, cursors.sealed(question, value, pk)) == (value, pk)


def test_a_list_costs_the_same_queries_for_one_row_and_for_many(seller: Person) -> None:
    caller = a_caller(seller)
    counts = []
    for _round in range(2):
        for _place in range(3):
            an_order(seller)
        caller.get("sales/order", fields="number,customer,owner,created_by,lines")
        with CaptureQueriesContext(connection) as seen:
            caller.get("sales/order", fields="number,customer,owner,created_by,lines")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 24, [one["sql"][:100] for one in seen]


def test_one_record_costs_few_queries(seller: Person) -> None:
    caller, order = a_caller(seller), an_order(seller, count=5)
    caller.get(f"sales/order/{order.public_id}")
    with CaptureQueriesContext(connection) as seen:
        caller.get(f"sales/order/{order.public_id}")
    assert len(seen) <= 24, [one["sql"][:100] for one in seen]


def test_a_question_that_takes_too_long_is_refused(
    caller: Caller, seller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shangwu.foundation.api import listing
    from shangwu.foundation.records import patience

    a_customer(seller)
    monkeypatch.setattr(patience, "SECONDS", 0.001)
    monkeypatch.setattr(
        listing, "_rows", lambda *_all: connection.cursor().execute("SELECT pg_sleep(1)") and [],
    )  # fmt: skip
    response = caller.get("customers/customer", name="x")
    assert (response.status_code, response.data["code"]) == (422, "slow")
    monkeypatch.undo()
    assert caller.get("customers/customer").status_code == 200


def test_moments_without_a_zone_are_where_the_caller_is(caller: Caller, seller: Person) -> None:
    customer = a_customer(seller)
    local = customer.created_at.astimezone(actor_of(seller).zone).replace(tzinfo=None)
    just_before, just_after = local - datetime.timedelta(seconds=5), local + datetime.timedelta(seconds=5)
    assert len(caller.get("customers/customer", created_at__gt=just_before.isoformat()).data["results"]) == 1
    assert len(caller.get("customers/customer", created_at__gt=just_after.isoformat()).data["results"]) == 0


@pytest.mark.parametrize("model", record_types(), ids=lambda model: model._meta.label)
def test_no_field_is_called_like_a_parameter(model: Any) -> None:
    assert not set(fields_of(model)) & set(RESERVED)
    assert not set(sorts_of(model)) & {"newest", "oldest"}


def test_a_product_is_found_by_its_columns(caller: Caller) -> None:
    product = a_product()
    (row,) = caller.get("sales/product", code=product.code).data["results"]
    assert row["list_price"] == "12.500000"
