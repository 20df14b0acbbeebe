"""What chapter 2.7 keeps; each room has its own records."""

from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose

__all__ = ["Finding", "FrozenFacts", "MonthClose"]
