"""Clause 2.5.3: a complaint names an order of its customer, and leads to it and back, for who may see either."""

import pytest

from shangwu.chapters.customers.actions.complaint_intake import take_in_mail
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.tests.factories import Crew, a_contact
from shangwu.chapters.customers.tests.writing import a_mail
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pages.named_orders import complained_of, order_meant
from shangwu.chapters.sales.tests.factories import an_order, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def complaint_about(crew: Crew, order: Order, number: str | None = None) -> Complaint:
    given = {"customer": order.customer, "category": "quality", "description": "異音",
             "order_reference": number or f" {order.number} "}  # fmt: skip
    made: Complaint = act(crew.one(Role.SERVICE), "customers.complaint.create", None, given).record
    return made


def test_the_order_is_one_of_the_customers_own(crew: Crew) -> None:
    order, other = an_order(crew), an_order(crew)
    service = crew.one(Role.SERVICE)
    given = {"customer": order.customer, "category": "quality", "description": "異音"}
    for number in (other.number, "SO19990101-0001"):
        wrong = given | {"order_reference": number}
        assert attempt(service, "customers.complaint.create", None, wrong) == "order", number
    complaint = complaint_about(crew, order)
    assert complaint.order_reference == order.number
    assert attempt(service, "customers.complaint.edit", complaint, {"order_reference": other.number}) == "order"
    assert complaint_about(crew, order, "批 20260901-7").order_reference == "批 20260901-7", "a batch is no order"


def test_what_somebody_outside_has_given_stays_and_is_not_judged_again(crew: Crew) -> None:
    order, other = an_order(crew), an_order(crew)
    complaint = complaint_about(crew, order)
    with gate.door():
        Complaint._base_manager.filter(pk=complaint.pk).update(order_reference=other.number)
    given = {"order_reference": other.number, "level": "major"}
    assert attempt(crew.one(Role.SERVICE), "customers.complaint.edit", complaint.fresh, given) == "done"


def test_complaint_and_order_lead_to_each_other_for_who_may_see_them(crew: Crew) -> None:
    order = an_order(crew)
    complaint = complaint_about(crew, order)
    there, back = order_meant(crew.sales, complaint), complained_of(crew.head, order)  # what the pages' panels tell
    assert there is not None
    assert there["order"] == order
    assert [one["what"] for one in there["lines"]]
    assert back is not None
    assert [one["number"] for one in back["complaints"]] == [complaint.number]
    stranger = Crew().one(Role.SALES)
    assert order_meant(stranger, complaint) is None
    assert complained_of(stranger, order) is None


def test_a_complaint_never_leads_to_another_customers_order(crew: Crew) -> None:
    order, other = an_order(crew), an_order(crew)
    complaint = complaint_about(crew, order)
    complaint.order_reference = other.number or ""
    assert order_meant(crew.head, complaint) is None


def test_a_mail_that_complains_names_the_order_itself(crew: Crew) -> None:
    order, other = an_order(crew), an_order(crew)
    assert order.customer is not None
    a_contact(crew.sales, order.customer, email="qc@huatai.example")
    text = f"{other.number} 不是我們的；{order.number} 的軸承有異音"
    mail = a_mail(text, From="qc@huatai.example")
    complaint = take_in_mail(mail.as_bytes(), entity=crew.entity).complaint
    assert complaint is not None
    assert complaint.order_reference == order.number
