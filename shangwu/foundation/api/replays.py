"""What a shorter life of tokens would have refused (3.4.2)."""

import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_noop

from shangwu.foundation.api.models import Token
from shangwu.foundation.regulation.tallying import Rows, picks


@picks(
    "api.token_days", gettext_noop("API tokens made"),
    gettext_noop("of these, refused because they would have lived too long"),
    lambda months: Token.objects.filter(created_at__range=months.moments),
)  # fmt: skip
def too_long_lived(rows: Rows, value: Any) -> Rows:
    """3.4.2: tokens whose end lies beyond the longest life."""
    return rows.filter(expires_at__gt=F("created_at") + datetime.timedelta(days=value))
