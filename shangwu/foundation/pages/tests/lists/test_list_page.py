"""The list as a browser sees it: rows by right, filters in the address, columns and views as each person wants them."""

import json
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order, Product
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.pages.elements import Filter, Sort
from shangwu.foundation.pages.lists import conditions
from shangwu.foundation.pages.lists.plain import options
from shangwu.foundation.pages.models import SavedView
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from tests.builders import unique

pytestmark = pytest.mark.django_db

LIST = "/customers/customers/"
SECTION = part("section#sw-list", LIST)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def client_of(actor: Actor) -> Client:
    """A browser of `actor`; the same sign-in when asked again."""
    account = Account.objects.filter(person_id=actor.person_id).first()
    if account is None:
        return a_client(Person.objects.get(pk=actor.person_id))
    client = Client()
    client.force_login(account)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_has_not_signed_in_is_sent_to_the_entrance() -> None:
    answer = Client().get(LIST)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_the_list_shows_own_rows_and_no_foreign_ones(crew: Crew) -> None:
    mine, theirs = a_customer(crew.sales), a_customer(crew.colleague)
    text = text_of(client_of(crew.sales).get(LIST))
    assert str(mine.public_id) in text
    assert str(theirs.public_id) not in text
    assert theirs.name not in text


def test_page_and_fragment_draw_the_same_section(crew: Crew) -> None:
    a_customer(crew.sales)
    client = client_of(crew.sales)
    whole, section = client.get(LIST), client.get(LIST, headers=SECTION)
    assert "<html" in text_of(whole)
    assert "<html" not in text_of(section)
    assert 'id="sw-list"' in text_of(section)
    assert whole.headers["Cache-Control"] == section.headers["Cache-Control"] == "no-store"
    assert "HX-Target" in whole.headers["Vary"]


def test_names_are_escaped(crew: Crew) -> None:
    a_customer(crew.sales, name='<script>alert("1")</script>&co')
    text = text_of(client_of(crew.sales).get(LIST))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;co" in text


@pytest.mark.parametrize(
    "query",
    [
        "?after=x", "?before=%00", "?sort=-name", "?sort=search_text", "?state=nothing", "?owner=me&owner=1",
        "?q=%00", "?q=%27%5C%25_", "?last_contact_at=0001-01-01..9999-12-31", "?view=%27", "?credit_limit=1e9",
        "?created_at=9999-12-31..", "?collaborators=me", "?archived=yes", "?state.empty=maybe", "?exact=1&q=a",
        "?region.empty=yes", "?owner.mode=not&owner=me", "?sort=", "?after=W10&before=e30",
    ],
)  # fmt: skip
def test_no_address_breaks_the_list(crew: Crew, query: str) -> None:
    client = client_of(crew.sales)
    a_customer(crew.sales)
    assert client.get(LIST + query).status_code == 200
    assert client.get(LIST + "later/" + query).status_code == 200


def test_the_later_fragment_counts_tabs_and_total(crew: Crew) -> None:
    for _ in range(3):
        a_customer(crew.sales)
    text = text_of(client_of(crew.sales).get(LIST + "later/?view=mine&owner=me"))
    assert '<hx-partial hx-target="#view-mine" hx-swap="innerHTML">3</hx-partial>' in text
    assert "of 3" in text


def test_an_empty_list_says_what_to_do_first(crew: Crew) -> None:
    text = text_of(client_of(crew.sales).get(LIST))
    assert "No customers yet" in text
    assert "/customers/customers/new/" in text
    assert "Nothing matches" in text_of(client_of(crew.sales).get(LIST + "?q=nobody"))


