"""Clause 2.5.1: several files of one customer are made one, nothing is forgotten, and it can be undone."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from shangwu.chapters.customers.models import Communication, Contact, Customer, Merge
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, blacklist
from shangwu.chapters.customers.tests.test_requests import asked
from shangwu.chapters.sales.models import Order, PriceList
from shangwu.chapters.sales.tests.factories import a_product, an_order, attempt
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.audit import verify
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.audit.sealing import seal_all
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Part
from shangwu.foundation.records.references import Reference, references_to, staying
from tests.authorisation.relations import World
from tests.builders import HOUSE, a_department, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def merged(crew: Crew, into: Customer, *files: Customer, by: Any = None, **choices: Customer) -> Customer:
    given = {
        "others": [{"file": one, "version": one.version} for one in files],
        "choices": [{"field": name, "file": one} for name, one in choices.items()],
    }
    act(by or crew.head, "customers.customer.merge", into, given, version=into.version, reason="同一家公司")
    return into.fresh


def merge_attempt(crew: Crew, into: Customer, *files: Customer, by: Any = None, **more: Any) -> str:
    given = {"others": [{"file": one, "version": one.version} for one in files], **more}
    return attempt(by or crew.head, "customers.customer.merge", into, given, version=into.version, reason="同一家公司")


def the_merge() -> Merge:
    return Merge.objects.latest("pk")


def apart(crew: Crew, by: Any = None) -> str:
    return attempt(by or crew.head, "customers.merge.take_apart", the_merge(), reason="其實是兩家")


def said(crew: Crew, customer: Customer, **more: Any) -> Communication:
    given = {"customer": customer, "method": "phone", "at": "2026-01-05T10:00:00+08:00", "summary": "詢價"} | more
    made: Communication = act(crew.sales, "customers.communication.create", None, given).record
    return made


# Nothing is forgotten.


def test_every_foreign_key_of_the_database_to_customers_goes_along_or_says_why_not() -> None:
    """Read from the database itself: a table that a room adds tomorrow is among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.confrelid = 'customers_customer'::regclass"
        )
        there = set(cursor.fetchall())
    moved = {(one.model._meta.db_table, one.column) for one in references_to(Customer)}
    left = {(apps.get_model(label)._meta.db_table, column) for label, _dot, column in map(_parted, staying())}
    assert there - moved - left == set()
    assert there & moved


def _parted(name: str) -> tuple[str, str, str]:
    return name.rpartition(".")


def test_rows_that_hang_on_any_record_go_along_too() -> None:
    """A table with a type and a number beside each other is registered, or derived and listed here with its reason."""
    derived = {
        "audit.entryrecord", "audit.entry",  # what happened, happened to the file of then
        "pages.follow",  # comfort; who follows the merged file is led to the other
    }  # fmt: skip
    registered = {one.model for one in references_to(Customer) if one.type_column}
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"record_type", "record_id"} <= names and "History" not in model.__name__:
            assert model in registered or model._meta.label_lower in derived, model


def test_whatever_is_unique_within_a_customer_says_how_two_become_one() -> None:
    for one in references_to(Customer):
        name = one.column.removesuffix("_id")
        for rule in one.model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint) and name in rule.fields:
                assert one.one_mark, f"{one.name}: {rule.name}"


def _part_of(customer: Customer, one: Reference) -> models.Model:
    """A row that belongs to the file itself."""
    row = one.model(**{one.column: customer.pk})
    with gate.door():
        row.save()
    return row


def test_one_row_of_every_kind_moves_and_comes_back(crew: Crew) -> None:
    """Made for each reference that the registry knows, also for those of rooms that this one never heard of."""
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    world, rows = World(), []
    for one in references_to(Customer):
        row = _part_of(other, one) if issubclass(one.model, Part) else world.row(one.model, "own")
        sets = {one.column: other.pk, **({one.type_column: "customers.customer"} if one.type_column else {})}
        with gate.door():
            one.model._default_manager.filter(pk=row.pk).update(**sets)
        rows.append((one, row.pk))
    assert len({one.model for one, _pk in rows}) >= 6

    def held() -> set[int]:
        return {one.model._default_manager.values_list(one.column, flat=True).get(pk=pk) for one, pk in rows}

    merged(crew, into, other)
    assert held() == {into.pk}
    assert the_merge().count >= len(rows)
    assert apart(crew) == "done"
    assert held() == {other.pk}


