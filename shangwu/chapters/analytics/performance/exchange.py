"""Sheets of targets come in by file (2.7.3): a row for each line; rows with the same number are one sheet."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.foundation.exchange.declarations import importing

importing(
    KpiSheet, clause="2.7.3", edits="", lines="lines", key=["number"],
    hint=_("Each row is one indicator. Rows with the same number come together as one sheet, a draft."),
)  # fmt: skip
