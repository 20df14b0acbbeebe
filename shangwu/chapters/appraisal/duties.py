"""What clauses 3.5.1 to 3.5.4 demand of whom, and what proves it: the closing chain of each month above all."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import After, DayOfMonth, DayOfYear, LastWorkingDay, Later, WorkingDays
from shangwu.foundation.duties.rules import EVERYBODY, duty
from shangwu.foundation.people.roles import Role

HEAD, STAFF, EXECUTIVE = Role.HEAD, Role.HUMAN_RESOURCES, Role.EXECUTIVE

NEXT_WORKING_DAY = WorkingDays("prompt.days")
LOCKED = WorkingDays("data.month")
SCORED = Later(DayOfMonth("perf.head_day"), After(LOCKED, NEXT_WORKING_DAY))
CHECKED = Later(DayOfMonth("perf.hr_day"), After(SCORED, NEXT_WORKING_DAY))
APPROVED = Later(DayOfMonth("perf.until_day"), After(CHECKED, NEXT_WORKING_DAY))
"""The closing chain: each waits for the one before, and none is due before its own day of the month."""

duty(
    "3.5.1.1",
    _("Set indicators"),
    HEAD,
    {"": DayOfYear("perf.set"), "post": WorkingDays("perf.post_change")},
    _("The indicators are signed."),
    every="year",
    from_start=True,
)
duty(
    "3.5.2.1",
    _("Appraisal of the month and year"),
    (HEAD, STAFF),
    {"": APPROVED, "year": DayOfYear("perf.year_end")},
    _("The appraisal is approved."),
    every="month",
)
duty(
    "3.5.3.1",
    _("Summary and own appraisal"),
    EVERYBODY,
    LastWorkingDay(),
    _("The summary was handed in."),
    every="month",
)
duty("3.5.3.2", _("Score and remark"), HEAD, SCORED, _("Everybody has a score and a remark."), every="month")
duty(
    "3.5.3.3",
    _("Check and approve the scores"),
    (STAFF, EXECUTIVE),
    {"": CHECKED, "approval": APPROVED},
    _("The scores were checked, then approved."),
    every="month",
)
duty(
    "3.5.3.4",
    _("Note what you see"),
    HEAD,
    LastWorkingDay(),
    _("Each person has an observation of the month."),
    every="month",
)
duty(
    "3.5.4.1",
    _("Apply the result"),
    STAFF,
    WorkingDays("perf.apply"),
    _("The measure was taken, with consent where the law asks for it."),
)
duty(
    "3.5.4.2",
    _("Talk about the result"),
    HEAD,
    {"": WorkingDays("perf.talk"), "improve": WorkingDays("perf.improve")},
    _("The talk is signed."),
)
duty(
    "3.5.4.3",
    _("Plan training and career"),
    (HEAD, STAFF),
    WorkingDays("perf.develop"),
    _("The plan is signed by both."),
)
