"""Pages of clause 2.7.3: rewards and penalties, from proposal to proof."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.models import Reward
from shangwu.foundation.pages.kit import Group, Hidden, Money, Pages, View, Wide

Pages(
    Reward,
    clause="2.7.3",
    columns=[
        "number", "owner", "sheet", "kind", "state", Money("amount", total=False), "approved_at", "carried_out_on",
        Hidden("words"), Hidden("department"),
    ],
    filters=["state", "kind", "sheet", "owner", "department"],
    views=[
        View("to_apply", _("To be carried out"), "state=approved"),
        View("drafts", _("Drafts"), "state=draft"),
    ],
    title=["owner", "kind"],
    empty=_("No rewards or penalties yet. They are proposed from a person's result, and decided by people."),
    icon="award",
    order=36,
    track=["draft", "approval", "approved", "applied"],
    facts=[
        Group(
            _("Reward or penalty"), "owner", "sheet", "kind", Money("amount"), "words", "legal_basis", "approved_at",
            "carried_out_on", "applied_by",
        )
    ],
    groups=[
        Group(
            _("Reward or penalty"), Wide("sheet", 3), "kind", "amount", "currency", Wide("words"), Wide("legal_basis"),
            clause="2.7.3",
            help=_("⚖ A result alone reduces no pay and ends no contract: law and consent come first."),
        )
    ],
)  # fmt: skip
