"""Pages of clause 2.7.3: what posts are usually judged by."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.models import KpiTemplate
from shangwu.foundation.pages.kit import Group, Lines, Pages, Parts

Pages(
    KpiTemplate,
    clause="2.7.3",
    columns=["name", "post", "department"],
    filters=["post", "department"],
    empty=_("No usual indicators yet. Keep them for each post: a sheet for who holds it begins with them."),
    icon="list-check",
    order=31,
    facts=["post", "department", "weight"],
    parts=[Parts("lines", "way", "measure", "name", "definition", "source", "direction", "weight")],
    groups=[
        Group(_("KPI template"), "name", "post", clause="2.7.3"),
        Group(
            _("Indicators"), Lines("lines"),
            help=_("Weights come to 100. What is measured needs no definition; what is entered by hand does."),
        ),
    ],
)  # fmt: skip
