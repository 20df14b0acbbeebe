"""Whether a complaint has come before: the same customer and kind within the watch period (2.5.3)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.normalise import comparable

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Earlier complaints of the same customers, newest first."""

    complaints: Sequence[Complaint]

    def first_like(self, complaint: Complaint) -> Complaint | None:
        """The first complaint of the row that this one goes on with; None when nothing like it came in time."""
        found = next((one for one in self.complaints if is_like(one, complaint)), None)
        if found is None or found.repeats_id is None:
            return found
        return next((one for one in self.complaints if one.pk == found.repeats_id), found)


def earlier_ones(complaints: Sequence[Complaint], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Earlier:
    """The `prepare` of taking up: what these customers complained of before."""
    customers = {one.customer_id for one in complaints if one.customer_id is not None}
    found = Complaint.objects.filter(customer_id__in=customers, archived_at=None)
    return Earlier(list(found.exclude(state=Complaint.State.REFUSED).order_by("-pk")))


def is_like(earlier: Complaint, complaint: Complaint) -> bool:
    """Whether a complaint repeats an earlier one: customer and kind are the same, and the product where both name one,
    and it came within `complaint.repeat` calendar days of the customer's consent, or of the registration before it."""
    if earlier.pk == complaint.pk or earlier.registered_at > complaint.registered_at:
        return False
    if (earlier.customer_id, earlier.category) != (complaint.customer_id, complaint.category):
        return False
    if earlier.article_id is not None and complaint.article_id is not None:
        if earlier.article_id != complaint.article_id:
            return False
    elif earlier.product and complaint.product and comparable(earlier.product) != comparable(complaint.product):
        return False
    confirmed: datetime.datetime | None = earlier.confirmed_at  # type: ignore[attr-defined]  # a fact of the state
    watched_since = earlier.registered_on
    if confirmed is not None:
        watched_since = max(watched_since, clocks.day_of(earlier, confirmed))
    watched: datetime.timedelta = policy("complaint.repeat", complaint.registered_on) * _DAY
    return complaint.registered_on <= watched_since + watched
