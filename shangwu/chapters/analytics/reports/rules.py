"""Clause 2.7.2: the rules that draft findings. Each reads a sheet of frozen figures and nothing else, so that whoever
doubts a sentence comes to the same numbers.

The tolerances are no blanks of the regulation: it asks what went well and what went wrong, not from where on one says
so. They are chosen so that an ordinary month yields a handful of sentences, and stand in each finding.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.reports.figures import Figure, figure, may_see, plain
from shangwu.chapters.analytics.reports.judged import (
    Numbers,
    Sheet,
    Values,
    answered,
    complaints,
    concentration,
    delivery,
    moved,
    of_rows,
    old,
    returns,
    sold,
    unpaid,
)
from shangwu.chapters.analytics.reports.models import ReportFinding
from shangwu.foundation.records.actors import Actor

Kind, Outcome = ReportFinding.Kind, ReportFinding.Outcome

CHANGE = Decimal(10)
"""Per cent year on year: below it, one large order more or less explains a month."""
CUSTOMER_CHANGE = Decimal(30)
"""Per cent by which a customer's orders fell: single customers order by fits and starts."""
WEIGHT = Decimal(2)
"""Per cent of the sales of a year before that a row had at least: what is smaller is not worth a sentence."""
CONCENTRATED = Decimal(50)
"""Per cent of sales with the five largest customers: half of it hangs on so few that losing one is felt at once."""
LATE = Decimal(5)
"""Per cent of shipments that left late: one in twenty."""
PUNCTUAL, ENOUGH = Decimal(98), 10
"""Per cent on time that is worth praise, of so many shipments at least."""
LOST = Decimal(25)
"""Per cent of the sales of the period before with those who bought nothing now: who orders now and then skips one."""
WON = Decimal(10)
"""Per cent of sales with customers who ordered for the first time: one in ten is more than chance."""
RETURNED = Decimal(5)
"""Per cent of what was sold that came back: one in twenty."""
OPEN = Decimal(20)
"""Per cent of what fell due that is not paid when the month is locked: what fell due in its last week is often late."""
SLOW = Decimal(50)
"""The same of one customer: who has paid less than half of it does not merely wait for the next payment run."""
OLD = Decimal(10)
"""Per cent of what is owed that fell due more than ninety days ago: what is so old is seldom paid unasked."""
COLLECTED = Decimal(95)
"""Per cent of what fell due that was paid when the month was locked: no more than the stragglers are missing."""
COMPLAINTS_UP, COMPLAINTS_MORE = Decimal(20), 3
"""Per cent more complaints than the period before, and so many more at least: small counts jump by themselves."""
CONTENT_DOWN, RECOMMEND_DOWN = Decimal(5), Decimal(10)
"""Points by which fewer customers are content, or recommendation is lower, than in the period before."""
NAMED = 3
"""Rows that one rule names at most, the heaviest: else many small regions leave no room for what else went wrong."""
SAME = Decimal(1)
"""Percentage points within which a former finding stands as before."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule has found: numbers by name, the row that it is about, and the number by which it is followed up."""

    rule: str
    kind: str
    figure: str
    row: Any
    values: Values
    metric: str
    tolerance: Decimal

    @property
    def key(self) -> str:
        """By this the next report finds the same again."""
        return f"{self.rule}:{'' if self.row is None else self.row}"[:120]

    @property
    def about(self) -> tuple[Any, ...]:
        """The number of which it tells: a rise and a fall are told of the same one."""
        return self.figure, self.row, self.metric, RULE[self.rule].measures

    @property
    def facts(self) -> dict[str, Any]:
        """As the finding keeps it."""
        values = {name: plain(value) for name, value in self.values.items()}
        return {"values": values, "row": self.row, "metric": self.metric, "tolerance": plain(self.tolerance)}


