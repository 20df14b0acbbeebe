"""What clauses 2.2.1 and 2.2.2 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "segment.weights",
        "2.2.1",
        _("Weights of the segment score"),
        {"size": 25, "growth": 20, "competition": 20, "fit": 20, "margin": 15},
        kind=Kind.SHARES,
        parts={
            "size": _("market size"),
            "growth": _("growth"),
            "competition": _("competition"),
            "fit": _("fit with our strengths"),
            "margin": _("margin"),
        },
    ),
    Parameter(
        "segment.cut_focus",
        "2.2.1",
        _("Focus market from"),
        75,
        Unit.POINTS,
        least=0,
        most=100,
        not_below="segment.cut_foster",
    ),
    Parameter(
        "segment.cut_foster",
        "2.2.1",
        _("Market to foster from"),
        60,
        Unit.POINTS,
        least=0,
        most=100,
        not_above="segment.cut_focus",
    ),
    Parameter("segment.year", "2.2.1", _("Segments scored and chosen every year by"), "11-15", kind=Kind.DAY_OF_YEAR),
    Parameter(
        "segment.drop", "2.2.1", _("Fall of share that calls for a new choice"), 20, Unit.PERCENT, least=5, most=50
    ),
    Parameter(
        "persona.after", "2.2.2", _("Portrait after a market is chosen within"), 20, Unit.WORKING_DAYS, least=1, most=60
    ),
    Parameter(
        "persona.review",
        "2.2.2",
        _("Portrait reviewed every"),
        180,
        Unit.DAYS,
        least=30,
        most=730,
        legal_note=_(
            "Portraits of natural persons fall under the law on personal information: who is described may object."
        ),
    ),
)
