"""Clause 2.7.3: rewards and penalties follow from results: proposed by people, approved, carried out by personnel."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.access import carries_out, leads, proposes_rewards
from shangwu.chapters.analytics.performance.models import KpiSheet, Reward
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.attached import Attached, attached_to, file_of
from shangwu.foundation.text.jurisdictions import Jurisdiction

REWARDS = Series("reward", "JC%Y-{n:04d}", _("Reward or penalty"), Reset.YEAR)

State, Kind = Reward.State, Reward.Kind
APPROVAL = "analytics.reward.approval"
FIELDS = ["kind", "amount", "currency", "words", "legal_basis"]
UNLAWFUL = (Jurisdiction.TAIWAN, Jurisdiction.HONG_KONG)
"""Where wages are paid in full: nothing is deducted for results."""

approvable(
    APPROVAL,
    model=Reward,
    label=_("Reward or penalty"),
    clause="2.7.3",
    title=lambda reward: str(reward.number),
    on_approved="analytics.reward.approve",
    on_rejected="analytics.reward.reject",
    on_returned="analytics.reward.send_back",
    on_withdrawn="analytics.reward.send_back",
    resubmitted_by="analytics.reward.submit",
    lapses_on=["analytics.reward.archived"],
    route=[
        StepSpec(name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True),
        StepSpec(name=_("Executive"), role=Role.EXECUTIVE),
    ],
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proposal rests on: the law of the place, by legal entity; for submitting, the route."""

    jurisdictions: Mapping[int, str]
    opened: Opening | None = None


def places(rewards: Sequence[Reward], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Ground:
    """The `prepare`: the jurisdictions of the persons' legal entities."""
    keys = {key for one in rewards if (key := one.sheet.entity_id) is not None}
    return Ground(dict(Entity.objects.filter(pk__in=keys).values_list("pk", "jurisdiction")))


def places_and_route(rewards: Sequence[Reward], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Ground:
    """The `prepare` of putting forward."""
    return Ground(places(rewards, by, inputs).jurisdictions, opening(APPROVAL)(rewards, by, inputs))


def draft(reward: Reward, by: Actor, known: Ground) -> None:
    """2.7.3: propose what follows from a result. Refuses `unscored`, `forbidden`, `amount`, `legal_basis`, `law`."""
    sheet = reward.sheet
    if not sheet.is_scored or sheet.level != KpiSheet.Level.PERSON:
        said = _("Rewards follow from a person's result. Score the sheet first.")
        raise Refusal("unscored", said, fields={"sheet": [said]})
    for name in ("owner_id", "department_id", "entity_id", "secrecy"):
        setattr(reward, name, getattr(sheet, name))
    if not proposes_rewards(by, reward):
        raise Refusal("forbidden", _("This is for others to propose: nobody rewards themselves."))
    check(reward, by, known)


def check(reward: Reward, by: Actor, known: Ground) -> None:
    """2.7.3: correct a proposal. Refuses `amount`, `legal_basis`, `law`, `invalid`."""
    jurisdiction = known.jurisdictions.get(reward.entity_id or 0, "")
    if reward.kind == Kind.DEDUCTION and jurisdiction in UNLAWFUL:
        said = _("Here wages are paid in full by law: results reduce no pay. Choose another measure.")
        raise Refusal("law", said, fields={"kind": [said]})
    if reward.kind in Reward.REDUCING and not reward.legal_basis.strip():
        said = _("What reduces pay needs its basis in law and in the rules.")
        raise Refusal("legal_basis", said, fields={"legal_basis": [said]})
    if (reward.kind in Reward.PAID) != (reward.amount is not None) or (reward.amount or 1) <= 0:
        said = _("Give an amount above zero for what is paid or deducted, and none for the rest.")
        raise Refusal("amount", said, fields={"amount": [said]})
    if reward.amount is not None:
        reward.currency = reward.currency or by.currency
    if not reward.words.strip():
        raise Refusal("invalid", _("Say what it is for."), fields={"words": [_("This is needed.")]})


create(
    Reward, clause="2.7.3", may=leads, fields=["sheet", *FIELDS], series=REWARDS, prepare=places,
    body=draft, label=_("Propose a reward or penalty"), icon="award", then="submit",
)  # fmt: skip
edit(
    Reward, clause="2.7.3", may=proposes_rewards, fields=FIELDS, source=State.DRAFT, reads=["sheet"], prepare=places,
    body=check, bulk=False,
)  # fmt: skip
archive(Reward, clause="2.7.3", may=proposes_rewards, source=frozenset({State.DRAFT.value}))


@action(
    Reward, "submit", clause="2.7.3", label=_("Put forward"), may=proposes_rewards, source=State.DRAFT,
    target=State.APPROVAL, reads=["sheet"], prepare=places_and_route, primary=True, icon="send",
)  # fmt: skip
def submit(reward: Reward, by: Actor, known: Ground) -> Iterable[models.Model]:
    """2.7.3: the proposal goes its route; nothing follows by itself. Refuses as drafting does, and `route`."""
    check(reward, by, known)
    assert known.opened is not None
    return known.opened.request(reward, by)


@action(
    Reward, "approve", clause="2.7.3", label=_("Approve"), may=by_decision, source=State.APPROVAL,
    target=State.APPROVED, persons_only=True, shown=False, icon="thumb-up",
)  # fmt: skip
def approve(reward: Reward, by: Actor) -> None:
    """2.7.3: it is decided; personnel carries it out within its term. Only a decision does this."""


@action(
    Reward, "reject", clause="2.7.3", label=_("Reject"), may=by_decision, source=State.APPROVAL,
    target=State.REJECTED, needs_reason=True, persons_only=True, shown=False, icon="thumb-down",
)  # fmt: skip
def reject(reward: Reward, by: Actor) -> None:
    """2.7.3: nothing follows. Only a decision does this."""


@action(
    Reward, "send_back", clause="2.7.3", label=_("Send back"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, persons_only=True, shown=False, icon="arrow-back-up", event="analytics.reward.sent_back",
)  # fmt: skip
def send_back(reward: Reward, by: Actor) -> None:
    """2.7.3: the proposal is wanted otherwise, or taken back. Only a decision does this."""


@action(
    Reward, "apply", clause="2.7.3", label=_("Carried out"), may=carries_out, source=State.APPROVED,
    target=State.APPLIED, prepare=attached_to(Reward), primary=True, icon="circle-check", persons_only=True,
    event="analytics.reward.applied",
)  # fmt: skip
def apply(
    reward: Reward,
    by: Actor,
    attached: Attached,
    *,
    carried_out_on: Annotated[datetime.date, Ask(_("Carried out on"))],
    file: Annotated[uuid.UUID, Ask(_("Proof (file)"))],
) -> None:
    """2.7.3: personnel has carried out what was decided; day and proof stand here. Refuses `day`, `file`."""
    assert reward.approved_at is not None
    today, decided = (one.astimezone(by.zone).date() for one in (reward.changed_at, reward.approved_at))
    if not decided <= carried_out_on <= today:
        said = _("It is carried out after it was decided, and not later than today.")
        raise Refusal("day", said, fields={"carried_out_on": [said]})
    reward.proof, reward.carried_out_on = file_of(reward, file, attached), carried_out_on
