"""What a reader may not see of a record stands nowhere on its pages: not among facts, parts, history or reasons."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import hidden_fields
from tests.builders import HOUSE, a_department, a_person

pytestmark = pytest.mark.django_db


def person_of(actor: Actor) -> Person:
    """The person behind an actor."""
    return Person.objects.get(pk=actor.person_id)


def url(record: object, tail: str = "") -> str:
    """The page of an order, customer or person."""
    plural = {"order": "orders", "customer": "customers", "person": "persons", "department": "departments"}
    meta = record._meta  # type: ignore[attr-defined]
    return f"/{meta.app_label}/{plural[meta.model_name]}/{record.public_id}/{tail}"  # type: ignore[attr-defined]


PARTS = ["", "?tab=history", "?tab=lines", "edit/", "print/", "why/", "steps/"]


@pytest.mark.parametrize("tail", PARTS)
def test_a_foreign_record_is_as_absent_as_one_that_is_not_there(tail: str) -> None:
    crew = Crew()
    order = an_order(crew)
    stranger = a_client(a_person(Role.SALES, department=a_department()))
    foreign, unknown = stranger.get(url(order, tail)), stranger.get(f"/sales/orders/{uuid.uuid4()}/{tail}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)


@pytest.mark.parametrize("tail", ["comment/", "follow/"])
def test_nothing_is_written_on_a_foreign_record(tail: str) -> None:
    order = an_order(Crew())
    stranger = a_client(a_person(Role.SALES, department=a_department()))
    assert stranger.post(url(order, tail), {"text": "x"}).status_code == 404


def test_a_number_in_the_id_s_place_leads_to_the_record() -> None:
    crew = Crew()
    order = an_order(crew)
    client = a_client(person_of(crew.sales))
    answer = client.get(f"/sales/orders/{order.number}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, url(order))
    stranger = a_client(a_person(Role.SALES, department=a_department()))
    assert stranger.get(f"/sales/orders/{order.number}/").status_code == 404


def test_a_gated_field_stands_on_no_page_of_the_record() -> None:
    """Canary: the cost of a line is for few; its value must not reach the others by any page."""
    crew = Crew()
    order = an_order(crew)
    line = order.lines.get()
    assert "cost" in hidden_fields(type(line), crew.sales)
    canary = "987654.321"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sales_line SET cost = %s WHERE id = %s", [canary, line.pk])
    pages = [url(order, tail) for tail in PARTS]
    client = a_client(person_of(crew.sales))
    for page in pages:
        text = client.get(page).content.decode()
        assert "987,654" not in text
        assert "987654" not in text


def test_a_classed_entry_is_told_only_to_those_who_may_see_the_field() -> None:
    person = a_person(name="陳怡安")
    act(HOUSE, "people.person.edit", person, {"mobile": "0912345678"})
    act(HOUSE, "people.person.edit", person, {"mobile": "0987654321"})
    officer = a_client(a_person(Role.HUMAN_RESOURCES)).get(url(person, "?tab=history")).content.decode()
    colleague = a_client(a_person(Role.SALES)).get(url(person, "?tab=history")).content.decode()
    assert "0912345678" in officer or "+886912345678" in officer
    assert "912345678" not in colleague
    assert "987654321" not in colleague


def test_why_names_the_arm_by_which_one_sees_it() -> None:
    crew = Crew()
    customer = a_customer(crew.sales)
    own = a_client(person_of(crew.sales)).get(url(customer, "why/")).content.decode()
    head = a_client(person_of(crew.head)).get(url(customer, "why/")).content.decode()
    assert "belongs to this person" in own
    assert "belongs to a department" in head


def test_only_overseers_ask_why_another_person_sees_it() -> None:
    crew = Crew()
    customer = a_customer(crew.sales)
    stranger = a_person(Role.SALES, department=a_department(), name="外人甲")
    asked = url(customer, f"why/?person={stranger.public_id}")
    head = a_client(person_of(crew.head))
    text = head.get(asked).content.decode()
    assert "外人甲" in text
    assert "Does not see this record." in text
    assert "外人甲" not in a_client(person_of(crew.sales)).get(asked).content.decode()
    assert head.get(url(customer, "why/?person=zz")).status_code == 200


def test_the_side_panel_gets_a_part_and_nothing_of_the_frame() -> None:
    crew = Crew()
    order = an_order(crew)
    answer = a_client(person_of(crew.sales)).get(url(order), headers=part("aside#sw-panel"))
    text = answer.content.decode()
    assert order.number in text
    assert "<html" not in text


def test_next_and_previous_follow_the_list_one_came_from() -> None:
    crew = Crew()
    client = a_client(person_of(crew.sales))
    orders = [an_order(crew, [{"product": a_product(), "quantity": str(n)}]) for n in (5, 1, 3)]
    by_total = sorted(orders, key=lambda order: order.gross)
    text = client.get(url(by_total[1], "steps/?from=sort%3Dgross")).content.decode()
    assert f'href="{url(by_total[0])}?from=sort%3Dgross" rel="prev"' in text
    assert f'href="{url(by_total[2])}?from=sort%3Dgross" rel="next"' in text
    newest_first = client.get(url(orders[2], "steps/?from=")).content.decode()
    assert 'rel="prev"' not in newest_first
    assert f'href="{url(orders[1])}?from=" rel="next"' in newest_first


def test_a_record_in_the_archive_says_so_and_offers_the_way_back() -> None:
    department = a_department()
    act(HOUSE, "people.department.archive", department)
    text = a_client(a_person(Role.ADMINISTRATOR)).get(url(department)).content.decode()
    assert "In the archive since" in text
    assert f"/act/people.department.unarchive/{department.public_id}/" in text
    assert f"/act/people.department.edit/{department.public_id}/" not in text


def test_the_printed_sheet_has_facts_parts_and_no_buttons() -> None:
    crew = Crew()
    order = an_order(crew)
    text = a_client(person_of(crew.sales)).get(url(order, "print/")).content.decode()
    assert order.number in text
    assert "三片式不鏽鋼球閥" in text
    assert "<button" not in text
    assert "<script" not in text


def an_order_with(crew: Crew, lines: int) -> Order:
    """An order with so many lines, a change and a remark."""
    product = a_product(stock=10_000)
    order = an_order(crew, [{"product": product, "quantity": "1"} for _n in range(lines)])
    act(crew.sales, "sales.order.edit", order, {"note": "x"})
    inputs = {"about": "sales.order", "about_id": str(order.public_id), "text": "remark"}
    act(crew.sales, "pages.comment.create", None, inputs)
    return order.fresh  # type: ignore[no-any-return]


def queries(client: object, page: str) -> list[str]:
    """The statements that a page asks the database."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(page).status_code == 200  # type: ignore[attr-defined]
    return [one["sql"] for one in caught.captured_queries]


