"""What the introduction's own parameters would have done: which notices lay in the quiet hours."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import TruncTime
from django.utils import timezone
from django.utils.translation import gettext_noop

from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.quiet import house_span
from shangwu.foundation.regulation.replaying import TELLS_ONLY, nothing_to_replay
from shangwu.foundation.regulation.tallying import Rows, picks

nothing_to_replay(TELLS_ONLY, "notify.digest", "notify.unfinished")


@picks(
    "notify.quiet", gettext_noop("Notices that are not urgent"),
    gettext_noop("of these, held back until the house's quiet hours were over"),
    lambda months: Notice.objects.filter(at__range=months.moments, urgent=False),
)  # fmt: skip
def in_quiet_hours(rows: Rows, value: Any) -> Rows:
    """1: those whose moment lies in the house's quiet hours; its end does not belong to them."""
    begins, ends = house_span()
    local: Rows = rows.alias(local=TruncTime("at", tzinfo=timezone.get_default_timezone()))
    after, before = Q(local__gte=begins), Q(local__lt=ends)
    found: Rows = local.filter(after & before if begins <= ends else after | before)
    return found
