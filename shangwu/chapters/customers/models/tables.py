"""Clause 2.5.1: the tables that files refer to: industries (GB/T 4754) and areas (GB/T 2260, Taiwan, Hong Kong).

Entries hold from a day to a day. Old records keep the code that was right when they were written.
"""

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.models import Record, search_index
from shangwu.foundation.text.jurisdictions import Jurisdiction


class Named(Record):
    """An entry of a table: its name in three languages."""

    name = models.CharField(_("Name"), max_length=100)
    name_hans = models.CharField(_("Name, simplified"), max_length=100, blank=True)
    name_en = models.CharField(_("Name, English"), max_length=160, blank=True)

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The name in the reader's language."""
        language = get_language() or ""
        own = self.name_en if language.startswith("en") else self.name_hans if language.startswith("zh-hans") else ""
        return own or self.name


class Code(Named):
    """An entry that has a code, and holds from a day to a day.

    level: 1 for the widest (section, province). valid_until: the last day; empty while it holds.
    """

    natural_keys: ClassVar[tuple[str, ...]] = ("code",)
    named_by = ("code", "name", "name_hans", "name_en", "valid_until")

    code = models.CharField(_("Code"), max_length=12, db_collation="C")
    level = models.PositiveSmallIntegerField(_("Level"), default=1)
    edition = models.CharField(_("Edition"), max_length=40, blank=True)
    valid_from = models.DateField(_("Holds from"))
    valid_until = models.DateField(_("Holds until"), null=True, blank=True)

    class Meta(Named.Meta):
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        name = self.said
        return f"{self.code} {name} (–{self.valid_until})" if self.valid_until else f"{self.code} {name}"

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the entry may be chosen on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def _kept(prefix: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=["code", "valid_from"],
            name=f"{prefix}_once",
            violation_error_message=_("The table has this code from this day already. Change that entry."),
        ),
        models.CheckConstraint(
            condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            name=f"{prefix}_period",
            violation_error_message=_("The last day lies before the first. Correct one of them."),
        ),
    ]


class Industry(Code):
    """An entry of GB/T 4754: sections A to T (level 1), divisions of two digits (level 2), and deeper by import."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Belongs to")
    )

    search_text, search_bigrams = searchable("code", "name", "name_hans", "name_en")

    class Meta(Code.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        indexes = [search_index("industry_search")]
        constraints = _kept("industry")


class Area(Code):
    """A province, prefecture or county (GB/T 2260), a county or city of Taiwan, a district of Hong Kong."""

    jurisdiction = models.CharField(_("Part of"), max_length=2, choices=Jurisdiction.choices, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Belongs to")
    )

    search_text, search_bigrams = searchable("code", "name", "name_hans", "name_en")

    class Meta(Code.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [search_index("area_search")]
        constraints = _kept("area")
