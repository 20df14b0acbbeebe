"""What follows an erasure (2.5.1, PIPL 47): history, commitments, copies. All in the erasing action's transaction."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst

from shangwu.chapters.customers.actions.mail import masks as mail_masks
from shangwu.chapters.customers.actions.requests import address_masks, file_masks, mask, masks, request_masks
from shangwu.chapters.customers.free_words import OF_FILES, erase_words, is_named
from shangwu.chapters.customers.models import (
    Complaint,
    Contact,
    Customer,
    DeliveryAddress,
    Letter,
    Message,
    PersonalRequest,
    Survey,
)
from shangwu.chapters.customers.papers_elsewhere import files_behind, own_files
from shangwu.chapters.customers.strangers import (
    complaints_of,
    contacts_like,
    earlier_of,
    mails_of,
    names_of,
    reaching,
)
from shangwu.foundation.actions.door import Acted, Row, act, act_many
from shangwu.foundation.audit.erasing import erase
from shangwu.foundation.exchange.forgetting import forget_files
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages.comments.forgetting import blank_comments
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.text.redaction import pattern_of

COPY = "customers.personal_copy"

_NAMING = tuple(one for one in Customer.of_persons if one not in ("note", "duplicate_reason", "extra"))
"""What names or reaches a person; free words would be found in places that say nothing of them."""
_REACHING = ("name", "phone", "email", "messenger")
"""The same of a contact."""
_DELIVERING = ("receiver", "phone", "address")
"""The same of a further delivery address."""
_COMPLAINING = ("claimant_name", "claimant_phone", "claimant_email", "description", "demand", "answer")
"""Fields of a complaint that are blanked with who complained, from history too."""


def erase_traces(acted: Acted) -> None:
    """Blank the history of each contact, and what was written to, by and about them; throw away copies made for them.

    What names them is asked for before their history is blanked. Contacts that were entered twice go as well.
    """
    for asked in acted.records:
        if isinstance(asked, PersonalRequest) and asked.contact_id is None:
            _erase_stranger(asked)
    for contact in [each for one in _erased(acted) for each in (one, *_merged(one))]:
        addresses, phones = _former(contact, "email"), _former(contact, "phone")
        theirs = Q(pgh_obj_id=contact.pk)
        pattern = pattern_of(_all_values(Contact, theirs, _REACHING))
        erase(contact, masks(), list(_all_values(Contact, theirs, Contact.classes)))
        forget_files(contact)
        blank_comments(contact, mask())
        complaints = _erase_complaints(_claimed_by(addresses, phones))
        erase_words(files_behind(contact.customer_id), contact, complaints, pattern, mask())
        _erase_mail(_written_with(contact, addresses))
        _erase_answers(contact)
        _erase_requests(PersonalRequest.objects.filter(contact=contact), [])
    for asked in acted.records:
        if isinstance(asked, PersonalRequest) and asked.covers_file and asked.contact is not None:
            _erase_files(asked.contact)


def _erase_requests(requests: Iterable[PersonalRequest], values: Collection[str]) -> None:
    """What the person has asked goes with the copies that were made; that they asked stays."""
    for one in requests:
        if one.words or one.person_email or one.person_phone:
            act(system(Source.EVENT), "customers.personalrequest.blank", one)
        erase(one, request_masks(one), list(values))
        Job.objects.filter(name=COPY, arguments__public_id=str(one.public_id)).delete()


def _erase_stranger(asked: PersonalRequest) -> None:
    """The same for who is no contact: in their complaints, in mail, and wherever somebody wrote of their mail or
    number; of their name, about the customers of their complaints. What they gave stands in the request's history."""
    told = _as_asked(asked)
    complaints = complaints_of(told)
    values = {*names_of(told, complaints), told.person_phone, told.person_email} - {"", mask()}
    files = Complaint.objects.filter(pk__in=complaints, customer__isnull=False).values_list("customer", flat=True)
    behind = sorted({key for file in set(files) if file is not None for key in files_behind(file)})
    mails, requests = mails_of(told, complaints), list(earlier_of(told))
    found = _erase_complaints(Q(pk__in=complaints))
    erase_words(behind, None, found, pattern_of(values), mask(), anywhere=reaching(told))
    _erase_mail(mails)
    _erase_requests(requests, sorted(values))


