"""A parameter changes by a proposal only: written with a reason and a day, replayed, decided, in force from its day.

What is past never changes: a value begins on a day that still lies ahead when it is adopted.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import holds, owns
from shangwu.foundation.actions.door import Ask, Refusal, action, create, edit
from shangwu.foundation.actions.events import Acted, on
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.policy.judging import judge
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.policy.reading import read, restored, stored
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence, from_validation
from shangwu.foundation.regulation import replaying, values
from shangwu.foundation.regulation.attached import Attached, attached_to, file_of
from shangwu.foundation.regulation.models import Proof, Proposal

State = Proposal.State
PROPOSALS = Series("proposal", "CS%Y-{n:04d}", _("Change of a parameter"), Reset.YEAR)

proposes = holds(Role.HEAD, Role.BUSINESS, Role.HUMAN_RESOURCES, Role.VICE_EXECUTIVE, Role.EXECUTIVE)

CHANGE = "regulation.proposal.change"
approvable(
    CHANGE,
    model=Proposal,
    label=_("Change of a parameter"),
    clause=INTRODUCTION,
    facts={"pay": Fact(_("Bears on pay or discipline"), lambda proposal: proposal.touches_pay)},
    title=lambda proposal: f"{proposal.number} {proposal}",
    on_approved="regulation.proposal.adopt",
    on_rejected="regulation.proposal.refuse",
    on_returned="regulation.proposal.return",
    on_withdrawn="regulation.proposal.return",
    resubmitted_by="regulation.proposal.propose",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD),
        StepSpec(name=_("Human resources"), role=Role.HUMAN_RESOURCES, when=[("pay", "is", "yes")]),
        StepSpec(name=_("Legal"), role=Role.LEGAL, link="beside", when=[("pay", "is", "yes")]),
        StepSpec(name=_("Executive"), role=Role.EXECUTIVE),
    ],
    bulk=False,
)


def _jurisdictions(proposals: Sequence[Proposal], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Under whose laws the company works."""
    return sorted(set(Entity.objects.filter(archived_at=None).values_list("jurisdiction", flat=True)))


def _work_out(proposal: Proposal, by: Actor, jurisdictions: list[str]) -> None:
    """Read what was written, and judge it. Refuses `parameter`, `invalid`, `past`, `same`, `law`."""
    parameter = _parameter_of(proposal)
    value = _read_lawfully(parameter, proposal, jurisdictions)
    _require_ahead(proposal, by)
    former = values.value_on(parameter, proposal.effective_from)
    if value == former:
        said = _("It has that value on that day already. Propose another one.")
        raise Refusal("same", said, fields={"written": [said]})
    proposal.clause = parameter.clause
    proposal.value, proposal.former = stored(value), stored(former)


def _parameter_of(proposal: Proposal) -> Parameter:
    if proposal.parameter is None:
        said = _("There is no parameter of that name. Choose one from the list of parameters.")
        raise Refusal("parameter", said, fields={"key": [said]})
    return proposal.parameter


def _read_lawfully(parameter: Parameter, proposal: Proposal, jurisdictions: list[str]) -> Any:
    """The value, within its bounds and lawful somewhere where we work; elsewhere the law's clamp holds instead."""
    against: list[ValidationError] = []
    try:
        value = read(parameter, proposal.written)
        judge(parameter.key, value, on=proposal.effective_from)
    except ValidationError as error:
        raise from_validation(ValidationError({"written": error})) from error
    for place in jurisdictions:
        try:
            judge(parameter.key, value, on=proposal.effective_from, jurisdiction=place)
        except ValidationError as error:
            against.append(error)
    if against and len(against) == len(jurisdictions):
        said: list[Sentence] = [*against[0].messages]
        raise Refusal("law", said[0], fields={"written": said}) from against[0]
    return value


def _require_ahead(proposal: Proposal, by: Actor) -> None:
    if proposal.effective_from <= clock.today(by.zone):
        said = _("A change holds from tomorrow at the earliest, so that nothing past changes. Choose a later day.")
        raise Refusal("past", said, fields={"effective_from": [said]})


FIELDS = ["key", "written", "effective_from", "reason"]

create(
    Proposal, clause=INTRODUCTION, may=proposes, fields=FIELDS, label=_("Propose a change"), body=_work_out,
    prepare=_jurisdictions, series=PROPOSALS, then="propose",
)  # fmt: skip
edit(
    Proposal, clause=INTRODUCTION, may=owns & proposes, fields=FIELDS, source=State.DRAFT, body=_work_out,
    prepare=_jurisdictions, bulk=False,
)  # fmt: skip


