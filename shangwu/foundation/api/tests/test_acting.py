"""Acting: every action by POST, once however often it is sent, refused in one shape and in the caller's language."""

from typing import Any

import pytest

from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.made import a_customer, a_product, an_order
from shangwu.foundation.api.tests.rows import an_employee_of_all_roles
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Person:
    return a_person(Role.SALES, department=a_department())


@pytest.fixture
def caller(seller: Person) -> Caller:
    return a_caller(seller)


def test_a_record_is_made_with_its_parts(caller: Caller, seller: Person) -> None:
    customer, product = a_customer(seller), a_product()
    line = {"product": product.code, "quantity": "3", "unit_price": 12.1}
    made = caller.post("sales/order", {"customer": customer.number, "currency": "TWD", "lines": [line, line]})
    assert made.status_code == 201, made.data
    order = caller.get(made.headers["Location"]).data
    assert order["public_id"] == made.data["public_id"]
    assert (order["number"], order["version"]) == (made.data["number"], 1)
    assert [row["unit_price"] for row in order["lines"]] == ["12.100000", "12.100000"], "a JSON number lost a cent"
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.verb, entry.person_id, entry.source, entry.actor_kind) == (
        "sales.order.create", seller.pk, "api", "token",
    )  # fmt: skip


def test_a_verb_is_done_with_version_and_reason(caller: Caller, seller: Person) -> None:
    customer = a_customer(seller)
    path = f"customers/customer/{customer.public_id}"
    refused = caller.post(f"{path}/release", {"version": 1})
    assert (refused.status_code, list(refused.data["fields"])) == (422, ["reason"])
    done = caller.post(f"{path}/release", {"version": 1, "reason": "搬遷"})
    assert (done.status_code, done.data["version"], done.headers["ETag"]) == (200, 2, '"2"')
    assert Entry.objects.order_by("-id")[0].reason == "搬遷"


@pytest.mark.parametrize("way", ["body", "header"])
def test_a_stale_version_is_answered_with_both(caller: Caller, seller: Person, way: str) -> None:
    other = a_customer(seller)
    order = an_order(seller, a_customer(seller))
    path = f"sales/order/{order.public_id}"
    etag = caller.get(path).headers["ETag"]
    assert caller.post(f"{path}/edit", {"po_number": "theirs"}).status_code == 200
    body: dict[str, Any] = {"po_number": "yours", "customer": other.number}
    headers = {}
    if way == "body":
        body["version"] = 1
    else:
        headers["If-Match"] = etag
    refused = caller.post(f"{path}/edit", body, headers)
    assert (refused.status_code, refused.data["code"]) == (409, "stale")
    details = refused.data["details"]
    assert details["version"] == 2
    assert details["fields"]["po_number"] == {"base": "", "theirs": "theirs", "yours": "yours"}
    customers = details["fields"]["customer"]
    assert customers["theirs"]["public_id"] == customers["base"]["public_id"] == str(order.customer.public_id)
    assert customers["yours"]["public_id"] == str(other.public_id)
    assert caller.get(path).data["po_number"] == "theirs"
    assert caller.post(f"{path}/edit", {**body, "version": 2}).status_code == 200


@pytest.mark.parametrize("header", ["3", 'W/"1"', '"0"', '"x"', '"1", "2"', "'1'"])
def test_an_if_match_that_is_no_etag_of_ours_is_refused(caller: Caller, seller: Person, header: str) -> None:
    response = caller.post(f"customers/customer/{a_customer(seller).public_id}/verify", {}, {"If-Match": header})
    assert (response.status_code, list(response.data["fields"])) == (422, ["If-Match"])


def test_versions_that_contradict_each_other_are_refused(caller: Caller, seller: Person) -> None:
    path = f"customers/customer/{a_customer(seller).public_id}/verify"
    assert caller.post(path, {"version": 2}, {"If-Match": '"1"'}).status_code == 422
    assert caller.post(path, {"version": 1}, {"If-Match": '"1"'}).status_code == 200
    assert caller.post(path, {}, {"If-Match": "*"}).status_code == 200


def test_the_same_key_has_one_effect_and_other_data_is_refused(caller: Caller) -> None:
    body, key = {"name": f"客{unique()}"}, {"Idempotency-Key": unique()}
    first, again = caller.post("customers/customer", body, key), caller.post("customers/customer", body, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert len(caller.get("customers/customer").data["results"]) == 1
    other = caller.post("customers/customer", {"name": "另一家"}, key)
    assert (other.status_code, other.data["code"]) == (409, "repeat")
    assert caller.post("customers/customer", body, {"Idempotency-Key": unique()}).status_code == 422, "a double"


def test_a_refused_request_may_be_mended_under_its_key(caller: Caller) -> None:
    key = {"Idempotency-Key": unique()}
    assert caller.post("customers/customer", {}, key).status_code == 422
    assert caller.post("customers/customer", {"name": unique("客")}, key).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "鍵", "x" * 81, "a\tb"])
