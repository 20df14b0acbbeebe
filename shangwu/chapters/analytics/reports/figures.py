"""Clause 2.7.2: the figures of a report. They are asked of locked months once, kept as they were, and asked again by
whoever doubts them.

A figure is a question to the measures in several spans of days (now, the period before, a year before); a sheet holds
all figures of a report as plain JSON: amounts as text, so that no digit is lost.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.closing.figures import ask_locked, locked_months
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.analytics.reports import moving, spans
from shangwu.chapters.analytics.reports.specs import NEEDED, SPEC, SPECS, Spec
from shangwu.foundation.measures.asking import Answer, ask
from shangwu.foundation.measures.registry import Unit, fact_sets, measures
from shangwu.foundation.records import clock, scopes
from shangwu.foundation.records.actors import Actor, Source, system
from shangwu.foundation.records.refusals import Refusal, Sentence

MOST_ROWS = 20
"""Rows of a breakdown that are named; the others stand together, so that totals agree."""

_WHOLE = ("all", "department")
"""Arms of a scope that show all rows of a department: who sees their own alone may not see sums of all."""

_COUNTED = ("sales.shipped", "sales.late", "customers.won")
"""Counts whose parts come to the whole."""

Frozen = dict[str, Any]
Ask = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose rows a report counts: an entity's, of departments, up to a level of secrecy; and in which days."""

    entity: int
    departments: tuple[int, ...]
    secrecy: int
    cadence: str
    first: datetime.date

    @property
    def where(self) -> dict[str, Sequence[Any]]:
        """The same as a filter."""
        found: dict[str, Sequence[Any]] = {"entity": [self.entity], "secrecy": list(range(self.secrecy + 1))}
        return found | ({"department": list(self.departments)} if self.departments else {})

    @property
    def spans(self) -> spans.Spans:
        """The days of the report."""
        return spans.spans(self.cadence, self.first)

    def kept(self) -> Frozen:
        """As the sheet keeps it."""
        return {
            "entity": self.entity, "departments": list(self.departments), "secrecy": self.secrecy,
            "cadence": self.cadence, "first": self.first.isoformat(),
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Frozen) -> "Frame":
        """From the sheet."""
        first = datetime.date.fromisoformat(kept["first"])
        return cls(kept["entity"], tuple(kept["departments"]), kept["secrecy"], kept["cadence"], first)


def drawn(frame: Frame, currency: str) -> Frozen:
    """The sheet of a report. Raises Refusal: `open` naming the months that are not locked, `facts`, `snapshot`."""
    sold = _locked(frame)(SPEC["sold"].names, since=frame.spans.now.since, until=frame.spans.now.until)
    found = [each for one in SPECS if (each := figure_of(frame, one)) is not None]
    return {
        "frame": frame.kept(),
        "currency": currency,
        "cut_off": sold.as_of.isoformat() if sold.as_of else "",
        "snapshot": sold.snapshot,
        "figures": found,
    }


def figure_of(frame: Frame, spec: Spec, *, today: bool = False) -> Frozen | None:
    """One figure, asked anew of the locked months, or `today` of the facts as they are now; None where nothing of its
    kind was exported. Raises Refusal."""
    asking = _today(frame) if today or spec.is_moment else _locked(frame)
    asked = _spans(frame, spec)
    answers = {name: _counted(asking, spec, name, span) for name, span in asked.items()}
    if answers["now"] is None or (spec.is_moment and not answers["now"]):
        return None
    kept = _kept_keys(spec, answers)
    found: Frozen = {
        "key": spec.key, "names": list(spec.names), "by": spec.by,
        "versions": [measures[name].version for name in spec.names],
        "spans": {name: [str(one.since or ""), str(one.until)] for name, one in asked.items()}, "rows": {}, "rest": {},
    }  # fmt: skip
    for name, rows in answers.items():
        found["rows"][name] = None if rows is None else [row for row in rows if not spec.by or row[0] in kept]
        rest = [row for row in rows or () if spec.by and row[0] not in kept]
        found["rest"][name] = _together(spec, rest) if rest else None
    return found