def test_the_number_of_questions_does_not_grow_with_lines_changes_and_remarks() -> None:
    crew = Crew()
    client = a_client(person_of(crew.sales))
    small, large = an_order_with(crew, 1), an_order_with(crew, 30)
    for n in range(5):
        act(crew.sales, "sales.order.edit", large, {"note": f"note {n}", "po_number": str(n)})
    asked = []
    for order in (small, large):
        client.get(url(order))  # what was opened last is not noted again
        asked.append(queries(client, url(order)))
    few, many = asked
    assert len(many) == len(few), "\n".join(many)


def test_a_record_s_page_asks_at_most_a_fixed_number_of_questions() -> None:
    """From the record on, without what the frame around every page asks."""
    crew = Crew()
    client = a_client(person_of(crew.sales))
    order = an_order_with(crew, 5)
    client.get(url(order))
    asked = queries(client, url(order))
    first = next(place for place, sql in enumerate(asked) if 'FROM "sales_order" WHERE' in sql)
    own = [sql for sql in asked[first:] if not any(table in sql for table in FRAME)]
    assert len(own) <= 17, "\n".join(own)


FRAME = ("pages_preference", "notices_notice", "usersessions", "SAVEPOINT")
"""Tables that the frame around every page asks."""


def test_amounts_are_those_of_the_record_to_the_cent() -> None:
    crew = Crew()
    order = an_order(crew, [{"product": a_product(list_price="6850"), "quantity": "48"}])
    text = a_client(person_of(crew.sales)).get(url(order)).content.decode()
    assert order.net == Decimal("328800")
    assert "328,800" in text
    assert "345,240" in text
