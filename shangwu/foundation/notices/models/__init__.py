"""What people are told, how they wish to be told, and what is on its way to them."""

from shangwu.foundation.notices.models.feeds import Feed
from shangwu.foundation.notices.models.notices import Kind, Notice
from shangwu.foundation.notices.models.outbox import Digest, Dispatch, Slot
from shangwu.foundation.notices.models.robots import Pace, Platform, Robot
from shangwu.foundation.notices.models.wishes import Browser, Channel, Choice, Manner

__all__ = [
    "Browser", "Channel", "Choice", "Digest", "Dispatch", "Feed", "Kind", "Manner", "Notice", "Pace", "Platform",
    "Robot", "Slot",
]  # fmt: skip
