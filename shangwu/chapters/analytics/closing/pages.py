"""Pages of clause 2.7.1: months and their state, a month's checks and findings, and what has changed since the lock."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.closing import adjusting
from shangwu.chapters.analytics.closing.adjusting import Change, Difference, Moved
from shangwu.chapters.analytics.closing.figures import frozen_formerly, is_former
from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose
from shangwu.foundation.actions import registry
from shangwu.foundation.measures.asking import TIME
from shangwu.foundation.measures.checks import FAULTS, checks
from shangwu.foundation.measures.registry import Measure, Unit, dimensions, fact_sets, measures
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import (
    Computed,
    Digest,
    Group,
    Hidden,
    Pages,
    Panel,
    Parts,
    Period,
    Route,
    RowsPanel,
    View,
    page,
    panel,
)
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]


def counted(frozen: FrozenFacts) -> str:
    """What is measured over a set of facts, in people's words: the first of its measures."""
    found = [str(one.label) for one in measures.values() if one.facts == frozen.fact_set]
    return _(", ").join(found[:3]) or frozen.fact_set


def definition_held(frozen: FrozenFacts) -> str:
    """By which definition of the facts the rows were frozen: today's, or a former one, which their figures keep."""
    said = _("a former one (%(digest)s)") if is_former(frozen) else _("today's (%(digest)s)")
    return said % {"digest": frozen.definition[:8]}


Pages(
    MonthClose,
    clause="2.7.1",
    columns=["month", "entity", "state", "unsettled", "ran_at", "locked_at", "locked_by", Hidden("department")],
    filters=["state", "entity", Period("month")],
    sorts=["month"],
    views=[View("open", gettext_lazy("Not yet locked"), "state=open&state=checked")],
    empty=gettext_lazy("No month yet. Last month's close is opened on the first night of the month."),
    icon="lock",
    order=10,
    facts=[
        Group(
            gettext_lazy("Month close"), "month", "entity", "ran_at", "unsettled", "checked_by", "locked_by",
            "locked_at", Digest("snapshot"),
        )
    ],
    parts=[
        Parts(
            "frozen", Computed("counted", counted, label=gettext_lazy("What is counted"), needs=["fact_set"]), "rows",
            "as_of",
            Computed("held", definition_held, label=gettext_lazy("Definition"), needs=["fact_set", "definition"]),
            Digest("sha256"), "fact_set", title=gettext_lazy("Frozen facts"),
        )
    ],
    groups=[Group(gettext_lazy("Month"), "month", "entity", "department", clause="2.7.1")],
    track=["open", "checked", "locked"],
)  # fmt: skip
Pages(
    Finding,
    clause="2.7.1",
    columns=["named", "check_name", "state", "close", "owner", "reason", "accepted_by", Hidden("department")],
    filters=["state", "check_name", "close", "owner"],
    views=[
        View("open", gettext_lazy("Not settled"), "state=open"),
        View("mine", gettext_lazy("Mine"), "owner=me&state=open"),
    ],
    title=["named"],
    empty=gettext_lazy("Nothing was found."),
    icon="alert-triangle",
    order=11,
    facts=["close", "check_name", "reason", "accepted_by", "accepted_at", "mended_at"],
)
panel(
    MonthClose,
    RowsPanel("findings", Finding, gettext_lazy("Findings"), "close={record}", order=10, clause="2.7.1"),
)


def ran(actor: Actor, record: Record | None) -> Facts | None:
    """What each check found; None before they ran."""
    assert isinstance(record, MonthClose)
    if record.ran_at is None:
        return None
    return {"rows": [_ran(record, name, one) for name, one in record.checks.items() if name in checks]}


def _ran(close: MonthClose, name: str, one: dict[str, int]) -> Facts:
    check = checks[name]
    return {
        "label": check.label, "fault": FAULTS[check.fault], "clause": check.clause, "mend": check.mend, **one,
        "url": f"{url('analytics.finding.list')}?close={close.public_id}&check_name={name}" if one["found"] else "",
    }  # fmt: skip


panel(
    MonthClose,
    Panel("checks", gettext_lazy("Checks"), "analytics/checks.html", ran, place="first", order=5, clause="2.7.1"),
)


def place_to_mend(actor: Actor, record: Record | None) -> Facts | None:
    """What to do about a finding, and where."""
    assert isinstance(record, Finding)
    check = checks.get(record.check_name)
    if check is None:
        return None
    return {"mend": check.mend, "named": record.named, "url": record_url(check.model, record.subject)}


