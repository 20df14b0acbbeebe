"""Clause 2.7.2: the numbers that the rules of a report judge: read from a sheet of frozen figures and nothing else."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shangwu.chapters.analytics.reports.figures import Figure, figure

Sheet = dict[str, Any]
Values = dict[str, Decimal]
Numbers = Callable[[Sheet, Any], Values | None]

LARGEST = 5
ANSWERS = 10
"""Answers that both periods had at least: of fewer a single one moves the share by more than the tolerance."""
OLD_AGES = ("180", "365", "older")
"""The classes of what fell due more than ninety days ago."""


def rounded(value: Decimal) -> Decimal:
    """Half up, to two places: as it is printed."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def change(now: Decimal, then: Decimal) -> Decimal | None:
    """Per cent by which `now` differs; None where the base is zero or below (DOMAIN W7)."""
    return rounded((now - then) / then * 100) if then > 0 else None


def _rate(one: Figure, measure: str, row: Any) -> Values | None:
    """Year on year, by the spans that may be compared."""
    if "rate_now" in one.kept["rows"]:
        spans = ("rate_now", "rate_then")
    elif _is_january(one):
        return None
    else:
        spans = ("now", "year")
    if any(one.rows(span) is None for span in spans):
        return None
    if row is None:
        now, then = (one.total(measure, span) or Decimal() for span in spans)
    else:
        now, then = (one.value(measure, span, row) or Decimal() for span in spans)
    rate = change(now, then)
    return None if rate is None else {"now": now, "then": then, "change": rate}


def _is_january(one: Figure) -> bool:
    """January alone has no rate: Spring Festival moves."""
    since, until = one.kept["spans"]["now"]
    return str(since)[5:7] == "01" and str(until)[5:7] == "01"


def sold(sheet: Sheet, row: Any) -> Values | None:
    """What was sold, year on year."""
    one = figure(sheet, "sold")
    return None if one is None else _rate(one, "sales.revenue", None)


def of_rows(key: str, measure: str = "sales.revenue") -> Numbers:
    """A row of a figure year on year, and its weight: its part of all a year before, in per cent."""

    def numbers(sheet: Sheet, row: Any) -> Values | None:
        one = figure(sheet, key)
        rate = _rate(one, measure, row) if one is not None else None
        if one is None or rate is None:
            return None
        base = one.total(measure, "rate_then" if "rate_now" in one.kept["rows"] else "year") or Decimal()
        return rate | {"weight": rounded(rate["then"] / base * 100) if base > 0 else Decimal()}

    return numbers


def moved(kind: str, span: str) -> Numbers:
    """Customers of a kind, and what they bought of all that was sold in a span."""

    def numbers(sheet: Sheet, row: Any) -> Values | None:
        one, whole = figure(sheet, "moved"), figure(sheet, "sold")
        total = whole.total("sales.revenue", span) if whole is not None else None
        if one is None or row != kind or not total or total <= 0:
            return None
        bought, count = one.value("sales.bought", row=row) or Decimal(), one.value("sales.buyers", row=row)
        return {"count": count or Decimal(), "bought": bought, "total": total, "share": rounded(bought / total * 100)}

    return numbers


def concentration(sheet: Sheet, row: Any) -> Values | None:
    """What the largest customers make of all sales."""
    one = figure(sheet, "customers")
    total = one.total("sales.revenue") if one is not None else None
    if one is None or not total or total <= 0 or len(one.rows() or ()) <= LARGEST:
        return None
    values = sorted((one.value("sales.revenue", row=each) or Decimal() for each in one.about()), reverse=True)
    largest = sum(values[:LARGEST], Decimal())
    return {"share": rounded(largest / total * 100), "largest": largest, "total": total, "count": Decimal(LARGEST)}


def delivery(sheet: Sheet, row: Any) -> Values | None:
    """How many of the orders shipped left late."""
    one = figure(sheet, "delivery")
    shipped = one.value("sales.shipped") if one is not None else None
    if one is None or not shipped:
        return None
    late = one.value("sales.late") or Decimal()
    share = rounded(late / shipped * 100)
    return {"late": late, "shipped": shipped, "share": share, "on_time": Decimal(100) - share}


def returns(sheet: Sheet, row: Any) -> Values | None:
    """What came back, of what was sold."""
    one = figure(sheet, "returns")
    sold = one.value("sales.revenue", row="sold") if one is not None else None
    if one is None or not sold or sold <= 0:
        return None
    back = -(one.value("sales.revenue", row="back") or Decimal())
    return {"back": back, "sold": sold, "share": rounded(back / sold * 100)}


def unpaid(key: str) -> Numbers:
    """What fell due and is still open, of all or of a row; the row's part of all that fell due, in per cent."""

    def numbers(sheet: Sheet, row: Any) -> Values | None:
        one = figure(sheet, key)
        if one is None:
            return None
        if row is None:
            due, left = one.total("sales.due"), one.total("sales.due_open")
        else:
            due, left = one.value("sales.due", row=row), one.value("sales.due_open", row=row)
        whole = one.total("sales.due") or Decimal()
        if not due or due <= 0 or whole <= 0:
            return None
        left = left or Decimal()
        share = rounded(left / due * 100)
        return {
            "open": left, "due": due, "share": share, "paid": Decimal(100) - share,
            "weight": rounded(due / whole * 100),
        }  # fmt: skip

    return numbers


def old(sheet: Sheet, row: Any) -> Values | None:
    """What fell due more than ninety days ago, of all that is owed."""
    one = figure(sheet, "owed")
    owed = one.total("sales.receivable") if one is not None else None
    if one is None or not owed or owed <= 0:
        return None
    old = sum((one.value("sales.receivable", row=age) or Decimal() for age in OLD_AGES), Decimal())
    return {"old": old, "owed": owed, "share": rounded(old / owed * 100)}


def complaints(sheet: Sheet, row: Any) -> Values | None:
    """Complaints against the period before."""
    one = figure(sheet, "complaints")
    if one is None or one.rows("prior") is None:
        return None
    now = one.value("complaints.count") or Decimal()
    then = one.value("complaints.count", "prior") or Decimal()
    rate = change(now, then)
    return {"now": now, "then": then, "more": now - then} | ({} if rate is None else {"change": rate})


def answered(measure: str, scale: int) -> Numbers:
    """What customers answered, of a hundred, against the period before; nothing said of a handful of answers."""

    def numbers(sheet: Sheet, row: Any) -> Values | None:
        one = figure(sheet, "satisfaction")
        if one is None or one.rows("prior") is None:
            return None
        found: Values = {}
        for end, span in (("", "now"), ("_then", "prior")):
            answers, value = one.value("satisfaction.answers", span), one.value(measure, span)
            if value is None or answers is None or answers < ANSWERS:
                return None
            found |= {f"answers{end}": answers, f"score{end}": rounded(value * scale)}
        return found | {"points": found["score_then"] - found["score"]}

    return numbers
