"""Clause 2.5.3: a complaint names its product where it is known, what is asked in kind, and has its target; a consumer
returns what was bought online without a reason."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.complaint_access import by_link
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.repeats import is_like
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.customers.tests.test_complaint_clock import reply_due
from shangwu.chapters.sales.tests.factories import a_product
from shangwu.chapters.sales.tests.test_files_in import brought
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.measures import exporting
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.registry import Column, fact_sets
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Entity, Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]

RETURN: dict[str, Any] = {"claim": "free_return", "is_consumer": True}


def test_a_product_that_is_known_stands_beside_the_customers_words(desk: Desk) -> None:
    bearing, valve = a_product(name="深溝球軸承 6204"), a_product(name="球閥")
    customer = a_customer(desk.sales)
    first = desk.complaint(customer=customer, article=bearing, product="六二○四")
    again = desk.complaint(customer=customer, article=bearing, product="那顆培林")
    other = desk.complaint(customer=customer, article=valve, product="六二○四")
    assert (again.product, again.article) == ("那顆培林", bearing)
    assert is_like(first, again), "the product decides, whatever the customer calls it"
    assert not is_like(first, other)
    page = a_client(Person.objects.get(pk=desk.head.person_id), "en").get(
        f"/sales/products/{bearing.public_id}/?tab=complaints"
    )
    assert page.status_code == 200
    assert first.number in page.content.decode()
    assert other.number not in page.content.decode()


def refused(desk: Desk, **values: Any) -> str:
    try:
        desk.complaint(**RETURN | values)
    except Refusal as refusal:
        return refusal.code
    return "done"


def test_goods_bought_online_go_back_within_seven_days(desk: Desk) -> None:
    """It is 29 September; 25 September has the seventh day within the holidays, which end on 7 October."""
    one = desk.complaint(**RETURN, goods_received_on="2026-09-25")
    assert one.return_until is not None
    assert one.return_until.isoformat() == "2026-10-08", "a last day that is not worked moves on"
    assert refused(desk, goods_received_on="2026-09-22") == "done", "the seventh day counts"
    assert refused(desk, goods_received_on="2026-09-21") == "over"
    assert refused(desk, goods_received_on=None) == "goods_received_on"
    assert refused(desk, goods_received_on="2026-09-25", is_consumer=False) == "consumer"
    assert refused(desk, claim="refund", goods_received_on="2026-09-01") == "done", "any other claim has no such term"


def test_a_return_has_a_term_of_its_own(desk: Desk) -> None:
    assert reply_due(desk.complaint()) == "10-14 18:00", "seven working days, the holidays between"
    assert reply_due(desk.complaint(**RETURN, goods_received_on="2026-09-25"))[:5] == "10-06", "seven days"


def test_taking_up_has_a_target_of_two_working_hours(desk: Desk, moment: Time, settings: Any, tmp_path: Any) -> None:
    settings.FACTS = tmp_path
    moment.go("2026-09-29 11:00")
    quick, slow, open_one = desk.complaint(), desk.complaint(), desk.complaint()
    assert quick.target_at is not None
    assert f"{quick.target_at.astimezone(Time.zone):%H:%M}" == "14:00", "an hour before the noon rest, one after it"
    moment.go("2026-09-29 13:55")
    desk.does("accept", quick)
    moment.go("2026-09-29 15:00")
    desk.does("accept", slow)
    assert clocks.next_due(open_one.fresh) is not None, "its duty still runs until the next working day"
    export("customers.complaints", everything=True)
    (row,) = ask(desk.head, ["complaints.taken_up_in_target"]).rows
    assert row[-1] == pytest.approx(1 / 3), "the third one's target has passed as well"
    assert Complaint.objects.filter(target_at__isnull=True).count() == 0


@pytest.mark.clause("2.7.1")
@pytest.mark.parametrize("said", [True, False])
def test_what_becomes_late_by_the_clock_alone_shows_though_nobody_touches_it(
    desk: Desk, moment: Time, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any, said: bool
) -> None:
    """The control: where the facts do not say whose passing changes them, it would stay as it was."""
    settings.FACTS = tmp_path
    monkeypatch.setattr(exporting, "MARGIN", 0)
    facts = fact_sets["customers.complaints"]
    moment.go("2026-09-29 11:00")
    desk.complaint()
    columns = {
        name: Column(one.sql.replace("now()", "timestamptz '2026-09-29'"), one.kind)
        for name, one in facts.columns.items()
    }
    monkeypatch.setitem(fact_sets, facts.name, replace(facts, columns=columns))
    export(facts.name)
    monkeypatch.setitem(fact_sets, facts.name, facts if said else replace(facts, moments=()))
    FactRelease.objects.filter(fact_set=facts.name).update(definition=exporting.definition_of(facts))
    moment.go("2026-09-29 15:30" if said else "2026-09-29 15:31")  # a table is known by the moment of its export
    export(facts.name)
    (row,) = ask(desk.head, ["complaints.taken_up_in_target"]).rows
    assert row[-1] == (0 if said else None)


def test_words_that_are_a_code_or_a_whole_name_stand_for_the_product(desk: Desk) -> None:
    bearing = a_product(code="BRG-6204", name="深溝球軸承 6204")
    twice = [a_product(name="密封圈"), a_product(name="密封圈")]
    assert desk.complaint(product="brg-6204").article == bearing, "a code in any case"
    named = desk.complaint(product="深溝球軸承 6204")
    assert (named.article, named.product) == (bearing, "深溝球軸承 6204"), "the words stay"
    assert desk.complaint(product="BRG-6204 那一批").article is None, "words around a code are words"
    assert desk.complaint(product="密封圈").article is None, "two bear that name"
    assert desk.complaint(product="BRG-6204", article=twice[0]).article == twice[0], "what was chosen stays"


def test_who_takes_the_product_away_is_heard_and_new_words_are_read(desk: Desk) -> None:
    bearing, valve = a_product(code="BRG-6204"), a_product(code="VLV-50")
    one = desk.complaint(product="BRG-6204")
    assert desk.does("edit", one, article=None, product="BRG-6204").article_id is None, "the same words, taken away"
    assert desk.does("edit", one, product="VLV-50").article_id == valve.pk
    assert desk.does("edit", one, product="還是軸承").article_id == valve.pk, "other words change no choice"
    assert bearing.pk != valve.pk


def test_the_form_for_customers_and_files_name_products_too(desk: Desk, tmp_path: Path) -> None:
    bearing, valve = a_product(code="BRG-6204"), a_product(code="VLV-50")
    link = by_link(Entity.objects.get(pk=desk.service.entity_id), None)
    given = {"description": "有異音", "claimant_email": "lin@example.cn", "product": "BRG-6204"}
    assert act(link, "customers.complaint.submit", None, given).record.article_id == bearing.pk
    whose = a_customer(desk.sales).number
    rows = [f"{whose},有異音,brg-6204,", f"{whose},滲漏,球閥那批,vlv-50", f"{whose},滲漏,不知道的,"]
    report = brought(
        desk.service, "customers.complaint", tmp_path, "Customer,What happened,Product,Product on file", *rows
    )
    assert (report.made, report.refused) == (3, 0), report.reasons
    made = Complaint.objects.filter(customer__number=whose).order_by("pk").values_list("product", "article_id")
    assert list(made) == [("brg-6204", bearing.pk), ("球閥那批", valve.pk), ("不知道的", None)]


def test_complaints_are_found_by_their_product(desk: Desk) -> None:
    bearing = a_product(code="BRG-6204")
    about, other = desk.complaint(product="BRG-6204"), desk.complaint(product="VLV-50")
    caller = a_caller(Person.objects.get(pk=desk.head.person_id), "read")
    found = caller.get("customers/complaint", article=str(bearing.public_id)).data
    assert [row["number"] for row in found["results"]] == [about.number]
    assert other.number != about.number


def test_former_complaints_are_tied_to_their_products(desk: Desk) -> None:
    """The migration: what was written down before products stood beside the words."""
    coded, named, unknown = desk.complaint(product="BRG-6204"), desk.complaint(product="球閥"), desk.complaint()
    bearing, valve = a_product(code="brg-6204"), a_product(name="球閥")
    former = import_module("shangwu.chapters.customers.migrations.0068_products_and_what_is_over")
    with connection.cursor() as cursor:
        cursor.execute(former.BY_CODE)
        cursor.execute(former.BY_NAME)
    assert [one.fresh.article_id for one in (coded, named, unknown)] == [bearing.pk, valve.pk, None]
