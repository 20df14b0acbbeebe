"""What clauses 3.1.1 to 3.1.3 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import DayOfMonth, LastWorkingDay, Later, Start, WorkingDayOfMonth, WorkingDays
from shangwu.foundation.duties.rules import EVERYBODY, duty
from shangwu.foundation.people.roles import Role

HEAD, STAFF = Role.HEAD, Role.HUMAN_RESOURCES

duty(
    "3.1.1.1",
    _("Ask for leave beforehand"),
    EVERYBODY,
    {"": Start(), "emergency": WorkingDays("att.makeup_leave")},
    _("The leave is approved."),
)
duty("3.1.2.1", _("Clock in and out"), EVERYBODY, Start(), _("The punches of the shift are there."), every="day")
duty(
    "3.1.2.2",
    _("Look after attendance"),
    HEAD,
    WorkingDays(1),
    _("The week's exceptions are dealt with."),
    every="week",
)
duty(
    "3.1.2.3",
    _("Attendance of the month"),
    STAFF,
    Later(DayOfMonth("att.lock_day"), WorkingDayOfMonth("att.lock_day")),
    _("The month is locked after each has confirmed it."),
    every="month",
)
duty(
    "3.1.2.4",
    _("Sample attendance"),
    STAFF,
    LastWorkingDay(),
    _("The check of the week is entered."),
    every="week",
)
duty("3.1.3.1", _("Tell each their result"), STAFF, WorkingDays("att.tell"), _("The statement was acknowledged."))
duty("3.1.3.2", _("Propose a warning"), STAFF, WorkingDays(5), _("The warning was served, or dropped with a reason."))
