"""Clause 2.5.2: the survey of the year, and its result."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import satisfaction
from shangwu.chapters.customers.access import in_own_department
from shangwu.chapters.customers.models import SatisfactionReport
from shangwu.chapters.customers.survey_access import asks_customers
from shangwu.foundation.actions.door import Refusal, action, create, edit
from shangwu.foundation.records.actors import Actor

State = SatisfactionReport.State
Figures = Mapping[tuple[int, int | None], Any]


def figures(reports: Sequence[SatisfactionReport], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Figures:
    """The `prepare`: the figures of these years as they are now."""
    in_own_department(reports, by, asks_customers)
    return satisfaction.of_years((one.year, one.department_id) for one in reports)


def draw(report: SatisfactionReport, by: Actor, found: Figures) -> None:
    """2.5.2: the figures of a year, as they are now. Refuses `future`."""
    if report.year > report.changed_at.astimezone(by.zone).year:
        said = _("This year lies ahead. Choose one that has begun.")
        raise Refusal("future", said, fields={"year": [said]})
    report.figures, report.drawn_at = found[report.year, report.department_id], report.changed_at


create(
    SatisfactionReport, clause="2.5.2", may=asks_customers, fields=["year", "department"], prepare=figures, body=draw,
    label=_("Begin a year"), icon="mood-smile",
)  # fmt: skip
edit(
    SatisfactionReport, clause="2.5.2", may=asks_customers, fields=["findings", "measures"], source=State.DRAFT,
    bulk=False,
)  # fmt: skip


@action(
    SatisfactionReport, "ask", clause="2.5.2", label=_("Ask the customers"), may=asks_customers, source=State.DRAFT,
    icon="send", event="customers.satisfactionreport.asked",
    offered_when=lambda report: report.asking_since is None,
    danger=_("Each contact who agreed to be asked gets one mail this year."),
)  # fmt: skip
def ask(report: SatisfactionReport, by: Actor) -> None:
    """2.5.2: all customers of the department are asked, each contact who agreed once. Refuses `asked`, `year`."""
    if report.asking_since is not None:
        raise Refusal("asked", _("They are being asked already."))
    if report.year != report.changed_at.astimezone(by.zone).year:
        raise Refusal("year", _("Customers are asked in the year itself."))
    report.asking_since = report.changed_at


@action(
    SatisfactionReport, "redraw", clause="2.5.2", label=_("Draw the figures anew"), may=asks_customers,
    source=State.DRAFT, prepare=figures, icon="refresh", event="customers.satisfactionreport.redrawn",
)  # fmt: skip
def redraw(report: SatisfactionReport, by: Actor, found: Figures) -> None:
    """2.5.2: as long as it is a draft, its figures follow the answers."""
    draw(report, by, found)


@action(
    SatisfactionReport, "finish", clause="2.5.2", label=_("Finish"), may=asks_customers, source=State.DRAFT,
    target=State.FINISHED, prepare=figures, primary=True, icon="circle-check",
    event="customers.satisfactionreport.finished",
)  # fmt: skip
def finish(report: SatisfactionReport, by: Actor, found: Figures) -> None:
    """2.5.2: the result of the year is there; its figures stand from now on. Refuses `answers`, `findings`,
    `measures`."""
    if not found[report.year, report.department_id]["whole"]["answered"]:
        raise Refusal("answers", _("Nobody has answered yet. Ask the customers first."))
    if not report.findings.strip():
        raise Refusal("findings", _("Say what stands out first; where nothing does, say so."))
    if not report.measures.strip():
        raise Refusal("measures", _("Say what is done about it first."))
    draw(report, by, found)
