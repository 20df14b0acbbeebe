"""Clause 2.5.2: a template's places are checked when it is saved, and filled in without tricks."""

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.filling import PLACES, filled
from shangwu.chapters.customers.models import MailTemplate
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.writing import a_draft, known
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


def a_template(desk: Desk, text: str, subject: str = "致{customer}", **values: str) -> MailTemplate:
    given = {"name": unique(), "subject": subject, "text": text} | values
    made: MailTemplate = act(desk.service, "customers.mailtemplate.create", None, given).record
    return made


@pytest.mark.parametrize(
    "text", ["{contakt}您好", "{客戶}您好", "{contact.customer.phone}", "{0}", "{}", "{contact!r}"]
)
def test_a_place_that_nobody_can_fill_in_is_refused_by_its_name(desk: Desk, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        a_template(desk, text)
    assert caught.value.code == "place"
    assert caught.value.details["place"] == text[1 : text.index("}")]
    assert "{contact}" in str(caught.value.sentence), "it says which there are"


@pytest.mark.parametrize("text", ["{contact", "contact}", "{{contact}}", "a } b"])
def test_a_brace_that_stands_alone_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        a_template(desk, text)
    assert caught.value.code == "place"


def test_an_edit_is_checked_like_the_first_text(desk: Desk) -> None:
    template = a_template(desk, "{contact}您好")
    assert attempt(desk.service, "customers.mailtemplate.edit", template, {"subject": "{who}"}) == "place"


def test_who_speaks_for_the_house_keeps_templates_and_all_may_use_them(desk: Desk) -> None:
    given = {"name": "x", "subject": "x", "text": "x"}
    assert attempt(desk.sales, "customers.mailtemplate.create", None, given) == "forbidden"
    template = a_template(desk, "x")
    assert MailTemplate.objects.visible_to(desk.sales).filter(pk=template.pk).exists()


def test_a_mail_is_begun_with_what_the_template_says(desk: Desk) -> None:
    customer, contact = known(desk)
    template = a_template(desk, "{contact}您好，{sender}敬上。{company}")
    message = a_draft(desk.sales, contact, template=template, subject="", text="")
    assert message.subject == f"致{customer.name}"
    assert message.text == f"{contact.name}您好，{desk.sales.name}敬上。{desk.entity.name}"
    assert message.state == "draft", "nobody sends what they have not read"


def test_a_place_without_a_value_is_said_and_nothing_is_made_up(desk: Desk) -> None:
    _customer, contact = known(desk)
    template = a_template(desk, "訂單 {order} 已出貨")
    given = {"customer": contact.customer, "contact": contact, "template": template}
    assert attempt(desk.sales, "customers.message.create", None, given) == "empty"


def test_a_template_for_advertisements_makes_advertisements(desk: Desk) -> None:
    _customer, contact = known(desk)
    template = a_template(desk, "秋季特賣", purpose="marketing")
    assert a_draft(desk.sales, contact, template=template, is_commercial=False).is_commercial


def test_a_value_is_never_read_as_a_place_and_brings_no_lines() -> None:
    values = dict.fromkeys(PLACES, "x") | {"contact": "{sender}\nBcc: y@else.example", "sender": "Wu"}
    assert filled("{contact}/{sender}", values, lines=False) == "{sender} Bcc: y@else.example/Wu"


def test_the_preview_shows_a_real_customer_and_escapes_what_stands_in_the_file(desk: Desk) -> None:
    customer = a_customer(desk.sales, name=f"<script>alert(1)</script>{unique()}")
    a_contact(desk.sales, customer, name="<b>林</b>")
    template = a_template(desk, "{contact}您好，{customer}")
    client = a_client(Person.objects.get(pk=desk.sales.person_id))
    address = reverse("customers.mailtemplate.preview", kwargs={"public_id": template.public_id})
    page = client.get(address, {"customer": str(customer.public_id)}).content.decode()
    assert "&lt;b&gt;林&lt;/b&gt;您好" in page
    assert "<b>林</b>" not in page
    assert "<script>alert(1)" not in page


def test_a_preview_shows_nobody_elses_customer(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    template = a_template(desk, "{customer}")
    client: Client = a_client(Person.objects.get(pk=desk.colleague.person_id))
    address = reverse("customers.mailtemplate.preview", kwargs={"public_id": template.public_id})
    for asked in (str(customer.public_id), "x", ""):
        answer = client.get(address, {"customer": asked})
        assert answer.status_code == 200
        assert customer.name not in answer.content.decode()
