"""What clauses 2.1.1 to 2.1.3 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import LastWorkingDay, Start, TimeOfDay, WorkingDays
from shangwu.foundation.duties.rules import duty
from shangwu.foundation.people.roles import Role

MARKETING, HEAD = Role.MARKETING, Role.HEAD

duty("2.1.1.1", _("Name who follows the market, and a deputy"), HEAD, WorkingDays(3), _("The role has a holder."))
duty(
    "2.1.1.2",
    _("Market brief"),
    MARKETING,
    {"daily": TimeOfDay("brief.due"), "weekly": LastWorkingDay("brief.week_due")},
    _("The brief of the day, or of the week, is published."),
    every="day",
    from_start=True,
)
duty("2.1.1.3", _("Report to the executive"), HEAD, WorkingDays("prompt.days"), _("The executive has read the brief."))
duty(
    "2.1.1.4",
    _("Attend an event, and share it"),
    HEAD,
    {"quarter": Start(), "report": WorkingDays("event.report")},
    _("The report is filed, and was shared."),
    every="quarter",
)
duty("2.1.2.1", _("Plan before a survey"), MARKETING, None, _("The plan is approved before work in the field begins."))
duty("2.1.2.2", _("Survey report"), MARKETING, WorkingDays("survey.report"), _("The report is approved."))
duty(
    "2.1.2.3",
    _("Hand the report to those who use it"),
    MARKETING,
    WorkingDays("survey.answer"),
    _("Each receiver has answered: used, or not and why."),
)
duty(
    "2.1.3.1",
    _("List of main competitors"),
    MARKETING,
    Start(),
    _("The list is approved."),
    every="competitor.review",
)
duty(
    "2.1.3.2",
    _("Competitor profiles"),
    MARKETING,
    WorkingDays("competitor.refresh"),
    _("Each profile was revised."),
    every="competitor.every",
)
duty(
    "2.1.3.3",
    _("Advice on competition"),
    HEAD,
    WorkingDays("competitor.advice"),
    _("The advice is filed with what it rests on."),
    every="quarter",
)
