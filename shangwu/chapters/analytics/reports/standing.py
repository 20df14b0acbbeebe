"""Clause 2.7.2: which findings and proposals stand in a report."""

from collections.abc import Sequence
from dataclasses import dataclass

from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in a report: its findings and proposals."""

    findings: Sequence[ReportFinding]
    proposals: Sequence[Proposal]

    @property
    def accepted(self) -> list[ReportFinding]:
        """The findings that stand."""
        return [one for one in self.findings if one.state == ReportFinding.State.ACCEPTED]

    @property
    def standing(self) -> list[Proposal]:
        """The proposals about findings that stand."""
        accepted = {one.pk for one in self.accepted}
        return [one for one in self.proposals if one.finding_id in accepted and one.state != Proposal.State.DROPPED]


def told(reports: Sequence[SalesReport]) -> dict[int, Told]:
    """Findings and proposals of reports, by two queries."""
    keys = [one.pk for one in reports]
    findings = list(ReportFinding.objects.filter(report__in=keys, archived_at=None).order_by("pk"))
    proposals = list(Proposal.objects.filter(report__in=keys, archived_at=None).order_by("pk"))
    return {
        key: Told(
            [one for one in findings if one.report_id == key], [one for one in proposals if one.report_id == key]
        )
        for key in keys
    }  # fmt: skip
