"""What clauses 3.4.1 to 3.4.3 demand of whom, and what proves it."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import Days, Hours, Start, WorkingDays
from shangwu.foundation.duties.rules import EVERYBODY, OWNER, Facts, duty
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role

OFFICER, STAFF = Role.SECRECY_OFFICER, Role.HUMAN_RESOURCES
NOON = datetime.time(12)

duty(
    "3.4.1.1",
    _("Register what is secret"),
    OWNER,
    {"": WorkingDays("sec.classify")},
    _("The secret stands in the register."),
)
duty(
    "3.4.2.1",
    _("Review visitors and rights"),
    OFFICER,
    Start(),
    _("The review is signed."),
    every="sec.access_review",
)
duty(
    "3.4.2.2",
    _("Agreement before disclosure"),
    Role.SALES,
    None,
    _("The agreement is in force before anything is told."),
)
duty("3.4.2.3", _("Accompany visitors"), EVERYBODY, None, _("The visit was registered, and closed."))
duty(
    "3.4.2.4",
    _("Count what carries secrets, check passwords"),
    OFFICER,
    Start(),
    _("The count is signed."),
    every="sec.inventory",
)


@duty(
    "3.4.3.1",
    _("Sign the confidentiality agreement"),
    STAFF,
    Start(),
    _("The day of the signature stands in the person's file; without it nothing secret is shown."),
    does="people.person.edit",
).on(Person, "joined_on", "confidentiality_signed_on", "left_on", "archived_at")
def sign_agreement(person: Person) -> Facts | None:
    """3.4.3: on the first day a newcomer signs. The days are written as days, so each counts as its noon."""
    if person.joined_on is None or person.archived_at is not None:
        return None
    return Facts(
        opened_at=_noon(person.joined_on),
        done_at=_noon(person.confidentiality_signed_on) if person.confidentiality_signed_on else None,
        cancelled_at=_noon(person.left_on) if person.left_on else None,
    )


def _noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, NOON, ZoneInfo(settings.TIME_ZONE))


duty(
    "3.4.3.2",
    _("Training in confidentiality"),
    OFFICER,
    {"newcomer": Days("sec.newcomer"), "": Start()},
    _("The training is entered, with its test."),
    every="year",
)
duty(
    "3.4.3.3",
    _("Deal with a leak"),
    OFFICER,
    {"stop": Hours("sec.stop"), "": Hours("sec.report")},
    _("The leak was stopped, and reported to the executive."),
    urgent=True,
)
duty("3.4.3.4", _("Clear up when somebody leaves"), (STAFF, OFFICER), Start(), _("The check list is done."))
duty(
    "3.4.3.5",
    _("Hold to account after a leak"),
    (Role.LEGAL, STAFF),
    WorkingDays("sec.claim"),
    _("The case is closed."),
)