def test_orders_contacts_talks_prices_and_papers_are_the_survivors(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    order = an_order(crew, customer=other)
    contact, talk = a_contact(crew.sales, other), said(crew, other)
    prices = {"name": "專案價", "customer": other, "currency": "TWD", "valid_from": "2026-01-01"}
    prices |= {"prices": [{"product": a_product(), "price": "90"}]}
    agreed = act(HOUSE, "sales.pricelist.create", None, prices).record
    merged(crew, into, other)
    assert [one.fresh.customer_id for one in (order, contact, talk, agreed)] == [into.pk] * 4
    assert order.fresh.version == order.version + 1, "an open form of the order is stale now"
    assert order.fresh.customer_name == other.name, "documents keep the name that they were made with"


def test_what_was_archived_goes_along(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    contact = a_contact(crew.sales, other)
    act(crew.sales, "customers.contact.archive", contact)
    merged(crew, into, other)
    assert contact.fresh.customer_id == into.pk


def test_history_is_kept_and_the_log_stays_whole(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    order = an_order(crew, customer=other)
    merged(crew, into, other)
    entry = Entry.objects.filter(verb="customers.customer.merge").get()
    rows: Any = history_models[Order]
    last = rows.objects.filter(pgh_obj_id=order.pk).latest("pgh_id")
    assert str(last.pgh_context_id) == str(entry.context), "the order's move stands under the merge"
    assert "sales.order" in entry.touched
    assert apart(crew) == "done"
    seal_all()
    assert verify.verify().is_sound


# The survivor.


def test_the_value_verified_last_is_taken_unless_somebody_chooses(crew: Crew) -> None:
    into = a_customer(crew.sales, industry="化工", region="高雄", phone="07-1234567")
    other = a_customer(crew.sales, industry="水務", region="台南", source="展會", website="https://b.example")
    other = act(crew.sales, "customers.customer.verify", other).record
    result = merged(crew, into, other, region=into)
    assert (result.industry, result.region, result.source) == ("水務", "高雄", "展會")
    assert result.phone == "07-1234567", "the other file says nothing of it"
    assert result.name == other.name
    assert result.name_key == other.name_key


def test_a_number_of_the_other_file_can_be_taken_over(crew: Crew) -> None:
    """Both can't have it at once: the file that goes in gives it up first."""
    into = a_customer(crew.sales)
    other = a_customer(crew.sales, jurisdiction="TW", identity_number="22099131")
    result = merged(crew, into, other)
    assert (result.identity_number, other.fresh.identity_number) == ("22099131", "22099131")
    assert apart(crew) == "done"
    assert (into.fresh.identity_number, other.fresh.identity_number) == ("", "22099131")


def test_who_worked_on_the_other_goes_on_seeing_it(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.colleague)
    result = merged(crew, into, other)
    assert (result.owner_id, result.collaborators) == (crew.sales.person_id, [crew.colleague.person_id])


def test_who_has_ordered_under_either_name_is_a_customer(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    other = act(HOUSE, "customers.customer.win", other).record
    result = merged(crew, into, other)
    assert (result.state, result.protected_until) == ("won", None)
    assert result.won_at is not None


def test_of_many_main_contacts_one_is_left_and_all_come_back(crew: Crew) -> None:
    into, *others = (a_customer(crew.sales) for _n in range(3))
    contacts = [a_contact(crew.sales, one, is_main=True) for one in (into, *others)]
    merged(crew, into, *others)
    assert [one.fresh.is_main for one in contacts] == [True, False, False]
    assert apart(crew) == "done"
    assert [one.fresh.is_main for one in contacts] == [True, True, True]


def test_three_files_become_one(crew: Crew) -> None:
    into, *others = (a_customer(crew.sales) for _n in range(3))
    for one in others:
        said(crew, one)
    merged(crew, into, *others)
    assert Communication.objects.filter(customer=into).count() == 2
    assert Customer.objects.filter(archived_at__isnull=True).count() == 1


# Refusals.


def test_only_heads_and_sales_support_merge_and_only_what_is_theirs(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    assert merge_attempt(crew, into, other, by=crew.sales) == "forbidden"
    elsewhere = Crew()
    foreign = a_customer(elsewhere.sales)
    assert merge_attempt(crew, into, foreign) == "invalid", "not theirs to see"
    wide = actor_of(
        a_person(Role.HEAD, Role.LEGAL, department=crew.department, whole_company=False, superior=crew.leader)
    )
    assert merge_attempt(crew, into, other, by=wide) == "done"


def test_sales_support_takes_no_credit_terms_over(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales, credit="5000")
    choices = [{"field": "credit_limit", "file": other}]
    assert merge_attempt(crew, into, other, by=crew.support, choices=choices) == "forbidden"
    assert merge_attempt(crew, into, other, by=crew.support) == "done"
    assert into.fresh.credit_limit is None


@pytest.mark.parametrize(
    ("field", "outcome"), [("region", "done"), ("owner", "choice"), ("state", "choice"), ("nonsense", "choice")]
)
def test_only_fields_of_the_file_are_chosen(crew: Crew, field: str, outcome: str) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    assert merge_attempt(crew, into, other, choices=[{"field": field, "file": other}]) == outcome


def test_a_value_comes_from_one_of_the_files(crew: Crew) -> None:
    into, other, third = (a_customer(crew.sales) for _n in range(3))
    assert merge_attempt(crew, into, other, choices=[{"field": "region", "file": third}]) == "choice"


def test_no_file_goes_into_itself(crew: Crew) -> None:
    into = a_customer(crew.sales)
    assert merge_attempt(crew, into, into) == "alone"
    assert merge_attempt(crew, into) == "invalid"


def test_the_blacklist_is_not_merged_away(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    blacklist(crew, other)
    assert merge_attempt(crew, into, other.fresh) == "blacklisted"
    assert merge_attempt(crew, other.fresh, into) == "done"


def test_who_is_on_the_blacklist_stays_there_whatever_the_other_file_had_ordered(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    act(HOUSE, "customers.customer.win", other)
    blacklist(crew, into)
    after = merged(crew, into.fresh, other.fresh)
    assert (after.state, after.won_at) == ("blacklisted", other.fresh.won_at)
    free = a_customer(crew.sales)
    more = act(HOUSE, "customers.customer.win", a_customer(crew.sales)).record
    assert merged(crew, free, more.fresh).state == "won", "the control: nobody is on it"


def test_a_wish_about_a_file_that_goes_lapses_and_one_about_the_file_that_stays_goes_on(crew: Crew) -> None:
    assert crew.head, "who decides is there when it is asked"
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    for one in (into, other):
        act(crew.sales, "customers.customer.ask_blacklisting", one.fresh, reason="欠款")
    merged(crew, into.fresh, other.fresh)
    states = dict(Request.objects.values_list("subject_id", "state"))
    assert (states[into.public_id], states[other.public_id]) == ("running", "void")
    assert Notice.objects.filter(person=crew.sales.person_id, record_type="approvals.request").exists()
    asked = Request.objects.get(subject_id=into.public_id)
    act(crew.head, "approvals.request.approve", asked, {"opinion": "同意"})
    assert into.fresh.state == "blacklisted"


def test_a_file_edited_meanwhile_is_not_merged_unseen(crew: Crew) -> None:
    """The page of the merge is open, then somebody edits one of the two: 409, and nothing has moved."""
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    talk = said(crew, other)
    act(crew.sales, "customers.customer.edit", other, {"industry": "水務"})
    with pytest.raises(Refusal) as caught:
        merged(crew, into, other)
    assert (caught.value.code, caught.value.status) == ("stale", 409)
    assert talk.fresh.customer_id == other.pk
    act(crew.sales, "customers.customer.edit", into, {"industry": "水務"})
    assert merge_attempt(crew, into, other.fresh) == "stale"


def test_a_form_that_is_open_while_its_file_is_merged_is_stale(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    merged(crew, into, other)
    for one in (into, other):
        outcome = attempt(crew.sales, "customers.customer.edit", one, {"industry": "水務"}, version=one.version)
        assert outcome == "stale"


# Taking apart.


def test_taken_apart_both_are_as_they_were(crew: Crew) -> None:
    into = a_customer(crew.sales, region="高雄", tags="重點")
    other = a_customer(crew.colleague, region="台南", source="展會", tags="新")
    talk = said(crew, other) if other.owner_id == crew.sales.person_id else None
    before = [Customer.objects.filter(pk=one.pk).values().get() for one in (into, other)]
    merged(crew, into, other, region=other, tags=other)
    assert into.fresh.region == "台南"
    assert apart(crew) == "done"
    for was in before:
        now = Customer.objects.filter(pk=was["id"]).values().get()
        differing = {name for name in was if was[name] != now[name]}
        assert differing <= {"version", "changed_at", "changed_by_id", "held_on", "protected_until"}
    assert talk is None or talk.fresh.customer_id == other.pk
    assert (the_merge().state, the_merge().apart_by_id) == ("apart", crew.head.person_id)
    assert apart(crew) == "state", "once"


def test_what_was_changed_since_stays_as_it_is(crew: Crew) -> None:
    into, other, third = (a_customer(crew.sales, region=place) for place in ("高雄", "台南", "台北"))
    moved, kept = a_contact(crew.sales, other), a_contact(crew.sales, other)
    merged(crew, into, other, region=other, name=other)
    act(crew.sales, "customers.customer.edit", into, {"region": "新竹"})
    with gate.door():
        Contact.objects.filter(pk=kept.pk).update(customer=third)
    newly = a_contact(crew.sales, into)
    assert apart(crew) == "done"
    assert into.fresh.region == "新竹"
    assert into.fresh.name == into.name
    assert (moved.fresh.customer_id, kept.fresh.customer_id) == (other.pk, third.pk)
    assert newly.fresh.customer_id == into.pk


@pytest.mark.parametrize(("days", "outcome"), [(30, "done"), (31, "too_late")])
def test_it_may_be_taken_apart_for_thirty_days(crew: Crew, time: Time, days: int, outcome: str) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    merged(crew, into, other)
    time.now += datetime.timedelta(days=days)
    assert apart(crew) == outcome


def test_a_merge_under_a_merge_waits_for_the_upper_one(crew: Crew) -> None:
    first, second, third = (a_customer(crew.sales) for _n in range(3))
    contact = a_contact(crew.sales, third)
    merged(crew, second, third)
    lower = the_merge()
    merged(crew, first, second.fresh)
    take = (crew.head, "customers.merge.take_apart", lower)
    assert attempt(*take, reason="x") == "merged_again"
    assert apart(crew) == "done"
    assert contact.fresh.customer_id == second.pk
    assert attempt(*take, reason="x") == "done"
    assert contact.fresh.customer_id == third.pk


def entered_twice(crew: Crew, one: Contact, other: Contact) -> None:
    act(crew.head, "customers.contact.merge", one.fresh, {"other": other.fresh}, reason="同一人")


@pytest.mark.parametrize("older", ["of the file that stays", "of the file that goes in"])
def test_who_was_made_one_contact_since_has_an_entry_at_each_file_again(crew: Crew, older: str) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    files = (into, other) if older == "of the file that stays" else (other, into)
    first, second = (a_contact(crew.sales, one, name="蘇明勳", is_main=True) for one in files)
    talks = [said(crew, one.customer, contact=one) for one in (first, second)]
    act(crew.sales, "customers.contact.consent", second.fresh, {"text": "2026-01 版", "purpose": "business"})
    merged(crew, into, other)
    entered_twice(crew, first, second)
    assert {one.fresh.contact_id for one in talks} == {first.pk}
    page = a_client(Person.objects.get(pk=crew.head.person_id)).get(f"/customers/merges/{the_merge().public_id}/")
    assert "蘇明勳" in page.content.decode(), "said before it is done"
    assert apart(crew) == "done"
    for contact, talk, file in zip((first, second), talks, files, strict=True):
        now = contact.fresh
        assert (now.customer_id, now.merged_into_id, now.archived_at, now.is_main) == (file.pk, None, None, True)
        assert talk.fresh.contact_id == contact.pk
    assert [one.fresh.consents.count() for one in (first, second)] == [0, 1]
    seal_all()
    assert verify.verify().is_sound


def test_contacts_of_one_file_that_were_made_one_stay_so(crew: Crew) -> None:
    """The control: only what was made one across the files stands apart again, and what had gone into it before is its
    own."""
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    first, second, third, fourth = (a_contact(crew.sales, one, name="蘇明勳") for one in (into, other, other, into))
    merged(crew, into, other)
    entered_twice(crew, second, third)
    entered_twice(crew, first, fourth)
    entered_twice(crew, first, second)
    assert {one.fresh.merged_into_id for one in (second, third, fourth)} == {first.pk}
    assert apart(crew) == "done"
    assert [one.fresh.merged_into_id for one in (first, second, third, fourth)] == [None, None, second.pk, first.pk]


def test_who_was_erased_since_does_not_come_back_as_a_contact(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    first, second = (a_contact(crew.sales, one, name="蘇明勳") for one in (into, other))
    merged(crew, into, other)
    entered_twice(crew, first, second)
    act(crew.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", asked(crew.sales, first.fresh, "delete"))
    assert apart(crew) == "done"
    assert (second.fresh.merged_into_id, second.fresh.erased_at is not None) == (first.pk, True)


def test_a_name_that_is_taken_again_meanwhile_keeps_the_files_together(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    merged(crew, into, other)
    a_customer(crew.sales, name=other.name)
    assert apart(crew) == "duplicate"
    assert other.fresh.merged_into_id == into.pk


def test_only_who_may_merge_takes_apart(crew: Crew) -> None:
    merged(crew, a_customer(crew.sales), a_customer(crew.sales))
    assert apart(crew, by=crew.sales) == "forbidden" or apart(crew, by=crew.sales) == "missing"
    elsewhere = actor_of(a_person(Role.HEAD, department=a_department()))
    assert apart(crew, by=elsewhere) == "missing"


def test_a_paper_on_the_merged_file_hangs_on_the_survivor(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    paper = World().row(StoredFile, "own")
    with gate.door():
        StoredFile.objects.filter(pk=paper.pk).update(record_type="customers.customer", record_id=other.pk)
    merged(crew, into, other)
    assert paper.fresh.record_id == into.pk


def test_a_paper_of_another_kind_with_the_same_key_stays(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    paper = World().row(StoredFile, "own")
    with gate.door():
        StoredFile.objects.filter(pk=paper.pk).update(record_type="sales.order", record_id=other.pk)
    merged(crew, into, other)
    assert paper.fresh.record_id == other.pk
    assert PriceList.objects.count() == 0
