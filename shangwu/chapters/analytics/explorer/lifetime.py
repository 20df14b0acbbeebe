"""What customers may still buy: the BG/NBD model of Fader, Hardie and Lee (2005), fitted and asked (2.7.2).

A customer buys at a rate of their own and after each purchase may go for good. From how often (x), until when (t_x) and
since when (T) each has bought again follow four parameters of the whole; from these, for each, the chance to be still a
customer and the purchases to expect. Loaded in jobs only: scipy is large.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LEAST = 30
"""Customers that a fit needs."""
FIELDS = ("r", "alpha", "a", "b")
LARGEST = 10_000.0
"""What r, a and b are looked for up to. Where customers hardly differ, the likelihood rises without end, by less than
can be told apart, and beyond this the gamma function has no digits left to tell it with."""
LEAST_LOG, LEAST_ALPHA, LARGEST_ALPHA = -9.0, -14.0, 14.0
"""Logarithms that the search ends at otherwise; alpha in parts of the longest time that a customer is known."""


class TooFew(ValueError):
    """Customers too few, or none that bought again."""


class NoMaximum(ValueError):
    """The search ended without the likeliest parameters."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """r, alpha: of the rates of buying, a gamma distribution. a, b: of the chances to go, a beta distribution."""

    r: float
    alpha: float
    a: float
    b: float


def fit(x: Sequence[float], t_x: Sequence[float], age: Sequence[float]) -> Parameters:
    """The likeliest parameters for customers with x further purchases, the last at t_x, known since `age`.

    All times in one unit. r, a and b are at most LARGEST. Raises TooFew, NoMaximum.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import betaln, gammaln

    if len(x) < LEAST or not any(one > 0 for one in x):
        raise TooFew("too few customers")
    kinds, counts = np.unique(np.column_stack([x, t_x, age]).astype(float), axis=0, return_counts=True)
    bought, last, known = kinds.T
    scale = 1.0 / max(float(known.max()), 1e-9)
    last, known = last * scale, known * scale
    again = bought > 0

    def less_likely(logs: Any) -> float:
        r, alpha, a, b = np.exp(logs)
        front = gammaln(r + bought) - gammaln(r) + r * np.log(alpha)
        stayed = betaln(a, b + bought) - betaln(a, b) - (r + bought) * np.log(alpha + known)
        went = np.where(
            again,
            betaln(a + 1, np.where(again, b + bought - 1, 1.0)) - betaln(a, b) - (r + bought) * np.log(alpha + last),
            -np.inf,
        )
        return float(-np.sum(counts * (front + np.logaddexp(stayed, went))) / counts.sum())

    start, up_to = np.log([1.0, 0.1, 1.0, 1.0]), (LEAST_LOG, float(np.log(LARGEST)))
    found = minimize(
        less_likely, start, method="Nelder-Mead", bounds=[up_to, (LEAST_ALPHA, LARGEST_ALPHA), up_to, up_to],
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 8000},
    )  # fmt: skip
    if not found.success or not np.isfinite(found.fun):
        raise NoMaximum("no maximum")
    r, alpha, a, b = (float(one) for one in np.exp(found.x))
    return Parameters(r, alpha / scale, a, b)


def still_there(one: Parameters, x: Any, t_x: Any, age: Any) -> Any:
    """The chance that each is still a customer: 1 for who has bought once only."""
    import numpy as np

    x, t_x, age = (np.asarray(each, dtype=float) for each in (x, t_x, age))
    odds = one.a / (one.b + np.maximum(x, 1) - 1) * ((one.alpha + age) / (one.alpha + t_x)) ** (one.r + x)
    return np.where(x > 0, 1 / (1 + odds), 1.0)


def expected(one: Parameters, ahead: float, x: Any, t_x: Any, age: Any) -> Any:
    """The purchases to expect of each within `ahead`."""
    import numpy as np
    from scipy.special import hyp2f1

    x, t_x, age = (np.asarray(each, dtype=float) for each in (x, t_x, age))
    r, alpha, a, b = one.r, one.alpha, one.a, one.b
    past = ((alpha + age) / (alpha + age + ahead)) ** (r + x)
    inner = hyp2f1(r + x, b + x, a + b + x - 1, ahead / (alpha + age + ahead))
    found = (a + b + x - 1) / (a - 1) * (1 - past * inner)
    return found * still_there(one, x, t_x, age)
