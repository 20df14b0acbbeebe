"""A list in groups: every row stands in the lane of its value; views and exports keep the groups."""

import csv
import itertools
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.exchange.exporting import export, list_of
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.lanes import SIZE, lanes
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.models import SavedView
from shangwu.foundation.pages.tests.lists.crowd import Crowd
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

pytestmark = pytest.mark.django_db

LIST = "/customers/customers/"


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def text(client: Client, query: str) -> str:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return answer.content.decode()


def browser(actor: Actor) -> Client:
    return a_client(Person.objects.get(pk=actor.person_id))


@pytest.mark.parametrize("query", ["group=state", "group=state&sort=sort_key", "group=state&state=won", "group=grade"])
def test_each_lane_begins_as_the_list_of_its_value_does(crowd: Crowd, query: str) -> None:
    one = prepared(Customer)
    for reader in crowd.readers:
        made = lanes(one, asked(one, lists_of(query), reader), reader)
        assert made or reader is crowd.readers[0]
        for lane in made:
            alone = asked(one, lists_of(lane.address.removeprefix("?")), reader)
            assert alone.group == ""
            rows = found(one, alone, reader).rows
            assert [row.pk for row in lane.rows] == [row.pk for row in rows[:SIZE]]
            assert lane.has_more is (len(rows) > SIZE)


def test_together_the_lanes_hold_what_the_reader_sees_and_no_more(crowd: Crowd) -> None:
    one = prepared(Customer)
    for reader in crowd.readers:
        made = lanes(one, asked(one, lists_of("group=state"), reader), reader)
        shown = {row.pk for lane in made for row in lane.rows}
        seen = set(Customer.objects.visible_to(reader).values_list("pk", flat=True))
        assert shown <= seen
        assert sum(len(lane.rows) for lane in made) == len(shown), "no row stands twice"
        if not any(lane.has_more for lane in made):
            assert shown == seen


def test_the_page_shows_lanes_as_sections_and_as_a_board(crowd: Crowd) -> None:
    client = browser(crowd.readers[2])
    sections = text(client, "?group=state")
    assert sections.count('<tbody class="sw-lane">') >= 3
    assert "is-board" not in sections
    board = text(client, "?group=state&look=board")
    assert "is-board" in board
    assert re.findall(r'data-sw-row="([^"]+)"', board) == re.findall(r'data-sw-row="([^"]+)"', sections)


@pytest.mark.parametrize(
    "query", ["?group=nothing", "?look=board", "?group=credit_limit", "?group=%00", "?group=owner"]
)
def test_what_makes_no_groups_is_left_out(crowd: Crowd, query: str) -> None:
    page = text(browser(crowd.readers[2]), query)
    assert "sw-lane" not in page
    assert "is-board" not in page


def test_more_rows_ask_no_more_queries(crowd: Crowd) -> None:
    client = browser(crowd.readers[2])
    text(client, "?group=state&look=board")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            text(client, "?group=state&look=board")
        counts.append(len(asked_for))
        Crowd(seed=2, size=30)
    assert counts[0] == counts[1]


def test_a_view_keeps_the_groups(crowd: Crowd) -> None:
    reader = crowd.readers[2]
    client = browser(reader)
    client.post(LIST + "views/?group=state&look=board", {"name": "看板", "pinned": "on"})
    saved = SavedView.objects.get(name="看板")
    assert saved.query == "group=state&look=board"
    assert "is-board" in text(client, f"?view={saved.public_id}&{saved.query}")


def test_an_export_stands_in_the_same_groups(crowd: Crowd, tmp_path: Path) -> None:
    reader, one = crowd.readers[2], list_of("customers.customer")
    assert one is not None
    export(reader, one, "group=state&column=name&column=state", tmp_path / "plain.csv", "csv")
    with (tmp_path / "plain.csv").open(encoding="utf-8-sig", newline="") as file:
        states = [row[1] for row in list(csv.reader(file))[1:]]
    changes = sum(before != after for before, after in itertools.pairwise(states))
    assert len(states) == Customer.objects.visible_to(reader).count()
    assert changes == len(set(states)) - 1, "each state is one block"