@action(
    Proposal, "prove", clause="3.1.3", label=_("Name a proof"), may=owns & proposes, source=State.DRAFT,
    reads=["proofs"], prepare=attached_to(Proposal), icon="paperclip", event="regulation.proposal.proved",
    offered_when=lambda proposal: proposal.touches_pay,
)  # fmt: skip
def prove(
    proposal: Proposal,
    by: Actor,
    attached: Attached,
    *,
    kind: Annotated[Proof.Kind, Ask(_("Proof"))],
    file: Annotated[uuid.UUID, Ask(_("File of this proposal"))],
) -> list[models.Model]:
    """3.1.3: a file of the proposal is the proof that the law asks for. Refuses `file`."""
    found = file_of(proposal, file, attached)
    present = list(proposal.proofs.all())
    proof = next((one for one in present if one.kind == kind), None)
    if proof is None:
        proof = Proof(proposal=proposal, position=max((one.position for one in present), default=0) + 1, kind=kind)
    proof.file = found
    return [proof]


def missing_proofs(proposal: Proposal) -> list[str]:
    """Which proofs of 3.1.3 the proposal still lacks, in words; none where it bears on neither pay nor discipline."""
    if not proposal.touches_pay:
        return []
    there = {one.kind for one in proposal.proofs.all()}
    return [str(label) for kind, label in Proof.Kind.choices if kind not in there]


Sheets = dict[int, list[dict[str, Any]]]


def _sheets(proposals: Sequence[Proposal], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> tuple[Sheets, Opening]:
    """What each proposal would have changed in the last twelve months, and the route to those who decide."""
    found: Sheets = {}
    for one in proposals:
        if (parameter := one.parameter) is not None:
            former = values.value_on(parameter, one.effective_from)
            lines = replaying.sheet(parameter, former, restored(parameter, one.value), by)
            found[one.pk] = [line.as_row() for line in lines]
    return found, opening(CHANGE)(proposals, by, inputs)


@action(
    Proposal, "propose", clause=INTRODUCTION, label=_("Propose"), may=owns & proposes, source=State.DRAFT,
    target=State.PROPOSED, reads=["proofs"], prepare=_sheets, primary=True, icon="send",
)  # fmt: skip
def propose(proposal: Proposal, by: Actor, known: tuple[Sheets, Opening]) -> list[models.Model]:
    """Put the proposal to those who decide, with the sheet of what it would change. Refuses `past`, `proofs`."""
    sheets, opened = known
    parameter = _parameter_of(proposal)
    _require_ahead(proposal, by)
    if lacking := missing_proofs(proposal):
        said = _("It bears on pay or discipline. Attach and name first: %(proof)s.")
        raise Refusal("proofs", said, {"proof": lacking[0]})
    proposal.former = stored(values.value_on(parameter, proposal.effective_from))
    proposal.sheet = sheets[proposal.pk]
    return opened.request(proposal, by)


@action(
    Proposal, "adopt", clause=INTRODUCTION, label=_("Adopt"), may=by_decision, source=State.PROPOSED,
    target=State.ADOPTED, reads=["proofs"], icon="thumb-up", persons_only=True,
)  # fmt: skip
def adopt(proposal: Proposal, by: Actor) -> None:
    """The value holds from its day on. Only a decision does this. Refuses `past`, `proofs`."""
    _require_ahead(proposal, by)
    if lacking := missing_proofs(proposal):
        raise Refusal("proofs", _("It lacks a proof: %(proof)s. Return it."), {"proof": lacking[0]})


@action(
    Proposal, "refuse", clause=INTRODUCTION, label=_("Refuse"), may=by_decision, source=State.PROPOSED,
    target=State.REFUSED, icon="thumb-down", persons_only=True,
)  # fmt: skip
def refuse(proposal: Proposal, by: Actor) -> None:
    """The value stays as it is; the opinion says why. Only a decision does this."""


@action(
    Proposal, "return", clause=INTRODUCTION, label=_("Return"), may=by_decision, source=State.PROPOSED,
    target=State.DRAFT, icon="arrow-back", event="regulation.proposal.returned", persons_only=True,
)  # fmt: skip
def return_(proposal: Proposal, by: Actor) -> None:
    """Back to its author, to be corrected and proposed again: by a decision, or taken back by the author."""


@action(
    Proposal, "withdraw", clause=INTRODUCTION, label=_("Withdraw"), may=owns & proposes, source=State.DRAFT,
    target=State.WITHDRAWN, icon="x", event="regulation.proposal.withdrawn",
)  # fmt: skip
def withdraw(proposal: Proposal, by: Actor) -> Iterable[models.Model]:
    """Its author no longer wants it. What was proposed already is first taken back on its request."""
    return ()


@on("regulation.proposal.adopted")
def read_values_again(acted: Acted) -> None:
    """This process reads its values anew once the adoption is certain; others do at their next day."""
    transaction.on_commit(values.forget)
