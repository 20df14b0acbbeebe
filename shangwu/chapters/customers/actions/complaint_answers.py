"""Clause 2.5.3: compensation, the answer and its proof, the customer's word, the last check, closing, opening again."""

import datetime
from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.actions.complaint_repeats import is_cause_open
from shangwu.chapters.customers.actions.complaints import UNDER_WAY, refuse_own, refuse_undecided
from shangwu.chapters.customers.compensation import falls_short
from shangwu.chapters.customers.complaint_access import comes_by_link, handles_complaints
from shangwu.chapters.customers.evidence import HELP, Attached, attached, require_proof, require_sent
from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.actions.door import Ask, Refusal, action, enter_state
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.money.rounding import round_money
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

State = Complaint.State
COMPENSATION = "customers.complaint.compensation"
EARLIEST_CHECK = datetime.timedelta(days=7)
"""A check of the effect counts in the last week of the watch: earlier there is nothing to see yet."""

_DAY = datetime.timedelta(days=1)

approvable(
    COMPENSATION,
    model=Complaint,
    label=_("Compensation of a customer"),
    clause="2.5.3",
    facts={"below_law": Fact(_("Less than the law gives"), falls_short)},
    amount=lambda complaint: complaint.compensation_asked,
    currency=lambda complaint: complaint.currency,
    title=lambda complaint: str(complaint.number),
    on_approved="customers.complaint.grant",
    on_rejected="customers.complaint.deny",
    on_returned="customers.complaint.deny",
    on_withdrawn="customers.complaint.deny",
    resubmitted_by="customers.complaint.ask_compensation",
    lapses_on=["customers.complaint.closed", "customers.complaint.archived"],
    route=[
        StepSpec(name=_("Finance"), role=Role.FINANCE, advisory=True),
        StepSpec(name=_("Law"), role=Role.LEGAL, advisory=True, link="beside", when=[("below_law", "is", "yes")]),
        StepSpec(
            name=_("Head of department"), role=Role.HEAD, from_above=True,
            when=[("amount", "up_to", "{complaint.pay_head}")],
        ),
        StepSpec(
            name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True, link="beside",
            when=[("amount", "above", "{complaint.pay_head}"), ("amount", "up_to", "{complaint.pay_vice}")],
        ),
        StepSpec(name=_("Executive"), role=Role.EXECUTIVE, link="beside", otherwise=True),
    ],
)  # fmt: skip


@action(
    Complaint, "ask_compensation", clause="2.5.3", label=_("Ask for compensation"), may=handles_complaints,
    source=UNDER_WAY, prepare=opening(COMPENSATION), icon="cash", event="customers.complaint.compensation_asked",
)  # fmt: skip
def ask_compensation(
    complaint: Complaint, by: Actor, opened: Opening, *, amount: Annotated[Decimal, Ask(_("Amount"), least=0)]
) -> list[models.Model]:
    """2.5.3: money for the customer is granted by the authority table. Refuses `asked`, `invalid`, `currency`,
    `route`."""
    if complaint.compensation_asked is not None:
        raise Refusal("asked", _("A decision is being waited for. Withdraw that request first."))
    if not complaint.currency:
        raise Refusal("currency", _("Say in which currency first."))
    if amount <= 0 or amount != round_money(amount, complaint.currency):
        said = _("Enter an amount above zero, in whole units of the smallest coin.")
        raise Refusal("invalid", said, fields={"amount": [said]})
    complaint.compensation_asked = amount
    return opened.request(complaint, by)


@action(
    Complaint, "grant", clause="2.5.3", label=_("Grant compensation"), may=by_decision, icon="cash", persons_only=True,
    shown=False, event="customers.complaint.compensation_granted",
)  # fmt: skip
def grant(complaint: Complaint, by: Actor) -> None:
    """2.5.3: the compensation was granted. Only a decision does this."""
    complaint.compensation, complaint.compensation_asked = complaint.compensation_asked, None


