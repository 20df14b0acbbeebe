"""Approvals on the page: the inbox, the chain with its seals, deciding, the route with its dry run."""

import datetime
import re

import pytest
from django.utils.translation import override

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.tests.factories import a_product, an_order, review_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.approving.chain import chains_of, drawn_steps
from shangwu.foundation.approvals.actions.routes import seed_routes
from shangwu.foundation.approvals.models import Request, RouteEdition
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]
MINUTES = datetime.timedelta(minutes=5)


@pytest.fixture
def crew() -> Crew:
    found = Crew()
    for by in (found.sales, found.support, found.head, found.finance):
        assert by.person_id
    return found


def client_of(by: object) -> object:
    return a_client(Person.objects.get(pk=by.person_id))  # type: ignore[attr-defined]


def a_review(crew: Crew) -> object:
    product = a_product()
    order = an_order(crew, [{"product": product, "quantity": "1", "discount": "0.06"}], customer=a_customer(crew.sales))
    act(crew.sales, "sales.order.submit", order)
    return order.fresh


def test_what_waits_for_me_stands_on_my_day_and_in_the_inbox(crew: Crew) -> None:
    order = a_review(crew)
    mine, other = client_of(crew.finance), client_of(crew.head)
    for page in ("/", "/approvals/requests/?state=running&waiting=me"):
        assert order.number in mine.get(page).content.decode(), page  # type: ignore[attr-defined]
    assert "1 approval waits for you." in mine.get("/").content.decode()  # type: ignore[attr-defined]
    inbox = other.get("/approvals/requests/?state=running&waiting=me").content.decode()  # type: ignore[attr-defined]
    assert order.number not in inbox, "it is not asked yet"  # type: ignore[attr-defined]


def test_a_time_limit_that_passed_is_said_to_be_late_until_it_is_decided(crew: Crew) -> None:
    request = review_of(a_review(crew))  # type: ignore[arg-type]
    inbox, moment = "/approvals/requests/?state=running&waiting=me", [request.due_at - MINUTES]
    former = clock.replace_source(lambda: moment[0])
    try:
        mine = client_of(crew.finance)
        assert "sw-late" not in mine.get(inbox).content.decode()  # type: ignore[attr-defined]
        moment[0] = request.due_at + MINUTES
        assert all("sw-late" in mine.get(page).content.decode() for page in (inbox, "/"))  # type: ignore[attr-defined]
        act(crew.finance, "approvals.request.reject", request, {"opinion": "毛利過低"})
        decided = mine.get(f"/approvals/requests/{request.public_id}/").content.decode()  # type: ignore[attr-defined]
        assert "sw-late" not in decided
    finally:
        clock.replace_source(former)


def test_the_record_shows_its_chain_and_who_is_asked_is_offered_the_decision(crew: Crew) -> None:
    order = a_review(crew)
    address = f"/sales/orders/{order.public_id}/"  # type: ignore[attr-defined]
    asked = client_of(crew.finance).get(address).content.decode()  # type: ignore[attr-defined]
    assert "sw-route" in asked
    assert "is-you" in asked
    assert "approvals.request.approve/" in asked
    seller = client_of(crew.sales).get(address).content.decode()  # type: ignore[attr-defined]
    assert "approvals.request.approve/" not in seller
    assert "approvals.request.withdraw/" in seller


def test_the_printed_form_carries_seal_opinion_name_and_time(crew: Crew) -> None:
    order = a_review(crew)
    act(crew.finance, "approvals.request.approve", review_of(order), {"opinion": "毛利尚可"})  # type: ignore[arg-type]
    act(crew.head, "approvals.request.approve", review_of(order), {"opinion": "同意"})  # type: ignore[arg-type]
    paper = client_of(crew.sales).get(f"/sales/orders/{order.public_id}/print/").content.decode()  # type: ignore[attr-defined]
    assert "sw-print-signatures" in paper
    assert "毛利尚可" in paper
    assert "王小明" in paper