def _counted(asking: Ask, spec: Spec, name: str, span: Span) -> list[list[Any]] | None:
    """The rows of a span; None where its months are not locked, or held nothing of this kind."""
    if not spec.choices:
        answer = _answer(asking, spec, name, span)
        return None if answer is None else _rows(spec, answer)
    try:
        return [[plain(value) for value in row] for row in moving.rows(asking, span)]
    except Refusal as refusal:
        if refusal.code not in ("open", "facts"):
            raise
        return None


def _answer(asking: Ask, spec: Spec, name: str, span: Span) -> Answer | None:
    """The answer for a span; None where its months are not locked, or held nothing of this kind."""
    by = [spec.by] if spec.by else []
    try:
        return asking(spec.names, by=by, since=span.since, until=span.until)
    except Refusal as refusal:
        needed = name == "now" and (spec.key in NEEDED or refusal.code != "facts")
        if refusal.code not in ("open", "facts") or needed:
            raise
        return None


def reader(frame: Frame) -> Actor:
    """The house itself, as the entity: what it asks is narrowed to the report's frame."""
    return replace(system(Source.JOB), entity_id=frame.entity)


def _locked(frame: Frame) -> Ask:
    def asking(names: Sequence[str], **more: Any) -> Answer:
        return ask_locked(reader(frame), names, where=frame.where, entity=frame.entity, **more)

    return asking


def _today(frame: Frame) -> Ask:
    def asking(names: Sequence[str], **more: Any) -> Answer:
        return ask(reader(frame), names, where=frame.where, **more)

    return asking


def _spans(frame: Frame, spec: Spec) -> dict[str, Span]:
    """The spans of days in which a figure is asked."""
    if spec.is_moment:
        return {"now": Span(None, frame.spans.now.until)}
    return _trend_spans(frame) if spec.is_trend else frame.spans.asked


def _trend_spans(frame: Frame) -> dict[str, Span]:
    """The months up to the last of the period, as far back as they are locked without a gap."""
    locked = set(locked_months(frame.entity))
    months = spans.trend(frame.cadence, frame.first)
    while len(months) > 1 and not locked.issuperset(months):
        months = months[1:]
    return {"now": Span(months[0], frame.spans.now.until)}


def _rows(spec: Spec, answer: Answer) -> list[list[Any]]:
    """The rows of an answer, the largest first; months in their order."""
    rows = [[plain(value) for value in row] for row in answer.rows]
    if not spec.by:
        return rows
    if spec.is_trend:
        return sorted(rows, key=lambda row: str(row[0]))
    return sorted(rows, key=lambda row: (-Decimal(str(row[1] or 0)), str(row[0])))


def _kept_keys(spec: Spec, answers: Mapping[str, list[list[Any]] | None]) -> set[Any]:
    """The rows that are named: the largest of now and of what now is compared with."""
    found: set[Any] = set()
    for counted in answers.values():
        rows = counted if counted is not None and spec.by else []
        found |= {row[0] for row in (rows if spec.is_trend else rows[:MOST_ROWS])}
    return found


def _together(spec: Spec, rows: list[list[Any]]) -> Frozen:
    """Many rows as one: sums of what adds up, nothing for shares."""
    sums: list[Any] = []
    for place, name in enumerate(spec.names, start=1):
        adds = measures[name].unit in (Unit.MONEY, Unit.QUANTITY) or name in _COUNTED
        values = [Decimal(str(row[place])) for row in rows if row[place] is not None]
        sums.append(plain(sum(values, Decimal())) if adds else None)
    return {"count": len(rows), "values": sums}


