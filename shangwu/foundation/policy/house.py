"""What holds in every chapter: what "promptly" means, how long an approver has, when the house may speak.

They belong to the introduction. The jurisdiction (CN, TW, HK) is no parameter: each legal entity has its own.
"""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter("prompt.days", INTRODUCTION, _("“Promptly” means within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter("approve.node", INTRODUCTION, _("An approver decides within"), 1, Unit.WORKING_DAYS, least=1, most=10),
    Parameter("notify.digest", INTRODUCTION, _("Morning digest at"), "08:50", kind=Kind.TIME),
    Parameter("notify.unfinished", INTRODUCTION, _("What is left today is told at"), "17:00", kind=Kind.TIME),
    Parameter("notify.quiet", INTRODUCTION, _("Quiet hours"), "20:00-08:00", kind=Kind.SPAN),
    Parameter(
        "edition.sign", INTRODUCTION, _("An edition is signed for within"), 5, Unit.WORKING_DAYS, least=1, most=30
    ),
    Parameter("outage.hours", INTRODUCTION, _("Outage that moves deadlines"), 2, Unit.HOURS, least=1, most=24),
)
