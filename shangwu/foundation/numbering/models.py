"""The counters. A counter row is locked by its own UPDATE until the action commits or rolls back."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last number drawn in a series and period. entity_code: for one legal entity, or what else splits it."""

    series = models.CharField(_("Series"), max_length=40, db_collation="C")
    entity_code = models.CharField(max_length=10, blank=True, db_collation="C")
    period = models.CharField(_("Period"), max_length=8, blank=True, db_collation="C")
    last = models.BigIntegerField(_("Last number"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "entity_code", "period"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.period}: {self.last}"


class Leap(models.Model):
    """A counter went on behind numbers that came from elsewhere: those from `first` to `last` were never drawn here.

    Trace: why a number of the series may stand on no record.
    """

    series = models.CharField(_("Series"), max_length=40, db_collation="C")
    entity_code = models.CharField(max_length=10, blank=True, db_collation="C")
    period = models.CharField(_("Period"), max_length=8, blank=True, db_collation="C")
    first = models.BigIntegerField(_("From"))
    last = models.BigIntegerField(_("To"))
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [models.Index(fields=["series", "entity_code", "period"], name="leap_counter")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
