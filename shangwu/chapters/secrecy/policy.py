"""What clauses 3.4.1 to 3.4.3 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.policy.parameters import Clamp, Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "sec.labels",
        "3.4.1",
        _("Levels of secrecy are called"),
        "company",
        kind=Kind.CHOICE,
        parts={
            "company": _("core secret, ordinary secret, internal"),
            "graded": _("strictly confidential, confidential, restricted"),
        },
        legal_note=_(
            "The names of state-secret levels may not mark a company's own papers; "
            "state secrets are never entered here."
        ),
        clamps={
            "CN": Clamp(
                _("Mainland China: only the company's own names; those of state secrets are forbidden."),
                only=("company",),
            )
        },
    ),
    Parameter(
        "sec.classify",
        "3.4.1",
        _("A secret is registered after it arises within"),
        5,
        Unit.WORKING_DAYS,
        least=1,
        most=20,
    ),
    Parameter(
        "sec.review",
        "3.4.1",
        _("Levels are reviewed"),
        "year",
        kind=Kind.CHOICE,
        parts=cadences("quarter", "half_year", "year"),
    ),
    Parameter(
        "sec.access_review",
        "3.4.2",
        _("Visitors and access rights are reviewed"),
        "quarter",
        kind=Kind.CHOICE,
        parts=cadences("month", "quarter", "half_year"),
    ),
    Parameter(
        "sec.inventory",
        "3.4.2",
        _("Carriers are counted and their locks checked"),
        "half_year",
        kind=Kind.CHOICE,
        parts=cadences("quarter", "half_year", "year"),
    ),
    Parameter(
        "sec.training", "3.4.3", _("Training in confidentiality in a year, at least"), 1, Unit.TIMES, least=1, most=12
    ),
    Parameter("sec.newcomer", "3.4.3", _("Newcomers are trained within"), 30, Unit.DAYS, least=1, most=90),
    Parameter("sec.pass", "3.4.3", _("Training is passed from"), 80, Unit.POINTS, least=60, most=100),
    Parameter("sec.stop", "3.4.3", _("A leak is stopped within"), 2, Unit.HOURS, least=1, most=24),
    Parameter("sec.report", "3.4.3", _("A leak is reported to the executive within"), 24, Unit.HOURS, least=1, most=72),
    Parameter(
        "sec.claim",
        "3.4.3",
        _("Liability is settled after the report within"),
        20,
        Unit.WORKING_DAYS,
        least=5,
        most=120,
        legal_note=_(
            "An employee pays damages for actual loss; a penalty sum in the agreement is void "
            "save for training costs and competition."
        ),
    ),
)
