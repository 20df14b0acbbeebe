"""Mail of customers for tests: written by hand, as programs of others write it."""

from email.message import EmailMessage
from typing import Any

from shangwu.chapters.customers.models import Contact, Customer, Message
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, unique

LIN = "lin@huatai.example"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF"


def a_mail(text: str = "請問第三批何時出貨？", **headers: str) -> EmailMessage:
    """A mail from a customer's contact; a header that is given empty is left out."""
    message = EmailMessage()
    given = {
        "From": f"林美玲 <{LIN}>", "To": "service@yuecheng.example", "Subject": "詢問交期",
        "Message-ID": "<b1@huatai.example>", "Date": "Tue, 29 Sep 2026 09:30:00 +0800",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def known(crew: Crew, **values: Any) -> tuple[Customer, Contact]:
    """A customer and the contact who writes to us."""
    customer = a_customer(crew.sales)
    return customer, a_contact(crew.sales, customer, **({"email": LIN} | values))


def a_draft(by: Actor, contact: Contact, **values: Any) -> Message:
    """A mail that is written and not sent."""
    given = {"customer": contact.customer, "contact": contact, "subject": "交期回覆", "text": "週五出貨。"} | values
    made: Message = act(by, "customers.message.create", None, given).record
    return made


def a_word(customer: Customer, text: str = "同意，照報價下單。") -> str:
    """The Message-ID of a mail that came from a customer and stands with them: a proof of what they said."""
    key = f"<{unique()}@huatai.example>"
    given = {
        "customer": customer, "address": LIN, "subject": "回覆", "text": text, "at": clock.now(), "message_id": key,
        "thread": key, "known_owner": customer.owner_id, "known_department": customer.department_id,
        "known_entity": customer.entity_id,
    }  # fmt: skip
    act(HOUSE, "customers.message.receive", None, given)
    return key
