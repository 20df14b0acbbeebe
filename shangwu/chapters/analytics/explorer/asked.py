"""A question of the explorer as an address carries it, so that a link, a saved analysis and a figure are one thing.

    m=sales.revenue&row=category&column=quarter&period=year&is.region=North

m: measures, of one kind of facts. row, column: groupings. period: a named span, or `since` and `until`, both included.
is.<grouping>: values that count; a record by its public id, `-` for no value; also entity, department and secrecy, of
which every fact is, so that a report of a part of the company can be asked again. look: table, chart.
"""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics import periods
from shangwu.foundation.measures.asking import ALWAYS, RECORD, SCOPE, TIME, allowed
from shangwu.foundation.measures.registry import Dimension, Measure, dimensions, measures
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

IS = "is."
LOOKS = ("table", "chart")
FIRST = "sales.revenue"
MOST_MEASURES, MOST_VALUES = 4, 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_KNOWN = frozenset({"m", "row", "column", "period", "since", "until", "look", "narrow"})

Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. where: grouping -> values as in the address. narrow: the grouping whose values are offered."""

    measures: tuple[str, ...]
    row: str = ""
    column: str = ""
    period: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    where: Where = ()
    look: str = "table"
    narrow: str = ""

    def span(self, today: datetime.date) -> periods.Span:
        """The days that count."""
        return periods.span(self.period, today) if self.period else periods.Span(self.since, self.until)

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values in their one order."""
        days = [(name, day.isoformat()) for name, day in (("since", self.since), ("until", self.until)) if day]
        plain = [("row", self.row), ("column", self.column), ("period", self.period)]
        look = [("look", self.look)] if self.look != LOOKS[0] else []
        return [
            *(("m", name) for name in self.measures),
            *((name, value) for name, value in plain if value),
            *days,
            *((IS + name, value) for name, values in self.where for value in values),
            *look,
        ]

    @property
    def query(self) -> str:
        """The question as an address carries it."""
        return urlencode(self.pairs())

    def only(self, name: str, values: Iterable[str]) -> "Asked":
        """The same of these values of a grouping alone; of all for none."""
        kept = tuple(one for one in self.where if one[0] != name)
        chosen = tuple(values)
        return replace(self, where=(*kept, (name, chosen)) if chosen else kept)


def read(given: QueryDict | Mapping[str, str], actor: Actor) -> Asked:
    """Read an address. Raises Refusal `invalid` for what is not known here, naming it; `missing` for measures."""
    query = given if isinstance(given, QueryDict) else QueryDict(urlencode(given))
    if strange := [name for name in query if name not in _KNOWN and not name.startswith(IS)]:
        raise unknown(strange[0])
    names = tuple(dict.fromkeys(filter(None, query.getlist("m")))) or (FIRST,)
    if len(names) > MOST_MEASURES:
        raise Refusal("invalid", _("Choose at most %(most)s measures."), {"most": MOST_MEASURES})
    found = [allowed(actor, name) for name in names]
    row, column = (_grouping(query.get(name, ""), found) for name in ("row", "column"))
    if row and row == column:
        raise Refusal("invalid", _("Rows and columns are grouped alike. Choose another grouping for one of them."))
    asked = Asked(
        names, row or "", column or "", *span_of(query), where=_where(query, found),
        look=_one_of(query, "look", LOOKS), narrow=_grouping(query.get("narrow", ""), found),
    )  # fmt: skip
    return asked if row or not column else replace(asked, row=column, column="")


def unknown(name: str) -> Refusal:
    """What is answered to a part of an address that means nothing."""
    return Refusal(
        "invalid",
        _("“%(name)s” means nothing here. Go back and choose from what the page offers."),
        {"name": name[:60]},
    )


def _one_of(query: QueryDict, name: str, allowed_values: Sequence[str]) -> str:
    value = query.get(name) or allowed_values[0]
    if value not in allowed_values:
        raise unknown(f"{name}={value}")
    return value


def _grouping(name: str, asked: Sequence[Measure]) -> str:
    if name and name not in {one.name for one in groupings(asked)}:
        raise unknown(name)
    return name


def groupings(asked: Sequence[Measure]) -> list[Dimension]:
    """By what all of these measures can be grouped; times first."""
    common = [name for name in asked[0].dimensions if all(name in one.dimensions for one in asked)]
    return [*TIME.values(), *(dimensions[name] for name in common)]


def grouping(name: str) -> Dimension:
    """The grouping of that name, which `read` has let pass."""
    return ALWAYS[name] if name in ALWAYS else dimensions[name]


def span_of(query: QueryDict) -> tuple[str, datetime.date | None, datetime.date | None]:
    """(named span, first day, last day) of an address: a name or days. Raises Refusal `invalid`."""
    since, until = (_day(query, name) for name in ("since", "until"))
    if since and until and since > until:
        raise Refusal("invalid", _("The first day lies after the last. Exchange them."))
    if since or until:
        return "", since, until
    return _one_of(query, "period", ("last_12", *periods.CHOICES)), None, None


def _day(query: QueryDict, name: str) -> datetime.date | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        found = datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year < 1900:
        raise unknown(f"{name}={text}")
    return found


def _where(query: QueryDict, asked: Sequence[Measure]) -> Where:
    found = []
    for name in query:
        if not name.startswith(IS):
            continue
        one = name.removeprefix(IS)
        values = tuple(dict.fromkeys(value.replace("\0", "") for value in query.getlist(name) if value))
        if one in TIME or one == RECORD.name or len(values) > MOST_VALUES:
            raise unknown(name)
        if one not in SCOPE:
            _grouping(one, asked)
        if values:
            found.append((one, values))
    return tuple(sorted(found))


def offered(actor: Actor) -> list[Measure]:
    """The measures that somebody may ask, in the order of their declaration."""
    return [one for one in measures.values() if one.gate is None or one.gate(actor)]
