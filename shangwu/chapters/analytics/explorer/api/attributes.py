"""Whether two attributes of customers go together, for programs (2.7.2): the same counts and test as on the page."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer.api.figures import SCOPE
from shangwu.chapters.analytics.explorer.attributes import Attribute, attributes, counted
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

ROW, COLUMN = "row", "column"
USUAL = {ROW: "region", COLUMN: "state"}
Facts = dict[str, Any]


def dependence(by: Actor, given: Mapping[str, str]) -> Facts:
    """The customers whom `by` sees counted by two attributes, and the test. Raises Refusal `invalid`."""
    offered = attributes(by)
    row, column = (_chosen(offered, given, name) for name in (ROW, COLUMN))
    found = counted(by, row, column)
    test = found.test
    return {
        ROW: row.label, COLUMN: column.label,
        "counts": [
            {ROW: one, COLUMN: other, "count": count}
            for (one, other), count in sorted(found.counts.items(), key=lambda each: str(each[0]))
        ],
        "test": None if test is None else {
            "statistic": f"{test.statistic:.6f}", "freedom": test.freedom, "p": test.p, "strength": test.strength,
            "sure": test.sure,
        },
    }  # fmt: skip


def _chosen(offered: Mapping[str, Attribute], given: Mapping[str, str], name: str) -> Attribute:
    asked = {**USUAL, **{key: value for key, value in given.items() if value}}
    found = offered.get(asked[name])
    if found is None or asked[ROW] == asked[COLUMN]:
        said = _("Choose two different attributes.")
        raise Refusal("invalid", said, fields={name: [said]})
    return found


_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_COUNT: Schema = {"type": "integer"}
_ASKED: Schema = {**_TEXT, "description": "Such as `grade`, `region`; an own field as `own_` and its key."}

reading(
    Reading(
        "analytics.attributes", "analytics/attributes/", dependence, SCOPE, _("Do two attributes go together?"),
        "Customers counted by two attributes, and Pearson's test of independence.",
        {
            "type": "object",
            "properties": {
                ROW: _TEXT, COLUMN: _TEXT,
                "counts": {"type": "array", "items": {
                    "type": "object", "properties": {ROW: _TEXT, COLUMN: _TEXT, "count": _COUNT},
                }},
                "test": {"type": ["object", "null"], "properties": {
                    "statistic": {**_TEXT, "description": "Chi-square, as a decimal number."}, "freedom": _COUNT,
                    "p": _NUMBER, "strength": {**_NUMBER, "description": "Cramer's V, 0 to 1."},
                    "sure": {"type": "boolean"},
                }},
            },
        },
        asks={name: {**_ASKED, "default": usual} for name, usual in USUAL.items()},
    )
)  # fmt: skip