@dataclass(frozen=True, slots=True)
class Rule:
    """numbers: what holds of a row of the figure, None where it can't be said. metric: which of them is judged.

    fires: whether that is worth a sentence. rises: whether more of it is better. heavy: of rows, by what the first are
    named. measures: what its numbers are of: who may not see them reads no sentence of the rule.
    """

    code: str
    kind: str
    figure: str
    numbers: Numbers
    metric: str
    fires: Callable[[Values], bool]
    tolerance: Decimal
    rises: bool = True
    by_row: bool = False
    heavy: Callable[[Values], Decimal] = field(default=lambda one: one["then"] - one["now"])
    measures: Sequence[str] = field(default=("sales.revenue",))

    def found(self, sheet: Sheet) -> Iterator[Found]:
        """What the rule finds in a sheet; of rows the heaviest."""
        one = figure(sheet, self.figure)
        if one is None:
            return
        asked = [(row, self.numbers(sheet, row)) for row in (_rows(one) if self.by_row else [None])]
        fired = [(row, values) for row, values in asked if values is not None and self.fires(values)]
        if self.by_row:
            fired = sorted(fired, key=lambda each: -self.heavy(each[1]))[:NAMED]
        for row, values in fired:
            yield self.told(row, values)

    def told(self, row: Any, values: Values) -> Found:
        """The finding about a row."""
        return Found(self.code, self.kind, self.figure, row, values, self.metric, self.tolerance)


def _rows(one: Figure) -> list[Any]:
    """All rows that have a name: of now, and those that were there a year before and have gone."""
    named = [*one.about(), *one.about("year"), *one.about("rate_then")]
    return [row for row in dict.fromkeys(named) if row not in (None, "")]


def _jumped(values: Values) -> bool:
    return values["more"] >= COMPLAINTS_MORE and values.get("change", Decimal(100)) >= COMPLAINTS_UP


def _rose(values: Values) -> bool:
    return values["change"] >= CHANGE and values["weight"] >= WEIGHT


def _gain(values: Values) -> Decimal:
    return values["now"] - values["then"]


def _fell(values: Values, by: Decimal = CHANGE) -> bool:
    return values["change"] <= -by and values.get("weight", Decimal(100)) >= WEIGHT


