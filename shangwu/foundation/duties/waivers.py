"""A duty is waived by approval, with a reason: neither kept nor late from then on, and for that one time alone.

Whoever sees a duty may ask; its holder, who stands in for them, and who asks decide nothing about it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import owns
from shangwu.foundation.actions.door import Refusal, action, create
from shangwu.foundation.actions.events import Acted, on
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.duties import engine
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import Duty, Waiver
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.records.actors import Actor

State = Waiver.State
WAIVING = "duties.waiver.granting"

approvable(
    WAIVING,
    model=Waiver,
    label=_("Waiver of a duty"),
    clause=INTRODUCTION,
    title=lambda waiver: f"{rules[waiver.rule].label if waiver.rule in rules else waiver.rule} {waiver.about}",
    concerned=lambda waiver: (waiver.holder_id, waiver.acting_id),
    on_approved="duties.waiver.grant",
    on_rejected="duties.waiver.refuse",
    on_withdrawn="duties.waiver.take_back",
    route=[StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True)],
    bulk=False,
)

Known = tuple[dict[int, tuple[Duty, str]], Opening]


def _duties(waivers: Sequence[Waiver], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """The duties that the asker sees, with what each is about, and the route."""
    found = {one.pk: one for one in seen_by(by).filter(pk__in=[one.duty for one in waivers])}
    named = {}
    for pk, one in found.items():
        model: Any = apps.get_model(one.subject_type)
        subject = model._base_manager.filter(pk=one.subject_id).first()
        named[pk] = (one, str(subject or "")[:120])
    return named, opening(WAIVING)(waivers, by, inputs)


def _ask(waiver: Waiver, by: Actor, known: Known) -> list[models.Model]:
    """Ask that a duty be waived. Refuses `duty` (not there, or not yours to see), `closed`, and `route`."""
    duties, opened = known
    if waiver.duty not in duties:
        said = _("There is no such duty, or it is not yours to see. Open it on the board and ask from there.")
        raise Refusal("duty", said, fields={"duty": [said]})
    duty, about = duties[waiver.duty]
    if duty.done_at is not None or duty.cancelled_at is not None or duty.waived_at is not None:
        raise Refusal("closed", _("This duty is done, waived or fallen away. There is nothing to waive."))
    waiver.rule, waiver.period = duty.rule, duty.period
    waiver.subject_type, waiver.subject_id, waiver.about = duty.subject_type, duty.subject_id, about
    waiver.holder_id, waiver.acting_id = duty.holder_id, duty.acting_id
    waiver.entity_id, waiver.department_id, waiver.secrecy = duty.entity_id, duty.department_id, duty.secrecy
    return opened.request(waiver, by)


create(
    Waiver, clause=INTRODUCTION, may=owns, fields=["duty", "reason"], label=_("Ask to waive"), body=_ask,
    prepare=_duties,
)  # fmt: skip


def _still_open(waivers: Sequence[Waiver], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, Duty]:
    found = {}
    for one in waivers:
        duty = Duty.objects.filter(
            rule=one.rule, subject_type=one.subject_type, subject_id=one.subject_id, period=one.period
        ).first()
        if duty is not None and duty.done_at is None and duty.cancelled_at is None:
            found[one.pk] = duty
    return found


@action(
    Waiver, "grant", clause=INTRODUCTION, label=_("Waive"), may=by_decision, source=State.ASKED, target=State.GRANTED,
    prepare=_still_open, icon="circle-check", persons_only=True,
)  # fmt: skip
def grant(waiver: Waiver, by: Actor, still_open: dict[int, Duty]) -> None:
    """The duty is waived. Only a decision does this. Refuses `closed` when it has been done meanwhile."""
    if waiver.pk not in still_open:
        raise Refusal("closed", _("This duty is done, waived or fallen away. There is nothing to waive."))
    waiver.duty = still_open[waiver.pk].pk


@action(
    Waiver, "refuse", clause=INTRODUCTION, label=_("Refuse"), may=by_decision, source=State.ASKED,
    target=State.REFUSED, icon="thumb-down", persons_only=True,
)  # fmt: skip
def refuse(waiver: Waiver, by: Actor) -> None:
    """The duty stays; the opinion says why. Only a decision does this."""


@action(
    Waiver, "take_back", clause=INTRODUCTION, label=_("Withdraw"), may=by_decision, source=State.ASKED,
    target=State.WITHDRAWN, icon="arrow-back",
)  # fmt: skip
def take_back(waiver: Waiver, by: Actor) -> None:
    """The request was withdrawn or declared void: the duty stays."""


@on("duties.waiver.granted")
def waive(acted: Acted) -> None:
    """Write the waiver down on the duty, in the decision's own transaction."""
    for one in acted.records:
        assert isinstance(one, Waiver)
        engine.waive(one.duty, at=one.changed_at, by=acted.by.person_id, because=one.reason)
