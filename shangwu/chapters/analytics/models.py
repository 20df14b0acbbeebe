"""What chapter 2.7 keeps; each room has its own records."""

from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose
from shangwu.chapters.analytics.performance.models import (
    KpiLine,
    KpiSheet,
    Objection,
    Reward,
    Split,
    SplitShare,
    TargetChange,
)

__all__ = [
    "Finding",
    "FrozenFacts",
    "KpiLine",
    "KpiSheet",
    "MonthClose",
    "Objection",
    "Reward",
    "Split",
    "SplitShare",
    "TargetChange",
]
