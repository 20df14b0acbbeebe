"""What clauses 3.3.1 to 3.3.4 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import DayOfYear, Start, WorkingDays
from shangwu.foundation.duties.rules import EVERYBODY, duty
from shangwu.foundation.people.roles import Role

HEAD, SECRETARY, ARCHIVIST = Role.HEAD, Role.SECRETARY, Role.ARCHIVIST

duty("3.3.1.1", _("One number for each document"), SECRETARY, None, _("It was numbered when it was issued."))
duty("3.3.2.1", _("Review a draft"), HEAD, WorkingDays("doc.review"), _("The draft was passed or sent back."))
duty(
    "3.3.2.2",
    _("Sign and issue"),
    (Role.EXECUTIVE, SECRETARY),
    {"": WorkingDays("doc.issue"), "urgent": Start()},
    _("The document is issued, and was received."),
)
duty(
    "3.3.3.1",
    _("File documents"),
    (SECRETARY, ARCHIVIST),
    {"": WorkingDays("doc.file"), "year": DayOfYear("doc.year")},
    _("The document has its archive number."),
)
duty(
    "3.3.3.2",
    _("Check the backups"),
    (Role.ADMINISTRATOR, ARCHIVIST),
    Start(),
    _("The records of the backup are signed."),
    every="doc.check",
)
duty(
    "3.3.3.3",
    _("Check media and storeroom"),
    ARCHIVIST,
    Start(),
    _("The check is entered."),
    every="doc.check",
)
duty("3.3.4.1", _("Decide on a loan"), HEAD, WorkingDays(1), _("The loan was approved or refused."))
duty(
    "3.3.4.2",
    _("Return in time"),
    EVERYBODY,
    {"": WorkingDays("loan.days"), "secret": WorkingDays("loan.secret_days")},
    _("The document was brought back."),
)
duty("3.3.4.3", _("Inspect what was returned"), ARCHIVIST, WorkingDays("loan.inspect"), _("The inspection is entered."))
