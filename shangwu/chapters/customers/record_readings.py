"""What the pages of 2.5 work out about one record, as plain data for the API, each through the record's own gate."""

import datetime
from collections.abc import Mapping
from typing import Any

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.chances import chance
from shangwu.chapters.customers.completeness import completeness, filled, gaps
from shangwu.chapters.customers.models import Complaint, Customer, Opportunity, SatisfactionReport, Score
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.audit.reading import How
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing

Given = Mapping[str, str]
Facts = dict[str, Any]


def _opened(by: Actor, model: Any, public_id: str) -> Any:
    if not is_public_id(public_id):
        raise missing()
    return record_of(by, model, public_id, How.API)


def complete(by: Actor, given: Given, *, public_id: str) -> Facts:
    """How complete a customer's file is, what is missing, and when each field was compared with the customer."""
    customer = _opened(by, Customer, public_id)
    return {
        "verified": completeness(customer),
        "filled": filled(customer),
        "complete_since": customer.completed_at,
        "gaps": [{"field": one.field.value, "empty": one.empty} for one in gaps(customer)],
        "verified_fields": [{"field": name, "day": day} for name, day in sorted(customer.verified_fields.items())],
    }


def scored(by: Actor, given: Given, *, public_id: str) -> Facts:
    """How a customer's grade came about: the latest valuation's scores and what it rested on; null before the first."""
    customer = _opened(by, Customer, public_id)
    with gate.free_reading():  # of the customer who was opened, and figures of no other
        found = Score.objects.filter(customer_id=customer.pk).select_related("valuation")
        score = found.order_by("-valuation_id").first()
    return {
        "grade": customer.grade,
        "by_hand_until": customer.grade_until,
        "by_hand_because": customer.grade_reason,
        "score": _score(score) if score is not None else None,
    }


def _score(score: Score) -> Facts:
    valuation = score.valuation
    return {
        "until": valuation.until, "window_days": valuation.window, "share_a": valuation.share_a,
        "share_b": valuation.share_b, "last_on": score.last_on, "orders": score.orders, "net": f"{score.net:f}",
        "recency": score.recency, "frequency": score.frequency, "money": score.money, "segment": score.segment,
        "grade": score.grade, "place": score.place, "before": f"{score.before:f}",
    }  # fmt: skip


def likelihood(by: Actor, given: Given, *, public_id: str) -> Facts:
    """How likely an opportunity is to be won, and the counts that this rests on."""
    opportunity = _opened(by, Opportunity, public_id)
    with gate.free_reading():  # stages are open to all
        found = chance(opportunity.stage, opportunity.amount, opportunity.currency)
    return {
        "percent": found.percent, "basis": str(found.basis), "closed": found.closed, "won": found.won,
        "parts_at": None if found.at is None else f"{found.at:f}",
    }  # fmt: skip


def clock_of(by: Actor, given: Given, *, public_id: str) -> Facts:
    """What is due next of a complaint, and the working hours that it has taken, with and without pauses."""
    complaint = _opened(by, Complaint, public_id)
    now = clock.now()
    due, taken = clocks.next_due(complaint, now), clocks.time_of(complaint, now)
    return {
        "duty": due.code if due is not None else None,
        "due_at": due.at if due is not None else None,
        "late": due is not None and due.is_late(now),
        "gross_hours": _hours(taken.gross) if taken is not None else None,
        "net_hours": _hours(taken.net) if taken is not None else None,
        "paused": complaint.paused_at is not None,
    }


def _hours(span: datetime.timedelta) -> float:
    return round(span.total_seconds() / 3600, 2)


def contentment(by: Actor, given: Given, *, public_id: str) -> Facts:
    """The figures of a year's satisfaction as they were drawn: by occasion, of all, and of recommendation."""
    report = _opened(by, SatisfactionReport, public_id)
    figures = report.figures
    return {
        "year": report.year,
        "drawn_at": report.drawn_at,
        "occasions": figures.get("rows", []),
        "whole": figures.get("whole"),
        "recommend": figures.get("recommend"),
    }
