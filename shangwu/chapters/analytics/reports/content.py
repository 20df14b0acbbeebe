"""Clause 2.7.2: what stands in a report, for one reader: page, Word file and PDF are drawn from the same.

Numbers that the reader may not see are not in it; names of records pass the reader's gate.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangwu.chapters.analytics.explorer.changes import change
from shangwu.chapters.analytics.moved import DEFINED
from shangwu.chapters.analytics.reports import telling
from shangwu.chapters.analytics.reports.beside import beside
from shangwu.chapters.analytics.reports.drafting import last_day
from shangwu.chapters.analytics.reports.figures import Figure, figure, figures, may_see
from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports.rules import hidden_from
from shangwu.chapters.analytics.reports.standing import told
from shangwu.chapters.analytics.reports.tables import NONE, Cell, Table, figure_url, number_of
from shangwu.foundation.access.labels import labels
from shangwu.foundation.measures.registry import Unit, dimensions, measures
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.people.models import Entity, Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Secrecy


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal in words: who answers for it until when, empty while nobody does."""

    public_id: uuid.UUID
    text: str
    who: str
    until: datetime.date | None


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words, the address of its figure, its tolerance, and what is proposed."""

    public_id: uuid.UUID
    state: str
    text: str
    url: str
    figure: str
    kind: str
    tolerance: str
    proposals: Sequence[Proposed]


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report."""

    title: str
    number: str
    organisation: str
    period: str
    state: str
    sha256: str
    basis: Sequence[tuple[str, str]]
    definitions: Sequence[tuple[str, str]]
    achievements: Sequence[Said]
    problems: Sequence[Said]
    tables: Sequence[Table]
    address: str = ""


def content_of(report: SalesReport, actor: Actor) -> Content:
    """Everything that the report says to this reader, in their language."""
    seen = [one for one in figures(report.sheet) if visible_measures(one, actor)]
    achievements, problems = _said(report, actor)
    return Content(
        title=title_of(report), number=report.number or "", organisation=_organisation(report),
        period=f"{report.starts_on.isoformat()} – {last_day(report).isoformat()}",
        state=str(report.get_state_display()), sha256=report.sha256, basis=basis_of(report, actor),
        definitions=definitions_of(seen, actor), achievements=achievements, problems=problems,
        tables=[*(table_of(report, one, actor) for one in seen), *beside(report, actor)],
        address=absolute(url("analytics.salesreport.read", public_id=report.public_id)),
    )  # fmt: skip


def title_of(report: SalesReport) -> str:
    """Such as "Sales report 2026-10"."""
    return _("Sales report %(period)s") % {"period": report.period}


def absolute(path: str) -> str:
    """An address that can stand on paper."""
    return settings.SITE_ADDRESS.rstrip("/") + path


def _organisation(report: SalesReport) -> str:
    with gate.free_reading():
        found = Entity.objects.filter(pk=report.entity_id or 0).first()
    return found.name if found is not None else ""


def visible_measures(one: Figure, actor: Actor) -> list[str]:
    """The measures of a figure whose numbers the reader may see."""
    return [name for name in one.kept["names"] if may_see(actor, name)]


def basis_of(report: SalesReport, actor: Actor) -> list[tuple[str, str]]:
    """On what the numbers stand: which rows, tax, returns, currency, up to when at the reader's place."""
    sheet = report.sheet
    cut_off = datetime.datetime.fromisoformat(sheet["cut_off"]).astimezone(actor.zone) if sheet["cut_off"] else None
    sold = figure(sheet, "sold")
    said = [
        (_("Basis"), str(measures["sales.revenue"].basis)),
        (_("Tax"), _("Amounts are without tax.")),
        (
            _("Returns"),
            _(
                "Credit notes and returned goods lower the figures of the order's own day; returns that stand in "
                "another ledger count below zero on their day there."
            ),
        ),
        (
            _("Corrections"),
            _("What is corrected after a month was locked stands in a table of its own, as of the day of reading."),
        ),
        *_owed_at(sheet),
        (_("Currency"), sheet["currency"]),
        (_("Cut-off"), f"{cut_off:%Y-%m-%d %H:%M}" if cut_off else NONE),
        (_("Snapshot"), report.snapshot),
        (_("Secrecy"), str(Secrecy(sheet["frame"]["secrecy"]).label)),
    ]
    if figure(sheet, "moved") is not None:
        said.append((_("Customers new, kept and lost"), str(DEFINED)))
    if sold is not None and "rate_now" in sold.kept["rows"]:
        said.append((_("Year on year"), _("January and February together, since Spring Festival moves between them.")))
    return said


