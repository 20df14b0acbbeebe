"""Clause 2.5.2: the list, the board and the forecast of opportunities: who sees what, which lanes take which card."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shangwu.chapters.customers.models import Stage
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.test_opportunities import OFFER, TALKS, a_reason, an_opportunity, does
from shangwu.foundation.notices.dates import dates_of
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]

LIST = "/customers/opportunities/"
BOARD = f"{LIST}?state=open&group=stage&look=board"
FORECAST = "/customers/forecast/"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return text_of(answer)


def moves(page: str, key: object) -> set[str]:
    """Names of the lanes that take a card."""
    found = re.search(rf'data-sw-row="{key}"[^>]* data-sw-moves="([^"]*)"', page)
    assert found, "the card stands on the board"
    names = {str(stage.public_id): stage.name for stage in Stage.objects.all()}
    return {names[one] for one in found[1].split()}


def lanes(page: str) -> list[str]:
    return re.findall(r'data-sw-lane-label="([^"]*)"', page)


def test_the_board_has_a_lane_for_each_stage_the_empty_ones_too(crew: Crew) -> None:
    one = an_opportunity(crew.sales, stage=OFFER)
    page = shown(client_of(crew.sales), BOARD)
    names = [stage.name_en for stage in Stage.objects.order_by("position")]
    assert lanes(page) == names
    assert moves(page, one.public_id) == {"初步接洽", "需求確認", TALKS, "贏單", "輸單"}


def test_a_lane_that_asks_more_says_so_and_one_that_does_not_names_its_input(crew: Crew) -> None:
    an_opportunity(crew.sales)
    page = shown(client_of(crew.sales), BOARD)
    asking = re.findall(r'data-sw-lane-label="([^"]*)"[^>]*data-sw-lane-asks="yes"', page)
    assert asking == ["Won", "Lost"]
    talks = Stage.objects.get(name=TALKS)
    assert f'data-sw-lane-inputs="stage={talks.public_id}"' in page
    assert "/act/customers.opportunity.move/" in page


def test_cards_move_for_those_alone_who_may_and_only_what_is_under_way(crew: Crew) -> None:
    one, won = an_opportunity(crew.sales), an_opportunity(crew.sales)
    does(crew.sales, "win", won)
    page = shown(client_of(crew.finance), BOARD)
    assert str(one.public_id) in page, "finance sees it"
    assert "data-sw-lane=" not in page
    assert "data-sw-move " not in page
    whole = shown(client_of(crew.sales), f"{LIST}?group=stage&look=board")
    assert moves(whole, won.public_id) == set(), "what is won is opened again by its own action"


def test_sections_of_the_table_do_not_move(crew: Crew) -> None:
    an_opportunity(crew.sales)
    page = shown(client_of(crew.sales), f"{LIST}?group=stage")
    assert 'class="sw-lane"' in page
    assert "data-sw-moves" not in page


def test_boards_that_declare_nothing_only_show(crew: Crew) -> None:
    """Orders have a board by state: nothing on it can be moved."""
    a_customer(crew.sales)
    page = shown(client_of(crew.sales), "/customers/customers/?group=state&look=board")
    assert "is-board" in page
    assert "data-sw-mov" not in page
    assert "data-sw-lane" not in page.replace("data-sw-lane-", "")


def test_more_cards_ask_no_more_queries(crew: Crew) -> None:
    client = client_of(crew.head)
    counts = []
    an_opportunity(crew.sales)
    for address in (LIST, BOARD, FORECAST):
        shown(client, address)
        asked = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as caught:
                shown(client, address)
            asked.append(len(caught))
            for by in (crew.sales, crew.colleague, crew.one(Role.SALES)):
                an_opportunity(by, stage=OFFER)
        assert asked[0] == asked[1], address
        counts.append(asked[0])
    assert counts[2] < 24


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_each_page_is_drawn_in_each_language(crew: Crew, language: str) -> None:
    one = an_opportunity(crew.sales, next_step="寄樣", next_on="2026-01-05")
    client = a_client(Person.objects.get(pk=crew.sales.person_id), language)
    for name in ("opportunity.list", "forecast", "stage.list", "outcomereason.list", "opportunity.create"):
        shown(client, reverse(f"customers.{name}"))
    shown(client, reverse("customers.opportunity.detail", kwargs={"public_id": one.public_id}))


def test_the_customer_shows_its_opportunities_and_my_day_the_steps_overdue(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    one = an_opportunity(crew.sales, customer, next_step="寄送樣品", next_on="2026-01-05", name="新廠管線")
    address = reverse("customers.customer.detail", kwargs={"public_id": customer.public_id})
    assert "新廠管線" in shown(client_of(crew.sales), f"{address}?tab=opportunities")
    assert "寄送樣品" in shown(client_of(crew.sales), "/my-day/later/")
    assert "寄送樣品" not in shown(client_of(crew.colleague), "/my-day/later/")
    assert [each.key for each in dates_of(crew.sales) if each.key.startswith("opportunity-")] == [
        f"opportunity-{one.public_id}"
    ]


def test_the_forecast_tells_the_reader_nothing_of_others(crew: Crew) -> None:
    an_opportunity(crew.sales, amount="123456", expected_on="2026-12-31")
    an_opportunity(crew.colleague, amount="777777", expected_on="2026-12-31")
    mine, all_of_them = shown(client_of(crew.sales), FORECAST), shown(client_of(crew.head), FORECAST)
    assert "123,456" in mine
    assert "777,777" not in mine
    assert "901,233" in all_of_them
    assert "Nothing is open" in shown(client_of(crew.head), f"{FORECAST}?owner=me")
    assert client_of(crew.purchasing).get(FORECAST).status_code in (200, 404)


def test_a_reason_of_the_other_outcome_is_refused_in_the_form(crew: Crew) -> None:
    one = an_opportunity(crew.sales)
    client = client_of(crew.sales)
    address = reverse("do.customers.opportunity.lose", kwargs={"public_id": one.public_id})
    given = {"version": one.version, "outcome_reason": str(a_reason("won").public_id)}
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert "belongs to the other outcome" in text_of(answer)