panel(Finding, Panel("mend", gettext_lazy("Place to mend"), "analytics/mend.html", place_to_mend, order=5))


def since_locked(actor: Actor, record: Record | None) -> Facts | None:
    """The way to what has changed since the lock."""
    assert isinstance(record, MonthClose)
    if record.state != MonthClose.State.LOCKED:
        return None
    return {"url": url("analytics.monthclose.adjustments", public_id=record.public_id)}


panel(
    MonthClose,
    Panel(
        "adjustments", gettext_lazy("Adjustments"), "analytics/since_locked.html", since_locked, place="first", order=20
    ),
)


def adjustments(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A measure of a locked month: locked, today, difference; the rows that differ, and who changed them and why."""
    actor = request.actor
    close = record_of(actor, MonthClose, public_id)
    offered = adjusting.allowed(actor)
    measure = _chosen(offered, request.GET.get("measure", "sales.revenue"))
    by = request.GET.get("by", "")
    ways = {name: (TIME.get(name) or dimensions[name]).label for name in (*measure.dimensions, "day")}
    context: Facts = {
        "page": page_facts(_("Adjustments of %(month)s") % {"month": close}, clause="2.7.1"),
        "title": _("Adjustments of %(month)s") % {"month": close},
        "back": record_url(MonthClose, close.public_id),
        "close": close,
        "measures": [(one.name, one.label, one.name == measure.name) for one in offered],
        "ways": [(name, label, name == by) for name, label in ways.items()],
        "measure": measure,
        "former": frozen_formerly(close.entity_id, measure.facts, close.month, close.last_day),
    }
    try:
        context |= _compared(actor, close, measure, by)
    except Refusal as refusal:
        if refusal.code not in ("open", "facts", "snapshot"):
            raise
        context["sentence"] = refusal.sentence
    return render(request, "analytics/adjustments.html", context)


def _compared(actor: Actor, close: MonthClose, measure: Measure, by: str) -> Facts:
    """The sheet and the rows that differ. Raises Refusal `open` for a month that is not locked."""
    if close.state != MonthClose.State.LOCKED:
        raise Refusal("open", _("This month is not locked yet: there is nothing to compare."))
    entity = Entity.objects.visible_to(actor, archived=True).filter(pk=close.entity_id or 0).first()
    currency = entity.currency if entity is not None else ""
    lines = adjusting.sheet(actor, close, measure.name, [by] if by else [])
    return {
        "lines": [_line(measure, one, currency) for one in lines],
        "changes": [_change(measure, one, currency) for one in adjusting.changes(actor, close, measure.name)],
        "shown": adjusting.SHOWN,
    }


def _chosen(offered: list[Measure], name: str) -> Measure:
    for one in offered:
        if one.name == name:
            return one
    raise Refusal("missing", _("There is no measure of that name, or it is not yours to see."))


def _line(measure: Measure, one: Difference, currency: str) -> Facts:
    told = [_told(measure, value, currency) for value in (one.locked, one.today, one.difference)]
    return {"label": one.label, "locked": told[0], "today": told[1], "difference": told[2], "differs": one.difference}


def _told(measure: Measure, value: Any, currency: str) -> str:
    if value is None:
        return "—"
    if measure.unit is Unit.MONEY:
        return formats.money(value, currency)
    if measure.unit is Unit.DATE:
        return formats.day(value)
    if measure.unit is Unit.RATIO:
        return formats.percent(value)
    return formats.number(value, 0 if measure.unit is Unit.COUNT else 2)


def _change(measure: Measure, one: Change, currency: str) -> Facts:
    model = fact_sets[measure.facts].model
    verb = registry.actions.get(one.verb)
    return {
        "label": one.label,
        "url": record_url(model, one.public_id) if one.public_id else "",
        "what": _("Came in later") if one.is_new else _("No longer counts") if one.is_gone else _("Changed"),
        "moved": [_moved(each, currency) for each in one.moved],
        "at": one.at, "who": one.who, "verb": verb.label if verb else one.verb, "why": one.why,
    }  # fmt: skip


def _moved(one: Moved, currency: str) -> Facts:
    """What of a row differs, as it was locked and as it is today."""
    values = [_told(one.measure, value, currency) if one.measure else value for value in (one.locked, one.today)]
    return {"label": one.label, "locked": values[0], "today": values[1]}


page(
    Route(
        "analytics.monthclose.adjustments", "analytics/monthcloses/<uuid:public_id>/adjustments/", adjustments,
        model=MonthClose, verb="detail", sample={"public_id": "public_id"}, clause="2.7.1",
    )
)  # fmt: skip
