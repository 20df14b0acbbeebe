"""Analyses, reports, targets and money paid back, as they stand while somebody works on them (2.6.2, 2.7)."""

from __future__ import annotations

import datetime
from typing import Any

from shangwu.chapters.analytics.models import (
    Finding,
    LanguageModel,
    MonthClose,
    Proposal,
    ReportFinding,
    Reward,
    SalesReport,
)
from shangwu.chapters.analytics.performance.tests.sheets import Team, a_sheet
from shangwu.chapters.analytics.performance.tests.sheets import person as person_of
from shangwu.chapters.sales.models import Refund
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_confirmed_order
from shangwu.chapters.sales.tests.test_refunds import paid_then_credited
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.rows import set_columns
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from tests.authorisation.relations import World
from tests.builders import unique


def analyses(world: World, person: Person) -> dict[str, Any]:
    """What chapter 2.7 keeps, by public name: `person` is among those who share a deal; all else is a colleague's."""
    team = Team()
    sheet = a_sheet(team)
    set_columns(sheet, cap=150)
    rows = {
        "analytics.kpisheet": sheet,
        "analytics.split": _a_split(team, person),
        **{
            f"analytics.{model.__name__.lower()}": world.row(model, "elsewhere")
            for model in (Finding, LanguageModel, MonthClose, Proposal, ReportFinding, Reward, SalesReport)
        },
    }
    set_columns(rows["analytics.monthclose"], entity=team.entity, unsettled=1)
    set_columns(rows["analytics.finding"], close=rows["analytics.monthclose"])
    # A commendation has no amount; what it says stands by itself.
    set_columns(rows["analytics.reward"], sheet=sheet, kind=Reward.Kind.PRAISE)
    set_columns(rows["analytics.proposal"], due_on=datetime.date(2031, 12, 31), note="試")
    set_columns(rows["analytics.salesreport"], entity=team.entity, sheet=_figures(team))
    return rows


def _a_split(team: Team, person: Person) -> Any:
    """A deal that waits for `person` to agree."""
    shares = [{"person": one, "percent": "50"} for one in (person_of(team.sales), person)]
    given = {"order": a_confirmed_order(team), "why": "試", "shares": shares}
    return act(team.sales, "analytics.split.create", None, given).record


def _figures(team: Team) -> dict[str, Any]:
    """A report's sheet without figures."""
    frame = {
        "entity": team.entity.pk, "departments": [team.department.pk], "secrecy": 0, "cadence": "month",
        "first": "2026-01-01",
    }  # fmt: skip
    return {"frame": frame, "figures": [], "currency": team.currency, "cut_off": clock.now().isoformat(), "locks": []}


def a_refund() -> Refund:
    """What is to be paid back, of an order that was paid whole and credited afterwards. It was put forward once: it has
    its number."""
    found: Refund = Refund.objects.get(order=paid_then_credited(House()))
    set_columns(found, number=unique("RF"))
    return found
