"""What the introduction demands of everybody: that the regulation is read and signed for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import WorkingDays
from shangwu.foundation.duties.rules import OWNER, Facts, duty
from shangwu.foundation.regulation.models import SignOff


@duty(
    "1.2",
    _("Read the regulation and sign for it"),
    OWNER,
    WorkingDays("edition.sign"),
    _("The edition was opened and confirmed in person."),
    does="regulation.signoff.open",
).on(SignOff, "opened_at", "confirmed_at", "lapsed_at", "superseded_at", "signed_later_at", "owner_id")
def sign_for_it(sign_off: Any) -> Facts:
    """3.1.3: published to all, and each has signed; who joins later too.

    Signed with a later edition is done late: the next edition does not wipe out that this one was left lying.
    """
    return Facts(
        opened_at=sign_off.created_at,
        done_at=sign_off.confirmed_at or sign_off.signed_later_at,
        done_by=sign_off.confirmed_by_id or (sign_off.owner_id if sign_off.signed_later_at else None),
        cancelled_at=sign_off.lapsed_at or sign_off.superseded_at,
    )
