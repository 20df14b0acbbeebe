"""Pages of clause 2.7.3: sheets of targets, how they stand, and how they are shared out."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.actions.sheets import shared
from shangwu.chapters.analytics.performance.explaining import amount, currencies_of, explained
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, Reward
from shangwu.chapters.analytics.performance.progress import SheetNow, progress_of
from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import (
    Computed,
    Group,
    Hidden,
    Lines,
    Look,
    Pages,
    Panel,
    Parts,
    Period,
    RowsPanel,
    View,
    my_day,
    panel,
)
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Score = Computed(
    "result", lambda sheet: sheet.score if sheet.is_scored else None, label=_("Score"), look=Look.NUMBER,
    needs=["score", "state"],
)  # fmt: skip

Pages(
    KpiSheet,
    clause="2.7.3",
    columns=[
        "number", "period", "level", "owner", "state", Score, "department", Hidden("signed_at"), Hidden("scored_at"),
        Hidden("scored_by"), Hidden("confirmed_at"), Hidden("parent"), Hidden("first"), Hidden("last"),
        Hidden("cadence"),
    ],
    filters=["state", "level", "cadence", "owner", "department", "parent", Period("first")],
    sorts=["first"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("to_sign", _("To be signed"), "state=proposed"),
        View("to_score", _("Signed"), "state=signed"),
        View("scored", _("Scored"), "state=scored&state=confirmed"),
    ],
    title=["owner", "period"],
    empty=_("No sheets yet. Set the department's targets, share them out, and have each one signed."),
    icon="target-arrow",
    order=30,
    track=["draft", "approval", "proposed", "signed", "scored", "confirmed"],
    facts=[
        Group(_("Sheet of targets"), "period", "level", "owner", "department", "parent", "weight", Score, "cap"),
        Group(_("Course"), "signed_by", "signed_at", "scored_by", "scored_at", "confirmed_at"),
    ],
    parts=[
        Parts("changes", "line", "since", "target", "closed_target", "why", "state", "asked_by", "decided_at"),
        Parts(
            "objections", "line", "words", "raised_at", "verdict", "answer", "adjustment", "closed_adjustment",
            "answered_by", "answered_at",
        ),
    ],
    groups=[
        Group(_("Sheet of targets"), "level", "owner", "department", "cadence", "first", "parent", clause="2.7.3"),
        Group(
            _("Indicators"), Lines("lines"),
            help=_(
                "Weights come to 100. What is measured needs no definition; what is entered by hand does. "
                "Without any, a person's sheet begins with the usual indicators of their post."
            ),
        ),
    ],
)  # fmt: skip


def drawn(actor: Actor, one: SheetNow, currency: str) -> dict[str, Any]:
    """A sheet's lines and score for a page. unseen: some amounts are not this reader's to see."""
    lines = [explained(actor, one, each, currency) for each in one.lines]
    return {
        "lines": lines,
        "unseen": any(each["is_closed"] for each in lines),
        "score": formats.number(one.score, 2),
        "passed": one.passed,
        "provisional": one.is_provisional,
        "as_of": one.as_of,
        "public_id": one.sheet.public_id,
        "period": one.sheet.period,
    }


def standing(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """How a sheet stands, line by line, each with its formula."""
    assert isinstance(record, KpiSheet)
    (one,) = progress_of([record], clock.today(actor.zone))
    if not one.lines:
        return None
    return drawn(actor, one, currencies_of([one]).get(record.entity_id or 0, ""))


def shared_out(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """Each additive target beside what the sheets below come to together, and why they differ."""
    assert isinstance(record, KpiSheet)
    below = KpiSheet.objects.visible_to(actor).filter(parent=record)
    children = list(KpiLine.objects.visible_to(actor).filter(sheet__in=below.values("pk")).order_by("pk"))
    if not children:
        return None
    own = list(KpiLine.objects.visible_to(actor).filter(sheet=record).order_by("position"))
    found = shared([line for line in own if not line.is_closed or sees_cost(actor)], children)
    by_key = {line.key: line for line in own}
    return {
        "rows": [
            {
                "label": one.label, "whole": amount(by_key[key], one.whole, ""),
                "parts": amount(by_key[key], one.parts, ""),
                "difference": amount(by_key[key], one.parts - one.whole, "") if one.differs else "",
                "reasons": "; ".join(dict.fromkeys(one.reasons)),
            }
            for key, one in found.items()
        ],
        "counts": {row["state"]: row["count"] for row in below.order_by().values("state").annotate(count=Count("pk"))},
    }  # fmt: skip


def mine(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """One's own targets of today: how far each is reached, against time."""
    today = clock.today(actor.zone)
    if actor.person_id is None:
        return None
    held = KpiSheet.objects.visible_to(actor).filter(
        owner=actor.person_id, first__lte=today, last__gte=today,
        state__in=[KpiSheet.State.PROPOSED, KpiSheet.State.SIGNED],
    )  # fmt: skip
    found = progress_of(list(held.order_by("cadence", "pk")[:3]), today)
    if not found:
        return None
    currency = currencies_of(found)
    return {
        "sheets": [
            drawn(actor, one, currency.get(one.sheet.entity_id or 0, ""))
            | {
                "url": reverse("analytics.kpisheet.detail", kwargs={"public_id": one.sheet.public_id}),
                "meters": _meters(one),
                "to_sign": one.sheet.state == KpiSheet.State.PROPOSED,
            }
            for one in found
        ]
    }


def _meters(one: SheetNow) -> list[dict[str, Any]]:
    passed = {
        "label": gettext("Time passed"), "value": f"{one.passed}%", "goal": "", "percent": one.passed, "reached": True,
    }  # fmt: skip
    meters = [passed]
    for each in one.lines:
        percent = int(each.percent) if each.percent is not None else 0
        meters.append(
            {
                "label": each.line.label, "value": f"{percent}%" if each.percent is not None else "—", "goal": "",
                "percent": min(percent, 100), "reached": percent >= one.passed,
            }
        )  # fmt: skip
    return meters


panel(
    KpiSheet,
    Panel("standing", _("How it stands"), "analytics/standing.html", standing, place="first", order=5, clause="2.7.3"),
    Panel("shared_out", _("Shared out"), "analytics/shared_out.html", shared_out, order=10, clause="2.7.3"),
    RowsPanel("children", KpiSheet, _("Sheets below"), "parent={record}", order=12, clause="2.7.3"),
    RowsPanel("rewards", Reward, _("Rewards and penalties"), "sheet={record}", order=14, clause="2.7.3"),
)
my_day(Panel("targets", _("My targets"), "analytics/my_targets.html", mine, order=20, clause="2.7.3"))
