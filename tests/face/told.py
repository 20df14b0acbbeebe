"""Addresses that no registry tells: those in our letters, and those of what the demo has not made by itself."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from shangwu.chapters.customers.links import for_answer, for_customer
from shangwu.chapters.customers.models import Complaint, Contact, Customer, Purpose, Survey
from shangwu.chapters.customers.survey_links import for_survey
from shangwu.chapters.customers.unsubscribing import way_out
from shangwu.chapters.sales.models import Order, ProgressPage, Quotation
from shangwu.chapters.sales.progress_links import for_page
from shangwu.chapters.sales.quotation_links import for_quotation
from shangwu.foundation.actions.door import act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.notices.models import Kind, Notice
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Entity, Person
from shangwu.foundation.records import clock, gate
from tests.builders import HOUSE


def _customer() -> Customer:
    """The newest one, as of a legal entity."""
    return _stands(Customer.objects.filter(archived_at=None).order_by("-pk")[0], entity=_entity())  # type: ignore[no-any-return]


def _entity() -> Entity:
    return Entity.objects.filter(archived_at=None).order_by("pk")[0]


def _stands(record: Any, **columns: Any) -> Any:
    """The record with these columns: as far as the course of the demo has not brought it by itself."""
    with gate.door():
        type(record)._base_manager.filter(pk=record.pk).update(**columns)
    return type(record)._base_manager.get(pk=record.pk)


def _answered() -> Complaint:
    """A complaint whose claimant is asked whether they are content."""
    found = Complaint.objects.filter(archived_at=None, customer__isnull=False).exclude(accepted_at=None)
    one = found.filter(state=Complaint.State.REPLIED).order_by("-pk").first() or found.order_by("-pk")[0]
    said = {"answer": one.answer or "已換貨。", "reply_proof": one.reply_proof or "<1@demo.example>"}
    return _stands(one, state=Complaint.State.REPLIED, replied_at=clock.now(), entity=_entity(), **said)  # type: ignore[no-any-return]


def _asked() -> Survey:
    found = Survey.objects.filter(state=Survey.State.OPEN, expires_at__gt=clock.now())
    return _stands(found.order_by("-pk")[0], entity=_entity())  # type: ignore[no-any-return]


def _followed() -> ProgressPage:
    order = Order.objects.filter(secrecy=0, archived_at=None, state="confirmed").order_by("-pk")[0]
    act(HOUSE, "sales.order.show_progress", order)
    return _stands(ProgressPage.objects.latest("pk"), entity=_entity())  # type: ignore[no-any-return]


def _offered() -> Quotation:
    found = Quotation.objects.filter(state=Quotation.State.SENT, archived_at=None).order_by("-valid_until", "-pk")
    return _stands(found[0], entity=_entity())  # type: ignore[no-any-return]


def _read_by(person: Person) -> Notice:
    """What somebody has to read, and has sent themselves."""
    given = {"record": "x"}
    notify([person.pk], "%(record)s", given, kind=Kind.CHANGE, must_read_by=person.pk)
    return Notice.objects.filter(person=person).latest("pk")


def _job(person: Person) -> Job:
    given = {"name": "exchange.export", "title": "x", "created_at": clock.now(), "state": Job.State.DONE}
    return Job.objects.create(person=person, **given)


def _file() -> StoredFile:
    return StoredFile.objects.filter(archived_at=None).exclude(sha256="").order_by("-pk")[0]


def _reached() -> Contact:
    found = Contact.objects.filter(archived_at=None, erased_at=None, marketing_refused_at=None)
    return found.order_by("-pk")[0]


LETTERS: dict[str, Callable[[], str]] = {
    "complain": lambda: reverse("complain", kwargs={"code": _entity().code}),
    "complain.link": lambda: for_customer(_customer()),
    "complain.answer": lambda: for_answer(_answered()),
    "satisfaction": lambda: for_survey(_asked()),
    "mail.unsubscribe": lambda: way_out(_reached(), _entity().pk, Purpose.MARKETING),
    "progress": lambda: for_page(_followed()),
    "quotation": lambda: for_quotation(_offered()),
    "quotation.paper": lambda: for_quotation(_offered(), "quotation.paper"),
}
"""Route -> its address, which a letter tells to somebody who does not sign in."""

PERSONS: dict[str, Callable[[Person], str]] = {
    "file": lambda _person: reverse("file", kwargs={"public_id": _file().public_id}),
    "job": lambda person: reverse("job", kwargs={"public_id": _job(person).public_id}),
    "notices.open": lambda person: reverse("notices.open", kwargs={"pk": _read_by(person).pk}),
    "notices.receipts": lambda person: reverse("notices.receipts", kwargs={"issue": _read_by(person).issue}),
}
"""Route -> the address of something that is a person's own."""
