"""What the pages listen to, and what runs by the clock: imported at start-up."""

from shangwu.foundation.pages import housekeeping
from shangwu.foundation.pages.comments import following, telling

__all__ = ["following", "housekeeping", "telling"]
