"""Clause 2.7.2: what stands beside the figures of a report: what was to be reached, and corrections since the lock."""

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.reports import corrections, targets
from shangwu.chapters.analytics.reports.models import SalesReport
from shangwu.chapters.analytics.reports.tables import NONE, Cell, Table, figure_url, number_of
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.records.actors import Actor


def beside(report: SalesReport, actor: Actor) -> list[Table]:
    """What stands beside the figures: targets and what was reached, corrections since the lock."""
    return [*_targets(report, actor), *_corrections(report, actor)]


def _targets(report: SalesReport, actor: Actor) -> list[Table]:
    """What was to be reached and what was, by department and person, as far as the reader sees their sheets."""
    found, currency = targets.reached(report.sheet, actor), report.sheet.get("currency", "")
    rows = []
    for one in found:
        place = url("analytics.kpisheet.line", public_id=one.public_id, position=one.position)
        percent = NONE if one.percent is None else f"{formats.number(one.percent, 2)}%"
        texts = [*(number_of(measures.get(one.measure), each, currency) for each in (one.target, one.actual)), percent]
        rows.append((f"{one.whose} · {one.indicator}", [Cell(text, place) for text in texts]))
    heads = [_("Target"), _("Result"), _("Reached, %")]
    here = url("analytics.kpisheet.list")
    return [Table("targets", _("Targets and what was reached"), here, heads, rows, [], proven=False)] if rows else []


def _corrections(report: SalesReport, actor: Actor) -> list[Table]:
    """What was corrected after the lock, apart from the figures, which stay as they were."""
    found, currency = list(corrections.corrections(report.sheet, actor)), report.sheet["currency"]
    rows = []
    for one in found:
        place = figure_url(report, one.figure) + "?again"
        texts = [number_of(measures[one.measure], each, currency) for each in (one.locked, one.today, one.difference)]
        rows.append((str(measures[one.measure].label), [Cell(text, place) for text in texts]))
    title, heads = _("Corrections since the months were locked"), [_("Locked"), _("As of today"), _("Difference")]
    here = url("analytics.monthclose.list")
    return [Table("corrections", title, here, heads, rows, [], proven=False)] if rows else []
