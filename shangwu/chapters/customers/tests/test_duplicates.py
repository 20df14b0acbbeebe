"""Clause 2.5.1: likely duplicates are found while a file is entered, and among all files, with the reasons."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers import scanning
from shangwu.chapters.customers.likely import likely
from shangwu.chapters.customers.models import Comparison, Customer, Likeness
from shangwu.chapters.customers.scanning import SCAN
from shangwu.chapters.customers.similarity import Rarity, core, fewest_shared, likeness, often_of, pairs, score
from shangwu.chapters.customers.telling import Keeper
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.test_merging import merged, the_merge
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.starting import cancel, start
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy import parameters
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

NAME = "晉洋化工股份有限公司"
ALIKE = [
    ("晉洋化工有限公司", True), ("台灣晉洋化工股份有限公司", True), ("晉洋化學工業股份有限公司", False),
    ("晉陽化工股份有限公司", True), ("晉洋水務股份有限公司", False), ("澤川水務工程有限公司", False),
    ("晋洋化工（高雄）有限公司", True),
]  # fmt: skip


@pytest.fixture
def crew() -> Crew:
    return Crew()


# How alike.


@pytest.mark.parametrize(("other", "alike"), ALIKE)
def test_names_are_alike_by_pairs_or_by_few_changes_whatever_their_legal_form(other: str, alike: bool) -> None:
    assert (likeness(core(NAME), core(other)) >= 0.6) is alike


def test_names_that_are_alike_enough_share_the_pairs_by_which_they_are_looked_for() -> None:
    """The rule behind the index: a name with so many pairs shares at least so many with any that is so alike."""
    for mine in range(1, 12):
        for theirs in range(1, 12):
            for shared in range(min(mine, theirs) + 1):
                if 200 * shared >= 60 * (mine + theirs):
                    assert shared >= fewest_shared(mine, 60)


def test_reasons_add_up() -> None:
    assert score({"number": 1}) == 100
    assert score({"name": 1}) == 95
    assert score({"phone": 1}) == 60
    assert score({"phone": 1, "similar": 0.8}) == 83
    assert score({"similar": 0.8}) == 68


TRADES = ("精密機械", "食品機械", "設備工程", "材料科技")
BRANDS = (
    "信德", "北辰", "晉洋", "澤川", "鼎晟", "宏濟", "長濱", "裕海", "德潤", "群耀",
    "順昌", "宇峰", "昱誠", "仁泰", "景碩", "巨升", "凱程", "光磊", "瀚海", "柏晟",
)  # fmt: skip


def test_what_only_shares_its_trade_with_many_is_not_alike_and_true_doubles_still_are() -> None:
    """Names of brand and trade: the trade's pairs are frequent, so that they tell little."""
    names = [core(f"{brand}{trade}股份有限公司") for brand in BRANDS for trade in TRADES]
    counts = Counter(pair for name in names for pair in pairs(name))
    often = often_of(len(names))
    rarity = Rarity({pair: count for pair, count in counts.items() if count > often}, often)

    def alike(one: str, other: str) -> bool:
        return likeness(core(one), core(other), rarity) >= 0.6

    assert likeness(core("信德精密機械"), core("北辰精密機械")) >= 0.6, "the trade alone, where nothing is known"
    assert not alike("信德精密機械", "北辰精密機械")
    assert not alike("信德設備工程有限公司", "長濱設備工程股份有限公司")
    assert alike("信德精密機械", "信德精密工業")
    assert alike("台灣信德精密機械", "信德精密機械有限公司")
    assert alike("信得精密機械", "信德精密機械")


# While it is entered.


def test_a_file_is_found_by_number_name_phone_or_similar_name_with_reasons(crew: Crew) -> None:
    first = a_customer(crew.sales, name=NAME, jurisdiction="TW", identity_number="22099131", phone="07-3456789")

    def told(**given: str) -> dict[str, float]:
        found = likely(crew.sales, **given)
        assert [one.record for one in found] == ([first] if found else [])
        return found[0].reasons if found else {}

    assert told(name="別的名字", number="2209-9131").keys() == {"number"}
    assert told(name="晋洋化工股份有限公司").keys() == {"name"}
    assert told(phone="07 345 6789", place="TW").keys() == {"phone"}
    assert told(name="晉洋化工").keys() == {"similar"}
    assert told(name="台灣晉洋化工有限公司", phone="07-3456789", place="TW").keys() == {"similar", "phone"}
    assert told(name="全然不同的公司") == {}


