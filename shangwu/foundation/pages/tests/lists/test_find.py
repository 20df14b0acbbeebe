"""A list finds exactly the rows that a look at every row finds, in order, on every page and both ways."""

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.pages.lists.asked import Asked, asked, lists_of
from shangwu.foundation.pages.lists.counting import count
from shangwu.foundation.pages.lists.cursor import Cursor
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.prepared import Prepared, prepared
from shangwu.foundation.pages.tests.lists.crowd import Crowd, brute
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

pytestmark = pytest.mark.django_db


def walk(one: Prepared, question: Asked, actor: Actor, size: int) -> list[list[int]]:
    """Primary keys of every page, oldest last, and back again from the end."""
    from dataclasses import replace

    pages, here = [], question
    while True:
        page = found(one, here, actor, size=size)
        pages.append([row.pk for row in page.rows])
        if page.older is None:
            break
        here = replace(question, after=page.older, before=None)
    back = [pages[-1]]
    while page.newer is not None:
        page = found(one, replace(question, before=page.newer, after=None), actor, size=size)
        back.insert(0, [row.pk for row in page.rows])
    assert [key for each in back for key in each] == [key for each in pages for key in each]
    return pages


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", lambda row: True),
        ("state=won&state=lost", lambda row: row.state in ("won", "lost")),
        ("state.not=won", lambda row: row.state != "won"),
        ("owner.empty=yes", lambda row: row.owner_id is None),
        ("q=水務", lambda row: "水務" in row.name),
        ("q=有限公司", lambda row: "有限公司" in row.name),
        ("q=水", lambda row: "水" in row.name),
        ("q=müller a", lambda row: "Müller A" in row.name),
        ("last_contact_at=last_14&state=won", None),
    ],
)
def test_every_page_together_is_what_brute_force_finds(query: str, wanted: object, size: int) -> None:
    crowd = Crowd(seed=size)
    one = prepared(Customer)
    for actor in crowd.readers:
        question = asked(one, lists_of(query), actor)
        pages = walk(one, question, actor, size)
        assert all(len(page) <= size for page in pages)
        if callable(wanted):
            expected = brute(actor, wanted, lambda row: row.pk, reverse=True)
            assert [key for page in pages for key in page] == expected
            assert count(one, question, actor).number == len(expected)


@pytest.mark.parametrize("descending", [True, False])
def test_ties_in_the_sort_column_lose_and_double_nothing(descending: bool) -> None:
    crowd = Crowd(seed=3)
    one = prepared(Customer)
    for actor in crowd.readers:
        pages = walk(one, Asked(sort="sort_key", descending=descending), actor, 4)
        expected = brute(actor, lambda row: True, lambda row: row.sort_key, reverse=descending)
        assert [key for page in pages for key in page] == expected


@pytest.mark.parametrize("descending", [True, False])
def test_empty_values_stand_last_both_ways(descending: bool) -> None:
    crowd = Crowd(seed=4)
    one = prepared(Customer)
    for actor in crowd.readers:
        pages = walk(one, Asked(sort="last_contact_at", descending=descending), actor, 5)
        expected = brute(actor, lambda row: True, lambda row: row.last_contact_at, reverse=descending)
        assert [key for page in pages for key in page] == expected


def test_a_row_that_moved_does_not_move_the_page() -> None:
    crowd = Crowd(seed=5)
    actor = crowd.readers[2]
    one = prepared(Customer)
    first = found(one, Asked(sort="sort_key", descending=False), actor, size=10)
    assert first.older is not None
    with gate.door():
        Customer.objects.filter(pk=first.rows[-1].pk).update(sort_key="z")
    after = found(one, Asked(sort="sort_key", descending=False, after=first.older), actor, size=200)
    assert not {row.pk for row in after.rows[:-1]} & {row.pk for row in first.rows[:-1]}


def test_a_place_at_a_row_that_is_not_to_be_seen_begins_anew() -> None:
    crowd = Crowd(seed=6)
    seller = crowd.readers[0]
    one = prepared(Customer)
    seen = set(Customer.objects.visible_to(seller, archived=True).values_list("pk", flat=True))
    foreign = Customer.objects.exclude(pk__in=seen).first()
    assert foreign is not None
    there = found(one, Asked(after=Cursor(foreign.public_id, None, 5)), seller)
    begin = found(one, Asked(), seller)
    assert [row.pk for row in there.rows] == [row.pk for row in begin.rows]


def test_a_hidden_field_is_no_filter_and_no_order() -> None:
    from shangwu.foundation.people.models import Person
    from shangwu.foundation.people.roles import Role
    from tests.builders import an_actor

    one = prepared(Person)
    reader, chief = an_actor(Role.SALES), an_actor(Role.EXECUTIVE)
    given = {"mobile": ["0912"], "sort": ["-clearance"], "clearance": ["3..3"]}
    assert asked(one, given, reader).pairs() == []
    hidden = {column.name for column in one.columns_for(chief)} - {column.name for column in one.columns_for(reader)}
    assert not hidden & {column.name for column in one.columns_for(reader)}
