"""Clause 2.5.3: the analysis of a month's complaints."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import StateField, promised_when
from shangwu.foundation.records.models import Record, scope_indexes


class ComplaintReport(Record):
    """What was complained of in a month, by kind and product: drafted by the house itself, finished by people.

    figures: {"count", "rows": [[kind, count, share, running share]], "products": as `pareto.by_product` tells,
    "replies": [in time, due], "repeats", "open", "parameters"}; they are those of the moment at which the report was
    drafted or drawn anew, and stand once finished.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FINISHED = "finished", _("Finished")

    named_by = ("month",)
    classes: ClassVar[dict[str, str]] = {"findings": "personal", "measures": "personal"}

    state = StateField(State, facts=["finished"])
    month = models.DateField(_("Month"))
    figures: models.JSONField[Any, Any] = models.JSONField(_("Figures"), default=dict, editable=False)
    drawn_at = models.DateTimeField(_("Figures of"), editable=False)
    findings = models.TextField(_("What stands out"), max_length=4000, blank=True)
    measures = models.TextField(_("What we do about it"), max_length=4000, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("monthly analysis of complaints")
        verbose_name_plural = _("monthly analyses of complaints")
        indexes = scope_indexes("complaint_report", "month")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "month"],
                nulls_distinct=False,
                name="complaint_report_once",
                violation_error_code="duplicate",
                violation_error_message=_("There is an analysis of this month. Open that one."),
            ),
            promised_when(
                "finished", "finished_at", name="complaint_report_finished", say=_("A finished analysis has its day.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
