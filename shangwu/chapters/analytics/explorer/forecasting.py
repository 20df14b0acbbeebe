"""Seasons and the next months (2.7.2): exponential smoothing with an interval, and how it would have done before.

The model is judged on the last months as if they had not happened, beside the naive forecast that each month will be as
it was a year before. Loaded in jobs only: the libraries are large.
"""

import datetime
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

YEAR = 12
LEAST = 8
"""Months that a forecast needs; two years and more have seasons."""
AHEAD = 6
TESTED = 6
"""Months that are forecast as if they had not happened, at most."""
INTERVAL = 80
"""Per cent of cases within the interval."""

Month = datetime.date


@dataclass(frozen=True, slots=True)
class Expected:
    """One month: the likeliest value, and the bounds of the interval."""

    month: Month
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """error, naive_error: mean absolute error of the tested months in per cent of what came; None where none could be.

    model: what fitted best. first, last: the months learnt from.
    """

    months: list[Expected]
    model: str
    first: Month
    last: Month
    tested: int
    error: float | None
    naive_error: float | None

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def month_after(first: Month, count: int) -> Month:
    """The first day of the month so many months later."""
    place = first.year * YEAR + first.month - 1 + count
    return Month(place // YEAR, place % YEAR + 1, 1)


def without_gaps(series: Mapping[Month, Decimal], last: Month) -> tuple[Month, list[float]]:
    """The first month and the values up to `last`; a month without sales is nought. Raises ValueError of nothing."""
    known = [month for month in series if month <= last]
    if not known:
        raise ValueError("no months")
    first, values, month = min(known), [], min(known)
    while month <= last:
        values.append(float(series.get(month, 0)))
        month = month_after(month, 1)
    return first, values


def forecast(series: Mapping[Month, Decimal], last: Month, *, ahead: int = AHEAD) -> Forecast:
    """The months after `last`, the last whole one. Raises ValueError for fewer months than LEAST."""
    first, values = without_gaps(series, last)
    if len(values) < LEAST:
        raise ValueError("too few months")
    name, points = _smoothed(values, ahead)
    tested = min(TESTED, len(values) - LEAST, max(len(values) // 4, 1))
    error = naive = None
    if tested > 0:
        came = values[-tested:]
        _name, before = _smoothed(values[:-tested], tested)
        error = _error([value for value, _low, _high in before], came)
        if len(values) > YEAR:
            naive = _error([values[len(values) - tested + at - YEAR] for at in range(tested)], came)
    months = [Expected(month_after(last, at + 1), *point) for at, point in enumerate(points)]
    return Forecast(months, name, first, last, tested, error, naive)


def _error(said: Sequence[float], came: Sequence[float]) -> float | None:
    whole = sum(map(abs, came))
    return (
        round(100 * sum(abs(one - other) for one, other in zip(said, came, strict=True)) / whole, 2) if whole else None
    )


def _smoothed(values: Sequence[float], ahead: int) -> tuple[str, list[tuple[float, float, float]]]:
    """The model with the least AIC, and (value, low, high) of the months ahead."""
    import numpy as np
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    scale = max(float(np.mean(np.abs(values))), 1e-9)
    learnt = pd.Series(values, dtype=float) / scale
    seasons = ["add", None] if len(values) >= 2 * YEAR else [None]
    fitted = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of models that do not fit well, which the AIC leaves aside
        for seasonal in seasons:
            for trend in (None, "add"):
                model = ETSModel(
                    learnt, error="add", trend=trend, damped_trend=trend is not None, seasonal=seasonal,
                    seasonal_periods=YEAR if seasonal else None,
                )  # fmt: skip
                made = model.fit(disp=False)
                name = f"ETS(A,{'Ad' if trend else 'N'},{'A' if seasonal else 'N'})"
                fitted.append((made.aicc if np.isfinite(made.aicc) else made.aic, name, made))
        _aic, name, best = min(fitted, key=lambda one: one[0])
        frame = best.get_prediction(start=len(values), end=len(values) + ahead - 1).summary_frame(
            alpha=1 - INTERVAL / 100
        )
    columns = [frame[column].to_numpy() * scale for column in ("mean", "pi_lower", "pi_upper")]
    return name, [(float(a), float(b), float(c)) for a, b, c in zip(*columns, strict=True)]


def seasons(series: Mapping[Month, Decimal], last: Month) -> list[float] | None:
    """How each month of the year stands to the year around it, 1 being the mean; None for less than two whole years.

    Each month against the twelve centred on it, the mean of these over the years, brought to a mean of 1.
    """
    try:
        first, values = without_gaps(series, last)
    except ValueError:
        return None
    if len(values) < 2 * YEAR:
        return None
    ratios: dict[int, list[float]] = {}
    for at in range(YEAR // 2, len(values) - YEAR // 2):
        around = (sum(values[at - 6 : at + 6]) + sum(values[at - 5 : at + 7])) / (2 * YEAR)
        if around > 0:
            ratios.setdefault(month_after(first, at).month, []).append(values[at] / around)
    if len(ratios) < YEAR:
        return None
    means = [sum(ratios[month]) / len(ratios[month]) for month in range(1, YEAR + 1)]
    whole = sum(means) / YEAR
    return [one / whole for one in means] if whole else None