@action(
    Complaint, "deny", clause="2.5.3", label=_("Deny compensation"), may=by_decision, icon="cash-off",
    persons_only=True, shown=False, event="customers.complaint.compensation_denied",
)  # fmt: skip
def deny(complaint: Complaint, by: Actor) -> None:
    """2.5.3: the compensation was denied, returned or withdrawn. Only a decision does this."""
    complaint.compensation_asked = None


@action(
    Complaint, "reply", clause="2.5.3", label=_("Answer the customer"), may=handles_complaints,
    source=State.CARRYING_OUT, target=State.REPLIED, prepare=attached, primary=True, icon="send",
)  # fmt: skip
def reply(
    complaint: Complaint,
    by: Actor,
    kept: Attached,
    *,
    answer: Annotated[str, Ask(_("What the customer was told"), multiline=True)],
    proof: Annotated[str, Ask(_("Proof of sending"), HELP)],
) -> None:
    """2.5.3: the customer has been told the outcome, and it can be proved. Refuses `proof`, `paused`, `compensation`,
    `invalid`."""
    refuse_early(complaint)
    if not answer.strip():
        said = _("Say what the customer was told.")
        raise Refusal("invalid", said, fields={"answer": [said]})
    complaint.answer = answer.strip()[:4000]
    complaint.reply_proof = require_sent(complaint, proof, kept)
    complaint.reply_round += 1


def refuse_early(complaint: Complaint) -> None:
    """Nobody is answered while money is undecided or papers are awaited. Raises Refusal("compensation"), ("paused")."""
    refuse_undecided(complaint)
    if complaint.paused_at is not None:
        raise Refusal("paused", _("The clock stands still: papers are awaited. Let it go on first."))


@action(
    Complaint, "confirm", clause="2.5.3", label=_("Customer is content"), may=handles_complaints, source=State.REPLIED,
    target=State.WATCHING, prepare=attached, primary=True, icon="mood-smile",
)  # fmt: skip
def confirm(complaint: Complaint, by: Actor, kept: Attached, *, proof: Annotated[str, Ask(_("Proof"), HELP)]) -> None:
    """2.5.3: the customer has said, to us, that the matter is settled. Refuses `proof`."""
    complaint.confirmed_proof = require_proof(complaint, proof, kept)
    enter_state(complaint, State.CONFIRMED, complaint.changed_at, by.person_id)


@action(
    Complaint, "answer", clause="2.5.3", label=_("Word of the customer"), may=comes_by_link, source=State.REPLIED,
    shown=False, icon="mood-smile", event="customers.complaint.answered",
)  # fmt: skip
def answer(
    complaint: Complaint,
    by: Actor,
    *,
    asked: Annotated[int, Ask(_("Number of the answer"))],
    agrees: Annotated[bool, Ask(_("Content"))],
    words: Annotated[str, Ask(_("In the customer's words"), multiline=True)] = "",
) -> None:
    """2.5.3: the customer says by a signed link whether the matter is settled: once for each of our answers. Who
    disagrees opens it again. Refuses `used`."""
    if asked != complaint.reply_round:
        raise Refusal("used", _("This link was about an earlier answer. Use the one in our last message."))
    if not agrees:
        open_again(complaint, words.strip() or str(_("The customer disagrees.")), None)
        return
    complaint.confirmed_by_link, complaint.confirmed_proof = True, words.strip()[:250]
    enter_state(complaint, State.CONFIRMED, complaint.changed_at, None)
    enter_state(complaint, State.WATCHING, complaint.changed_at, None)


def open_again(complaint: Complaint, because: str, person_id: int | None) -> None:
    """Back to the investigation; the terms run anew from now."""
    complaint.round += 1
    complaint.reopened_at = complaint.clock_start = complaint.changed_at
    complaint.reopened_because = because[:500]
    complaint.paused_minutes = 0
    enter_state(complaint, State.INVESTIGATING, complaint.changed_at, person_id)


