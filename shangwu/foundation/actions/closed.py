"""Closed periods: business time that an import, the demo or a device gives never lies in one (DESIGN 3a, Time).

Higher rooms say what is closed; the runner asks them, once per run, and only where a time is given.
"""

import datetime
from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.batch import Batch
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

Day = tuple[int | None, datetime.date]
"""A legal entity's key, and its business day."""
Question = Callable[[type[Record], Collection[Day]], set[Day]]

_questions: list[Question] = []


def question(asked: Question) -> Question:
    """Register which days are closed for a record type: a decorator of f(model, days) -> those that are."""
    _questions.append(asked)
    return asked


def refuse(batch: Batch) -> None:
    """Refuse `closed` for each row whose given time lies in a closed period."""
    days: dict[int, Day] = {}
    for place in batch.alive:
        moment = batch.given[place].occurred_at
        if moment is not None:
            record = batch.records[place]
            entity = batch.by.entity_id if record is None else record.entity_id
            days[place] = entity, moment.astimezone(batch.by.zone).date()
    if not days:
        return
    found = set().union(*(asked(batch.action.model, set(days.values())) for asked in _questions))
    for place, day in days.items():
        if day in found:
            batch.refuse(place, Refusal("closed", _("This day lies in a closed period. Enter it as of today.")))