def test_a_number_in_the_ids_place_redirects_who_may_see_it(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    answer = client_of(crew.sales).get(f"{LIST}{customer.number}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}{customer.public_id}/")
    assert client_of(crew.colleague).get(f"{LIST}{customer.number}/").status_code == 404
    assert client_of(crew.sales).get(f"{LIST}NOTHING-1/").status_code == 404


def test_columns_are_kept_per_person(crew: Crew) -> None:
    a_customer(crew.sales)
    a_customer(crew.colleague)
    client = client_of(crew.sales)
    client.post(LIST + "columns/", {"column": ["region", "state", "no_such", "search_text"]})
    heads = text_of(client.get(LIST)).partition("<thead>")[2].partition("</thead>")[0]
    assert heads.index("Region") < heads.index("State")
    assert "Grade" not in heads
    assert "Grade" in text_of(client_of(crew.colleague).get(LIST)).partition("<thead>")[2].partition("</thead>")[0]
    client.post(LIST + "columns/", {"reset": "1"})
    assert "Grade" in text_of(client.get(LIST)).partition("<thead>")[2].partition("</thead>")[0]


def test_a_shared_view_is_everybodys_and_a_private_one_is_not(crew: Crew) -> None:
    mine, theirs = client_of(crew.sales), client_of(crew.colleague)
    mine.post(LIST + "views/?state=won", {"act": "create", "name": "贏單", "shared": "1", "pinned": "1"})
    mine.post(LIST + "views/?state=lost", {"act": "create", "name": "秘密", "pinned": "1"})
    assert "贏單" in text_of(theirs.get(LIST))
    assert "秘密" not in text_of(theirs.get(LIST))
    view = SavedView.objects.get(name="贏單")
    theirs.post(f"{LIST}views/?view={view.public_id}", {"act": "delete"})
    assert theirs.post(f"{LIST}views/?view={view.public_id}", {"act": "change", "name": "x"}).status_code == 404
    assert SavedView.objects.filter(pk=view.pk, name="贏單").exists()
    mine.post(f"{LIST}views/?view={view.public_id}", {"act": "delete"})
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_a_view_to_start_with_opens_by_itself(crew: Crew) -> None:
    won, lead = a_customer(crew.sales), a_customer(crew.sales)
    _set_state(won, "won")
    client = client_of(crew.sales)
    client.post(LIST + "views/?state=won", {"act": "create", "name": "贏單", "start": "1", "pinned": "1"})
    text = text_of(client.get(LIST))
    assert won.name in text
    assert lead.name not in text
    assert lead.name in text_of(client.get(LIST + "?view=all"))


def test_a_view_needs_a_name_of_its_own(crew: Crew) -> None:
    client = client_of(crew.sales)
    for name in ("", "x" * 61, "\x01"):
        assert client.post(LIST + "views/", {"act": "create", "name": name}).status_code == 422
    assert client.post(LIST + "views/", {"act": "create", "name": "one"}).status_code == 303
    assert client.post(LIST + "views/", {"act": "create", "name": "one"}).status_code == 422


def test_a_cell_is_edited_with_the_version_that_was_seen(crew: Crew) -> None:
    customer = a_customer(crew.sales, region="北")
    client = client_of(crew.sales)
    address = f"{LIST}{customer.public_id}/cell/region/"
    form = text_of(client.get(address, headers=part("td")))
    assert 'value="北"' in form
    answer = client.post(address, {"region": "南", "version": "1", "form_token": "a1"}, headers=part("td"))
    assert (answer.status_code, customer.fresh.region) == (200, "南")
    assert "南" in text_of(answer)
    assert "/undo/" in text_of(answer)
    stale = client.post(address, {"region": "東", "version": "1", "form_token": "a2"}, headers=part("td"))
    assert (stale.status_code, customer.fresh.region) == (409, "南")
    again = client.post(address, {"region": "南", "version": "1", "form_token": "a1"}, headers=part("td"))
    assert (again.status_code, customer.fresh.version) == (200, 2)


def test_a_bad_value_stays_in_the_cell_with_its_reason(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    address = f"{LIST}{customer.public_id}/cell/region/"
    answer = client_of(crew.sales).post(address, {"region": "x" * 61, "version": "1"}, headers=part("td"))
    assert answer.status_code == 422
    assert "HX-Retarget" not in answer.headers
    assert "sw-field-error" in text_of(answer)


@pytest.mark.parametrize("field", ["state", "owner", "search_text", "nothing", "version"])
def test_no_other_field_is_a_cell(crew: Crew, field: str) -> None:
    customer = a_customer(crew.sales)
    address = f"{LIST}{customer.public_id}/cell/{field}/"
    assert client_of(crew.sales).get(address).status_code == 404
    assert client_of(crew.sales).post(address, {field: "won"}).status_code == 404


def test_a_foreign_cell_is_not_there(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    address = f"{LIST}{customer.public_id}/cell/region/"
    assert client_of(crew.colleague).get(address).status_code == 404
    assert client_of(crew.colleague).post(address, {"region": "x"}).status_code == 404


def test_the_picker_offers_only_what_may_be_seen(crew: Crew) -> None:
    mine = a_customer(crew.sales, name="澤川水務工程")
    a_customer(crew.colleague, name="澤川水務機械")
    text = text_of(client_of(crew.sales).get("/pick/customers.customer/?q=水務"))
    assert str(mine.public_id) in text
    assert "機械" not in text
    assert client_of(crew.sales).get("/pick/no.such/?q=a").status_code == 404


def test_a_whole_code_stands_first_in_the_picker_and_codes_are_told(crew: Crew) -> None:
    """61-DN15 is no 61-DN150, whichever came later."""
    mark = unique("61-DN15").upper()
    asked, *_longer = [a_product(code=code, name=f"球閥 {code[-3:]}") for code in (mark, f"{mark}0", f"{mark}5")]
    found = options(crew.sales, Product, mark.lower())
    assert [one["code"] for one in found] == [mark, f"{mark}0", f"{mark}5"]
    assert found[0]["value"] == str(asked.public_id)
    text = text_of(client_of(crew.sales).get(f"/pick/sales.product/?q={mark}"))
    assert f"<small>{mark}</small>" in text
    assert next(one["code"] for one in options(crew.sales, Product, mark[1:])) == f"{mark}5", "others, newest first"


def test_a_number_stands_first_among_what_holds_it(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    first, later = an_order(crew, customer=customer), an_order(crew, customer=customer, po_number="x")
    with gate.door():
        Order.objects.filter(pk=later.pk).update(po_number=f"接 {first.number}")
    found = options(crew.sales, Order, str(first.number))
    assert [one["code"] for one in found] == [first.number, later.number]
    assert {one["detail"] for one in found} == {""}, "the label is the number already"


def _set_state(customer: Customer, state: str) -> None:

    with gate.door():
        Customer.objects.filter(pk=customer.pk).update(state=state, won_at=customer.created_at)


def test_the_answer_to_a_bulk_action_lets_the_list_ask_again(crew: Crew) -> None:
    customers = [a_customer(crew.sales) for _ in range(3)]
    client = client_of(crew.sales)
    rows = {"row": [str(one.public_id) for one in customers]}
    dialog = client.post(LIST + "bulk/archive/", rows, headers=part("div#sw-dialog-body"))
    assert "3 of 3" in text_of(dialog)
    done = client.post(
        LIST + "bulk/archive/", rows | {"_step": "go", "form_token": "b1"}, headers=part("div#sw-dialog-body")
    )
    assert json.loads(done.headers["HX-Trigger"]) == {"sw:close": {}, "sw:list": {}}
    assert "/undo/" in text_of(done)
    assert Customer.objects.filter(archived_at__isnull=False).count() == len(customers)


def test_what_a_higher_room_has_worked_out_is_asked_anew_each_time(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the records behind a figure: another hour, other records."""
    first, second = a_customer(crew.sales), a_customer(crew.sales)
    counted = [first.pk]

    def behind(model: type[Any], given: Any, actor: Actor) -> conditions.Condition | None:
        if model is not Customer or "counted_here" not in given:
            return None
        key: Any = Customer._meta.get_field("public_id")
        question = conditions.Question(Filter("counted_here", "Counted in"), Sort.TEXT, key)
        return conditions.Condition(question, Q(pk__in=list(counted)), "so many", {"counted_here": ["1"]})

    monkeypatch.setattr(conditions, "_further", [behind])
    client = client_of(crew.sales)
    before = text_of(client.get(f"{LIST}?counted_here=1"))
    assert (str(first.public_id) in before, str(second.public_id) in before) == (True, False)
    counted[:] = [second.pk]
    after = text_of(client.get(f"{LIST}?counted_here=1"))
    assert (str(first.public_id) in after, str(second.public_id) in after) == (False, True)
