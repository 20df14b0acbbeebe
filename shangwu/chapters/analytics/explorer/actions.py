"""Clause 2.7.2: keeping an analysis, sharing it, having it mailed."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer.asked import read
from shangwu.chapters.analytics.explorer.models import SavedAnalysis
from shangwu.foundation.access.predicates import anyone, owns
from shangwu.foundation.actions.door import action, archive, classify, create, edit
from shangwu.foundation.records.actors import Actor

State = SavedAnalysis.State
CLAUSE = "2.7.2"
FIELDS = ["name", "query", "note"]


def understood(analysis: SavedAnalysis, by: Actor) -> None:
    """2.7.2: the question is one that the explorer understands and its keeper may ask. Refuses as the explorer does."""
    analysis.query = read(QueryDict(analysis.query.strip().removeprefix("?")), by).query


create(SavedAnalysis, clause=CLAUSE, may=anyone, fields=FIELDS, body=understood)
edit(SavedAnalysis, clause=CLAUSE, may=owns, fields=FIELDS, body=understood, bulk=False)
archive(SavedAnalysis, clause=CLAUSE, may=owns)
classify(SavedAnalysis, may=owns)
edit(
    SavedAnalysis, verb="schedule", clause=CLAUSE, may=owns, fields=["cadence", "receivers"], label=_("Have it mailed"),
    icon="mail", bulk=False, own=False,
)  # fmt: skip


@action(
    SavedAnalysis, "share", clause=CLAUSE, label=_("Share"), may=owns, source=State.PRIVATE, target=State.SHARED,
    icon="users",
)  # fmt: skip
def share(analysis: SavedAnalysis, by: Actor) -> None:
    """2.7.2: everybody finds it; each sees the figures that they may see."""


@action(
    SavedAnalysis, "withdraw", clause=CLAUSE, label=_("No longer share"), may=owns, source=State.SHARED,
    target=State.PRIVATE, icon="lock",
)  # fmt: skip
def withdraw(analysis: SavedAnalysis, by: Actor) -> None:
    """2.7.2: it is its maker's alone again."""
