"""The address under which a calendar program reads what a person has to do."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.models import Record


class Feed(Record):
    """A secret address of one person's dates. digest: SHA-256 of the key in it, which itself is not kept.

    disclosed: the address, shown once to the one who made it; in memory only.
    """

    classes: ClassVar[dict[str, str]] = {"digest": "secret"}
    named_by = ("name",)
    disclosed: dict[str, str] | None = None

    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", editable=False, verbose_name=_("Person")
    )
    name = models.CharField(_("Name"), max_length=80, help_text=_("Where it is read, such as “Phone”."))
    digest = models.CharField(max_length=64, unique=True, editable=False, db_collation="C")
    revoked_at = models.DateTimeField(_("Revoked at"), null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        indexes = [models.Index(fields=["person", "-id"], name="feed_person_new")]

    def __str__(self) -> str:
        return self.name
