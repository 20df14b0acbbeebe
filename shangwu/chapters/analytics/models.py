"""What chapter 2.7 keeps; each room has its own records."""

from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose
from shangwu.chapters.analytics.explorer.models import Mailing, SavedAnalysis
from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport

__all__ = [
    "Finding",
    "FrozenFacts",
    "Mailing",
    "MonthClose",
    "Proposal",
    "ReportFinding",
    "SalesReport",
    "SavedAnalysis",
]
