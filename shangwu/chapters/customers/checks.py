"""What a month's complaints and visits must not have when it is closed (2.7.1): feedback is part of the data."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Complaint, Visit
from shangwu.foundation.measures.checks import Check, Fault, Month, declare


def _complaints(month: Month) -> QuerySet[Any]:
    return Complaint.objects.filter(
        entity=month.entity, registered_on__gte=month.first, registered_on__lte=month.last, archived_at__isnull=True
    ).exclude(state="refused")


def _visits(month: Month) -> QuerySet[Any]:
    return Visit.objects.filter(entity=month.entity, archived_at__isnull=True)


declare(
    Check(
        "complaints.incomplete", _("Complaints without a customer or a kind"), Fault.MISSING, Complaint, "2.5.3",
        _("Fill in whom the complaint is from and what it is about."),
        lambda month: _complaints(month).filter(Q(customer__isnull=True) | Q(category="")),
    ),
    Check(
        "visits.unreported", _("Planned visits that nobody reported"), Fault.MISSING, Visit, "2.5.2",
        _("Report the visit, put it off, or say that nobody was met."),
        lambda month: _visits(month).filter(
            state="planned", planned_at__gte=month.begins, planned_at__lt=month.over
        ),
        named="planned_at",
    ),
    Check(
        "visits.late", _("Visits reported after the month"), Fault.LATE, Visit, "2.5.2",
        _("Say why the visit was reported late."),
        lambda month: _visits(month).filter(
            state="done", actual_at__gte=month.begins, actual_at__lt=month.over,
            done_at__gte=month.over,
        ),
        named="actual_at",
    ),
)  # fmt: skip