def _as_asked(asked: PersonalRequest) -> PersonalRequest:
    """The request as it was made: by now it names nobody."""
    former: Any = history_models[PersonalRequest]._default_manager
    first = former.filter(pgh_obj_id=asked.pk).order_by("pgh_id").values(*PersonalRequest.told_by_person).first()
    return PersonalRequest(pk=asked.pk, **first)


def _former(contact: Contact, field: str) -> set[str]:
    """Every email or phone that the contact has had."""
    rows: Any = history_models[Contact]._default_manager.filter(pgh_obj_id=contact.pk)
    return {value.casefold() for value in rows.values_list(field, flat=True).distinct() if value}


def _claimed_by(addresses: set[str], phones: set[str]) -> Q:
    theirs = Q(pk__in=[])
    for address in addresses:
        theirs |= Q(claimant_email__iexact=address)
    for phone in phones:
        theirs |= Q(claimant_phone__iexact=phone)
    return theirs


def _erase_complaints(theirs: Q) -> Collection[int]:
    """Who complained is named no more; their letters and the mails' files go. Answers with the complaints' keys.

    What was wrong, and what we did about it, are papers that the law keeps.
    """
    complaints = list(Complaint.objects.filter(theirs).order_by("pk"))
    values = {one.pk: [one.claimant_name, one.claimant_phone, one.claimant_email] for one in complaints}
    if complaints:
        act_many(system(Source.EVENT), "customers.complaint.blank", [Row(target=one) for one in complaints], whole=True)
    for one in Complaint.objects.filter(pk__in=list(values)).prefetch_related("letters"):
        erase(one, {name: getattr(one, name) for name in _COMPLAINING}, values[one.pk])
        for letter in one.letters.all():
            if not letter.text:
                erase(letter, {name: getattr(letter, name) for name in Letter.classes}, [])
        forget_files(one, kind="eml")
    return values.keys()


def _written_with(contact: Contact, addresses: set[str]) -> Q:
    """Mail to and from the person, also such that was never assigned: an address that several share decides only where
    nobody else is named."""
    theirs = Q(contact=contact)
    for address in addresses:
        theirs |= Q(address__iexact=address, contact__isnull=True)
    return theirs


def _erase_mail(theirs: Q) -> None:
    """Mail says nothing any more; its files go. Message-IDs stay: a mail that still lies in the mailbox does not come
    in again."""
    mails = list(Message.objects.filter(theirs).order_by("pk"))
    values = {one.pk: [one.address, one.name] for one in mails}
    if mails:
        act_many(system(Source.EVENT), "customers.message.blank", [Row(target=one) for one in mails], whole=True)
    for one in mails:
        erase(one, mail_masks(), values[one.pk])
        forget_files(one)


def _erase_answers(contact: Contact) -> None:
    """What the person said of us goes; the figure stays and is nobody's any more."""
    surveys = list(Survey.objects.filter(contact=contact).order_by("pk"))
    if surveys:
        act_many(system(Source.EVENT), "customers.survey.blank", [Row(target=one) for one in surveys], whole=True)
    for one in surveys:
        erase(one, {"words": ""}, [])


