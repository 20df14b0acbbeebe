"""What clauses 3.2.1 to 3.2.3 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import LastWorkingDay, Start, WorkingDays, WorkingDaysBefore
from shangwu.foundation.duties.rules import EVERYBODY, duty
from shangwu.foundation.people.roles import Role

duty(
    "3.2.1.1",
    _("Department meeting"),
    Role.HEAD,
    LastWorkingDay(),
    _("The meeting was held, or was cancelled with a notice."),
    every="week",
)
duty(
    "3.2.1.2",
    _("Summary and plan of the week"),
    EVERYBODY,
    WorkingDaysBefore(1, by="meeting.submit"),
    _("It was handed in before the meeting."),
    every="week",
)
duty("3.2.2.1", _("Project meeting"), Role.PROJECT_LEAD, WorkingDays("meeting.red"), _("The meeting was held."))
duty("3.2.3.1", _("Excuse oneself beforehand"), EVERYBODY, None, _("The excuse was given before the start."))
duty("3.2.3.2", _("Issue the minutes"), EVERYBODY, WorkingDays("meeting.minutes"), _("The minutes are issued."))
duty(
    "3.2.3.3",
    _("Pass on and carry out decisions"),
    EVERYBODY,
    {"": WorkingDays("meeting.spread"), "decision": Start()},
    _("It was acknowledged; each decision was struck off by the chair."),
)
