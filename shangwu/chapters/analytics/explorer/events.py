"""What the explorer declares beside records and pages: its clockwork, its jobs, and the lists behind figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer import (  # noqa: F401 -- they declare theirs
    behind,
    keys,
    mailing,
    saying,
    trend,
    worth,
)
from shangwu.chapters.analytics.explorer.asked import read
from shangwu.chapters.analytics.explorer.ledger import records_behind
from shangwu.foundation.measures.asking import allowed
from shangwu.foundation.measures.registry import fact_sets
from shangwu.foundation.pages.elements import Filter, Sort
from shangwu.foundation.pages.lists.conditions import Condition, Question, further
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

FIGURE = "figure"
"""Name by which a list's address says: what this figure counts."""


@further
def behind_a_figure(model: type[models.Model], given: Mapping[str, Sequence[str]], actor: Actor) -> Condition | None:
    """Narrow a list to the records that a figure counts; what can't be read counts as not asked."""
    text = next(iter(given.get(FIGURE, ())), "")
    if not text:
        return None
    try:
        asked = read(QueryDict(text), actor)
        one = allowed(actor, asked.measures[0])
    except Refusal:
        return None
    facts = fact_sets[one.facts]
    if facts.model is not model:
        return None
    today = clock.today(actor.zone)
    said = [str(one.label), saying.span(asked, today), *(text for _label, text in saying.conditions(actor, asked))]
    key: Any = model._meta.get_field("public_id")
    question = Question(Filter(FIGURE, _("Counted in")), Sort.TEXT, key)
    q = records_behind(facts, asked.span(today), keys.values(actor, asked), actor.currency)
    return Condition(question, q, " · ".join(said), {FIGURE: [text]})
