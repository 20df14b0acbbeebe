"""Pages of notices: what one should know, how one wishes to be told, who has read, the calendar and the browsers."""

from shangwu.foundation.pages.notices import browsers, calendar, reading, receipts, wishes

__all__ = ["browsers", "calendar", "reading", "receipts", "wishes"]
