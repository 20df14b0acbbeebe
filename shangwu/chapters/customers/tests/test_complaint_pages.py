"""Clause 2.5.3: what people see of a complaint: its clock in lists, its 8D, its drawings, the links to send."""

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shangwu.chapters.customers import diagrams
from shangwu.chapters.customers.tests.complaining import SENT, Desk, Time
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

pytestmark = pytest.mark.clause("2.5.3")

SVG = "{http://www.w3.org/2000/svg}"


def browser(by: Actor, language: str = "en") -> Client:
    return a_client(Person.objects.get(pk=by.person_id), language)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def texts(drawing: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(drawing).iter("text")]


def test_the_chain_of_whys_is_drawn_in_order_and_as_wide_as_a_phone() -> None:
    drawing = diagrams.chain("5 Why", "軸承異音", ["硬度過高", "回火爐跳電", "警示器接錯線"], "為什麼？")
    root = ElementTree.fromstring(drawing)
    assert int(root.attrib["width"]) <= 390 - 2 * 20
    assert [one for one in texts(drawing) if "為什麼" not in one] == [
        "軸承異音",
        "硬度過高",
        "回火爐跳電",
        "警示器接錯線",
    ]
    assert "--cinnabar" in drawing.split("警示器接錯線", maxsplit=1)[0].rsplit("<rect", 1)[1], "the root stands out"


def test_the_fishbone_shows_every_branch_and_marks_the_root() -> None:
    bones = [diagrams.Bone("人", []), diagrams.Bone("機", [("回火爐跳電未警示", True), ("治具磨耗", False)])]
    drawing = diagrams.fishbone("魚骨圖", "軸承異音", bones)
    said = "".join(texts(drawing))
    assert all(one in said for one in ("軸承異音", "人", "機", "■ 回火爐跳電未警示", "· 治具磨耗"))


def test_what_people_write_stays_text_in_a_drawing() -> None:
    nasty = "</text><script>alert(1)</script>&\"'"
    for drawing in (
        diagrams.chain(nasty, nasty, [nasty], nasty),
        diagrams.fishbone(nasty, nasty, [diagrams.Bone(nasty, [(nasty, True)])]),
        diagrams.pareto(nasty, [(nasty, 3, 100.0)]),
    ):
        assert not list(ElementTree.fromstring(drawing).iter("script"))


@pytest.mark.parametrize("text", ["", "一" * 400, "word " * 90, "a" * 300, "混合 text 與 數字 123 " * 20])
def test_lines_fit_their_room_whatever_the_text(text: str) -> None:
    for line in diagrams.wrapped(text, 150, 4):
        assert diagrams.width_of(line) <= 150 + 13


def test_equal_counts_and_no_counts_can_be_drawn() -> None:
    assert ElementTree.fromstring(diagrams.pareto("x", [])).tag == "svg"
    points = re.search(r'points="([^"]+)"', diagrams.pareto("x", [("a", 2, 50.0), ("b", 2, 100.0)]))
    assert points
    assert points[1].count(",") == 2


@pytest.mark.django_db
def test_the_list_shows_next_term_and_time_without_asking_for_each_row(desk: Desk, moment: Time) -> None:
    moment.go("2026-09-22 10:00")
    desk.complaint()
    moment.go("2026-09-29 10:00")
    client = browser(desk.service)
    shown(client, "/customers/complaints/")
    with CaptureQueriesContext(connection) as few:
        shown(client, "/customers/complaints/")
    for _n in range(12):
        desk.complaint()
    with CaptureQueriesContext(connection) as many:
        page = shown(client, "/customers/complaints/")
    assert len(many) <= len(few)
    assert page.count("TS202609-") >= 13
    assert 'sw-late sw-tiny">late' in page


@pytest.mark.django_db
def test_the_page_of_a_complaint_shows_its_eight_steps_and_drawings(desk: Desk) -> None:
    one = desk.brought_to("proposed")
    page = shown(browser(desk.service), f"/customers/complaints/{one.public_id}/")
    assert page.count('class="sw-diagram"') == 2
    for said in (
        "D2 What happened",
        "D3-D7 From containment to prevention",
        "D4 Root cause",
        "D5 Solution",
        "熱處理後未回火",
        "回火爐加裝警示",
    ):
        assert said in page, said


@pytest.mark.django_db
def test_the_clock_that_stands_still_says_so(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("accepted")
    desk.does("await_papers", one, asked_for="照片", proof=SENT)
    moment.go("2026-09-29 16:00")
    assert "0.0 h net, 5.0 h gross · clock stands still" in shown(
        browser(desk.service), f"/customers/complaints/{one.public_id}/"
    )


@pytest.mark.django_db
def test_links_are_offered_to_who_sends_them(desk: Desk) -> None:
    one = desk.brought_to("replied")
    address = f"/customers/complaints/{one.public_id}/"
    assert "/complain/about/" in shown(browser(desk.service), address)
    assert "/complain/about/" not in shown(browser(desk.quality), address)
    customer, seller = f"/customers/customers/{one.customer.public_id}/", browser(desk.sales)
    assert "/complain/by/" in shown(seller, customer)
    assert "TS202609-001" in shown(seller, f"{customer}?tab=complaints")


@pytest.mark.django_db
def test_forms_of_the_eight_steps_open(desk: Desk) -> None:
    one = desk.brought_to("investigating")
    client = browser(desk.service)
    for verb in ("analyse", "plan", "propose", "contain", "await_papers", "ask_compensation", "edit"):
        address = reverse(f"do.customers.complaint.{verb}", kwargs={"public_id": one.public_id})
        assert client.get(address).status_code == 200, verb