def _erase_files(contact: Contact) -> None:
    """The file of a private person, and those that were merged into it: named no more, from history too.

    What lies on it as a file goes, mail that was exchanged with it, and who complained for it. Of the papers that hang
    on it, those that bind nobody forget the person (`papers_elsewhere`); the law keeps orders, contracts, payments.
    """
    for customer in own_files(contact):
        values = _all_values(Customer, Q(pgh_obj_id=customer.pk), _NAMING)
        places = _all_values(DeliveryAddress, Q(customer_id=customer.pk), _DELIVERING)
        own_values = _all_values(Customer, Q(pgh_obj_id=customer.pk), ["extra"])
        complaints = _erase_complaints(Q(customer=customer))
        erase_words([customer.pk], contact, complaints, pattern_of([*values, *places]), mask(), whole=True)
        _erase_mail(Q(customer=customer))
        forget_files(customer)
        act(system(Source.EVENT), "customers.customer.blank", customer)
        erase(customer.fresh, file_masks(), [*values, *places, *own_values])
        for address in _ever_at(customer):
            erase(DeliveryAddress(pk=address), address_masks(), [])


def _all_values(model: type[models.Model], rows: Q, names: Iterable[str]) -> set[str]:
    """Every value that these columns have had; of own fields every text: a number or a choice names nobody."""
    found: Any = history_models[model]._default_manager.filter(rows).values_list(*names)
    values = [value for row in found.distinct() for value in row if value]
    told = {str(value) for value in values if not isinstance(value, dict)}
    chosen = {one.name.removeprefix(own.PREFIX) for one in own.fields_of(model) if one.kind not in own.TEXTS}
    extras = [each for each in values if isinstance(each, dict)]
    told |= {text for each in extras for key, text in each.items() if isinstance(text, str) and key not in chosen}
    return told - {mask()}


def _ever_at(customer: Customer) -> list[int]:
    """Keys of the delivery addresses that the file has or had."""
    rows: Any = history_models[DeliveryAddress]._default_manager.filter(customer_id=customer.pk)
    return sorted(set(rows.values_list("pgh_obj_id", flat=True)))


def _merged(contact: Contact) -> list[Contact]:
    """What was entered of the same person a second time, blanked."""
    found = list(Contact.objects.filter(merged_into=contact).order_by("pk"))
    if found:
        act_many(system(Source.EVENT), "customers.contact.blank", [Row(target=one) for one in found], whole=True)
    return found


def _erased(acted: Acted) -> list[Contact]:
    requests = [one for one in acted.records if isinstance(one, PersonalRequest)]
    return [one.contact for one in requests if one.contact is not None]


def alike_beside(asked: PersonalRequest) -> list[Contact]:
    """Other contacts of the same customer with the person's name, mail or number: probably the person once more, whom
    this erasure does not reach, so that somebody looks. Where no contact is named, those of any customer."""
    if asked.contact is None:
        return contacts_like(asked)
    theirs = Q(pgh_obj_id=asked.contact_id)
    alike = Q(pk__in=[])
    for name in _REACHING:
        values = _all_values(Contact, theirs, [name])
        alike |= Q(**{f"{name}__in": values}) if values else Q(pk__in=[])
    others = Contact.objects.filter(alike, customer_id=asked.contact.customer_id, merged_into__isnull=True)
    return list(others.exclude(pk=asked.contact.pk).order_by("pk"))


def named_openly(asked: PersonalRequest) -> list[str]:
    """Entries of the customer's file, by label, that name or reach the person who is to be erased and are the
    company's own: an erasure leaves them, so that somebody looks first. None where the file goes too."""
    if asked.contact is None:
        return []
    pattern = pattern_of(_all_values(Contact, Q(pgh_obj_id=asked.contact_id), _REACHING))
    if asked.covers_file or not pattern:
        return []
    file = asked.contact.customer
    told: list[tuple[Any, str]] = [
        (one.verbose_name, getattr(file, one.name)) for one in file._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField) and one.editable and one.name not in OF_FILES[Customer]
    ]  # fmt: skip
    told += [(one.label, getattr(file, one.name)) for one in own.fields_of(Customer) if one.kind in own.TEXTS]
    return [str(capfirst(label)) for label, text in told if is_named([text], pattern)]
