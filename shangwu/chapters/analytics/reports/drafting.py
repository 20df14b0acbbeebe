"""Clause 2.7.2: a report drafts itself: its figures are frozen, the rules say what stands out, and former problems are
measured again.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from shangwu.chapters.analytics.reports import figures, rules, spans, targets
from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports.rules import Found
from shangwu.chapters.analytics.reports.telling import PROPOSED
from shangwu.chapters.customers.pareto import within
from shangwu.foundation.actions.door import newborn
from shangwu.foundation.actions.writing import reserve
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor

MOST_FINDINGS = 12
"""More sentences nobody reads; the rules stand in order of weight, rows by size."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a report is drafted from: its frozen sheet, what was found, and the keys in store for the findings."""

    sheet: dict[str, Any]
    found: Sequence[tuple[Found, ReportFinding | None, str]]
    keys: list[int]


def frame_of(report: SalesReport) -> figures.Frame:
    """Whose rows a report counts."""
    departments = tuple(sorted(within(report.department_id)))
    return figures.Frame(report.entity_id or 0, departments, report.secrecy, report.cadence, report.starts_on)


def drafts(
    reports: Sequence[SalesReport], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> dict[int, Draft]:  # fmt: skip
    """The `prepare` of a new report. Raises Refusal: `open` naming the months that are not locked, `facts`."""
    found = {}
    entities = Entity.objects.in_bulk([one.entity_id for one in reports if one.entity_id])
    for one in reports:
        one.starts_on = spans.first_of(one.cadence, one.starts_on)
        entity = entities.get(one.entity_id or 0)
        frame = frame_of(one)
        sheet = figures.drawn(frame, entity.currency if entity is not None else by.currency)
        sheet["targets"] = targets.kept(frame)
        told = list(_findings(sheet, former_problems(one)))[:MOST_FINDINGS]
        keys = reserve({ReportFinding: len(told)})[ReportFinding] if told else []
        found[one.pk] = Draft(sheet, told, keys)
    return found


def former_problems(report: SalesReport) -> list[ReportFinding]:
    """The problems that the report of the period before has named, of the same department."""
    before = spans.months_on(report.starts_on, -spans.MONTHS[report.cadence])
    former = SalesReport.objects.filter(
        entity=report.entity_id, department=report.department_id, cadence=report.cadence, starts_on=before,
        state=SalesReport.State.ISSUED, archived_at=None,
    )  # fmt: skip
    problems = ReportFinding.objects.filter(
        report__in=former, kind=ReportFinding.Kind.PROBLEM, state=ReportFinding.State.ACCEPTED, archived_at=None
    )
    return list(problems.exclude(rule="").order_by("pk"))


def _findings(
    sheet: dict[str, Any], former: Sequence[ReportFinding]
) -> Iterator[tuple[Found, ReportFinding | None, str]]:
    """What stands out now; first what stood out before, with what became of it. Of a number only one tells."""
    now = rules.findings(sheet)
    for before in former:
        followed = rules.follow(before.rule, before.facts, sheet)
        if followed is not None:
            now = [one for one in now if one.about != followed.found.about]
            yield followed.found, before, followed.outcome
    for one in now:
        yield one, None, ""


def rows_of(report: SalesReport, by: Actor, draft: Draft) -> Iterator[models.Model]:
    """The findings of a draft, and a proposal for each problem."""
    keys = list(draft.keys)
    for found, former, outcome in draft.found:
        finding: ReportFinding = newborn(ReportFinding, by, report.changed_at)
        finding.pk = keys.pop(0)
        _put(finding, report)
        finding.report, finding.rule, finding.key, finding.figure = report, found.rule, found.key, found.figure
        finding.facts, finding.former, finding.outcome = found.facts, former, outcome
        finding.kind = _kind(found, former, outcome)
        if former is not None:
            finding.facts = found.facts | {"former": former.facts["values"][found.metric]}
        yield finding
        if finding.kind == ReportFinding.Kind.PROBLEM and found.rule in PROPOSED:
            yield proposal_for(finding, report, by)


def _kind(found: Found, former: ReportFinding | None, outcome: str) -> str:
    """A former problem that got better and no longer fires is an achievement; else it is what its rule says."""
    if former is None or rules.RULE[found.rule].fires(found.values):
        return found.kind
    return ReportFinding.Kind.PROBLEM if outcome == ReportFinding.Outcome.WORSE else ReportFinding.Kind.ACHIEVEMENT


def proposal_for(finding: ReportFinding, report: SalesReport, by: Actor) -> Proposal:
    """What the rule proposes about its finding; nobody answers for it yet."""
    made: Proposal = newborn(Proposal, by, report.changed_at)
    _put(made, report)
    made.owner_id = None
    made.report, made.finding = report, finding
    made.rule, made.facts = finding.rule, {name: finding.facts[name] for name in ("values", "row")}
    return made


def _put(row: Any, report: SalesReport) -> None:
    """A part of a report is seen as the report is."""
    row.entity_id, row.department_id, row.secrecy = report.entity_id, report.department_id, report.secrecy


def last_day(report: SalesReport) -> datetime.date:
    """The last day of a report's period."""
    until = spans.span_of(report.starts_on, spans.MONTHS[report.cadence]).until
    assert until is not None
    return until