def test_one_does_not_learn_of_similar_files_of_others_but_of_equal_ones_whom_to_ask(crew: Crew) -> None:
    a_customer(crew.sales, name=NAME)
    assert likely(crew.colleague, name="晉洋化工") == []
    (found,) = likely(crew.colleague, name=NAME)
    assert (found.record, found.keeper.said) == (None, crew.sales.name)


@pytest.mark.parametrize(("tells", "said"), [("owner", "sales"), ("department", "商務部"), ("nothing", "")])
def test_how_much_is_told_is_a_rule(crew: Crew, rule: Any, tells: str, said: str) -> None:
    rule(pool_tells=tells)
    a_customer(crew.sales, name=NAME)
    (found,) = likely(crew.colleague, name=NAME)
    assert found.keeper.said == {"sales": crew.sales.name, "": Keeper().said}.get(said, said)
    with pytest.raises(Exception, match="duplicate") as caught:
        act(crew.colleague, "customers.customer.create", None, {"name": NAME})
    assert found.keeper.said in caught.value.sentence  # type: ignore[attr-defined]


def test_a_pool_file_is_everybodys_to_see(crew: Crew) -> None:
    customer = a_customer(crew.sales, name=NAME)
    act(crew.sales, "customers.customer.release", customer, reason="不再跟進")
    (found,) = likely(crew.colleague, name="晉洋化工")
    assert (found.record, found.pooled) == (customer, True)


def test_persons_of_one_name_are_no_duplicates_unless_something_else_is_equal(crew: Crew) -> None:
    a_customer(crew.sales, name="王小明", kind="person", jurisdiction="TW", phone="0912-345-678")
    assert likely(crew.sales, name="王小明", kind="person") == []
    (found,) = likely(crew.sales, name="王小明", kind="person", phone="0912345678", place="TW")
    assert found.reasons.keys() == {"name", "phone"}


def test_looking_takes_few_statements_whatever_there_is(crew: Crew) -> None:
    for n in range(30):
        a_customer(crew.sales, name=f"晉洋化工{n}廠")
    likely(crew.sales, name=NAME)
    with CaptureQueriesContext(connection) as queries:
        assert likely(crew.sales, name=NAME, number="22099131", phone="07-3456789", place="TW")
    assert len(queries) <= 6


# Among all files.


def compare(by: Any) -> Job:
    job = start(by, SCAN, {})
    ended = running.run(job.pk)
    assert ended is not None
    return ended


def found_pairs(**more: Any) -> set[tuple[str, str, str]]:
    rows = Likeness.objects.filter(**more).select_related("first", "second")
    return {(one.first.name, one.second.name, one.reasons) for one in rows}


def test_all_files_are_compared_and_each_pair_has_its_reasons(crew: Crew) -> None:
    a_customer(crew.sales, name=NAME, phone="+88673456789")
    a_customer(crew.colleague, name="台灣晉洋化工有限公司")
    a_customer(crew.sales, name="澤川水務工程有限公司", phone="+88673456789")
    a_customer(crew.sales, name="澤川水務工程股份有限公司")
    job = compare(crew.head)
    assert job.state == Job.State.DONE
    assert found_pairs() == {
        (NAME, "台灣晉洋化工有限公司", "similar"), (NAME, "澤川水務工程有限公司", "phone"),
        ("澤川水務工程有限公司", "澤川水務工程股份有限公司", "name"),
    }  # fmt: skip
    assert job.result == {"found": 3, "new": 3, "lapsed": 0}


def test_a_list_without_pairs_says_whether_anybody_has_looked(crew: Crew) -> None:
    client = client_of(crew.support)
    assert "have not been compared lately" in client.get("/customers/duplicates/").content.decode()
    compare(crew.head)
    assert "none are alike" in client.get("/customers/duplicates/").content.decode()


def test_of_many_names_of_one_trade_only_true_doubles_are_proposed(crew: Crew) -> None:
    for brand in BRANDS[:-2]:  # the last two differ from others by one character
        a_customer(crew.sales, name=f"{brand}精密機械股份有限公司")
    a_customer(crew.sales, name="台灣信德精密機械有限公司")
    compare(crew.head)
    assert found_pairs() == {("信德精密機械股份有限公司", "台灣信德精密機械有限公司", "similar")}


def test_a_second_file_made_knowingly_is_not_proposed(crew: Crew) -> None:
    a_customer(crew.sales, name=NAME)
    a_customer(crew.sales, name=NAME, duplicate_reason="高雄分廠，獨立採購")
    compare(crew.head)
    assert found_pairs() == set()


