"""Clause 2.7.2: a report is drafted from locked months, approved by the head and the executive, issued, and sent."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports.access import drafts_reports, issues_reports
from shangwu.chapters.analytics.reports.drafting import Draft, drafts, last_day, rows_of
from shangwu.chapters.analytics.reports.models import ReportFinding, SalesReport
from shangwu.chapters.analytics.reports.standing import Told, told
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Ask, Refusal, action, create
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

REPORTS = Series("sales_report", "SW-BG-%Y-{n:04d}", _("Sales report"), Reset.YEAR)
APPROVAL = "analytics.salesreport.approval"

State, Judged = SalesReport.State, ReportFinding.State

approvable(
    APPROVAL,
    model=SalesReport,
    label=_("Approval of a sales report"),
    clause="2.7.2",
    on_approved="analytics.salesreport.approve",
    on_rejected="analytics.salesreport.return",
    on_returned="analytics.salesreport.return",
    on_withdrawn="analytics.salesreport.take_back",
    resubmitted_by="analytics.salesreport.submit",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True),
        StepSpec(name=_("Executive"), role=Role.EXECUTIVE),
    ],
)


def begin(report: SalesReport, by: Actor, known: Mapping[int, Draft]) -> Iterable[models.Model]:
    """2.7.2: the figures of a period are frozen, and the rules say what stands out. Refuses `open` naming the months
    that are not locked, `facts`."""
    draft = known[report.pk]
    report.sheet, report.snapshot = draft.sheet, draft.sheet["snapshot"]
    report.drawn_at = report.changed_at
    return list(rows_of(report, by, draft))


create(
    SalesReport, clause="2.7.2", may=drafts_reports, fields=["cadence", "starts_on", "department", "secrecy"],
    prepare=drafts, body=begin, label=_("Draft a report"), icon="report-analytics",
    event="analytics.salesreport.drafted",
)  # fmt: skip


Asked = tuple[Mapping[int, Told], Opening]


def told_and_opening(reports: Sequence[SalesReport], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Asked:
    """What putting forward needs: what stands in the reports, and the route."""
    return told(reports), opening(APPROVAL)(reports, by, inputs)


@action(
    SalesReport, "submit", clause="2.7.2", label=_("Put forward"), may=drafts_reports, source=State.DRAFT,
    target=State.SUBMITTED, prepare=told_and_opening, primary=True, icon="send",
)  # fmt: skip
def submit(report: SalesReport, by: Actor, known: Asked) -> Iterable[models.Model]:
    """2.7.2: head and executive decide. Refuses `undecided` while a finding is not judged, `empty` where none stands,
    `unassigned` for a proposal without a person or a day, `route`."""
    said, opened = known[0][report.pk], known[1]
    if waiting := sum(one.state == Judged.DRAFTED for one in said.findings):
        sentence = _("Findings not yet judged: %(count)s. Accept or reject each.")
        raise Refusal("undecided", sentence, {"count": waiting})
    if not said.accepted:
        raise Refusal("empty", _("The report says nothing yet. Add a finding, or accept one."))
    if open_ones := sum(one.owner_id is None or one.due_on is None for one in said.standing):
        sentence = _("Proposals without a person or a day: %(count)s. Name both.")
        raise Refusal("unassigned", sentence, {"count": open_ones})
    return opened.request(report, by)


@action(
    SalesReport, "approve", clause="2.7.2", label=_("Approve"), may=by_decision, source=State.SUBMITTED,
    target=State.APPROVED, persons_only=True, shown=False, icon="thumb-up",
)  # fmt: skip
def approve(report: SalesReport, by: Actor) -> None:
    """2.7.2: it may be issued. Only a decision does this."""


@action(
    SalesReport, "return", clause="2.7.2", label=_("Return"), may=by_decision, source=State.SUBMITTED,
    target=State.DRAFT, persons_only=True, shown=False, icon="arrow-back", event="analytics.salesreport.returned",
)  # fmt: skip
def return_(report: SalesReport, by: Actor) -> None:
    """2.7.2: back to who drafted it, to be mended. Only a decision does this."""


@action(
    SalesReport, "take_back", clause="2.7.2", label=_("Take back from approval"), may=by_decision,
    source=State.SUBMITTED, target=State.DRAFT, persons_only=True, shown=False, icon="arrow-back",
)  # fmt: skip
def take_back(report: SalesReport, by: Actor) -> None:
    """2.7.2: the request was withdrawn; it is a draft again. Only a decision does this."""


def all_told(reports: Sequence[SalesReport], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Mapping[int, Told]:
    """The `prepare` of issuing."""
    return told(reports)


@action(
    SalesReport, "issue", clause="2.7.2", label=_("Issue"), may=issues_reports, source=State.APPROVED,
    target=State.ISSUED, prepare=all_told, series=REPORTS, primary=True, icon="certificate",
)  # fmt: skip
def issue(report: SalesReport, by: Actor, known: Mapping[int, Told]) -> None:
    """2.7.2: it gets its number and its hash, and its proposals begin."""
    report.sha256 = digest_of(report, known[report.pk])


def digest_of(report: SalesReport, said: Told) -> str:
    """The hash of everything that a report says: printed on its paper, so that both are known to say the same."""
    whole = {
        "period": [report.starts_on.isoformat(), last_day(report).isoformat()],
        "sheet": report.sheet,
        "findings": [[one.kind, one.rule, one.facts, one.wording] for one in said.accepted],
        "proposals": [[one.rule, one.text, str(one.due_on)] for one in said.standing],
    }
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@action(
    SalesReport, "withdraw", clause="2.7.2", label=_("Withdraw"), may=issues_reports,
    source=[State.DRAFT, State.APPROVED, State.ISSUED], target=State.WITHDRAWN, needs_reason=True, icon="x",
    danger=_("The report no longer counts, and its proposals are dropped. Its number stays taken."),
)  # fmt: skip
def withdraw(report: SalesReport, by: Actor) -> None:
    """2.7.2: it no longer counts; why, is in the log. The period may be reported anew."""


Blind = Mapping[int, frozenset[int]]
"""Report -> the persons among its receivers who may not see it."""


def blind(reports: Sequence[SalesReport], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Blind:
    """The `prepare` of sending."""
    found = {}
    for report, given in zip(reports, inputs, strict=True):
        people = given.get("receivers", ())
        rows = {one.pk: SalesReport.objects.visible_to(actor_of(one)).filter(pk=report.pk).exists() for one in people}
        found[report.pk] = frozenset(pk for pk, sees in rows.items() if not sees)
    return found


@action(
    SalesReport, "send", clause="2.7.2", label=_("Send"), may=issues_reports, source=State.ISSUED, prepare=blind,
    primary=True, icon="mail", event="analytics.salesreport.sent",
)  # fmt: skip
def send(
    report: SalesReport, by: Actor, known: Blind, *,
    receivers: Annotated[list[Person], Ask(_("To whom"), _("They confirm that they have read it."))],
) -> None:  # fmt: skip
    """2.7.2: named people are told, inside and by mail, and confirm that they have read it. Refuses `blind` for
    somebody who may not see the report."""
    if any(one.pk in known[report.pk] for one in receivers):
        said = _("Somebody among them may not see this report. Take them off, or have their role widened.")
        raise Refusal("blind", said, fields={"receivers": [said]})
    report.receivers = sorted({*report.receivers, *(one.pk for one in receivers)})