def test_a_key_that_can_not_be_one_is_refused(caller: Caller, key: str) -> None:
    response = caller.post("customers/customer", {"name": "x"}, {"Idempotency-Key": key})
    assert (response.status_code, list(response.data["fields"])) == (422, ["Idempotency-Key"])


def test_a_set_is_refused_row_by_row(caller: Caller, seller: Person) -> None:
    mine, free = a_customer(seller), a_customer()
    theirs = a_customer(a_person(Role.SALES, department=a_department()))
    rows = [{"public_id": str(one.public_id), "version": 1} for one in (mine, free, theirs)]
    answer = caller.post("customers/customer/bulk/claim", {"rows": rows}, {"Idempotency-Key": "a"})
    assert (answer.status_code, answer.data["done"], answer.data["refused"]) == (200, 1, 2)
    results = answer.data["results"]
    assert results[0]["refused"]["code"] == "owned"
    assert results[1]["done"]["public_id"] == str(free.public_id)
    assert results[2]["refused"]["code"] == "missing"
    again = caller.post("customers/customer/bulk/claim", {"rows": rows}, {"Idempotency-Key": "a"})
    assert again.data == answer.data
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_whole_set_stands_or_falls_together(caller: Caller, seller: Person) -> None:
    mine, free = a_customer(seller), a_customer()
    rows = [{"public_id": str(one.public_id)} for one in (mine, free)]
    answer = caller.post("customers/customer/bulk/claim", {"rows": rows, "whole": True})
    assert (answer.status_code, answer.data["code"]) == (422, "owned")
    assert free.fresh.owner_id is None


def test_many_are_made_at_once(caller: Caller) -> None:
    rows = [{"inputs": {"name": unique("客")}} for _place in range(60)] + [{"inputs": {"name": ""}}]
    answer = caller.post("customers/customer/bulk/create", {"rows": rows})
    assert (answer.data["done"], answer.data["refused"]) == (60, 1)
    assert answer.data["results"][60]["refused"]["fields"] == {"name": ["This is needed."]}
    assert len({row["done"]["number"] for row in answer.data["results"][:60]}) == 60


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": "x"}, "rows"),
        ({"rows": [{}] * 1001}, "rows"),
        ({"rows": [1]}, "rows.0"),
        ({"rows": [{"inputs": []}]}, "rows.0"),
        ({"rows": [{}]}, "rows.0.public_id"),
        ({"rows": [{"public_id": 7}]}, "rows.0.public_id"),
        ({"rows": [{"public_id": "x", "number": "y"}]}, "rows.0"),
        ({"rows": [{"public_id": "x", "version": "y"}]}, "version"),
        ({"rows": [{"public_id": "x"}], "all": True}, "all"),
        ({"rows": [{"public_id": "x"}], "whole": "perhaps"}, "whole"),
        ({"rows": [{"public_id": "x"}], "reason": {}}, "reason"),
    ],
)
def test_a_set_that_is_none_is_refused_by_name(caller: Caller, body: dict[str, Any], named: str) -> None:
    response = caller.post("customers/customer/bulk/claim", body)
    assert response.status_code == 422, response.data
    assert named in response.data["fields"]


