"""What chapter 2.7 keeps; each room has its own records."""

from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose
from shangwu.chapters.analytics.explorer.models import Mailing, SavedAnalysis
from shangwu.chapters.analytics.performance.models import (
    KpiLine,
    KpiSheet,
    KpiTemplate,
    KpiTemplateLine,
    Objection,
    Reward,
    Split,
    SplitShare,
    TargetChange,
)
from shangwu.chapters.analytics.reports.models import LanguageModel, Proposal, ReportFinding, SalesReport

__all__ = [
    "Finding",
    "FrozenFacts",
    "KpiLine",
    "KpiSheet",
    "KpiTemplate",
    "KpiTemplateLine",
    "LanguageModel",
    "Mailing",
    "MonthClose",
    "Objection",
    "Proposal",
    "ReportFinding",
    "Reward",
    "SalesReport",
    "SavedAnalysis",
    "Split",
    "SplitShare",
    "TargetChange",
]
