"""Clause 2.5.1: one file per customer, kept by its owner, passed on by rules."""

import datetime
import itertools

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers.models import Contact, Customer
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import Refusal, Row, act, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source
from tests.builders import HOUSE, a_department, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

SPELLINGS = ["晉洋化工股份有限公司", "晋洋化工股份有限公司", " 晉洋化工（股份）有限公司 ", "晉洋化工　股份有限公司"]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def refusal(by: object, inputs: dict[str, object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(by, "customers.customer.create", None, inputs)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_second_file_of_one_name_is_refused_and_says_whom_to_ask(crew: Crew, spelling: str) -> None:
    a_customer(crew.sales, name=SPELLINGS[0])
    said = refusal(crew.colleague, {"name": spelling})
    assert (said.code, said.details["owner"]) == ("duplicate", crew.sales.name)
    assert crew.sales.name in said.sentence
    assert "name" in said.fields


def test_a_second_file_of_one_number_is_refused_under_any_name(crew: Crew) -> None:
    a_customer(crew.sales, jurisdiction="TW", identity_number="22099131")
    said = refusal(crew.colleague, {"name": "別的名字", "jurisdiction": "TW", "identity_number": "2209-9131"})
    assert (said.code, list(said.fields)) == ("duplicate", ["identity_number"])


def test_a_reason_lets_a_second_file_be_opened(crew: Crew) -> None:
    a_customer(crew.sales, name=SPELLINGS[0])
    second = a_customer(crew.colleague, name=SPELLINGS[0], duplicate_reason="高雄分廠，獨立採購")
    assert second.pk
    assert refusal(crew.sales, {"name": SPELLINGS[0]}).code == "duplicate", "the first file still counts"


def test_persons_may_share_a_name(crew: Crew) -> None:
    a_customer(crew.sales, name="王小明", kind="person")
    assert a_customer(crew.colleague, name="王小明", kind="person").pk


def test_an_archived_file_does_not_stand_in_the_way(crew: Crew) -> None:
    first = a_customer(crew.sales, name=SPELLINGS[0])
    act(crew.sales, "customers.customer.archive", first)
    assert a_customer(crew.sales, name=SPELLINGS[0]).pk


def test_renaming_into_another_files_name_is_refused(crew: Crew) -> None:
    a_customer(crew.sales, name=SPELLINGS[0])
    other = a_customer(crew.sales)
    assert attempt(crew.sales, "customers.customer.edit", other, {"name": SPELLINGS[1]}) == "duplicate"
    assert attempt(crew.sales, "customers.customer.edit", other, {"industry": "化工"}) == "done"
    assert attempt(crew.sales, "customers.customer.edit", other, {"name": other.name}) == "done"


def test_the_database_has_the_last_word_on_doubles(crew: Crew) -> None:
    first, second = a_customer(crew.sales), a_customer(crew.sales)
    with pytest.raises(IntegrityError, match="customer_name_once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET name_key = %s WHERE id = %s", [first.name_key, second.pk])


def test_in_a_set_doubles_are_refused_row_by_row_in_few_statements(crew: Crew) -> None:
    """The same check for ten thousand rows: against the files there are, and among the rows themselves."""
    a_customer(crew.sales, name="既有客戶有限公司")
    names = [f"匯入客戶{n}有限公司" for n in range(200)]
    rows = [Row({"name": name}) for name in [*names, names[7], "既有客戶　有限公司"]]
    by = crew.support.by_way_of(Source.IMPORT)
    with CaptureQueriesContext(connection) as queries:
        outcome = act_many(by, "customers.customer.create", rows)
    assert len(outcome.done) == 200
    assert [(place, one.code) for place, one in outcome.refused] == [(200, "duplicate"), (201, "duplicate")]
    assert len(queries) < 20, "never a query per row"


NUMBERS = [
    ("CN", "91110000600037341L", "done"), ("CN", "91110000600037341X", "checksum"), ("TW", "22099131", "done"),
    ("TW", "12345670", "done"), ("TW", "12222270", "checksum"), ("HK", "12345678", "done"), ("TW", "2209913", "length"),
    ("", "anything 12", "done"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "number", "outcome"), NUMBERS)
def test_a_number_is_checked_by_the_rule_of_its_place(crew: Crew, place: str, number: str, outcome: str) -> None:
    given = {"name": "甲公司", "jurisdiction": place, "identity_number": number}
    assert attempt(crew.sales, "customers.customer.create", None, given) == outcome


def test_the_name_as_it_is_sorted_and_compared_follows_the_name(crew: Crew) -> None:
    customer = a_customer(crew.sales, name="澤川水務工程")
    act(crew.sales, "customers.customer.edit", customer, {"name": "晉洋化工", "tags": "化工，高雄、化工, 重點"})
    customer = customer.fresh
    assert customer.sort_key.startswith("jin4")
    assert (customer.name_key, customer.tags) == ("晋洋化工", "化工, 高雄, 重點")


def test_sales_see_their_own_customers_the_shared_ones_and_the_pool(crew: Crew) -> None:
    mine, theirs, shared, pooled = (a_customer(crew.sales) for _n in range(4))
    for customer in (theirs, shared):
        act(crew.head, "customers.customer.transfer", customer, {"to": str(crew_person(crew))}, reason="分工")
    act(crew.colleague, "customers.customer.share", shared, {"collaborators": [str(person_of(crew.sales))]})
    act(crew.sales, "customers.customer.release", pooled, reason="不再跟進")
    seen = set(Customer.objects.visible_to(crew.sales).values_list("pk", flat=True))
    assert seen == {mine.pk, shared.pk, pooled.pk}
    assert theirs.pk in set(Customer.objects.visible_to(crew.head).values_list("pk", flat=True))
    outsider = an_actor(Role.SALES, department=a_department())
    assert set(Customer.objects.visible_to(outsider).values_list("pk", flat=True)) == {pooled.pk}
    logistics = set(Customer.objects.visible_to(crew.logistics).values_list("pk", flat=True))
    assert not logistics, "the warehouse needs addresses, which stand on orders, not customers' files"


def crew_person(crew: Crew) -> str:
    return person_of(crew.colleague)


def test_a_file_opened_with_an_empty_owner_is_the_salespersons_own(crew: Crew) -> None:
    """A form sends every field, also those left empty."""
    empty = {"owner": None, "department": None}
    own = a_customer(crew.sales, **empty)
    assert (own.owner_id, own.department_id) == (crew.sales.person_id, crew.sales.department_id)
    assert own in Customer.objects.visible_to(crew.head)
    of_pool = a_customer(crew.support, **empty)
    assert (of_pool.owner_id, of_pool.department_id) == (None, crew.support.department_id)


@pytest.mark.parametrize(
    ("role", "outcome"),
    [
        (Role.SALES_SUPPORT, "done"), (Role.HEAD, "done"), (Role.EXECUTIVE, "done"), (Role.SALES, "forbidden"),
        (Role.MARKETING, "forbidden"), (Role.SERVICE, "forbidden"), (Role.FINANCE, "forbidden"),
    ],
)  # fmt: skip
def test_sales_support_and_those_who_lead_open_files_for_others(crew: Crew, role: Role, outcome: str) -> None:
    given = {"name": "晉洋化工股份有限公司", "owner": person_of(crew.colleague)}
    assert attempt(crew.one(role), "customers.customer.create", None, given) == outcome
    if outcome == "done":
        assert Customer.objects.get(name=given["name"]).owner_id == crew.colleague.person_id


def test_contacts_are_seen_by_those_who_see_their_customer(crew: Crew) -> None:
    contact = a_contact(crew.sales, a_customer(crew.sales))
    seen = [
        Contact.objects.visible_to(by).filter(pk=contact.pk).exists() for by in (crew.sales, crew.colleague, crew.head)
    ]
    assert seen == [True, False, True]


def test_who_releases_a_customer_can_not_take_it_back_at_once(crew: Crew) -> None:
    """2.5.1: the former owner waits for the days that the parameter says, others need not."""
    customer = a_customer(crew.sales)
    act(crew.sales, "customers.customer.release", customer, reason="不再跟進")
    assert attempt(crew.sales, "customers.customer.claim", customer) == "reclaim"
    later = clock.now() + datetime.timedelta(days=7, minutes=1)
    former = clock.replace_source(lambda: later)
    try:
        assert attempt(crew.sales, "customers.customer.claim", customer) == "done"
    finally:
        clock.replace_source(former)


def test_a_claimed_customer_belongs_to_the_claimant_with_their_department(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    act(crew.sales, "customers.customer.release", customer, reason="不再跟進")
    other = an_actor(Role.SALES, department=a_department())
    act(other, "customers.customer.claim", customer)
    customer = customer.fresh
    assert (customer.owner_id, customer.department_id) == (other.person_id, other.department_id)
    assert attempt(crew.colleague, "customers.customer.claim", customer) == "missing", "it is not theirs to see"


def test_only_heads_hand_customers_over(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    to = {"to": crew_person(crew)}
    assert attempt(crew.sales, "customers.customer.transfer", customer, to, reason="x") == "forbidden"
    assert attempt(crew.head, "customers.customer.transfer", customer, to) == "invalid", "a reason is needed"
    assert attempt(crew.head, "customers.customer.transfer", customer, to, reason="離職") == "done"


def test_sales_never_set_credit_of_their_own_customers(crew: Crew) -> None:
    said = refusal(crew.sales, {"name": "甲", "credit_limit": "1000000"})
    assert (said.code, list(said.fields)) == ("forbidden", ["credit_limit"])
    customer = a_customer(crew.sales)
    assert attempt(crew.sales, "customers.customer.set_terms", customer, {"credit_limit": "5"}) == "forbidden"
    assert attempt(crew.finance, "customers.customer.set_terms", customer, {"credit_limit": "5"}) == "done"
    assert attempt(crew.finance, "customers.customer.set_terms", customer, {"credit_limit": "-5"}) == "constraint"


SMOOTH = [
    ("qualify", "potential"),
    ("pursue", "prospect"),
    ("win", "won"),
    ("rest", "dormant"),
    ("revive", "potential"),
]


def test_a_customer_goes_from_lead_to_won(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    for verb, state in SMOOTH:
        customer = act(crew.sales, f"customers.customer.{verb}", customer).record
        assert customer.state == state
    assert customer.won_by_id == crew.sales.person_id


def test_each_verb_fits_its_states_only(crew: Crew) -> None:
    sources = {"qualify": {"lead"}, "pursue": {"potential"}, "rest": {"won"}, "revive": {"dormant", "lost"}}
    for verb, state in itertools.product(sources, ["lead", "potential", "prospect", "won"]):
        customer = a_customer(crew.sales)
        for step, _reached in SMOOTH:
            if customer.state == state:
                break
            customer = act(crew.sales, f"customers.customer.{step}", customer).record
        expected = "done" if state in sources[verb] else "state"
        assert attempt(crew.sales, f"customers.customer.{verb}", customer) == expected, (verb, state)


def test_the_log_holds_no_personal_values(crew: Crew) -> None:
    from shangwu.foundation.audit.models import Entry

    done = act(
        crew.sales, "customers.contact.create", None,
        {"customer": a_customer(crew.sales, jurisdiction="TW"), "name": "蘇明勳", "phone": "0912-345-678"},
    )  # fmt: skip
    entry = Entry.objects.get(pk=done.entry_id)
    told = f"{entry.changes}"
    assert "蘇明勳" not in told
    assert "912345678" not in told
    assert {"name", "phone"} <= set(entry.commitments)
    assert done.record.phone == "+886912345678"


def test_consent_is_dated_and_withdrawn_as_easily_as_given(crew: Crew) -> None:
    contact = a_contact(crew.sales, a_customer(crew.sales))
    contact = act(crew.sales, "customers.contact.consent", contact, {"text": "2026-01 版：業務聯繫"}).record
    assert (contact.consent, contact.consent_text) == ("given", "2026-01 版：業務聯繫")
    contact = act(crew.sales, "customers.contact.withdraw_consent", contact).record
    assert contact.consent == "withdrawn"
    assert contact.consent_at is not None


def test_a_customer_has_one_main_contact(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    a_contact(crew.sales, customer, is_main=True)
    given = {"customer": customer, "name": "何玉玲", "is_main": True}
    assert attempt(crew.sales, "customers.contact.create", None, given) == "constraint"


def test_the_same_form_sent_twice_opens_one_file(crew: Crew) -> None:
    given = {"name": "甲公司"}
    first = act(crew.sales, "customers.customer.create", None, given, key="form-1")
    again = act(crew.sales, "customers.customer.create", None, given, key="form-1")
    assert (again.public_id, again.repeated) == (first.public_id, True)
    assert Customer.objects.filter(name="甲公司").count() == 1


def test_the_house_may_open_files_in_the_pool() -> None:
    made = act(HOUSE, "customers.customer.create", None, {"name": "公海客戶", "owner": None}).record
    assert made.owner_id is None
