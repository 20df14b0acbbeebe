"""Clause 2.6.1: a quotation is priced as an order is, approved before it is offered, and becomes an order once."""

import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, blacklist
from shangwu.chapters.customers.tests.writing import a_word
from shangwu.chapters.sales.models import Order, Quotation, QuotationLine
from shangwu.chapters.sales.quotation_events import expire
from shangwu.chapters.sales.quotation_texts import changes, text_of
from shangwu.chapters.sales.tests.factories import a_product, a_quotation, a_sent_quotation, attempt, review_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.scopes import hidden_fields
from tests.builders import HOUSE, an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal
"""The Message-ID of a mail in which the customer says yes: a proof."""


@pytest.fixture
def crew() -> Crew:
    found = Crew()
    for by in (found.sales, found.support, found.head, found.vice, found.executive, found.finance):
        assert by.person_id
    return found


def discounted(crew: Crew, discount: str, **product: Any) -> Quotation:
    return a_quotation(crew, [{"product": a_product(**product), "quantity": "1", "discount": discount}])


def decide(by: Any, verb: str, quotation: Quotation) -> str:
    return attempt(by, f"approvals.request.{verb}", review_of(quotation), {"opinion": "同意"})  # type: ignore[arg-type]


def written(statement: str, key: int) -> None:
    """Change a row beside the door, as far as the database lets one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [key])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def accepted(crew: Crew, lines: Any = None, **values: Any) -> Quotation:
    sent = a_sent_quotation(crew, lines, **values)
    done: Quotation = act(crew.sales, "sales.quotation.accept", sent, {"proof": a_word(sent.customer)}).record
    return done


# Prices, taxes, totals


def test_it_is_priced_as_an_order_is(crew: Crew) -> None:
    ball, box = a_product(list_price="6850", tax_rate="0.05"), a_product(list_price="2300", tax_rate="0")
    made = a_quotation(
        crew, [{"product": ball, "quantity": "48"}, {"product": box, "quantity": "12", "discount": "0.05"}]
    )
    assert [(line.net, line.tax, line.gross) for line in made.lines.all()] == [
        (D(328800), D(16440), D(345240)),
        (D(26220), D(0), D(26220)),
    ]
    assert (made.net, made.tax, made.gross) == (D(355020), D(16440), D(371460))
    assert made.number is not None
    assert made.number.startswith("QT")
    assert made.owner_id == crew.sales.person_id


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("sales_quotationline", "gross = gross + 1"),
        ("sales_quotationline", "net = net + 1, gross = gross + 1"),
        ("sales_quotation", "gross = gross + 1"),
        ("sales_quotation", "currency = 'USD'"),
        ("sales_quotation", "valid_until = quoted_on - 1"),
        ("sales_quotation", "state = 'accepted'"),
        ("sales_quotation", "state = 'declined', answered_through = 'link'"),
    ],
)
def test_the_database_keeps_its_sums_and_promises(crew: Crew, table: str, change: str) -> None:
    made = a_quotation(crew)
    key = "quotation_id" if table.endswith("line") else "id"
    with pytest.raises(IntegrityError):
        written(f'UPDATE "{table}" SET {change} WHERE {key} = %s', made.pk)


def test_the_database_takes_what_agrees(crew: Crew) -> None:
    """The negative control of the test before."""
    written("UPDATE sales_quotation SET subject = 'x' WHERE id = %s", a_quotation(crew).pk)


def test_bad_entries_are_refused_with_a_sentence(crew: Crew) -> None:
    customer, other = a_customer(crew.sales), a_customer(crew.sales)
    goods = a_product()
    line = {"product": goods, "quantity": "1"}
    given = {"customer": customer, "lines": [line]}
    for wrong, code in (
        ({"lines": []}, "invalid"),
        ({"lines": [line | {"quantity": "0"}]}, "invalid"),
        ({"lines": [line | {"discount": "1.2"}]}, "invalid"),
        ({"contact": a_contact(crew.sales, other)}, "invalid"),
        ({"valid_until": datetime.date(2020, 1, 1)}, "past"),
        ({"currency": "USD"}, "rate"),
    ):
        refused = attempt(crew.sales, "sales.quotation.create", None, given | wrong)
        assert refused in (code, "quotationline_discount_in_bounds"), wrong
    assert attempt(crew.sales, "sales.quotation.create", None, given) == "done"


def test_nothing_is_offered_to_who_is_blacklisted(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    made = a_quotation(crew, customer=customer)
    blacklist(crew, customer)
    assert attempt(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False}) == "blacklisted"


def test_it_is_valid_as_long_as_the_regulation_says(crew: Crew, rule: Any) -> None:
    made = a_quotation(crew)
    assert made.valid_until - made.quoted_on == datetime.timedelta(days=30)
    rule(quotation_valid=14)
    made = a_quotation(crew)
    assert made.valid_until - made.quoted_on == datetime.timedelta(days=14)


# Approval


def test_what_lies_within_ones_own_authority_is_sent_at_once(crew: Crew) -> None:
    made = discounted(crew, "0.05")
    assert attempt(crew.sales, "sales.quotation.submit", made) == "nothing"
    assert attempt(crew.sales, "sales.quotation.send", made, {"by_mail": False}) == "done"


@pytest.mark.parametrize(
    ("discount", "may", "may_not"),
    [("0.08", "head", "support"), ("0.15", "vice", "head"), ("0.25", "executive", "vice")],
)
def test_a_discount_beyond_authority_is_released_first(crew: Crew, discount: str, may: str, may_not: str) -> None:
    made = discounted(crew, discount)
    assert attempt(crew.sales, "sales.quotation.send", made, {"by_mail": False}) == "review"
    act(crew.sales, "sales.quotation.submit", made)
    assert attempt(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False}) == "state"
    assert decide(crew.finance, "approve", made) == "done", "finance gives its opinion first"
    assert decide(getattr(crew, may_not), "approve", made) != "done"
    assert decide(crew.sales, "approve", made) != "done", "nobody releases their own"
    assert decide(getattr(crew, may), "approve", made) == "done"
    assert made.fresh.state == "released"
    assert attempt(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False}) == "done"


def test_what_was_not_released_goes_back_to_be_changed(crew: Crew) -> None:
    made = discounted(crew, "0.08")
    act(crew.sales, "sales.quotation.submit", made)
    decide(crew.finance, "approve", made)
    assert decide(crew.head, "reject", made) == "done"
    made = made.fresh
    assert made.state == "draft"
    line = made.lines.get()
    act(
        crew.sales,
        "sales.quotation.edit",
        made,
        {"lines": [{"product": line.product, "quantity": "1", "discount": "0"}]},
    )
    assert attempt(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False}) == "done"


def test_a_condition_is_met_before_it_is_sent(crew: Crew) -> None:
    made = discounted(crew, "0.08")
    act(crew.sales, "sales.quotation.submit", made)
    decide(crew.finance, "approve", made)
    assert decide(crew.head, "approve_on_condition", made) == "done"
    assert attempt(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False}) == "conditions"
    assert attempt(crew.sales, "sales.quotation.meet_conditions", made.fresh, reason="已付訂金") == "forbidden"
    act(crew.support, "sales.quotation.meet_conditions", made.fresh, reason="已付訂金")
    assert attempt(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False}) == "done"


def test_a_withdrawn_quotation_is_no_longer_decided(crew: Crew) -> None:
    made = discounted(crew, "0.08")
    act(crew.sales, "sales.quotation.submit", made)
    act(crew.sales, "sales.quotation.withdraw", made.fresh, reason="客戶取消詢價")
    assert Request.objects.get(subject_id=made.public_id).state not in ("waiting", "open")
    assert decide(crew.finance, "approve", made) != "done"


# Revisions


def test_a_revision_keeps_number_and_former_text(crew: Crew) -> None:
    sent = a_sent_quotation(crew, subject="新廠管線")
    number, goods, before = sent.number, sent.lines.get().product, sent.gross
    given = {"lines": [{"product": goods, "quantity": "3"}], "delivery": "30 日內"}
    revised: Quotation = act(crew.sales, "sales.quotation.revise", sent, given, reason="客戶加量").record
    assert (revised.number, revised.revision, revised.state) == (number, 1, "draft")
    assert revised.edition == f"{number}-R1"
    kept = revised.fresh.revisions.get()
    assert kept.text["lines"][0]["quantity"] == "2"
    assert (kept.gross_before, kept.gross_after) == (before, revised.gross)
    found = changes(kept.text, text_of(revised, revised.lines.all()))
    assert {(one["what"], one["line"]) for one in found} == {
        ("delivery", None), ("net", None), ("tax", None), ("gross", None), ("quantity", 1), ("net", 1), ("tax", 1),
        ("gross", 1),
    }  # fmt: skip
    assert next(one for one in found if one["what"] == "quantity")["after"] == "3"


def test_a_revision_changes_something(crew: Crew) -> None:
    sent = a_sent_quotation(crew)
    assert attempt(crew.sales, "sales.quotation.revise", sent, {}, reason="無") == "same"
    assert attempt(crew.sales, "sales.quotation.revise", sent, {"delivery": "現貨"}) == "invalid", "without a reason"


def test_a_line_that_came_or_went_is_told_as_such(crew: Crew) -> None:
    sent = a_sent_quotation(
        crew, [{"product": a_product(), "quantity": "1"}, {"product": a_product(), "quantity": "2"}]
    )
    first = sent.lines.all()[0].product
    given = {"lines": [{"product": first, "quantity": "1"}]}
    revised = act(crew.sales, "sales.quotation.revise", sent, given, reason="減項").record
    kept = revised.fresh.revisions.get()
    gone = [one for one in changes(kept.text, text_of(revised, revised.lines.all())) if one["line"] == 2]
    assert {one["what"] for one in gone} == {"description", "quantity", "gross"}
    assert all(one["after"] is None for one in gone)


def test_what_was_accepted_is_not_revised(crew: Crew) -> None:
    assert attempt(crew.sales, "sales.quotation.revise", accepted(crew), {"delivery": "x"}, reason="晚了") == "state"


def test_an_expired_quotation_is_revised_and_valid_again(desk: Desk, moment: Time) -> None:
    sent = a_sent_quotation(desk)
    moment.now += datetime.timedelta(days=40)
    assert expire() == 1
    revised = act(desk.sales, "sales.quotation.revise", sent.fresh, {"delivery": "現貨"}, reason="客戶再詢").record
    assert revised.valid_until == revised.quoted_on + datetime.timedelta(days=30)


# Answers and expiry


def test_an_acceptance_entered_by_a_person_has_its_proof(crew: Crew) -> None:
    sent = a_sent_quotation(crew)
    mail = a_word(sent.customer)
    for said in ("他說好", "<a@b>", a_word(a_customer(crew.sales))):
        assert attempt(crew.sales, "sales.quotation.accept", sent, {"proof": said}) == "proof", said
    assert attempt(crew.sales, "sales.quotation.accept", sent, {"proof": mail}) == "done"
    done = sent.fresh
    assert (done.state, done.answered_through, done.proof) == ("accepted", "person", mail)
    assert done.accepted_by_id == crew.sales.person_id


def test_who_declines_says_why(crew: Crew) -> None:
    sent = a_sent_quotation(crew)
    assert attempt(crew.sales, "sales.quotation.decline", sent, {"answer": "  "}) in ("answer", "invalid")
    act(crew.sales, "sales.quotation.decline", sent, {"answer": "價格偏高"})
    assert (sent.fresh.state, sent.fresh.answer) == ("declined", "價格偏高")


class Abroad(Desk):
    """A desk whose legal entity is in another zone."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        super().__init__()

    @cached_property
    def entity(self) -> Entity:
        return an_entity(currency=self.currency, jurisdiction=self.jurisdiction, zone=self.zone)