def plain(value: Any) -> Any:
    """A value as the sheet keeps it: amounts as text without empty places, days as text, shares to nine places."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


@dataclass(frozen=True, slots=True)
class Figure:
    """A frozen figure, with its numbers at hand."""

    kept: Frozen

    @property
    def key(self) -> str:
        """Its key in the sheet."""
        return str(self.kept["key"])

    @property
    def label(self) -> Sentence:
        """What it is called; its key where the program no longer knows it."""
        return SPEC[self.key].label if self.key in SPEC else self.key

    @property
    def is_moment(self) -> bool:
        """Whether it is of the moment of drawing rather than of locked months."""
        return self.key in SPEC and SPEC[self.key].is_moment

    @property
    def choices(self) -> Mapping[Any, Sentence]:
        """What its rows are called where no grouping of the measures names them."""
        return SPEC[self.key].choices if self.key in SPEC else {}

    @property
    def has_shares(self) -> bool:
        """Whether its rows are parts of one whole."""
        return self.key in SPEC and SPEC[self.key].has_shares

    def rows(self, span: str = "now") -> list[list[Any]] | None:
        """Its rows in a span, the dimension first if there is one; None where nothing was locked."""
        found: list[list[Any]] | None = self.kept["rows"].get(span)
        return found

    def about(self, span: str = "now") -> list[Any]:
        """What its rows are about."""
        return [row[0] for row in self.rows(span) or ()]

    def value(self, measure: str, span: str = "now", row: Any = None) -> Decimal | None:
        """A number; None where there is none."""
        place = self.kept["names"].index(measure) + (1 if self.kept["by"] else 0)
        for each in self.rows(span) or ():
            if not self.kept["by"] or each[0] == row:
                return None if each[place] is None else Decimal(str(each[place]))
        return None

    def total(self, measure: str, span: str = "now") -> Decimal | None:
        """The sum of a measure over all rows of a span, those not named among them; None where nothing was locked."""
        rows = self.rows(span)
        if rows is None:
            return None
        place = self.kept["names"].index(measure)
        shift = 1 if self.kept["by"] else 0
        found = sum((Decimal(str(row[place + shift] or 0)) for row in rows), Decimal())
        rest = self.kept["rest"].get(span)
        return found + Decimal(str(rest["values"][place] or 0)) if rest else found


def figures(sheet: Frozen) -> Iterator[Figure]:
    """All figures of a sheet, in its order."""
    for one in sheet.get("figures", ()):
        yield Figure(one)


def figure(sheet: Frozen, key: str) -> Figure | None:
    """The figure of that key; None where the sheet has none."""
    return next((one for one in figures(sheet) if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Again:
    """What a figure comes to when it is asked again.

    equal: the locked months say the same as when the report was drawn; None for what is of a moment. anew: as they say
    now. today: as the facts are today, with every correction since; None where they can't be asked. at: when asked.
    """

    equal: bool | None
    anew: Figure | None
    today: Figure | None
    at: datetime.datetime


def again(sheet: Frozen, key: str) -> Again:
    """Ask a figure again. Raises Refusal `snapshot` when a locked month is not what it was."""
    former, frame = figure(sheet, key), Frame.of(sheet["frame"])
    if key in SPEC and SPEC[key].is_moment:
        return Again(None, former, today(sheet, key), clock.now())
    anew = figure_of(frame, SPEC[key]) if key in SPEC and former is not None else None
    same = anew is not None and former is not None and anew == former.kept
    return Again(same, Figure(anew) if anew else None, today(sheet, key), clock.now())


def today(sheet: Frozen, key: str) -> Figure | None:
    """A figure by the facts as they are now, with every correction since; None where they can't be asked."""
    if key not in SPEC:
        return None
    try:
        found = figure_of(Frame.of(sheet["frame"]), SPEC[key], today=True)
    except Refusal:
        return None
    return Figure(found) if found else None


def may_see(actor: Actor, measure: str) -> bool:
    """Whether the reader may see numbers of this measure: its gate lets them, and they see a department's records of
    that kind whole."""
    found = measures.get(measure)
    if found is None or (found.gate is not None and not found.gate(actor)):
        return False
    return any(arm.name in _WHOLE for arm in scopes.arms(fact_sets[found.facts].seen_as, actor))
