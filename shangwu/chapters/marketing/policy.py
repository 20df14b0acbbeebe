"""What clauses 2.3.1 to 2.3.3 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter("plan.year", "2.3.1", _("Plan of the next year approved by"), "12-15", kind=Kind.DAY_OF_YEAR),
    Parameter(
        "plan.quarter", "2.3.1", _("Plan of a quarter approved before it by"), 10, Unit.WORKING_DAYS, least=1, most=30
    ),
    Parameter("plan.month", "2.3.1", _("Plan of the next month approved by"), 25, Unit.DAY_OF_MONTH, least=1, most=28),
    Parameter("brand.year", "2.3.2", _("Brand plan of the next year approved by"), "12-31", kind=Kind.DAY_OF_YEAR),
    Parameter(
        "brand.proof", "2.3.2", _("Proof of publication after the slot within"), 3, Unit.WORKING_DAYS, least=1, most=20
    ),
    Parameter(
        "brand.measured",
        "2.3.2",
        _("Awareness and favour measured"),
        "half_year",
        kind=Kind.CHOICE,
        parts=cadences("quarter", "half_year", "year"),
    ),
    Parameter(
        "promo.approve_lead",
        "2.3.3",
        _("Promotion approved before its start by"),
        5,
        Unit.WORKING_DAYS,
        least=1,
        most=30,
    ),
    Parameter(
        "promo.ready_lead", "2.3.3", _("Material ready before the start by"), 1, Unit.WORKING_DAYS, least=1, most=10
    ),
    Parameter("promo.urgent", "2.3.3", _("Urgent trouble on the spot closed within"), 2, Unit.HOURS, least=1, most=24),
    Parameter("promo.trouble", "2.3.3", _("Other trouble closed within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter("promo.eval", "2.3.3", _("Evaluation after the end within"), 10, Unit.WORKING_DAYS, least=1, most=40),
    Parameter(
        "promo.refund",
        "2.3.3",
        _("Refund of a part of a discounted order"),
        "keep",
        kind=Kind.CHOICE,
        parts={
            "keep": _("each line keeps its share of the discount"),
            "recompute": _("the discount is worked out again for what is kept"),
        },
        legal_note=_("The rule must stand in the published rules of the promotion."),
    ),
    Parameter(
        "promo.stack",
        "2.3.3",
        _("Order of discounts"),
        ("item", "threshold", "coupon", "points"),
        kind=Kind.ORDER,
        parts={
            "item": _("item discount"),
            "threshold": _("threshold discount"),
            "coupon": _("coupon"),
            "points": _("points"),
        },
    ),
    Parameter(
        "promo.draw_max",
        "2.3.3",
        _("Highest prize of a draw"),
        50000,
        Unit.MONEY,
        least=0,
        most=50000,
        legal_note=_("The law of mainland China forbids draws with a prize above 50,000 yuan."),
    ),
    Parameter(
        "promo.draw_keep",
        "2.3.3",
        _("Files of a draw kept for"),
        2,
        Unit.YEARS,
        least=2,
        most=30,
        legal_note=_("The file of a draw is kept for at least two years."),
    ),
    Parameter(
        "promo.draw_file",
        "2.3.3",
        _("Draw file locked after the prizes within"),
        5,
        Unit.WORKING_DAYS,
        least=1,
        most=20,
    ),
)
