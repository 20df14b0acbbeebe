"""Signing for an edition: the house asks everybody, each opens and confirms in person; both moments stay."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import action, create
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.access import is_oneself
from shangwu.foundation.regulation.models import SignOff

State = SignOff.State
CLAUSE = "3.1.3"


def _name(sign_off: SignOff, by: Actor) -> None:
    """3.1.3: everybody who works here is asked to read an edition and to sign for it. The house alone."""
    sign_off.name = str(sign_off.edition)[:200]


create(
    SignOff, verb="ask", clause=CLAUSE, may=nobody, fields=["edition", "owner", "department", "entity"],
    label=_("Ask to sign"), body=_name, shown=False, own=False, event="regulation.signoff.asked",
)  # fmt: skip


@action(
    SignOff, "open", clause=CLAUSE, label=_("Open and read"), may=is_oneself, source=State.ASKED, target=State.OPENED,
    primary=True, icon="eye", persons_only=True, event="regulation.signoff.opened",
)  # fmt: skip
def open_(sign_off: SignOff, by: Actor) -> None:
    """3.1.3: the text was opened; the moment is kept."""


@action(
    SignOff, "confirm", clause=CLAUSE, label=_("I have read it and sign for it"), may=is_oneself, source=State.OPENED,
    target=State.CONFIRMED, primary=True, icon="signature", persons_only=True,
)  # fmt: skip
def confirm(sign_off: SignOff, by: Actor) -> None:
    """3.1.3: signed for in person, after it was opened. Nobody signs in another's place."""


@action(
    SignOff, "lapse", clause=CLAUSE, label=_("Lapse"), may=nobody, source=[State.ASKED, State.OPENED, State.CARRIED],
    target=State.LAPSED, shown=False,
)  # fmt: skip
def lapse(sign_off: SignOff, by: Actor) -> None:
    """Nobody is asked any more: the person has left. The house alone."""


@action(
    SignOff, "supersede", clause=CLAUSE, label=_("Supersede"), may=nobody, source=[State.ASKED, State.OPENED],
    target=State.SUPERSEDED, shown=False,
)  # fmt: skip
def supersede(sign_off: SignOff, by: Actor) -> None:
    """The next edition holds while there was still time for this one: that one is signed for. The house alone."""


@action(
    SignOff, "carry", clause=CLAUSE, label=_("Carry over"), may=nobody, source=[State.ASKED, State.OPENED],
    target=State.CARRIED, shown=False, event="regulation.signoff.carried",
)  # fmt: skip
def carry(sign_off: SignOff, by: Actor) -> None:
    """The next edition holds, and this one was not signed in time: that stays owed, and counts. The house alone."""


@action(
    SignOff, "sign_later", clause=CLAUSE, label=_("Signed with a later edition"), may=nobody, source=State.CARRIED,
    target=State.SIGNED_LATER, shown=False, event="regulation.signoff.signed_later",
)  # fmt: skip
def sign_later(sign_off: SignOff, by: Actor) -> None:
    """The person has signed for a later edition, so that nothing is owed any more. The house alone."""
