"""Clause 2.7.2: analyses that are kept, shared and mailed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import PersonsField, StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class SavedAnalysis(Record):
    """A question of the explorer under a name. It keeps no figures: whoever opens it sees what they may see.

    query: the question as the explorer's address carries it. cadence, receivers: how often it is mailed, to whom.
    """

    class State(models.TextChoices):
        PRIVATE = "private", _("Only for oneself")
        SHARED = "shared", _("Shared")

    class Cadence(models.TextChoices):
        NEVER = "never", _("Never")
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    named_by = ("name",)

    state = StateField(State, facts=["shared"])
    name = models.CharField(_("Name"), max_length=100)
    query = models.TextField(_("Question"), max_length=2000, db_collation="C")
    note = models.TextField(_("Note"), blank=True, max_length=2000)
    cadence = models.CharField(_("Mailed"), max_length=5, choices=Cadence.choices, default=Cadence.NEVER)
    receivers = PersonsField(verbose_name=_("Mailed to"))

    search_text, search_bigrams = searchable("name")

    class Meta(Record.Meta):
        verbose_name = _("saved analysis")
        verbose_name_plural = _("saved analyses")
        indexes = [
            search_index("saved_analysis_search"),
            *scope_indexes("saved_analysis", "name"),
            models.Index(fields=["cadence"], condition=~models.Q(cadence="never"), name="saved_analysis_mailed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cadence="never") | ~models.Q(receivers=[]),
                name="saved_analysis_mailed_to_whom",
                violation_error_message=_("Say to whom the analysis is mailed, or that it never is."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Mailing(models.Model):
    """One mail of an analysis to one person for one day, week or month: sent once, whoever looks how often.

    period: 2026-11-30, 2026-W49 or 2026-12. finished_at: the mail server took it, or it was given up.
    """

    analysis = models.ForeignKey(SavedAnalysis, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    period = models.CharField(max_length=10, db_collation="C")
    claimed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "person", "period"], name="mailing_once")]
        indexes = [models.Index(fields=["claimed_at"], condition=models.Q(finished_at=None), name="mailing_open")]
