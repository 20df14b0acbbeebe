"""Clause 2.7.2: every proposal has a person and a day; it is done with a note, and the head confirms it."""

import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports.access import carries_out, confirms, drafts_reports, leads
from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, create, edit
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

State = Proposal.State


def require_draft(proposal: Any) -> None:
    """Raises Refusal `settled` once the report has been put forward."""
    if proposal.report.state != SalesReport.State.DRAFT:
        raise Refusal("settled", _("The report has been put forward. Take it back to change what it says."))


def propose(proposal: Proposal, by: Actor) -> None:
    """2.7.2: what is to be done about a finding. Refuses `settled`, `rejected`."""
    finding = proposal.finding
    proposal.report = finding.report
    require_draft(proposal)
    if finding.state == ReportFinding.State.REJECTED:
        raise Refusal("rejected", _("This finding was rejected. Propose something about one that stands."))
    proposal.entity_id, proposal.department_id = finding.entity_id, finding.department_id
    proposal.secrecy, proposal.owner_id = finding.secrecy, None


create(
    Proposal, clause="2.7.2", may=drafts_reports, fields=["finding", "text"], locks=["finding.report"], body=propose,
    label=_("Propose something"), icon="bulb", event="analytics.proposal.made",
)  # fmt: skip


def reword(proposal: Proposal, by: Actor) -> None:
    """2.7.2: the proposal in other words. Refuses `settled`."""
    require_draft(proposal)


edit(
    Proposal, clause="2.7.2", may=drafts_reports, fields=["text"], source=State.DRAFT, locks=["report"], body=reword,
    bulk=False,
)  # fmt: skip


@action(
    Proposal, "assign", clause="2.7.2", label=_("Name who and until when"), may=drafts_reports | leads,
    source=[State.DRAFT, State.OPEN], icon="user", primary=True, bulk=True,
)  # fmt: skip
def assign(
    proposal: Any, by: Actor, *,
    person: Annotated[Person, Ask(_("Who answers for it"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
    due_on: Annotated[datetime.date, Ask(_("Due on"))],
) -> None:  # fmt: skip
    """2.7.2: every proposal has a person and a term. Refuses `left`, `past`."""
    if person.state != Person.State.ACTIVE:
        raise Refusal("left", _("This person has left. Choose someone at work."))
    if due_on < proposal.changed_at.astimezone(by.zone).date():
        said = _("This day is over. Choose a later one.")
        raise Refusal("past", said, fields={"due_on": [said]})
    proposal.owner_id, proposal.due_on = person.pk, due_on


@action(
    Proposal, "begin", clause="2.7.2", label=_("Begin"), may=nobody, source=State.DRAFT, target=State.OPEN, shown=False,
    event="analytics.proposal.begun",
)  # fmt: skip
def begin(proposal: Any, by: Actor) -> None:
    """2.7.2: the report is issued: from now on its owner has to do it. The house alone."""


@action(
    Proposal, "finish", clause="2.7.2", label=_("Done"), may=carries_out, source=State.OPEN, target=State.DONE,
    primary=True, icon="check",
)  # fmt: skip
def finish(
    proposal: Any, by: Actor, *,
    note: Annotated[str, Ask(_("What was done"), _("With the number of what proves it."), multiline=True, most=2000)],
) -> None:  # fmt: skip
    """2.7.2: its owner says what was done, and what proves it."""
    proposal.note = note


@action(
    Proposal, "confirm", clause="2.7.2", label=_("Confirm"), may=confirms, source=State.DONE, target=State.CONFIRMED,
    primary=True, icon="circle-check", persons_only=True,
)  # fmt: skip
def confirm(proposal: Any, by: Actor) -> None:
    """2.7.2: the head has seen that it is done. Nobody confirms what they have done themselves."""


@action(
    Proposal, "send_back", clause="2.7.2", label=_("Send back"), may=confirms, source=State.DONE, target=State.OPEN,
    needs_reason=True, icon="arrow-back-up", event="analytics.proposal.sent_back",
)  # fmt: skip
def send_back(proposal: Any, by: Actor) -> None:
    """2.7.2: it is not done yet."""
    proposal.note = ""


@action(
    Proposal, "drop", clause="2.7.2", label=_("Drop"), may=leads, source=[State.DRAFT, State.OPEN],
    target=State.DROPPED, needs_reason=True, icon="x", event="analytics.proposal.dropped",
)  # fmt: skip
def drop(proposal: Any, by: Actor) -> None:
    """2.7.2: nothing is done about it; why, is in the log."""
