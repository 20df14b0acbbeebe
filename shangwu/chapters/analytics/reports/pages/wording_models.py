"""Pages of clause 2.7.2: the language model that may word findings."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports.models import LanguageModel
from shangwu.foundation.pages.kit import Group, Hidden, Pages

Pages(
    LanguageModel,
    clause="2.7.2",
    columns=["model", "address", "clearance", "entity", Hidden("changed_at")],
    empty=_("No language model is asked. Findings stand in the rules' own sentences, or as a person puts them."),
    icon="writing-sign",
    order=26,
    facts=["address", "clearance", "entity"],
    groups=[
        Group(
            _("Language model"), "address", "model", "clearance", "entity", clause="2.7.2",
            help=_(
                "It words sentences of sales reports and decides nothing: each number in its answer is checked against "
                "the report. A key that it needs is kept by the operator."
            ),
        )
    ],
)  # fmt: skip
