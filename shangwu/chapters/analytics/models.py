"""Records of chapter 2.7, by the rooms of its clauses."""

from shangwu.chapters.analytics.explorer.models import Mailing, SavedAnalysis

__all__ = ["Mailing", "SavedAnalysis"]
