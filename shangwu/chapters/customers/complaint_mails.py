"""Clause 2.5.3: to whom a mail about a complaint goes, and what it says; what goes with it as it leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shangwu.chapters.customers import links
from shangwu.chapters.customers.enclosing import Enclosed, encloses
from shangwu.chapters.customers.filling import filled
from shangwu.chapters.customers.models import Complaint, Contact, MailTemplate, Message
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Writing:
    """What a run knows beside its complaints. companies: names of our legal entities. people: complaint -> the contact
    of its customer to whom we write. waiting: complaints of which a mail is on its way."""

    companies: Mapping[int, str]
    people: Mapping[int, Contact]
    waiting: frozenset[int]

    def address(self, complaint: Complaint) -> str:
        """Where who complains is reached by mail; empty where nowhere. What they gave with the complaint comes first:
        a consumer may be nobody's contact."""
        contact = self.people.get(complaint.pk)
        return complaint.claimant_email or (contact.email if contact is not None else "")

    def contact(self, complaint: Complaint) -> Contact | None:
        """The contact whose address that is."""
        contact = self.people.get(complaint.pk)
        is_theirs = contact is not None and contact.email.casefold() == self.address(complaint).casefold()
        return contact if is_theirs else None

    def name(self, complaint: Complaint) -> str:
        """How they are called."""
        contact = self.contact(complaint)
        return complaint.claimant_name or (contact.name if contact is not None else "")


def writing_about(complaints: Iterable[Complaint]) -> Writing:
    """Whom to write to about these complaints: who complains, if they are a contact, else the main contact."""
    known = list(complaints)
    there: dict[int, list[Contact]] = {}
    rows = Contact.objects.filter(customer__in={one.customer_id for one in known} - {None}, archived_at__isnull=True)
    for one in rows.filter(erased_at__isnull=True).exclude(email="").order_by("-is_main", "pk"):
        there.setdefault(one.customer_id, []).append(one)
    chosen = {one.pk: _chosen(one, there.get(one.customer_id or 0, ())) for one in known}
    waiting = Message.objects.filter(complaint__in=[one.pk for one in known], state=Message.State.WAITING)
    entities = Entity.objects.filter(pk__in={one.entity_id for one in known if one.entity_id})
    return Writing(
        dict(entities.values_list("pk", "name")),
        {key: contact for key, contact in chosen.items() if contact is not None},
        frozenset(waiting.values_list("complaint_id", flat=True)),
    )


def _chosen(complaint: Complaint, contacts: Iterable[Contact]) -> Contact | None:
    told = complaint.claimant_email.casefold()
    return next((one for one in contacts if not told or one.email.casefold() == told), None)


def subject_and_text(
    complaint: Complaint, by: Actor, known: Writing, told: str, template: MailTemplate | None
) -> tuple[str, str]:
    """What a mail about a complaint says: by a template, or in the house's own words. `told` is what it is about."""
    name = known.name(complaint)
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your complaint %(number)s") % {"number": complaint.number}
        day = complaint.registered_on.isoformat()
        greeting = (
            _("%(name)s: this is about your complaint %(number)s of %(day)s.")
            if name
            else _("This is about your complaint %(number)s of %(day)s.")
        )
        text = "\n\n".join([greeting % {"name": name, "number": complaint.number, "day": day}, told])
    if template is None:
        return subject, text
    customer, company = complaint.customer, known.companies.get(complaint.entity_id or 0, "")
    values = {
        "customer": customer.name if customer is not None else name, "contact": name, "post": "",
        "order": complaint.order_reference, "sender": by.name, "company": company,
        "day": f"{clock.today(by.zone):%Y-%m-%d}", "complaint": complaint.number or "", "answer": told,
    }  # fmt: skip
    said = filled(template.text, values)
    if "{answer}" not in template.text:
        said = f"{said}\n\n{told}"
    return filled(template.subject, values, lines=False), said


@encloses
def question_whether_content(message: Message) -> Enclosed | None:
    """An answer carries the question whether it settles the matter, as a link that works once."""
    complaint = message.complaint
    if complaint is None or complaint.state != Complaint.State.CARRYING_OUT:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        asked = _("Is the matter settled for you? Tell us here, once:")
    return Enclosed(["", asked, links.absolute(links.for_answer(complaint, complaint.reply_round + 1))])
