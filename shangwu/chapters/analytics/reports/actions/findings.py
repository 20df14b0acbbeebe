"""Clause 2.7.2: people judge what the rules have found, put it in their words, and add what they have found."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports import writer
from shangwu.chapters.analytics.reports.access import drafts_reports
from shangwu.chapters.analytics.reports.citing import cited, require_draft, require_known
from shangwu.chapters.analytics.reports.models import ReportFinding
from shangwu.foundation.actions.door import action, create, edit
from shangwu.foundation.records.actors import Actor

State = ReportFinding.State


def add(finding: ReportFinding, by: Actor) -> None:
    """2.7.2: what a person has found, with a number of one of the report's figures. Refuses `settled`, `figure`,
    `number`."""
    require_draft(finding)
    finding.facts = cited(finding.report, finding.figure, finding.wording)
    finding.entity_id, finding.department_id = finding.report.entity_id, finding.report.department_id
    finding.secrecy = finding.report.secrecy


create(
    ReportFinding, clause="2.7.2", may=drafts_reports, fields=["report", "kind", "figure", "wording"],
    locks=["report"], label=_("Add a finding"), body=add, icon="plus", event="analytics.reportfinding.added",
)  # fmt: skip


def word(finding: ReportFinding, by: Actor) -> None:
    """2.7.2: the same in other words: only numbers that follow from the figure. Refuses `settled`, `number`."""
    require_draft(finding)
    if not finding.rule:
        finding.facts = cited(finding.report, finding.figure, finding.wording)
    elif finding.wording:
        row = finding.facts.get("row")
        require_known(finding.wording, finding.facts, finding.report, [row] if isinstance(row, str) else [])


edit(
    ReportFinding, clause="2.7.2", may=drafts_reports, fields=["kind", "wording"],
    source=[State.DRAFTED, State.ACCEPTED], locks=["report"], body=word, bulk=False,
)  # fmt: skip


@action(
    ReportFinding, "accept", clause="2.7.2", label=_("Accept"), may=drafts_reports,
    source=[State.DRAFTED, State.REJECTED], target=State.ACCEPTED, locks=["report"], primary=True, bulk=True,
    icon="circle-check",
)  # fmt: skip
def accept(finding: Any, by: Actor) -> None:
    """2.7.2: it stands in the report. Refuses `settled`."""
    require_draft(finding)


@action(
    ReportFinding, "reject", clause="2.7.2", label=_("Reject"), may=drafts_reports,
    source=[State.DRAFTED, State.ACCEPTED], target=State.REJECTED, locks=["report"], needs_reason=True, bulk=True,
    icon="x",
)  # fmt: skip
def reject(finding: Any, by: Actor) -> None:
    """2.7.2: it does not stand in the report; why, is in the log. Refuses `settled`."""
    require_draft(finding)


@action(
    ReportFinding, "reword", clause="2.7.2", label=_("Let the language model word it"), may=drafts_reports,
    source=[State.DRAFTED, State.ACCEPTED], locks=["report"], icon="writing-sign",
    offered_when=lambda one: writer.chosen(one.entity_id) is not None, event="analytics.reportfinding.rewording_asked",
)  # fmt: skip
def reword(finding: Any, by: Actor) -> None:
    """2.7.2: a language model puts the rule's sentence in other words, if the administrator has named one; a job asks
    it. It is told no more than it is cleared for, and numbers that it makes up are refused. Refuses `settled`, `off`,
    `secrecy`."""
    require_draft(finding)
    writer.require_fit(finding)
