"""Saved analyses (2.7.2): the list, and on each one's page the way into the explorer."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer import drawing, saying
from shangwu.chapters.analytics.explorer.asked import read
from shangwu.chapters.analytics.explorer.models import SavedAnalysis
from shangwu.chapters.analytics.explorer.sheet import sheet
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Group, Hidden, Pages, Panel, View, panel
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

ROWS = 12

Pages(
    SavedAnalysis,
    clause="2.7.2",
    path="analytics/saved",
    columns=["name", "state", "owner", "cadence", "note", Hidden("shared_at"), Hidden("changed_at")],
    filters=["state", "owner", "cadence"],
    sorts=["name"],
    views=[View("mine", _("Mine"), "owner=me"), View("shared", _("Shared"), "state=shared")],
    title=["name"],
    empty=_("No analysis is kept yet. Ask a question in the explorer and save it."),
    icon="bookmark",
    order=60,
    facts=["name", "note", Group(_("Mail"), "cadence", "receivers")],
    groups=[Group(_("Analysis"), "name", "query", "note", clause="2.7.2")],
)


def answer(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The first rows of the answer as it is now, for this reader; or why there is none."""
    assert isinstance(record, SavedAnalysis)
    facts: dict[str, Any] = {"explorer_url": f"{url('analytics.explorer')}?{record.query}"}
    try:
        asked = read(QueryDict(record.query), actor)
        found = sheet(actor, asked, most_rows=ROWS)
    except Refusal as refusal:
        return facts | {"nothing": refusal.sentence}
    today = clock.today(actor.zone)
    return facts | {
        "table": drawing.Table(found, asked, actor, today).facts(),
        "span": saying.span(asked, today),
        "conditions": saying.conditions(actor, asked),
        "as_of": found.as_of,
    }


panel(
    SavedAnalysis,
    Panel("answer", _("Figures now"), "analytics/saved_answer.html", answer, place="main", order=5, clause="2.7.2"),
)