RULES: tuple[Rule, ...] = (
    Rule("sales_up", Kind.ACHIEVEMENT, "sold", sold, "change", lambda one: one["change"] >= CHANGE, CHANGE),
    Rule("sales_down", Kind.PROBLEM, "sold", sold, "change", _fell, CHANGE),
    Rule("region_down", Kind.PROBLEM, "regions", of_rows("regions"), "change", _fell, CHANGE, by_row=True),
    Rule("product_down", Kind.PROBLEM, "products", of_rows("products"), "change", _fell, CHANGE, by_row=True),
    Rule(
        "customer_down", Kind.PROBLEM, "customers", of_rows("customers"), "change",
        lambda one: _fell(one, CUSTOMER_CHANGE), CUSTOMER_CHANGE, by_row=True,
    ),
    Rule(
        "grade_down", Kind.PROBLEM, "grades", of_rows("grades", "sales.bought"), "change", _fell, CHANGE, by_row=True,
        measures=("sales.bought",),
    ),
    Rule(
        "customers_lost", Kind.PROBLEM, "moved", moved("lost", "prior"), "share",
        lambda one: one["share"] > LOST, LOST,
        rises=False, by_row=True, heavy=lambda one: one["bought"], measures=("sales.buyers", "sales.bought"),
    ),
    Rule("channel_down", Kind.PROBLEM, "channels", of_rows("channels"), "change", _fell, CHANGE, by_row=True),
    Rule(
        "returns", Kind.PROBLEM, "returns", returns, "share", lambda one: one["share"] > RETURNED, RETURNED,
        rises=False,
    ),
    Rule(
        "unpaid", Kind.PROBLEM, "dues", unpaid("dues"), "share", lambda one: one["share"] > OPEN, OPEN, rises=False,
        measures=("sales.due_open", "sales.due"),
    ),
    Rule(
        "slow_payer", Kind.PROBLEM, "due_customers", unpaid("due_customers"), "share",
        lambda one: one["share"] > SLOW and one["weight"] >= WEIGHT, SLOW, rises=False, by_row=True,
        heavy=lambda one: one["open"],
        measures=("sales.due_open", "sales.due"),
    ),
    Rule(
        "old_debts", Kind.PROBLEM, "owed", old, "share", lambda one: one["share"] > OLD, OLD, rises=False,
        measures=("sales.receivable",),
    ),
    Rule(
        "concentration", Kind.PROBLEM, "customers", concentration, "share", lambda one: one["share"] > CONCENTRATED,
        CONCENTRATED, rises=False,
    ),
    Rule(
        "late", Kind.PROBLEM, "delivery", delivery, "share", lambda one: one["share"] > LATE, LATE, rises=False,
        measures=("sales.late", "sales.shipped"),
    ),
    Rule(
        "punctual", Kind.ACHIEVEMENT, "delivery", delivery, "on_time",
        lambda one: one["shipped"] >= ENOUGH and one["on_time"] >= PUNCTUAL, PUNCTUAL,
        measures=("sales.on_time", "sales.shipped"),
    ),
    Rule(
        "complaints_up", Kind.PROBLEM, "complaints", complaints, "now", _jumped, COMPLAINTS_UP, rises=False,
        measures=("complaints.count",),
    ),
    Rule(
        "content_down", Kind.PROBLEM, "satisfaction", answered("satisfaction.content", 100), "score",
        lambda one: one["points"] >= CONTENT_DOWN, CONTENT_DOWN, measures=("satisfaction.content",),
    ),
    Rule(
        "recommend_down", Kind.PROBLEM, "satisfaction", answered("loyalty.recommend", 1), "score",
        lambda one: one["points"] >= RECOMMEND_DOWN, RECOMMEND_DOWN, measures=("loyalty.recommend",),
    ),
    Rule(
        "collected", Kind.ACHIEVEMENT, "dues", unpaid("dues"), "paid", lambda one: one["paid"] >= COLLECTED, COLLECTED,
        measures=("sales.due_open", "sales.due"),
    ),
    Rule(
        "customers_won", Kind.ACHIEVEMENT, "moved", moved("new", "now"), "share", lambda one: one["share"] >= WON, WON,
        by_row=True, heavy=lambda one: one["bought"], measures=("sales.buyers", "sales.bought"),
    ),
    *(
        Rule(code, Kind.ACHIEVEMENT, figure, of_rows(figure), "change", _rose, CHANGE, by_row=True, heavy=_gain)
        for code, figure in (("region_up", "regions"), ("product_up", "products"))
    ),
)  # fmt: skip
RULE = {one.code: one for one in RULES}


def hidden_from(actor: Actor) -> list[str]:
    """The rules whose sentences rest on numbers that are not the reader's to see."""
    closed = {name for name in {name for one in RULES for name in one.measures} if not may_see(actor, name)}
    return [one.code for one in RULES if closed.intersection(one.measures)]


def findings(sheet: Sheet) -> list[Found]:
    """All that the rules find in a sheet, in their order."""
    return [each for one in RULES for each in one.found(sheet)]


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a former problem: the finding of now, and whether what was done about it worked."""

    found: Found
    outcome: str
    former: Decimal


def follow(code: str, facts: dict[str, Any], sheet: Sheet) -> Followed | None:
    """Measure a former problem again by its own rule; None where the rule is gone, or nothing can be said."""
    rule = RULE.get(code)
    values = rule.numbers(sheet, facts.get("row")) if rule is not None else None
    if rule is None or values is None or rule.metric not in values:
        return None
    former = Decimal(str(facts["values"][rule.metric]))
    found = rule.told(facts.get("row"), values)
    return Followed(found, outcome_of(rule, former, values[rule.metric]), former)


def outcome_of(rule: Rule, former: Decimal, now: Decimal) -> str:
    """Better, same or worse, by the direction of the rule."""
    gain = now - former if rule.rises else former - now
    if abs(gain) < SAME:
        return Outcome.SAME
    return Outcome.BETTER if gain > 0 else Outcome.WORSE
