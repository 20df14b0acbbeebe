"""Clause 2.7.3: one line of a sheet: its formula filled in, its definition, and the records that it was read from."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.chapters.analytics.closing.figures import ask_locked, frozen_formerly
from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.explaining import NONE, amount, currencies_of, explained, in_unit
from shangwu.chapters.analytics.performance.figures import end_before, subtree_of, year_before
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet
from shangwu.chapters.analytics.performance.progress import LineNow, SheetNow, progress_of
from shangwu.chapters.sales.access import sees_cost
from shangwu.chapters.sales.models import Order
from shangwu.foundation.access.labels import CONCEALED, labels
from shangwu.foundation.measures.asking import RECORD, Answer, ask
from shangwu.foundation.measures.registry import Measure, Unit, fact_sets, measures
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.wording import parameters_of
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.regulation import editions

LISTED = 300
JUDGED_BY = ("kpi.cap", "kpi.objection")
"""What the regulation left open, by which a line is judged."""
CREDITED_ORDER = "credited_order"
Days = tuple[datetime.date, datetime.date]


def show(request: Request, public_id: uuid.UUID, position: int) -> HttpResponse:
    """A line with its rows; a line that is not there says so."""
    actor = request.actor
    sheet: KpiSheet = record_of(actor, KpiSheet, public_id)
    today = clock.today(actor.zone)
    (one,) = progress_of([sheet], today)
    line = next((each for each in one.lines if each.line.position == position), None)
    facts: dict[str, Any] = {
        "page": frame.page_facts(_("Indicator"), clause="2.7.3"),
        "sheet": sheet,
        "back": reverse("analytics.kpisheet.detail", kwargs={"public_id": sheet.public_id}),
        "provisional": one.is_provisional,
        "as_of": one.as_of,
    }
    if line is not None:
        currency = currencies_of([one]).get(sheet.entity_id or 0, "")
        edition = editions.held_on(sheet.first)
        facts |= {
            "line": explained(actor, one, line, currency),
            "definition": _definition(line.line),
            "clause": frame.clause_facts("2.7.3"),
            "edition": edition.number if edition is not None else _("as shipped with the program"),
            "parameters": [each for each in parameters_of("2.7.3", sheet.first) if each["key"] in JUDGED_BY],
        }
        facts |= _behind(actor, one, line, today, currency)
    return render(request, "analytics/kpi_line.html", facts)


def _definition(line: KpiLine) -> str:
    if line.definition or line.way == KpiLine.Way.MANUAL or line.measure not in measures:
        return line.definition
    return indicators.definition_of(line.measure)


def _behind(actor: Actor, one: SheetNow, now: LineNow, today: datetime.date, currency: str) -> dict[str, Any]:
    """The records that a measured line is made of, those named that the reader may see; none of hidden amounts.

    Of growth both sides: those of the period, and those of the same days a year before.
    """
    line, sheet = now.line, one.sheet
    known = measures.get(line.measure)
    if line.way == KpiLine.Way.MANUAL or known is None or (line.is_closed and not sees_cost(actor)):
        return {}
    until = sheet.last if sheet.is_scored else min(today, sheet.last)
    if line.way != KpiLine.Way.GROWTH:
        return {"blocks": [_block(actor, sheet, line, known, (sheet.first, until), currency, now.actual)]}
    days = (sheet.first, until), (year_before(sheet.first), end_before(sheet, until))
    blocks = [_block(actor, sheet, line, known, each, currency, None) for each in days]
    return {"blocks": blocks, "growth": _growth(blocks, amount(line, now.actual, currency))}


def _growth(blocks: list[dict[str, Any]], rate: str) -> str:
    """The growth with its numbers; nothing where one side can't be read."""
    sides = [block.get("total") for block in blocks]
    if None in sides:
        return ""
    if rate == NONE:
        return _("%(now)s after %(before)s: growth is counted only over what was above nought.") % {
            "now": sides[0], "before": sides[1],
        }  # fmt: skip
    return f"({sides[0]} − {sides[1]}) ÷ {sides[1]} = {rate}"


def _block(
    actor: Actor, sheet: KpiSheet, line: KpiLine, known: Measure, days: Days, currency: str, mean: Decimal | None
) -> dict[str, Any]:  # fmt: skip
    """The records of some days and what they come to. mean: the value of a share or a mean, where it is known."""
    said = {"days": " – ".join(day.isoformat() for day in days)}
    shared = CREDITED_ORDER in known.dimensions
    by = ["day", CREDITED_ORDER, "credited_share"] if shared else ["day", RECORD.name]
    try:
        answer = _answer(sheet, line, known, by, days)
        if indicators.is_mean(line.measure) and mean is None:
            (found,) = _answer(sheet, line, known, [], days).rows[0]
            mean = None if found is None else _exact(known, found)
    except Refusal as refusal:
        return said | {"sentence": refusal.sentence}
    model: Any = Order if shared else fact_sets[known.facts].model
    rows = sorted((row for row in answer.rows if row[-1] is not None), key=lambda row: (row[0], row[1]))
    names = labels(actor, model, {row[1] for row in rows[:LISTED]})
    addresses = _addresses(actor, model, [key for key, name in names.items() if name != CONCEALED])
    whole = mean if indicators.is_mean(line.measure) else sum((_exact(known, row[-1]) for row in rows), Decimal())
    former = frozen_formerly(sheet.entity_id, known.facts, *days) if sheet.is_scored else ""
    return said | {
        "former": former,
        "behind": model._meta.verbose_name,
        "shared": shared,
        "rows": [
            {
                "day": formats.day(row[0]), "name": names[row[1]], "url": addresses.get(row[1], ""),
                "share": f"{formats.number(row[2])}%" if shared else "",
                "amount": in_unit(known.unit, _exact(known, row[-1]), currency),
            }
            for row in rows[:LISTED]
        ],
        "count": len(rows),
        "listed": min(len(rows), LISTED),
        "total": in_unit(known.unit, whole, currency),
    }  # fmt: skip


def _exact(known: Measure, value: Any) -> Decimal:
    """A record's value as the line counts it: shares in per cent."""
    found = Decimal(str(value))
    return found * 100 if known.unit is Unit.RATIO else found


def _answer(sheet: KpiSheet, line: KpiLine, known: Measure, by: list[str], days: Days) -> Answer:
    """The line's question again, by record: of what was locked if it is scored, else as it stands."""
    wanted = {
        KpiSheet.Level.PERSON: [sheet.owner_id],
        KpiSheet.Level.DEPARTMENT: subtree_of(sheet.department_id),
        KpiSheet.Level.COMPANY: [sheet.entity_id],
    }[KpiSheet.Level(sheet.level)]
    who = indicators.dimension_of(known, sheet.level)
    asked: dict[str, Any] = {"by": by, "since": days[0], "until": days[1], "where": {who: wanted}}
    with gate.free_reading():
        if sheet.is_scored:
            return ask_locked(actors.system(), [line.measure], **asked, entity=sheet.entity_id)
        return ask(actors.system(), [line.measure], **asked)


def _addresses(actor: Actor, model: Any, keys: list[int]) -> dict[int, str]:
    rows = model.objects.visible_to(actor, archived=True).filter(pk__in=keys).values_list("pk", "public_id")
    return {key: record_url(model, public) for key, public in rows}


page(
    Route(
        "analytics.kpisheet.line", "analytics/kpisheets/<uuid:public_id>/lines/<int:position>/", show,
        model=KpiSheet, verb="detail", clause="2.7.3", sample={"public_id": "public_id", "position": "=1"},
    )
)  # fmt: skip
