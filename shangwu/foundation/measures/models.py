"""Which files hold the facts now. One row is the truth; files beside it are leftovers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FactRelease(models.Model):
    """What is published of a fact set: its files by month, and how far the row history had been read.

    files: month as 2026-11, or "none" for rows without one -> file name in the set's folder.
    read_to: the last history row that the export had seen, per history table. joined: recent rows of those tables that
    are not read again, for the files show what had changed there in joined records.
    """

    fact_set = models.CharField(_("Fact set"), max_length=60, unique=True, db_collation="C")
    definition = models.CharField(max_length=64, db_collation="C")
    files = models.JSONField(default=dict)
    read_to = models.JSONField(default=dict)
    joined = models.JSONField(default=dict)
    as_of = models.DateTimeField(_("As of"))
    rows = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.fact_set} {self.as_of:%Y-%m-%d %H:%M}"
