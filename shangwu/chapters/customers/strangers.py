"""Clause 2.5.1: persons who are no contact of a customer and ask about their own data: what is kept of them, where.

They are known by the mail and the number that they give, in whatever way it was written down.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from shangwu.chapters.customers.models import Complaint, Contact, Message, PersonalRequest
from shangwu.foundation.records.history import history_models
from shangwu.foundation.text.redaction import pattern_of


def reaching(asked: PersonalRequest) -> str:
    """A pattern for the mail and the number, whoever writes of them; they are nobody else's."""
    return pattern_of([asked.person_email, asked.person_phone])


def complaints_of(asked: PersonalRequest) -> list[int]:
    """Keys of the complaints in which the person is, or once was, who complains."""
    theirs = Q(pk__in=[])
    if asked.person_email:
        theirs |= Q(claimant_email__iexact=asked.person_email)
    if number := pattern_of([asked.person_phone]):
        theirs |= Q(claimant_phone__iregex=f"^(?:{number})$")
    former: Any = history_models[Complaint]._default_manager
    return sorted(former.filter(theirs).values_list("pgh_obj_id", flat=True).distinct())


def names_of(asked: PersonalRequest, complaints: Collection[int]) -> set[str]:
    """What the person is called: as they say, and as they called themselves when they complained."""
    former: Any = history_models[Complaint]._default_manager
    told = former.filter(pgh_obj_id__in=list(complaints)).values_list("claimant_name", flat=True).distinct()
    return {one for one in (asked.person_name, *told) if one}


def mails_of(asked: PersonalRequest, complaints: Collection[int]) -> Q:
    """Mail to and from the person that stands with nobody's contact."""
    theirs = Q(complaint__in=list(complaints))
    if asked.person_email:
        theirs |= Q(address__iexact=asked.person_email)
    return theirs & Q(contact__isnull=True)


def earlier_of(asked: PersonalRequest) -> QuerySet[PersonalRequest]:
    """What the same person has asked before, this request included."""
    theirs = Q(pk=asked.pk)
    if asked.person_email:
        theirs |= Q(person_email__iexact=asked.person_email)
    if number := pattern_of([asked.person_phone]):
        theirs |= Q(person_phone__iregex=f"^(?:{number})$")
    return PersonalRequest.objects.filter(theirs).order_by("pk")


def contacts_like(asked: PersonalRequest) -> list[Contact]:
    """Contacts with this mail or number: probably the person, whom this request does not reach."""
    alike = Q(pk__in=[])
    if asked.person_email:
        alike |= Q(email__iexact=asked.person_email)
    if number := pattern_of([asked.person_phone]):
        alike |= Q(phone__iregex=f"^(?:{number})$")
    return list(Contact.objects.filter(alike, merged_into__isnull=True).order_by("pk"))


def kept_rows(asked: PersonalRequest) -> list[Complaint | Message | PersonalRequest]:
    """All records that are about the person."""
    complaints = complaints_of(asked)
    return [
        *Complaint.objects.filter(pk__in=complaints).order_by("pk"),
        *Message.objects.filter(mails_of(asked, complaints)).order_by("pk"),
        *earlier_of(asked),
    ]
