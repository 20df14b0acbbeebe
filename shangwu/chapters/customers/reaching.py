"""Clause 2.5.1: at which customers somebody can be reached whose part in decisions is known."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from shangwu.chapters.customers.models import Contact

TELLING = frozenset({"name", "part", "phone", "email", "messenger"})
"""What is compared with the customer of whom we speak with."""


def reachable() -> QuerySet[Contact]:
    """Contacts with a part in decisions, and a phone, mail or messenger."""
    ways = ~Q(phone="") | ~Q(email="") | ~Q(messenger="")
    return Contact.objects.filter(ways, archived_at__isnull=True, erased_at__isnull=True).exclude(part="")


def reached(customers: Collection[int]) -> frozenset[int]:
    """Those of the customers (keys) at whom there is one."""
    return frozenset(reachable().filter(customer__in=customers).values_list("customer", flat=True).distinct())
