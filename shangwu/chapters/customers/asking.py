"""Who is asked whether they are content, and when (2.5.2): by what has happened, and once a year everybody.

Nothing is remembered but the surveys themselves: what was asked is not asked again, however often this runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from shangwu.chapters.customers.models import Consent, Contact, Customer, Purpose, SatisfactionReport, Survey
from shangwu.chapters.customers.pareto import within
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Actor, Source

PORTION = 200
"""Contacts that one round of the clock asks."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a customer is asked. contact_id, address: of whom, where it is known; else the main contact."""

    occasion: Survey.Occasion
    customer_id: int
    contact_id: int | None = None
    address: str = ""
    order_number: str = ""
    complaint: Any = None


def may_be_asked() -> Any:
    """Contacts who agreed to be asked and can be reached."""
    agreed = Consent.objects.filter(contact=OuterRef("pk"), purpose=Purpose.SURVEY, withdrawn_at__isnull=True)
    rows = Contact.objects.filter(archived_at=None, erased_at=None, customer__archived_at=None).exclude(email="")
    return rows.filter(Exists(agreed)).select_related("customer")


def ask_about(reasons: Sequence[Reason]) -> int:
    """Ask about what has happened, whoever agreed; how many mails. Who was asked lately is left in peace."""
    with gate.free_reading():
        found: dict[int, list[Contact]] = {}
        for one in may_be_asked().filter(customer__in={one.customer_id for one in reasons}).order_by("-is_main", "pk"):
            found.setdefault(one.customer_id, []).append(one)
        rows = []
        for reason in reasons:
            contact = _chosen(reason, found.get(reason.customer_id, ()))
            if contact is not None:
                rows.append(_row(reason, contact))
        return _ask(rows)


def _chosen(reason: Reason, contacts: Iterable[Contact]) -> Contact | None:
    """Whom it is about, if they may be asked; where nobody is named, the first who may."""
    named = reason.contact_id is not None or bool(reason.address)
    for one in contacts:
        is_named = one.pk == reason.contact_id or one.email.casefold() == reason.address.casefold() != ""
        if is_named or not named:
            return one
    return None


def _row(reason: Reason, contact: Contact) -> Row:
    return Row(
        {
            "occasion": reason.occasion, "customer": contact.customer, "contact": contact,
            "order_number": reason.order_number, "complaint": reason.complaint,
        }
    )  # fmt: skip


def _ask(rows: Sequence[Row]) -> int:
    house: Actor = actors.system(Source.EVENT)
    return len(act_many(house, "customers.survey.create", rows).done) if rows else 0


def ask_the_year() -> int:
    """Ask who was not asked yet in a year whose survey has begun, a portion a round; how many mails."""
    this_year = clock.today(actors.system(Source.EVENT).zone).year
    with gate.free_reading():
        begun = SatisfactionReport.objects.filter(
            state=SatisfactionReport.State.DRAFT, asking_since__isnull=False, year=this_year, archived_at=None
        )
        asked = 0
        for report in begun.order_by("pk"):
            there = Survey.objects.filter(contact=OuterRef("pk"), year=report.year)
            buyers = may_be_asked().filter(customer__state__in=[Customer.State.WON, Customer.State.DORMANT])
            if report.department_id is not None:
                buyers = buyers.filter(customer__department__in=within(report.department_id))
            wanted = buyers.exclude(Exists(there)).order_by("pk")[:PORTION]
            asked += _ask([_row(Reason(Survey.Occasion.YEAR, one.customer_id), one) for one in wanted])
        return asked


def expire() -> int:
    """Close the surveys whose time is over; how many."""
    with gate.free_reading():
        over = Survey.objects.filter(state=Survey.State.OPEN, expires_at__lte=clock.now()).order_by("pk")
        rows = [Row(target=one) for one in over[:1000]]
        return len(act_many(actors.system(Source.JOB), "customers.survey.expire", rows).done) if rows else 0