def test_what_people_have_settled_stays_settled_and_what_is_no_longer_alike_goes(crew: Crew) -> None:
    first, second = a_customer(crew.sales, name=NAME), a_customer(crew.sales, name="晉洋化工有限公司")
    third = a_customer(crew.sales, name="台灣晉洋化工有限公司")
    compare(crew.head)
    one = Likeness.objects.get(first=first, second=second)
    assert attempt(crew.head, "customers.likeness.dismiss", one) == "invalid", "how does one know?"
    assert attempt(crew.head, "customers.likeness.dismiss", one, reason="不同統編") == "done"
    act(crew.sales, "customers.customer.edit", third, {"name": "岳澄精密"})
    result = compare(crew.head).result
    assert result["new"] == 0
    assert (one.fresh.state, result["lapsed"]) == ("apart", 2)
    act(crew.sales, "customers.customer.edit", third, {"name": "台灣晉洋化工"})
    compare(crew.head)
    assert len(found_pairs(state="open")) == 2
    assert one.fresh.state == "apart"


def test_a_merge_settles_its_pairs_and_taking_it_apart_says_that_they_are_two(crew: Crew) -> None:
    first, second = a_customer(crew.sales, name=NAME), a_customer(crew.sales, name="晉洋化工有限公司")
    compare(crew.head)
    merged(crew, first, second)
    (one,) = Likeness.objects.all()
    assert one.state == "merged"
    act(crew.head, "customers.merge.take_apart", the_merge(), reason="其實是兩家")
    assert one.fresh.state == "apart"


def test_a_job_that_is_cancelled_has_written_nothing(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    a_customer(crew.sales, name=NAME)
    a_customer(crew.sales, name="晉洋化工有限公司")
    monkeypatch.setattr(running, "PAUSE", 0.0)
    read = scanning._read

    def asked_to_stop() -> Any:
        cancel(job)
        yield from read()

    monkeypatch.setattr(scanning, "_read", asked_to_stop)
    job = start(crew.head, SCAN, {})
    ended = running.run(job.pk)
    assert ended is not None
    assert ended.state == Job.State.CANCELLED
    assert Likeness.objects.count() == 0


def test_a_program_has_all_files_compared_and_hears_what_came_of_it(crew: Crew) -> None:
    a_customer(crew.sales, name=NAME)
    a_customer(crew.colleague, name="台灣晉洋化工有限公司")
    caller = a_caller(Person.objects.get(pk=crew.head.person_id))
    answer = caller.post("customers/comparison")
    assert answer.status_code == 201, answer.data
    again = caller.post("customers/comparison")
    assert (again.status_code, again.data["code"]) == (422, "running"), "one at a time"
    one = Comparison.objects.get()
    assert (one.state, one.created_by_id) == ("waiting", crew.head.person_id)
    job = running.run(Job.objects.get(name=SCAN).pk)
    assert job is not None
    assert job.state == Job.State.DONE
    told = caller.get(f"customers/comparison/{one.public_id}").data
    assert (told["state"], told["pairs"], told["made"], told["lapsed"]) == ("done", 1, 1, 0)
    assert attempt(crew.sales, "customers.comparison.create") == "forbidden"
    page = client_of(crew.support).get("/customers/comparisons/").content.decode()
    assert str(one.public_id) in page


def test_a_comparison_that_is_cancelled_says_so(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PAUSE", 0.0)
    one = act(crew.head, "customers.comparison.create").record
    job = Job.objects.get(name=SCAN)
    read = scanning._read

    def asked_to_stop() -> Any:
        cancel(Job.objects.get(pk=job.pk))
        yield from read()
        yield from read()

    a_customer(crew.sales, name=NAME)
    monkeypatch.setattr(scanning, "_read", asked_to_stop)
    ended = running.run(job.pk)
    assert ended is not None
    assert (ended.state, one.fresh.state) == (Job.State.CANCELLED, "ended")


def test_a_number_that_everybody_has_tells_nothing(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "CROWD", 2)
    for n in range(3):
        a_customer(crew.sales, name="甲乙丙"[n] * 4, phone="+88673456789")
    compare(crew.head)
    assert found_pairs() == set()


def test_pairs_are_seen_by_who_clears_up_and_not_by_sales(crew: Crew) -> None:
    a_customer(crew.sales, name=NAME)
    a_customer(crew.sales, name="晉洋化工有限公司")
    compare(crew.head)
    with gate.request_code():
        seen = [Likeness.objects.visible_to(by).count() for by in (crew.head, crew.support, crew.sales)]
        assert Customer.objects.visible_to(crew.sales).count() == 2
    assert seen == [1, 1, 0]
    assert parameters.policy("duplicate.similar") == 60
    assert pairs("晉洋") == {"晉洋"}
