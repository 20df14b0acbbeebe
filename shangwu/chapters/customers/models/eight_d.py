"""Clause 2.5.3: the parts of a complaint: why it happened, what is done about it, when its clock stood still."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.complaints import Complaint
from shangwu.foundation.records.models import Part


class Why(Part):
    """One answer of the chain of whys, in order: each asks why the former one was so (8D, D4)."""

    parent = "complaint"
    classes: ClassVar[dict[str, str]] = {"text": "personal"}

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="whys", verbose_name=_("Complaint"))
    text = models.CharField(_("Because"), max_length=200)

    class Meta(Part.Meta):
        verbose_name = _("why")
        verbose_name_plural = _("whys")
        constraints = [models.UniqueConstraint(fields=["complaint", "position"], name="why_once")]


class Cause(Part):
    """A bone of the fishbone: what may have led there, and whether it did (8D, D4)."""

    class Branch(models.TextChoices):
        PEOPLE = "people", _("People at work")
        EQUIPMENT = "equipment", _("Equipment")
        MATERIAL = "material", _("Material")
        METHOD = "method", _("Ways of working")
        SURROUNDINGS = "surroundings", _("Surroundings")
        MEASURING = "measuring", _("Measuring")

    parent = "complaint"
    classes: ClassVar[dict[str, str]] = {"text": "personal"}

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="causes", verbose_name=_("Complaint"))
    branch = models.CharField(_("Branch"), max_length=12, choices=Branch.choices)
    text = models.CharField(_("What may have led there"), max_length=120)
    is_root = models.BooleanField(_("It is the root"), default=False)

    class Meta(Part.Meta):
        verbose_name = _("possible cause")
        verbose_name_plural = _("possible causes")
        constraints = [models.UniqueConstraint(fields=["complaint", "position"], name="cause_once")]


class Remedy(Part):
    """What is done, by whom, until when, and whether it helped (8D, D5 to D7). Verified by another than who did it."""

    class Kind(models.TextChoices):
        CONTAINMENT = "containment", _("Containment (D3)")
        CORRECTION = "correction", _("Correction (D5)")
        PREVENTION = "prevention", _("Prevention (D7)")

    parent = "complaint"
    classes: ClassVar[dict[str, str]] = {"what": "personal", "finding": "personal"}

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="remedies", verbose_name=_("Complaint"))
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices, default=Kind.CORRECTION)
    what = models.CharField(_("Measure"), max_length=300)
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", db_index=False, verbose_name=_("Who does it")
    )
    due_on = models.DateField(_("Until"))
    done_at = models.DateTimeField(_("Done at"), null=True, editable=False)
    verified_at = models.DateTimeField(_("Verified at"), null=True, editable=False)
    verified_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Verified by"),
    )  # fmt: skip
    finding = models.CharField(_("What the verification showed"), max_length=300, blank=True, editable=False)

    class Meta(Part.Meta):
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="remedy_once"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | (Q(done_at__isnull=False) & ~Q(finding="")),
                name="remedy_done_before_verified",
                violation_error_message=_("A measure is verified after it is done, and the finding is written down."),
            ),
        ]


class Pause(Part):
    """The clock stood still: papers were asked of the customer, with proof that they were."""

    parent = "complaint"
    classes: ClassVar[dict[str, str]] = {"asked_for": "personal", "proof": "personal", "came": "personal"}

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="pauses", verbose_name=_("Complaint"))
    asked_for = models.CharField(_("Papers asked for"), max_length=300)
    asked_at = models.DateTimeField(_("Asked at"))
    proof = models.CharField(_("Proof of the request"), max_length=250)
    ended_at = models.DateTimeField(_("Clock went on at"), null=True, editable=False)
    came = models.CharField(_("What came"), max_length=300, blank=True, editable=False)

    class Meta(Part.Meta):
        verbose_name = _("pause of the clock")
        verbose_name_plural = _("pauses of the clock")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="pause_numbered_once"),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(ended_at__isnull=True),
                name="pause_one_at_a_time",
                violation_error_message=_("The clock stands still already."),
            ),
        ]


class Letter(Part):
    """A mail about a complaint as it came in. One mail is taken in once, whoever fetches it again."""

    parent = "complaint"
    classes: ClassVar[dict[str, str]] = {"sender": "personal", "subject": "personal", "text": "personal"}

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="letters", verbose_name=_("Complaint"))
    at = models.DateTimeField(_("Came at"))
    sender = models.CharField(_("Sender"), max_length=254)
    subject = models.CharField(_("Subject line"), max_length=250, blank=True)
    text = models.TextField(_("Text"), blank=True)
    message_id = models.CharField(_("Message id"), max_length=250, db_collation="C")

    class Meta(Part.Meta):
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                name="letter_taken_in_once",
                violation_error_code="known",
                violation_error_message=_("This mail was taken in before."),
            ),
        ]