def _owed_at(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    """That receivables are no matter of locked months."""
    said = _(
        "What was still owed at the cut-off of the orders up to the period's last day, by the days since it fell due."
    )
    return [(_("Receivables"), said)] if figure(dict(sheet), "owed") is not None else []


def definitions_of(seen: Sequence[Figure], actor: Actor) -> list[tuple[str, str]]:
    """What each number means, in the version by which it was counted."""
    found: dict[str, tuple[str, str]] = {}
    for one in seen:
        for name, version in zip(one.kept["names"], one.kept["versions"], strict=True):
            if name in measures and may_see(actor, name):
                measure = measures[name]
                label = _("%(measure)s, version %(version)s") % {"measure": measure.label, "version": version}
                found.setdefault(name, (label, f"{measure.definition}{_('. ')}{measure.basis}"))
    return list(found.values())


def row_labels(actor: Actor, one: Figure) -> dict[Any, str]:
    """What the rows of a figure are called, as the reader may read it."""
    by = one.kept["by"]
    about = {row for span in one.kept["rows"] for row in one.about(span)}
    dimension = dimensions.get(by)
    if dimension is not None and dimension.model is not None:
        return {None: NONE, **labels(actor, dimension.model, {row for row in about if row is not None})}
    choices = dimension.choices if dimension is not None else one.choices
    named = {row: str(choices.get(row, row)) for row in about if row not in (None, "")}
    return {None: NONE, "": NONE, **{row: name[:7] if by == "month" else name for row, name in named.items()}}


def table_of(report: SalesReport, one: Figure, actor: Actor) -> Table:
    """A figure as a table: by row, or with its measures below each other."""
    currency = report.sheet["currency"]
    names = visible_measures(one, actor)
    if one.kept["by"]:
        rows, heads = _rows_of(report, one, actor, names), _heads(one, names)
        labels_of = row_labels(actor, one)
        bars = [(labels_of.get(row, NONE), one.value(names[0], row=row) or Decimal()) for row in one.about()]
    else:
        heads, bars = [_("This period"), *_compared_heads(one)], []
        rows = [
            (
                str(measures[name].label),
                [Cell(text, figure_url(report, one.key)) for text in _line(one, name, currency)],
            )
            for name in names
        ]
    return Table(
        one.key, str(one.label), figure_url(report, one.key), heads, rows, bars, is_trend=one.key == "trend",
        by=one.kept["by"],
    )  # fmt: skip


def _compared_heads(one: Figure) -> list[str]:
    words = {"prior": _("Period before"), "year": _("Year before")}
    heads = [text for span, text in words.items() if span in one.kept["rows"]]
    return [*heads, _("Change on the period before"), _("Change on the year before")]


def _line(one: Figure, name: str, currency: str) -> list[str]:
    """A measure's number of now, of the period before, of the year before, and its rates against both."""
    spans = [span for span in ("now", "prior", "year") if span in one.kept["rows"]]
    numbers = [number_of(measures[name], _single(one, name, span), currency) for span in spans]
    return [*numbers, *(rate_of(one, name, before=before, currency=currency) for before in ("prior", "year"))]


def _single(one: Figure, name: str, span: str) -> Decimal | None:
    return one.value(name, span) if one.rows(span) else None


def rate_of(one: Figure, name: str, row: Any = None, *, before: str = "year", currency: str = "") -> str:
    """Against the `year` before, or the `prior` period: in per cent; for shares in percentage points; over a base below
    nought the difference alone; "—" where there is no base (DOMAIN W7)."""
    spans = compared(one, before)
    now, then = (one.value(name, span, row) for span in spans) if spans is not None else (None, None)
    if now is None or then is None:
        return NONE
    if measures[name].unit is Unit.RATIO:
        return _("%(points)s pp") % {"points": f"{(now - then) * 100:+.1f}"}
    return change(now, then).said(currency if measures[name].unit is Unit.MONEY else "")


def compared(one: Figure, before: str) -> tuple[str, str] | None:
    """The spans that are compared; None where nothing is: January alone against a January, as Spring Festival moves."""
    kept = one.kept["rows"]
    if before == "year" and "rate_now" in kept:
        return "rate_now", "rate_then"
    if before not in kept or (before == "year" and _is_january(one)):
        return None
    return "now", before


def _is_january(one: Figure) -> bool:
    since, until = one.kept["spans"]["now"]
    return str(since)[5:7] == str(until)[5:7] == "01"


def _heads(one: Figure, names: Sequence[str]) -> list[str]:
    heads = [str(measures[name].label) for name in names]
    return [
        *heads,
        *([pgettext("part of a whole", "Share")] if one.has_shares else []),
        *([] if one.key == "trend" else [_("Change on the year before")]),
    ]


def _rows_of(
    report: SalesReport, one: Figure, actor: Actor, names: Sequence[str]
) -> list[tuple[str, Sequence[Cell]]]:  # fmt: skip
    currency, named = report.sheet["currency"], row_labels(actor, one)
    total = one.total(names[0]) or Decimal()
    rows: list[tuple[str, Sequence[Cell]]] = []
    for row in one.about():
        texts = [number_of(measures[name], one.value(name, row=row), currency) for name in names]
        if one.has_shares:
            share = one.value(names[0], row=row)
            texts.append(formats.percent(share / total) if share is not None and total else NONE)
        if one.key != "trend":
            texts.append(rate_of(one, names[0], row, currency=currency))
        rows.append((named.get(row, NONE), [Cell(text, figure_url(report, one.key, row)) for text in texts]))
    if rest := one.kept["rest"].get("now"):
        values = dict(zip(one.kept["names"], rest["values"], strict=True))
        said = _("%(count)s others") % {"count": rest["count"]}
        shown = [None if values[name] is None else Decimal(str(values[name])) for name in names]
        texts = [number_of(measures[name], value, currency) for name, value in zip(names, shown, strict=True)]
        texts += [formats.percent(shown[0] / total) if shown[0] is not None and total else NONE, NONE]
        rows.append((said, [Cell(text, figure_url(report, one.key)) for text in texts]))
    return rows


def _said(report: SalesReport, actor: Actor) -> tuple[list[Said], list[Said]]:
    """Achievements and problems that stand; in a draft also those that are not judged yet."""
    with gate.free_reading():  # they are parts of the report, which the reader sees
        whole = told([report])[report.pk]
        owners = Person.objects.in_bulk([one.owner_id for one in whole.proposals if one.owner_id])
    hidden = hidden_from(actor)
    stands = [one for one in whole.findings if one.state != ReportFinding.State.REJECTED]
    if report.state != SalesReport.State.DRAFT:
        stands = whole.accepted
    found: dict[str, list[Said]] = {kind: [] for kind in ReportFinding.Kind.values}
    for one in (one for one in stands if one.rule not in hidden):
        proposals = [each for each in whole.proposals if each.finding_id == one.pk]
        found[one.kind].append(_finding(report, one, proposals, owners, actor))
    return found[ReportFinding.Kind.ACHIEVEMENT], found[ReportFinding.Kind.PROBLEM]


def _finding(
    report: SalesReport, one: ReportFinding, proposals: Sequence[Proposal], owners: Mapping[int, Person], actor: Actor
) -> Said:
    cites = figure(report.sheet, one.figure)
    row = one.facts.get("row")
    name = row_labels(actor, cites).get(row, "") if cites is not None and row is not None else ""
    tolerance = one.facts.get("tolerance") or ""
    return Said(
        public_id=one.public_id, state=str(one.state),
        text=telling.worded(one, report.sheet["currency"], name), url=figure_url(report, one.figure, row),
        figure=str(cites.label) if cites is not None else one.figure, kind=str(one.get_kind_display()),
        tolerance=f"{tolerance}%" if tolerance else "",
        proposals=[
            Proposed(
                each.public_id, telling.proposal_text(each, name),
                owners[each.owner_id].name if each.owner_id is not None and each.owner_id in owners else "",
                each.due_on,
            )
            for each in proposals
            if each.state != Proposal.State.DROPPED
        ],
    )  # fmt: skip