@action(
    Complaint, "reopen", clause="2.5.3", label=_("Open again"), may=handles_complaints, target=State.INVESTIGATING,
    source=[State.REPLIED, State.WATCHING, State.CLOSED], icon="refresh", event="customers.complaint.reopened",
)  # fmt: skip
def reopen(
    complaint: Complaint, by: Actor, *, because: Annotated[str, Ask(_("Opened again because"), multiline=True)]
) -> None:
    """2.5.3: the customer disagrees, or it has come back. Refuses `invalid`."""
    if not because.strip():
        said = _("Say why.")
        raise Refusal("invalid", said, fields={"because": [said]})
    open_again(complaint, because.strip(), by.person_id)


def watched_until(complaint: Complaint) -> datetime.datetime:
    """The end of the watch: calendar days after the customer's consent."""
    assert complaint.confirmed_at is not None  # type: ignore[attr-defined]  # a fact of the state
    confirmed: datetime.datetime = complaint.confirmed_at  # type: ignore[attr-defined]
    days: int = policy("complaint.follow", clocks.day_of(complaint, confirmed))
    calendar = clocks.calendar_of(complaint, confirmed)
    if calendar is None:
        return confirmed + days * _DAY
    return datetime.datetime.combine(calendar.day_of(confirmed) + days * _DAY, datetime.time(), calendar.zone)


@action(
    Complaint, "check_effect", clause="2.5.3", label=_("Check the effect"), may=handles_complaints,
    source=State.WATCHING, primary=True, icon="zoom-check", event="customers.complaint.effect_checked",
    offered_when=lambda complaint: not is_cause_open(complaint),
)  # fmt: skip
def check_effect(
    complaint: Complaint,
    by: Actor,
    *,
    effect: Annotated[str, Ask(_("What the check showed"), multiline=True)],
    helped: Annotated[bool, Ask(_("It is settled for good"))] = True,
) -> None:
    """2.5.3: at the end of the watch somebody looks whether it is settled; if not, it is opened again. Refuses
    `early`, `invalid`."""
    if not effect.strip():
        said = _("Say what you saw.")
        raise Refusal("invalid", said, fields={"effect": [said]})
    if not helped:
        complaint.effect = effect.strip()[:2000]
        open_again(complaint, effect.strip(), by.person_id)
        return
    first = watched_until(complaint) - EARLIEST_CHECK
    if complaint.changed_at < first:
        said = _("It is too early to tell. Look again from %(day)s on.")
        raise Refusal("early", said, {"day": first.astimezone(by.zone).date()})
    complaint.effect, complaint.effect_checked_at = effect.strip()[:2000], complaint.changed_at


@action(
    Complaint, "close", clause="2.5.3", label=_("D8 Close"), may=handles_complaints, source=State.WATCHING,
    target=State.CLOSED, reads=["customer", "remedies"], icon="circle-check",
)  # fmt: skip
def close(
    complaint: Complaint, by: Actor, *, lesson: Annotated[str, Ask(_("D8 What we have learnt"), multiline=True)]
) -> None:
    """2.5.3: settled for good, after the watch and its check, with every measure verified; never by who sells to the
    customer. Refuses `own`, `unchecked`, `watching`, `unverified`."""
    refuse_own(complaint, by)
    confirmed = complaint.confirmed_at  # type: ignore[attr-defined]  # a fact of the state
    if complaint.effect_checked_at is None or complaint.effect_checked_at < confirmed:
        raise Refusal("unchecked", _("The effect was not checked yet. Enter what the check showed first."))
    if complaint.changed_at < (until := watched_until(complaint)):
        said = _("The effect is still being watched. Close it from %(day)s on.")
        raise Refusal("watching", said, {"day": until.astimezone(by.zone).date()})
    unverified = [str(one.position) for one in complaint.remedies.all() if one.verified_at is None]
    if unverified:
        said = _("Nobody has verified these measures: %(numbers)s. Have them looked at first.")
        raise Refusal("unverified", said, {"numbers": ", ".join(unverified)})
    complaint.lesson = lesson.strip()[:2000]
