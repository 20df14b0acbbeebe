"""The definition of an own field, and the options of a choice."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records import own
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.records.refusals import Sentence

KEY = RegexValidator(r"^[a-z][a-z0-9_]{0,39}\Z", _("Small letters, digits and _ only, a letter first: visit_rhythm."))


def record_types() -> list[tuple[str, Sentence]]:
    """(name, label) of every record type that may have own fields."""
    return [(model._meta.label_lower, capfirst(str(model._meta.verbose_name))) for model in own.extensible]


class OwnField(Record):
    """A field that a house keeps on a record type of its own accord (DESIGN 3a, Inputs).

    What it is (record type, key, kind) never changes, because values are kept under it; all else may.
    """

    parts: ClassVar[tuple[str, ...]] = ("options",)

    record_type = models.CharField(_("On records of"), max_length=60, choices=record_types, db_collation="C")
    key = models.CharField(
        _("Key"), max_length=40, validators=[KEY], db_collation="C", help_text=_("Its name in the API; never changed.")
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=own.Kind.choices)
    label = models.CharField(_("Label"), max_length=60)
    label_hans = models.CharField(_("Label in Simplified Chinese"), max_length=60, blank=True)
    label_en = models.CharField(_("Label in English"), max_length=60, blank=True)
    help = models.CharField(_("Line under the entry"), max_length=200, blank=True)
    heading = models.CharField(
        _("Card"), max_length=60, blank=True, help_text=_("Own fields with the same card stand together.")
    )
    place = models.PositiveSmallIntegerField(_("Position"), default=50, help_text=_("Lower ones come first."))
    needed_from = models.DateField(_("Must be filled in from"), null=True, blank=True)
    since = models.DateField(_("Kept from"), null=True, blank=True)
    until = models.DateField(_("Kept until"), null=True, blank=True)
    seen_by = models.CharField(
        _("Seen by roles"), max_length=200, blank=True,
        help_text=_("Codes such as HEAD, FIN. Empty: whoever sees the record."),
    )  # fmt: skip
    kept_by = models.CharField(
        _("Changed by roles"), max_length=200, blank=True,
        help_text=_("Codes such as HEAD, FIN. Empty: whoever may change the record."),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "key"],
                name="own_field_key_once",
                violation_error_message=_("These records have an own field of that key already. Choose another key."),
            ),
            models.CheckConstraint(
                condition=models.Q(since__isnull=True)
                | models.Q(until__isnull=True)
                | models.Q(until__gte=models.F("since")),
                name="own_field_until_after_since",
                violation_error_message=_("It ends before it begins. Correct one of the days."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class OwnOption(Part):
    """One answer to a choice."""

    parent: ClassVar[str] = "own_field"

    own_field = models.ForeignKey(OwnField, models.CASCADE, related_name="options", verbose_name=_("Own field"))
    key = models.CharField(_("Key"), max_length=40, validators=[KEY], db_collation="C")
    label = models.CharField(_("Label"), max_length=60)
    label_hans = models.CharField(_("Label in Simplified Chinese"), max_length=60, blank=True)
    label_en = models.CharField(_("Label in English"), max_length=60, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return self.label
