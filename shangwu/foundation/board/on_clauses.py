"""The duties of a clause: in the side panel and on its page, and beside it in its chapter."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from shangwu.foundation.board import counting, reporting
from shangwu.foundation.board.drawing import Drawn
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.judging import type_of
from shangwu.foundation.duties.models import OPEN, Duty, open_at
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.threads import deadline_of, standing_of, who_of
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import dated, moment_of, past
from shangwu.foundation.pages.panels import on_articles, on_clause
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

SHOWN = 6
WEEKS = 12
_WELL, _BADLY = 99.5, 92

Facts = dict[str, Any]


def _of(code: str) -> list[Rule]:
    return [one for one in rules.values() if one.clause == code]


@on_clause("board/of_clause.html")
def of_clause(actor: Actor, code: str, on: datetime.date | None, beside: Record | None) -> Facts | None:
    """The duties of a clause on a day: who and by when, the twelve weeks up to it, and what was late then.

    Beside a record: those of this record instead of what the department is late on.
    """
    found = _of(code)
    if not found:
        return None
    codes = [one.code for one in found if one.judge or one.prove]
    moment = moment_of(on, actor)
    span = counting.span_until(past(on) or formats.today(), moment, weeks=WEEKS)
    weeks = counting.weeks_of(actor, span, codes) if codes else {}
    total = counting.together(weeks.values())
    return {
        "duties": [{**_facts(one, on), "standing": standing_of(one)} for one in found],
        "spark": reporting.spark(weeks, span) if weeks else None,
        "rate": reporting.rate(total) if total.rate is not None else "",
        "beside": beside,
        "lines": _on_record(actor, codes, beside) if beside is not None else [],
        "late": _late(actor, codes, on) if codes and beside is None else [],
    }


def _facts(one: Rule, on: datetime.date | None) -> Facts:
    return {"label": one.label, "url": url("duty_rule", code=one.code), "who": who_of(one),
            "deadline": deadline_of(one, on), "evidence": one.evidence}  # fmt: skip


def _late(actor: Actor, codes: list[str], on: datetime.date | None) -> list[Facts]:
    moment = moment_of(on, actor)
    is_open = OPEN if past(on) is None else open_at(moment)
    late = seen_by(actor).filter(is_open, rule__in=codes, due_at__lt=moment).order_by("-due_at")[:SHOWN]
    return Drawn(actor, list(late), moment).rows(with_who=True)


def _on_record(actor: Actor, codes: list[str], record: Record) -> list[Facts]:
    """The record's own duties under the clause: who sees the record sees what is due on it."""
    found = Duty.objects.filter(subject_type=type_of(type(record)), subject_id=record.pk, rule__in=codes)
    return Drawn(actor, list(found.order_by("-opened_at")[:SHOWN]), of=record).lines()


@on_articles("board/of_article.html")
def of_articles(actor: Actor, codes: Sequence[str], on: datetime.date | None) -> dict[str, Facts]:
    """Beside each clause: how much was kept in twelve weeks, who does what by when, its evidence, what is overdue."""
    moment = moment_of(on, actor)
    heat = counting.heat(actor, counting.span_until(past(on) or formats.today(), moment, weeks=WEEKS), "clause")
    late = _overdue(actor, codes, on)
    found: dict[str, Facts] = {}
    for code in codes:
        if duties := _of(code):
            rate = heat.row(code).rate
            found[code] = {
                "rate": "" if rate is None else f"{rate:.1f}%",
                "tone": "" if rate is None or _BADLY <= rate < _WELL else "ok" if rate >= _WELL else "late",
                "duties": [_facts(one, on) for one in duties],
                "late": late.get(code, 0),
                "late_url": dated(url("board"), past(on)) + f"{'&' if past(on) else '?'}by=clause&row={code}#duties",
            }
    return found


def _overdue(actor: Actor, codes: Sequence[str], on: datetime.date | None) -> dict[str, int]:
    """How many are overdue under each clause, of those that the reader sees."""
    moment = moment_of(on, actor)
    wanted = [one.code for code in codes for one in _of(code) if one.is_connected]
    rows = seen_by(actor).filter(open_at(moment, is_now=past(on) is None), rule__in=wanted, due_at__lt=moment)
    found: dict[str, int] = {}
    for code, many in rows.order_by().values_list("rule").annotate(many=Count("opened_at")):
        found[rules[code].clause] = found.get(rules[code].clause, 0) + many
    return found
