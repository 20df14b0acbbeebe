"""What clauses 2.3.1 to 2.3.3 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import DayOfMonth, DayOfYear, Hours, Start, WorkingDays, WorkingDaysBefore
from shangwu.foundation.duties.rules import OWNER, duty
from shangwu.foundation.people.roles import Role

MARKETING = Role.MARKETING

duty(
    "2.3.1.1",
    _("Marketing plan of the next year"),
    Role.HEAD,
    DayOfYear("plan.year"),
    _("The plan is approved."),
    every="year",
    from_start=True,
)
duty(
    "2.3.1.2",
    _("Marketing plan of a quarter or month"),
    MARKETING,
    {"quarter": WorkingDaysBefore("plan.quarter"), "month": DayOfMonth("plan.month")},
    _("The plan is approved."),
    every="month",
    from_start=True,
)
duty("2.3.1.3", _("Steps of a plan"), OWNER, Start(), _("The step is done, with its proof attached."))
duty(
    "2.3.2.1",
    _("Brand plan of the next year"),
    MARKETING,
    DayOfYear("brand.year"),
    _("The brand plan is approved."),
    every="year",
    from_start=True,
)
duty(
    "2.3.2.2",
    _("Check before publication"),
    (MARKETING, Role.LEGAL),
    None,
    _("The check list is passed before anything is published."),
)
duty("2.3.2.3", _("Publish as planned"), MARKETING, WorkingDays("brand.proof"), _("The proof of publication is there."))
duty(
    "2.3.2.4",
    _("Measure awareness and favour"),
    MARKETING,
    WorkingDays(15),
    _("The result of the survey is there."),
    every="brand.measured",
)
duty(
    "2.3.3.1",
    _("Approval of a promotion"),
    MARKETING,
    WorkingDaysBefore("promo.approve_lead"),
    _("The promotion is approved before it starts."),
)
duty("2.3.3.2", _("Material in place"), MARKETING, WorkingDaysBefore("promo.ready_lead"), _("The check list is full."))
duty(
    "2.3.3.3",
    _("Trouble on the spot"),
    MARKETING,
    {"urgent": Hours("promo.urgent"), "other": WorkingDays("promo.trouble")},
    _("The trouble is closed."),
)
duty("2.3.3.4", _("Evaluation of a promotion"), MARKETING, WorkingDays("promo.eval"), _("The evaluation is approved."))
duty("2.3.3.5", _("File of a draw"), MARKETING, WorkingDays("promo.draw_file"), _("The file is locked."))
duty("2.3.3.6", _("Publicity goes out on its day"), MARKETING, Start(), _("The proof of publication is there."))
