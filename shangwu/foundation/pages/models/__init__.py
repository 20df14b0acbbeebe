"""What the pages keep beside the records: comments and follows, drafts, saved views, preferences.

All but comments is comfort: it makes a person's pages their own, no record hangs on it, and it is written without
the door.
"""

from shangwu.foundation.pages.models.comments import Comment, Follow
from shangwu.foundation.pages.models.drafts import Draft
from shangwu.foundation.pages.models.preferences import Preference
from shangwu.foundation.pages.models.saved_views import SavedView

__all__ = ["Comment", "Draft", "Follow", "Preference", "SavedView"]
