"""Records of clause 2.7.3."""

from shangwu.chapters.analytics.performance.models.library import KpiTemplate, KpiTemplateLine
from shangwu.chapters.analytics.performance.models.rewards import Reward
from shangwu.chapters.analytics.performance.models.sheets import KpiLine, KpiSheet, Objection, TargetChange
from shangwu.chapters.analytics.performance.models.splits import Split, SplitShare

__all__ = [
    "KpiLine",
    "KpiSheet",
    "KpiTemplate",
    "KpiTemplateLine",
    "Objection",
    "Reward",
    "Split",
    "SplitShare",
    "TargetChange",
]