@pytest.mark.parametrize(
    ("zone", "last", "first"),
    [
        ("Asia/Shanghai", "2026-10-29 23:59:59", "2026-10-30 00:00:00"),
        ("America/New_York", "2026-10-29 11:59:59", "2026-10-29 12:00:00"),
    ],
)
def test_it_holds_to_the_end_of_its_last_day(moment: Time, zone: str, last: str, first: str) -> None:
    """The day is the legal entity's: at midnight there. The times are those of Shanghai."""
    desk = Abroad(zone)
    sent, other = a_sent_quotation(desk), a_sent_quotation(desk)
    moment.go(last)
    assert expire() == 0
    assert attempt(desk.sales, "sales.quotation.accept", sent, {"proof": a_word(sent.customer)}) == "done"
    moment.go(first)
    late = {"proof": a_word(other.customer)}
    assert attempt(desk.sales, "sales.quotation.accept", other, late) == "expired", "before the clock came"
    assert (expire(), expire()) == (1, 0)
    assert other.fresh.state == "expired"
    assert sent.fresh.state == "accepted"
    assert Notice.objects.filter(person=desk.sales.person_id, record_public_id=other.public_id).exists()


def test_only_the_clock_says_that_it_is_over(crew: Crew) -> None:
    sent = a_sent_quotation(crew)
    assert attempt(crew.head, "sales.quotation.expire", sent) == "forbidden"
    assert attempt(HOUSE, "sales.quotation.expire", sent) == "early"


