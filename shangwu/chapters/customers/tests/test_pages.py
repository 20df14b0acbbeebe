"""Pages of clause 2.5.1: the pool and its simulator, files beside each other, whose a customer is."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.models import Customer, Likeness, Merge
from shangwu.chapters.customers.protection import Terms
from shangwu.chapters.customers.simulating import replay
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer, person_of
from shangwu.chapters.customers.tests.test_duplicates import NAME, compare
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import replaying

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def client(by: Actor) -> Client:
    person = Person.objects.get(pk=by.person_id)
    if not (known := Account.objects.filter(person=person).first()):
        return a_client(person, "en")
    made = Client()
    made.force_login(known)
    return made


def read(by: Actor, name: str, query: str = "", **kwargs: Any) -> str:
    answer = client(by).get(reverse(name, kwargs=kwargs or None) + query)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return str(answer.content.decode())


# Lists.


def test_the_list_has_mine_the_pool_and_what_ends_soon(crew: Crew, time: Time) -> None:
    soon, later, pooled = (a_customer(crew.sales) for _n in range(3))
    act(crew.head, "customers.customer.extend", later, reason="招標中")
    act(crew.sales, "customers.customer.release", pooled, reason="不再跟進")
    time.to("04-20")
    ends = read(crew.sales, "customers.customer.list", "?owner=me&protected_until=next_14&sort=protected_until")
    assert soon.number in ends
    assert later.number not in ends
    pool = read(crew.colleague, "customers.customer.list", "?owner.empty=yes&view=pool")
    assert pooled.number in pool
    assert soon.number not in pool
    assert crew.sales.name in pool, "whose it was"


# Duplicates.


def test_while_a_file_is_entered_likely_ones_are_told_with_reasons(crew: Crew) -> None:
    mine = a_customer(crew.sales, name=NAME)
    form = read(crew.sales, "customers.customer.create")
    assert reverse("customers.likely") in form
    told = read(crew.sales, "customers.likely", f"?name={NAME}")
    assert mine.number in told
    assert "same name" in told
    hidden = read(crew.colleague, "customers.likely", f"?name={NAME}")
    assert mine.number not in hidden
    assert f"ask {crew.sales.name}" in hidden
    assert read(crew.sales, "customers.likely", "?name=").strip() == ""


@pytest.mark.parametrize(
    "query", ["?name=%00", f"?name={'長' * 900}", "?phone=abc&jurisdiction=XX", "?besides=x&name=甲"]
)
def test_what_is_typed_may_be_anything(crew: Crew, query: str) -> None:
    assert client(crew.sales).get(reverse("customers.likely") + query).status_code in (200, 400)


def test_whose_a_customer_is_is_answered_by_name_number_or_phone(crew: Crew) -> None:
    mine = a_customer(crew.sales, name=NAME, jurisdiction="TW", identity_number="22099131", phone="07-3456789")
    for asked in (NAME, "22099131", "07-3456789"):
        told = read(crew.colleague, "customers.whose", f"?q={asked}")
        assert f"ask {crew.sales.name}" in told
        assert mine.number not in told
    assert "protected until" in read(crew.sales, "customers.whose", f"?q={NAME}")
    assert "No file has this" in read(crew.colleague, "customers.whose", "?q=沒有這家")


def test_two_likely_duplicates_stand_beside_each_other_and_lead_to_the_merge(crew: Crew) -> None:
    a_customer(crew.sales, name=NAME, region="高雄")
    a_customer(crew.sales, name="晉洋化工有限公司", region="台南")
    compare(crew.head)
    one = Likeness.objects.get()
    page = read(crew.head, "customers.likeness.detail", public_id=one.public_id)
    assert "高雄" in page
    assert "台南" in page
    assert "Compare and merge" in page
    assert client(crew.sales).get(reverse("customers.likeness.list")).status_code in (200, 403)


# Merging.


def post(by: Actor, into: Customer, other: Customer, **more: Any) -> Any:
    given = {
        "with": str(other.public_id), "version": into.version, f"version_{other.public_id}": other.version,
        "reason": "同一家公司",
    }  # fmt: skip
    return client(by).post(reverse("customers.compare", kwargs={"public_id": into.public_id}), given | more)


def test_files_are_merged_on_a_page_field_by_field(crew: Crew) -> None:
    into = a_customer(crew.sales, region="高雄", source="展會")
    other = a_customer(crew.sales, region="台南", source="轉介")
    page = read(crew.head, "customers.compare", f"?with={other.number}", public_id=into.public_id)
    for said in ("高雄", "台南", "展會", "轉介", into.name, other.name):
        assert said in page
    answer = post(crew.head, into, other, of_region=str(other.public_id), of_source=str(into.public_id))
    assert answer.status_code == 302
    into = into.fresh
    assert (into.region, into.source) == ("台南", "展會")
    assert Merge.objects.get().customer_id == into.pk


def test_a_merge_of_what_was_edited_meanwhile_is_answered_by_409_and_shows_the_present_values(crew: Crew) -> None:
    into, other = a_customer(crew.sales, region="高雄"), a_customer(crew.sales, region="台南")
    act(crew.sales, "customers.customer.edit", other, {"region": "新竹"})
    answer = post(crew.head, into, other)
    assert answer.status_code == 409
    assert "新竹" in answer.content.decode()
    assert post(crew.head, into, other, reason=" ").status_code == 422
    assert post(crew.head, into, other.fresh, reason=" ").status_code == 422
    assert post(crew.head, into, other.fresh).status_code == 302


def test_who_may_not_merge_does_not_get_the_page(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    address = reverse("customers.compare", kwargs={"public_id": into.public_id})
    assert client(crew.sales).get(address).status_code == 403
    assert post(crew.sales, into, other).status_code == 403
    assert "no such file" in read(crew.head, "customers.compare", "?with=X", public_id=into.public_id)


def test_a_merged_file_answers_by_leading_to_the_survivor(crew: Crew) -> None:
    first, second, third = (a_customer(crew.sales) for _n in range(3))
    act(crew.head, "customers.customer.merge", second, {"others": [{"file": third}]}, reason="同一家")
    act(crew.head, "customers.customer.merge", first, {"others": [{"file": second.fresh}]}, reason="同一家")
    answer = client(crew.sales).get(reverse("customers.customer.detail", kwargs={"public_id": third.public_id}))
    assert answer.status_code == 302
    assert str(first.public_id) in answer["Location"]


def test_the_merge_has_a_page_with_the_way_back(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    act(crew.head, "customers.customer.merge", into, {"others": [{"file": other}]}, reason="同一家")
    page = read(crew.head, "customers.merge.detail", public_id=Merge.objects.get().public_id)
    assert other.name in page
    assert "Take apart" in page


# The simulator.


def test_the_simulator_says_how_many_go_on_which_day_and_which(crew: Crew, time: Time) -> None:
    for _n in range(3):
        a_customer(crew.sales)  # to 04-24
    time.to("04-10")
    fresh = a_customer(crew.sales)  # to 05-10
    page = read(crew.head, "customers.simulator", "?first=10&more=3&most=20")
    assert "3 customers go to the pool on Tuesday" in page
    assert fresh.name in page
    assert "Nobody loses a customer sooner" in read(crew.head, "customers.simulator")


@pytest.mark.parametrize("query", ["?first=0", "?first=400", "?first=100&most=50", "?first=x", "?most=99999999999"])
def test_terms_out_of_bounds_are_said_to_be(crew: Crew, query: str) -> None:
    a_customer(crew.sales)
    page = read(crew.head, "customers.simulator", query)
    assert "Held without an order" in page


def test_the_simulator_counts_what_its_reader_sees(crew: Crew) -> None:
    a_customer(crew.sales)
    other = Crew()
    assert a_customer(crew.sales).name not in read(other.head, "customers.simulator", "?first=5&more=5&most=10")


def test_a_proposal_for_the_pool_is_replayed(crew: Crew, time: Time) -> None:
    a_customer(crew.sales)
    time.to("04-10")
    assert replaying.can_replay("pool.D")
    today = clock.today(crew.sales.zone)
    lines = list(replay(parameters["pool.D"], 30, 10, today, today))
    assert [(one.before, one.after) for one in lines] == [(1, 1), (0, 1), (1, 1)]
    assert Terms(10, 15, 180).end(today, None) > today


def test_a_proposal_for_one_grade_is_replayed_for_that_grade(crew: Crew, time: Time) -> None:
    a_customer(crew.sales, grade="A")
    a_customer(crew.sales, grade="B")
    a_customer(crew.sales)
    time.to("04-10")
    assert replaying.can_replay("pool.D_a")
    today = clock.today(crew.sales.zone)
    lines = list(replay(parameters["pool.D_a"], 0, 10, today, today))
    assert [(one.before, one.after) for one in lines] == [(3, 3), (0, 1), (3, 3)]


def test_the_simulator_counts_by_grade(crew: Crew, time: Time) -> None:
    graded, plain = a_customer(crew.sales, grade="C"), a_customer(crew.sales)
    time.to("04-10")
    page = read(crew.head, "customers.simulator", "?first_c=10")
    assert graded.name in page
    assert plain.name not in page


# Handing over.


def test_a_sheet_lists_what_is_handed_over_and_asks_for_signatures(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    given = {"giver": person_of(crew.sales), "taker": person_of(crew.colleague), "because": "離職"}
    sheet = act(crew.head, "customers.handover.create", None, given).record
    page = read(crew.sales, "customers.handover.detail", public_id=sheet.public_id)
    assert customer.name in page
    assert "Sign as the one who hands over" in page
    assert "Sign as the one who takes over" not in page


def test_a_page_opens_on_what_is_there_to_be_read_not_on_an_empty_table(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    page = read(crew.sales, "customers.customer.detail", public_id=customer.public_id)
    tabs = re.findall(r'href="[^"]*tab=(\w+)[^"]*"([^>]*)>', page)
    assert tabs[0][0] != "addresses"
    assert "addresses" in [name for name, _more in tabs], "it is still there, behind"
    place = {"receiver": "王小明", "address": "高雄市前鎮區 1 號"}
    act(crew.sales, "customers.customer.edit", customer.fresh, {"addresses": [place]})
    page = read(crew.sales, "customers.customer.detail", public_id=customer.public_id)
    assert re.findall(r'href="[^"]*tab=(\w+)', page)[0] == "addresses"
