"""The job that fits the model of `lifetime` to the customers that somebody sees, and what it found (2.7.2)."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer.customers import histories
from shangwu.chapters.analytics.explorer.lasting import last_job
from shangwu.chapters.analytics.explorer.lifetime import FIELDS, LARGEST, NoMaximum, TooFew, expected, fit, still_there
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import begun
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import Refusal

WORTH = "analytics.lifetime"
AHEAD = 52.0
"""Weeks that are looked ahead."""
SHOWN = 50
ALIKE = 0.99
"""From this part of the largest parameter on the search has ended at its bound."""


def begin(actor: Actor, until: datetime.date | None = None) -> Job:
    """Have it worked out, with the reader's own rights; or what they began and is under way.

    until: as of which day; today without one.
    """
    given = _given(until)
    return begun(actor, WORTH, given, once=" ".join([str(actor.person_id), *given.values()]), source=Source.PAGE)


def found(actor: Actor, until: datetime.date | None = None) -> Job | None:
    """The reader's last one as of a day, done or under way."""
    return last_job(actor, WORTH, _given(until))


def _given(until: datetime.date | None) -> dict[str, str]:
    return {"until": until.isoformat()} if until is not None else {}


@job(WORTH, title=_("Lifetime value of customers"))
def work_out(running: Running, until: str = "") -> None:
    """Fit, and keep parameters, what is expected in all and the most valuable customers. Safe to run twice."""
    day = datetime.date.fromisoformat(until) if until else clock.today(running.by.zone)
    running.result(**worth(running.by, day))


def worth(actor: Actor, until: datetime.date) -> dict[str, Any]:
    """What the customers somebody sees may still buy within a year. Raises Refusal `few`, `unfit`."""
    import numpy as np

    table = histories(actor, until)
    x, t_x, age, mean = (table[name].to_numpy() for name in ("x", "t_x", "age", "worth"))
    try:
        found_parameters = fit(x, t_x, age)
    except TooFew:
        raise Refusal(
            "few", _("There are too few customers who buy again. At least thirty customers with orders are needed.")
        ) from None
    except NoMaximum:
        raise Refusal(
            "unfit",
            _("The model does not fit these purchases: no parameters are likelier than all others. Ask as of another "
              "day, or judge the customers by their segments."),
        ) from None  # fmt: skip
    ahead = expected(found_parameters, AHEAD, x, t_x, age)
    value, there = ahead * mean, still_there(found_parameters, x, t_x, age)
    best = np.argsort(-value)[:SHOWN]
    return {
        "until": until.isoformat(),
        "customers": len(x),
        "parameters": {name: round(getattr(found_parameters, name), 6) for name in FIELDS},
        "alike": max(found_parameters.r, found_parameters.a, found_parameters.b) > ALIKE * LARGEST,
        "purchases": round(float(ahead.sum()), 2),
        "value": round(float(value.sum()), 2),
        "still": round(float(there.mean()), 4),
        "best": [
            [int(table["customer"][int(at)].as_py()), round(float(there[at]), 4), round(float(ahead[at]), 2),
             round(float(value[at]), 2)]
            for at in best
        ],
    }  # fmt: skip