@pytest.mark.parametrize(
    "field", sorted({one.name for one in Department._meta.concrete_fields} | {"id", "owner_id", "pk"})
)
def test_no_column_can_be_slipped_in(field: str) -> None:
    """Mass assignment: what is no input is refused, whatever the column is called."""
    if field in ("code", "name", "parent"):
        pytest.skip("an input")
    caller, department = a_caller(a_person(Role.ADMINISTRATOR)), a_department()
    body = {"name": "新名"} | {field: 7}
    if field == "version":
        assert caller.post(f"people/department/{department.public_id}/edit", body).status_code == 409
    else:
        for path, content in (
            (f"people/department/{department.public_id}/edit", body),
            ("people/department", {"code": unique(), **body}),
            (f"people/department/{department.public_id}/archive", {field: 7}),
        ):
            response = caller.post(path, content)
            assert response.status_code == 422, (path, response.data)
            assert field in response.data["fields"]
        rows = [{"public_id": str(department.public_id), "inputs": body}]
        answer = caller.post("people/department/bulk/edit", {"rows": rows}).data
        assert field in answer["results"][0]["refused"]["fields"]
    assert department.fresh.version == 1


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"null", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b'{"name": Infinity}', "application/json", 400),
        (b'{"name": 1e999999999}', "application/json", 400),
        (b'{"name": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"name": "\\u0000"}', "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400),
        (b'{"\\ud800": 1}', "application/json", 400),
        (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", 400),
        (b'{"name": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "application/json", 400),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b"<name/>", "application/xml", 415),
        (b"{}", "text/plain", 415),
        (b'{"name": "' + b"x" * 6_000_000 + b'"}', "application/json", 413),
        (b"", "application/json", 422),
    ],
    ids=[f"body{place}" for place in range(19)],
)
def test_a_body_that_is_none_is_refused(caller: Caller, content: bytes, kind: str, status: int) -> None:
    response = caller.send("customers/customer", content, kind)
    assert response.status_code == status, response.data
    assert set(response.data) == {"code", "sentence", "fields", "details"}


@pytest.mark.parametrize("value", [[], {}, [[]], 1, True, 1.5, None, "x" * 100_000, ["x"], {"public_id": "x"}])
@pytest.mark.parametrize("name", ["name", "owner", "credit_limit", "grade", "payment_days", "channel"])
def test_a_value_of_the_wrong_kind_is_refused_or_understood(caller: Caller, name: str, value: Any) -> None:
    response = caller.post("customers/customer", {"name": unique("客"), name: value})
    assert response.status_code in (201, 403, 422), response.data
    if response.status_code != 201:
        assert response.data["sentence"]


@pytest.mark.parametrize(
    ("wanted", "said", "language"),
    [
        ("en", "This is needed.", "en"),
        ("fr, en;q=0.5", "This is needed.", "en"),
        ("zh-TW", None, "zh-hant"),
        ("zh-CN,zh;q=0.9", None, "zh-hans"),
        ("xx", None, "zh-hant"),
        ("", None, "zh-hant"),
        ("x" * 5000, None, "zh-hant"),
    ],
)
def test_refusals_speak_the_callers_language(caller: Caller, wanted: str, said: str | None, language: str) -> None:
    response = caller.post("customers/customer", {}, {"Accept-Language": wanted})
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    if said is not None:
        assert response.data["fields"]["name"] == [said]


def test_methods_that_nothing_takes_are_refused(caller: Caller, seller: Person) -> None:
    customer = a_customer(seller)
    for method in ("put", "patch", "delete", "options", "trace"):
        response = getattr(caller.client, method)(f"/api/v1/customers/customer/{customer.public_id}/")
        assert (response.status_code, response.headers["Allow"]) == (405, "GET"), method
        assert response.json()["code"] == "method"
    assert caller.get(f"customers/customer/{customer.public_id}/claim").status_code == 405
    assert caller.get("nothing/here").status_code == 404
    assert caller.get("/api/v1/customers/customer").status_code == 404


def test_only_what_is_shown_to_people_is_served(caller: Caller) -> None:
    """The purge of the trash and the workings of undo are the house's own."""
    customer = a_customer()
    for verb in ("undo", "purge", "dream"):
        assert caller.post(f"customers/customer/{customer.public_id}/{verb}", {"entry": 1}).status_code == 404


def test_an_error_of_the_database_is_a_sentence(caller: Caller) -> None:
    """A broken constraint is refused with its own words; the transaction is gone."""
    administrator = a_caller(a_person(Role.ADMINISTRATOR))
    department = a_department()
    response = administrator.post("people/department", {"code": department.code, "name": "x"})
    assert (response.status_code, response.data["code"], list(response.data["fields"])) == (422, "taken", ["code"])
    own = administrator.post(f"people/department/{department.public_id}/edit", {"parent": str(department.public_id)})
    assert (own.status_code, own.data["code"]) == (422, "constraint")
    assert act(HOUSE, "people.department.edit", department, {"name": "y"}).version == 2


def test_an_amount_finer_than_we_keep_is_refused_in_the_one_shape() -> None:
    """It is found only when the row is written: the answer is a sentence in JSON, and nothing has been done."""
    product = a_product()
    caller = a_caller(an_employee_of_all_roles(a_person, clearance=3))
    answer = caller.post(f"sales/product/{product.public_id}/receive", {"quantity": "853.339946"})
    assert (answer.status_code, answer.data["code"]) == (422, "precision")
    assert product.fresh.on_hand == product.on_hand
