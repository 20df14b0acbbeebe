"""What clauses 3.1.1 to 3.1.3 leave open: the written blanks, and what an honest computation needs beside them."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import Clamp, Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

NO_FINES = _("In Taiwan and Hong Kong an employer may not fine: only time not worked goes unpaid.")

declare(
    Parameter(
        "att.days_per_week",
        "3.1.1",
        _("Working days of a week"),
        5,
        Unit.DAYS,
        least=1,
        most=6,
        touches_pay=True,
        legal_note=_("Standard hours are 8 a day and 40 a week, with a rest day at least once a week."),
    ),
    Parameter(
        "att.shift",
        "3.1.1",
        _("Working hours"),
        "09:00-12:00,13:00-18:00",
        kind=Kind.HOURS,
        touches_pay=True,
        legal_note=_("More than 8 hours a day is overtime and is paid as such."),
    ),
    Parameter("att.flex", "3.1.1", _("Flexible start, up to"), 0, Unit.MINUTES, least=0, most=180, touches_pay=True),
    Parameter(
        "att.makeup_leave", "3.1.1", _("Urgent leave entered afterwards within"), 3, Unit.WORKING_DAYS, least=1, most=10
    ),
    Parameter(
        "att.makeup_per_month",
        "3.1.2",
        _("Forgotten punches made good in a month, at most"),
        3,
        Unit.TIMES,
        least=0,
        most=10,
    ),
    Parameter(
        "att.makeup_days", "3.1.2", _("A forgotten punch is made good within"), 3, Unit.WORKING_DAYS, least=1, most=10
    ),
    Parameter(
        "att.missing",
        "3.1.2",
        _("A punch that stays missing counts as"),
        "half",
        kind=Kind.CHOICE,
        touches_pay=True,
        parts={"half": _("half a day absent"), "noted": _("a note only")},
    ),
    Parameter(
        "att.sample", "3.1.2", _("Records that human resources check every week"), 5, Unit.PERCENT, least=1, most=100
    ),
    Parameter(
        "att.lock_day",
        "3.1.2",
        _("Month locked on the later of this day and this working day"),
        5,
        Unit.DAY_OF_MONTH,
        least=1,
        most=15,
    ),
    Parameter(
        "att.evidence_years",
        "3.1.2",
        _("Attendance evidence kept for"),
        2,
        Unit.YEARS,
        least=2,
        most=30,
        legal_note=_("The employer must prove what pay was cut for: keep the evidence at least two years."),
        clamps={"TW": Clamp(_("Taiwan: attendance records to the minute are kept for five years."), least=5)},
    ),
    Parameter(
        "att.grace",
        "3.1.3",
        _("Lateness that is not counted, up to"),
        0,
        Unit.MINUTES,
        least=0,
        most=30,
        touches_pay=True,
    ),
    Parameter(
        "att.T1",
        "3.1.3",
        _("Lateness of the first tier, up to and with"),
        30,
        Unit.MINUTES,
        least=1,
        most=60,
        not_above="att.T2",
        touches_pay=True,
    ),
    Parameter(
        "att.fine_tier1",
        "3.1.3",
        _("Taken from the performance bonus each time"),
        20,
        Unit.MONEY,
        least=0,
        most=100,
        touches_pay=True,
        legal_note=_("Only the performance bonus may be reduced, never below zero, and nothing is carried over."),
        clamps={"TW": Clamp(NO_FINES, only=(0,)), "HK": Clamp(NO_FINES, only=(0,))},
    ),
    Parameter(
        "att.T2",
        "3.1.3",
        _("Lateness of the second tier, above"),
        30,
        Unit.MINUTES,
        least=1,
        most=240,
        not_below="att.T1",
        touches_pay=True,
    ),
    Parameter(
        "att.half_absent_pct",
        "3.1.3",
        _("Day's pay withheld for half a day absent"),
        50,
        Unit.PERCENT,
        least=0,
        most=50,
        touches_pay=True,
        legal_note=_(
            "Beyond the time really missed this is a pay cut: it needs a basis in law and in the adopted rules."
        ),
    ),
    Parameter(
        "att.legal_mode",
        "3.1.3",
        _("Pay for time not worked"),
        "proportional",
        kind=Kind.CHOICE,
        touches_pay=True,
        parts={
            "proportional": _("only the time really missed goes unpaid"),
            "literal": _("the written percentage of the day's pay is withheld"),
            "bonus_only": _("pay is untouched, only the bonus is reduced"),
        },
        legal_note=_(
            "Withholding more than the time missed is open to challenge in mainland China and forbidden in Taiwan and "
            "Hong Kong. It takes effect only with the record of the consultation, the proof of publication and each "
            "employee's signature."
        ),
        clamps={"TW": Clamp(NO_FINES, only=("proportional",)), "HK": Clamp(NO_FINES, only=("proportional",))},
    ),
    Parameter(
        "att.cap_month_pct",
        "3.1.3",
        _("Withheld in a month, in all at most"),
        20,
        Unit.PERCENT,
        least=0,
        most=20,
        touches_pay=True,
        legal_note=_("At most 20 percent of the month's pay, and never below the local minimum wage."),
    ),
    Parameter(
        "att.min_wage",
        "3.1.3",
        _("Minimum wage by city"),
        {},
        kind=Kind.TABLE,
        legal_note=_("Enter the minimum wage of each city where people work; it changes every year or two."),
    ),
    Parameter(
        "att.tier2_counts",
        "3.1.3",
        _("The second tier counts towards a warning"),
        False,
        kind=Kind.SWITCH,
        touches_pay=True,
    ),
    Parameter("att.warn_count", "3.1.3", _("Warning proposed from"), 5, Unit.TIMES, least=3, most=10, touches_pay=True),
    Parameter(
        "att.statement", "3.1.3", _("The employee's own statement within"), 3, Unit.WORKING_DAYS, least=1, most=10
    ),
    Parameter(
        "att.tell", "3.1.3", _("Outcome told after the month is locked within"), 3, Unit.WORKING_DAYS, least=1, most=10
    ),
)
