"""Clause 2.6.3: what was seen of goods on their way, each scan once; and how far carriers were asked."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.shipping import Seen, Shipment
from shangwu.foundation.records.models import Part


class Scan(Part):
    """Something that happened to a shipment on its way.

    at: when it happened; known_at: when we learnt of it. digest: of its time and words, so that what is told twice is
    kept once. way: who told us.
    """

    class Way(models.TextChoices):
        PERSON = "person", pgettext_lazy("scan", "Entered by a person")
        PUSHED = "pushed", pgettext_lazy("scan", "Told by the platform")
        ASKED = "asked", pgettext_lazy("scan", "Asked of the platform")

    parent = "shipment"
    classes: ClassVar[dict[str, str]] = {"words": "personal"}

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="scans", verbose_name=_("Shipment"))
    at = models.DateTimeField(_("Happened at"))
    kind = models.CharField(_("What happened"), max_length=10, choices=Seen.choices)
    place = models.CharField(_("Place"), max_length=100, blank=True)
    words = models.CharField(_("In words"), max_length=300, blank=True)
    way = models.CharField(_("Known by"), max_length=6, choices=Way.choices)
    known_at = models.DateTimeField(_("Known since"))
    digest = models.CharField(max_length=64, editable=False, db_collation="C")

    class Meta(Part.Meta):
        verbose_name = pgettext_lazy("shipping", "scan")
        verbose_name_plural = pgettext_lazy("shipping", "scans")
        ordering = ["at", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "digest"],
                name="scan_once",
                violation_error_message=_("This was told already."),
            ),
        ]


class Watch(models.Model):
    """How far a platform was asked about one shipment. Lost, it is asked again, and nothing is kept twice.

    asked_at: when it last answered or failed to. pushing_since: since when it tells us by itself. trouble: its own
    words for why it does not, "" while all is well.
    """

    shipment = models.OneToOneField(Shipment, models.CASCADE, primary_key=True, related_name="watch")
    asked_at = models.DateTimeField(null=True, db_index=True)
    pushing_since = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
