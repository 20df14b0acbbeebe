"""Clause 2.5.1: who has opened which customers of the pool, on which of their days."""

from typing import ClassVar

import pgtrigger
from django.db import models

from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.people.models import Person


class PoolView(models.Model):
    """A person has opened a customer that lay in the pool. Trace: only ever added, once per person, day and customer.

    day: the business day of the person.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day", "customer"], name="pool_view_once")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
