"""Since when a customer is of a grade that needs a contact plan (2.5.2)."""

from typing import Any

from shangwu.chapters.customers.models import Customer

PLANNED = (Customer.Grade.A, Customer.Grade.B)
"""Grades whose customers have a contact plan each year."""


def note_rank(customer: Any) -> None:
    """Keep since when the grade asks for a plan; it does no longer when the grade falls."""
    if customer.grade in PLANNED:
        customer.ranked_at = customer.ranked_at or customer.changed_at
    else:
        customer.ranked_at = None