# The order


def test_an_order_is_made_of_it_once_with_the_same_lines_and_prices(crew: Crew) -> None:
    goods = a_product(list_price="99.9", cost="40")
    made = accepted(
        crew, [{"product": goods, "quantity": "3", "discount": "0.04"}, {"product": a_product(), "quantity": "1"}],
        terms="分兩批交貨",
    )  # fmt: skip
    act(HOUSE, "sales.product.edit", goods, {"list_price": "150"})
    act(crew.sales, "sales.quotation.order", made)
    order = Order.objects.get()
    names = ("product_id", "quantity", "unit_price", "discount", "tax_rate", "net", "tax", "gross", "cost", "position")
    assert [[getattr(one, name) for name in names] for one in order.lines.order_by("position")] == [
        [getattr(one, name) for name in names] for one in QuotationLine.objects.order_by("position")
    ]
    assert (order.gross, order.customer_id, order.owner_id) == (made.gross, made.customer_id, made.owner_id)
    assert (order.state, order.note, order.quotation) == ("received", "分兩批交貨", made)
    assert order.number is not None
    assert made.fresh.order_id == order.pk
    assert attempt(crew.sales, "sales.quotation.order", made.fresh) == "ordered"
    day = {"promised_on": order.ordered_on}
    assert attempt(crew.support, "sales.order.confirm", order, day) == "done", "it goes an order's own way"


