"""Clause 2.7.3: the library of indicators: what a post is usually judged by."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.models.sheets import KpiLine
from shangwu.foundation.people.models import Post
from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index
from shangwu.foundation.records.totals import SumsUp


class KpiTemplate(Record):
    """The usual indicators of a post, with their weights: a sheet for who holds it begins with them.

    Its department is the post's. weight: sum of the lines, kept by the database.
    """

    named_by = ("name",)
    parts = ("lines",)

    name = models.CharField(_("Name"), max_length=80)
    post = models.ForeignKey(Post, models.PROTECT, related_name="kpi_templates", verbose_name=_("Post"))
    weight = models.DecimalField(_("Weights"), max_digits=7, decimal_places=2, default=0, editable=False)

    search_text, search_bigrams = searchable("name")

    class Meta(Record.Meta):
        verbose_name = _("KPI template")
        verbose_name_plural = _("KPI templates")
        indexes = [search_index("kpi_template_search"), *scope_indexes("kpi_template")]
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(archived_at__isnull=True),
                name="kpi_template_once",
                violation_error_code="duplicate",
                violation_error_message=_("This post has its usual indicators already. Open those."),
            ),
            models.CheckConstraint(
                condition=Q(weight__in=[0, 100]),  # without lines it proposes nothing
                name="kpi_template_weights",
                violation_error_code="weights",
                violation_error_message=_("The weights come to 100 together."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KpiTemplateLine(Part):
    """One usual indicator: what it is read from, and how much it weighs. Targets are each sheet's own."""

    parent = "template"

    template = models.ForeignKey(
        KpiTemplate, models.CASCADE, related_name="lines", verbose_name=_("KPI template")
    )  # fmt: skip
    way = models.CharField(
        pgettext_lazy("indicator", "Source"), max_length=8, choices=KpiLine.Way.choices, default=KpiLine.Way.MEASURE
    )
    measure = models.CharField(_("Measure"), max_length=60, blank=True, choices=indicators.choices, db_collation="C")
    name = models.CharField(
        pgettext_lazy("indicator", "Indicator"), max_length=80, blank=True,
        help_text=_("Left empty: the measure's name."),
    )  # fmt: skip
    definition = models.CharField(_("Definition"), max_length=300, blank=True)
    source = models.CharField(_("Data from"), max_length=200, blank=True)
    direction = models.CharField(
        _("Direction"), max_length=4, choices=KpiLine.Direction.choices, default=KpiLine.Direction.UP
    )
    weight = models.DecimalField(
        pgettext_lazy("of an indicator", "Weight"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )  # fmt: skip

    class Meta(Part.Meta):
        verbose_name = _("usual indicator")
        verbose_name_plural = _("usual indicators")
        constraints = [
            SumsUp(
                "template", {"weight": "weight"}, name="kpi_template_is_sum_of_lines",
                violation_error_message=_("Weights differ from the lines."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="kpi_template_line_not_below_zero",
                violation_error_message=_("An indicator counts zero at least."),
            ),
        ]  # fmt: skip
