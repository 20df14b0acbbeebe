"""Clause 2.5.1: how complete a customer's file is, and what is missing. Only what was verified counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.policy.parameters import policy


class Asked(models.TextChoices):
    """What a complete file tells beside the name: fields of the customer."""

    JURISDICTION = "jurisdiction", _("Registered in")
    IDENTITY_NUMBER = "identity_number", _("Credit code or tax number")
    INDUSTRY = "industry", _("Industry")
    SIZE = "size", _("Size")
    REGION = "region", _("Region")
    SOURCE = "source", _("Source")
    GRADE = "grade", _("Grade")
    PHONE = "phone", _("Phone")
    INVOICE_NAME = "invoice_name", _("Name on invoices")
    INVOICE_ADDRESS = "invoice_address", _("Address on invoices")
    BANK_NAME = "bank_name", _("Bank")
    BANK_ACCOUNT = "bank_account", _("Bank account")
    SHIP_TO_ADDRESS = "ship_to_address", _("Delivery address")
    HAS_CONTACT = "has_contact", _("Contact with a part in decisions, and a way to reach them")


OF_COMPANIES = frozenset(
    {
        Asked.IDENTITY_NUMBER, Asked.INDUSTRY, Asked.SIZE, Asked.INVOICE_NAME, Asked.INVOICE_ADDRESS, Asked.BANK_NAME,
        Asked.BANK_ACCOUNT, Asked.HAS_CONTACT,
    }
)  # fmt: skip
"""What nobody asks of a private person, who is reached and decides themselves."""

BY_THE_HOUSE = frozenset({Asked.GRADE})
"""What the house itself decides, so that there is nothing to compare with the customer."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: nothing stands there, or nobody has compared it with the customer."""

    field: Asked
    empty: bool


_OF_ALL = tuple(Asked)
_OF_PERSONS = tuple(one for one in Asked if one not in OF_COMPANIES)


def asked_of(customer: Customer) -> tuple[Asked, ...]:
    """What is asked of this kind of customer."""
    return _OF_PERSONS if customer.kind == Customer.Kind.PERSON else _OF_ALL


def gaps(customer: Customer) -> Iterator[Gap]:
    """What is missing, in the order of the file."""
    for one in asked_of(customer):
        if not getattr(customer, one):
            yield Gap(one, empty=True)
        elif one not in customer.verified_fields and one not in BY_THE_HOUSE:
            yield Gap(one, empty=False)


def completeness(customer: Customer) -> int:
    """Whole per cent of what is asked that is filled in and verified."""
    asked = len(asked_of(customer))
    return (asked - sum(1 for _gap in gaps(customer))) * 100 // asked


def filled(customer: Customer) -> int:
    """Whole per cent of what is asked that is filled in at all."""
    asked = len(asked_of(customer))
    return (asked - sum(gap.empty for gap in gaps(customer))) * 100 // asked


def confirm(customer: Customer, fields: list[Asked], day: str) -> None:
    """Note that what stands in these fields was compared with the customer on `day`; empty ones are passed over."""
    seen = {one.value: day for one in fields if one not in BY_THE_HOUSE and getattr(customer, one.value)}
    customer.verified_fields = {**customer.verified_fields, **seen}
    note_completeness(customer)


def drop_confirmation(customer: Customer, given: Mapping[str, Any]) -> None:
    """What is given another value has not been compared yet."""
    kept = {
        name: day
        for name, day in customer.verified_fields.items()
        if name not in given or given[name] == getattr(customer, name)
    }
    if len(kept) < len(customer.verified_fields):
        customer.verified_fields = kept


def note_contact(customer: Customer, *, stands: bool, is_compared: bool) -> None:
    """Keep whether somebody can be reached at the customer; what was changed there is to be compared again."""
    customer.has_contact = stands
    if not (stands and is_compared):
        others = {name: day for name, day in customer.verified_fields.items() if name != Asked.HAS_CONTACT}
        customer.verified_fields = others
    note_completeness(customer)


def note_completeness(customer: Customer) -> None:
    """Keep since when the file is complete; it is no longer when too much was taken out or changed again."""
    if completeness(customer) < policy("customer.complete"):
        customer.completed_at = None
    else:
        customer.completed_at = customer.completed_at or customer.changed_at