def test_a_route_is_tried_before_it_is_put_in_force(crew: Crew) -> None:
    a_review(crew)
    seed_routes(HOUSE)
    edition = RouteEdition.objects.get(route__kind="sales.order.review")
    client = client_of(crew.executive)
    page = client.get(f"/approvals/routeeditions/{edition.public_id}/")  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert "王小明" in page.content.decode()
    Account.objects.filter(person=crew.executive.person_id).update(language="zh-hant")
    page = client.get(f"/approvals/routeeditions/{edition.public_id}/")  # type: ignore[attr-defined]
    steps = page.content.decode().partition('id="sw-tab"')[2]
    assert "Head of department" not in steps
    assert "部門負責人" in steps


def test_a_route_is_tried_on_a_record_of_ones_choice_and_on_figures_by_hand(crew: Crew) -> None:
    """Issue 4: a dry run says where this order would go, not the latest ones alone."""
    order = a_review(crew)
    seed_routes(HOUSE)
    edition = RouteEdition.objects.get(route__kind="sales.order.review")
    client = client_of(crew.executive)
    address = f"/approvals/routeeditions/{edition.public_id}/"
    assert f'href="{address}trial/"' in client.get(address).content.decode()  # type: ignore[attr-defined]

    def steps(**asked: object) -> list[str]:
        shown = client.get(f"{address}trial/", asked, headers={"accept-language": "en"})  # type: ignore[attr-defined]
        assert shown.status_code == 200
        part = shown.content.decode().partition('role="status"')[2].partition("</section>")[0]
        return re.findall(r"<b>(.*?)</b>", part) or re.findall(r'class="sw-error">(.*?)<', part)

    assert steps() == []
    chosen = steps(record=str(order.public_id))  # type: ignore[attr-defined]
    assert chosen == ["Finance", "Head of department"]
    by_hand = {"reasons": "discount", "requester": str(Person.objects.get(pk=crew.sales.person_id).public_id)}
    assert steps(amount="1000", discount="8%", **by_hand) == chosen
    higher = steps(amount="1000", discount="15%", **by_hand)
    assert "Head of department" not in higher
    assert "Executive in charge" in higher
    assert steps(amount="viel") == ["Write the amount as a number, such as 12000."]
    assert "Choose it from the list" in steps(record=str(edition.public_id))[0]
    assert Request.objects.count() == 1, "nothing is written"


def test_an_opinion_that_is_asked_for_stands_on_my_day_until_it_is_given(crew: Crew) -> None:
    order = a_review(crew)
    engineer, page = crew.one(Role.ENGINEERING), "/my-day/later/"
    mine = client_of(engineer)
    said = "Your opinion is asked"
    assert said not in mine.get(page).content.decode()  # type: ignore[attr-defined]
    to = Person.objects.get(pk=engineer.person_id)
    act(crew.finance, "approvals.request.consult", review_of(order), {"to": to})  # type: ignore[arg-type]
    card = mine.get(page).content.decode().partition(said)[2]  # type: ignore[attr-defined]
    assert str(review_of(order).public_id) in card  # type: ignore[arg-type]
    assert said not in client_of(crew.head).get(page).content.decode()  # type: ignore[attr-defined]
    act(engineer, "approvals.request.answer", review_of(order), {"opinion": "規格可行"})  # type: ignore[arg-type]
    assert said not in mine.get(page).content.decode()  # type: ignore[attr-defined]


def test_only_who_will_be_asked_stands_as_still_to_come(crew: Crew) -> None:
    """2.6.1: one of the four decides about a price, by the matrix; nobody waits for the seals of the other three."""
    order = a_review(crew)

    def drawn() -> list[str]:
        (chain,) = chains_of(order.fresh)  # type: ignore[attr-defined]
        with override("en"):
            return [str(one["title"]) for one in drawn_steps(chain, set())]

    assert drawn() == ["Submitted", "Finance (opinion)", "Head of department"]
    act(crew.finance, "approvals.request.reject", review_of(order), {"opinion": "毛利過低"})  # type: ignore[arg-type]
    assert drawn() == ["Submitted", "Finance (opinion)", "Executive"], "an objection brings it before the executive"