def test_no_order_before_the_customer_has_said_yes(crew: Crew) -> None:
    assert attempt(crew.sales, "sales.quotation.order", a_quotation(crew)) == "state"
    assert attempt(crew.sales, "sales.quotation.order", a_sent_quotation(crew)) == "state"


# Who sees it


def test_sales_see_their_own_and_heads_their_department(crew: Crew) -> None:
    made = a_quotation(crew)
    seen = {
        role: Quotation.objects.visible_to(by).filter(pk=made.pk).exists()
        for role, by in {
            "sales": crew.sales, "colleague": crew.colleague, "support": crew.support, "head": crew.head,
            "finance": crew.finance, "logistics": crew.logistics, "other": Crew().head,
        }.items()
    }  # fmt: skip
    assert seen == {
        "sales": True, "colleague": False, "support": True, "head": True, "finance": True, "logistics": False,
        "other": False,
    }  # fmt: skip
    assert attempt(crew.colleague, "sales.quotation.withdraw", made, reason="x") == "missing"
    assert "cost" in hidden_fields(QuotationLine, crew.sales)
    assert "cost" not in hidden_fields(QuotationLine, crew.head)


def test_who_enters_it_for_a_salesperson_does_not_become_its_owner(crew: Crew) -> None:
    customer: Customer = a_customer(crew.sales)
    made = a_quotation(crew, by=crew.support, customer=customer)
    assert (made.owner_id, made.created_by_id) == (crew.sales.person_id, crew.support.person_id)
    assert (
        attempt(crew.one(Role.QUALITY), "sales.quotation.create", None, {"customer": customer, "lines": []}) != "done"
    )
