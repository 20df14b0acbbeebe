"""The register of numbers through the API, for those who may open its page; for others it is not there (3.3.1)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.administration.number_ledger import Line, lines
from shangwu.foundation.administration.number_pages import YEAR, Asked, kept, workbook
from shangwu.foundation.administration.number_telling import Secrets, name_of
from shangwu.foundation.administration.numbers import READERS, register
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import How
from shangwu.foundation.numbering.series import Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, missing

SCOPE = "numbers:read"
YEAR_ASKED, BEFORE = "year", "before"
MOST = 200

Given = Mapping[str, str]


def standings(by: Actor, given: Given) -> dict[str, Any]:
    """How far each series has come, and its gaps. Raises Refusal("missing") for who keeps no registers."""
    year = _year(by, given)
    return {
        "series": [
            {
                "series": one.of.key,
                "label": one.label,
                "year": one.year or None,
                "drawn": one.drawn,
                "used": one.used,
                "gaps": [
                    {"first": gap.first, "last": gap.last, "count": gap.count, "explained": gap.explained}
                    for gap in one.gaps
                ],
            }
            for one in register(year=year)
        ]
    }


def ledger(by: Actor, given: Given, *, series: str) -> dict[str, Any]:
    """The numbers of a series, the latest first. Raises Refusal("missing") and Refusal("invalid")."""
    year, of = _year(by, given), _series(series)
    before = of.read(given[BEFORE]) if BEFORE in given else None
    if BEFORE in given and before is None:
        said = _("This series has no such number. Give the one that the page before ended with.")
        raise Refusal("invalid", said, fields={BEFORE: [said]})
    secrets = Secrets()
    found = list(lines(by, of, year, before=before, most=MOST + 1))
    told = [_told(line) for line in secrets.among(iter(found[:MOST]))]
    secrets.were_read(by, How.API)
    return {"lines": told, BEFORE: found[MOST - 1].first if len(found) > MOST else None}


def ledger_file(by: Actor, given: Given, *, series: str) -> HttpResponse:
    """The whole ledger of a series as a workbook; that it left the house is written down."""
    year, of = _year(by, given), _series(series)
    asked = Asked(of, year)
    return workbook(by, asked, asked.address()[1:])


def _year(by: Actor, given: Given) -> str:
    if not by.holds_any(READERS):
        raise missing()
    year = given.get(YEAR_ASKED, "")
    if year and not YEAR.fullmatch(year):
        said = _("Give a year in four digits, such as 2026.")
        raise Refusal("invalid", said, fields={YEAR_ASKED: [said]})
    return year


def _series(key: str) -> Series:
    of = kept(key)
    if of is None:
        raise missing()
    return of


def _told(line: Line) -> dict[str, Any]:
    record = line.record
    return {
        "first": line.first,
        "last": line.last,
        "count": line.count,
        "record_type": record_name(line.model) if line.model is not None else None,
        "record": record.public_id if record is not None else None,
        "name": name_of(line),
        "state": getattr(record, "state", None),
        "archived_at": record.archived_at if record is not None else None,
        "created_at": record.created_at if record is not None else None,
        "explained": line.explained if line.model is None else None,
    }


_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_GAP: dict[str, Schema] = {"first": _TEXT, "last": _TEXT, "count": _COUNT}
_EXPLAINED = "Whether they are missing because numbers behind them came from elsewhere."
STANDING: Schema = {
    "type": "object",
    "properties": {
        "series": _TEXT,
        "label": _TEXT,
        "year": {"type": ["string", "null"], "description": "Null for a series that never starts again."},
        "drawn": {**_COUNT, "description": "Numbers drawn here, or registered with what came from elsewhere."},
        "used": {**_COUNT, "description": "Those that stand on records."},
        "gaps": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {**_GAP, "explained": {"type": "boolean", "description": _EXPLAINED}},
            },
        },
    },
}
LINE: Schema = {
    "type": "object",
    "properties": {
        **_GAP,
        "record_type": {"type": ["string", "null"], "description": "Null where no record bears the number."},
        "record": {
            "type": ["string", "null"],
            "format": "uuid",
            "description": "Its public id; null also when the caller may not see the record.",
        },
        "name": _TEXT,
        "state": {"type": ["string", "null"]},
        "archived_at": _MOMENT,
        "created_at": _MOMENT,
        "explained": {"type": ["boolean", "null"], "description": f"{_EXPLAINED} Null where a record bears it."},
    },
}
ASKS: Mapping[str, Schema] = {
    YEAR_ASKED: {"type": "string", "pattern": "^[12][0-9]{3}$", "description": "Only numbers of this year."}
}
NAMES = {"series": "proposal"}

for name, path, answer, label, words, shape, asks, names in (
    (
        "numbers", "numbers/", standings, _("Register of numbers"),
        "How many numbers each series has drawn, year by year, and which of them stand on no record. For those who keep"
        " registers.",
        {"type": "object", "properties": {"series": {"type": "array", "items": STANDING}}}, ASKS, {},
    ),
    (
        "numbers.ledger", "numbers/{series}/", ledger, _("Numbers of a series"),
        "Every number of a series, the latest first, with the record that bears it; at most 200 at once.",
        {
            "type": "object",
            "properties": {
                "lines": {"type": "array", "items": LINE},
                BEFORE: {"type": ["string", "null"], "description": "For the next page; null on the last."},
            },
        },
        {**ASKS, BEFORE: {"type": "string", "description": "Only what stands before this number."}}, NAMES,
    ),
    (
        "numbers.ledger.file", "numbers/{series}/file/", ledger_file, _("Numbers of a series, as a workbook"),
        "The whole ledger of a series as xlsx.", None, ASKS, NAMES,
    ),
):  # fmt: skip
    reading(Reading(name, path, answer, SCOPE, label, words, shape, asks=asks, names=names))
