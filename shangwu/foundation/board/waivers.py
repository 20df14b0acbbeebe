"""The pages of waivers: what is asked, why, and what became of it. One asks from the duty itself."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.models import Waiver
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.pages.kit import Column, Computed, Group, Look, Pages, View, Wide
from shangwu.foundation.policy.clauses import INTRODUCTION


def duty_label(waiver: Waiver) -> str:
    """What the duty is called."""
    found = rules.get(waiver.rule)
    return str(found.label) if found else waiver.rule


DUTY = Computed("label", duty_label, label=_("Duty"), look=Look.KEY, needs=["rule"])

Pages(
    Waiver,
    clause=INTRODUCTION,
    columns=[
        DUTY, "about", Column("holder", _("Whose duty")), "reason", "state", Column("owner", _("Asked by")),
    ],
    filters=["state", "holder", "owner"],
    views=[View("asked", _("To decide"), "state=asked"), View("mine", _("Mine"), "owner=me")],
    facts=[
        Group(
            _("Waiver"), Computed("label", duty_label, label=_("Duty"), needs=["rule"]), "rule", "about", "holder",
            "acting", "reason",
        ),
    ],
    groups=[Group(_("Waiver"), Column("duty", look=Look.TEXT), Wide("reason"))],
    empty=_("No waiver was ever asked for. Open a duty on the board, and ask from there."),
    icon="circle-check",
    tones={"asked": "wait", "granted": "done", "refused": "bad", "withdrawn": "void"},
    compact=["label", "state"],
)  # fmt: skip
