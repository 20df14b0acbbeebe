"""Taking an audit bundle: asked for through the door, made by a job, written down when it is made. And the month's
compliance report: prepared by the head with what stands then, signed, noted by the executive.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Ask, Refusal, action, create
from shangwu.foundation.evidence import monthly
from shangwu.foundation.evidence.access import (
    ends_own,
    notes_reports,
    prepares_reports,
    signs_reports,
    takes_bundles,
)
from shangwu.foundation.evidence.models import Bundle, Report
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.policy.clauses import CLAUSES, INTRODUCTION
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

State = Bundle.State
MOST_DAYS = 366
BUNDLES = Series("bundle", "AB%Y-{n:04d}", _("Audit bundle"), Reset.YEAR)


def _ask(bundle: Bundle, by: Actor) -> None:
    """Ask for the audit bundle of a clause and a period. Refuses `clause` and `period`."""
    if bundle.clause not in CLAUSES:
        said = _("There is no clause %(code)s. Choose one from the regulation.")
        raise Refusal("clause", said, {"code": bundle.clause}, fields={"clause": [said]})
    if bundle.first > clock.today(by.zone):
        said = _("The period lies ahead. Choose one that has begun.")
        raise Refusal("period", said, fields={"first": [said]})
    if (bundle.last - bundle.first).days >= MOST_DAYS:
        said = _("A bundle covers a year at most. Choose a shorter period.")
        raise Refusal("period", said, fields={"last": [said]})


create(
    Bundle, clause=INTRODUCTION, may=takes_bundles, fields=["clause", "first", "last"], label=_("Take an audit bundle"),
    body=_ask, series=BUNDLES, icon="shield-lock", event="evidence.bundle.asked", own=False,
)  # fmt: skip


Count = Annotated[int, Ask(_("Count"), least=0)]


@action(
    Bundle, "finish", clause=INTRODUCTION, label=_("Finish"), may=ends_own, source=State.ASKED, target=State.MADE,
    shown=False, event="evidence.bundle.made",
)  # fmt: skip
def finish(
    bundle: Bundle, by: Actor, *, duties: Count, records: Count, entries: Count, position: Count,
    kept_for: Count, sha256: Annotated[str, Ask(_("SHA-256"))], size: Count,
) -> None:  # fmt: skip
    """Write down what the bundle holds, and its digest: this is how one knows later who took what."""
    bundle.duties, bundle.records, bundle.entries, bundle.position = duties, records, entries, position
    bundle.kept_for, bundle.sha256, bundle.size = kept_for, sha256, size


@action(
    Bundle, "end", clause=INTRODUCTION, label=_("End"), may=ends_own, source=State.ASKED, target=State.ENDED,
    shown=False, event="evidence.bundle.ended",
)  # fmt: skip
def end(bundle: Bundle, by: Actor) -> None:
    """Write down that no bundle came of it: it was cancelled, or refused."""


REPORTS = Series("compliance_report", "CR%Y-{n:04d}", _("Compliance report"), Reset.YEAR)
Sheets = Mapping[str, dict[str, Any]]


def _sheets(reports: Sequence[Report], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Sheets:
    """How each month stands that is asked for, as far as the head sees it. Refuses `month`."""
    return {month: monthly.sheet_of(by, month) for month in {str(one["month"]) for one in inputs}}


def _prepare(report: Report, by: Actor, sheets: Sheets) -> None:
    """Write down how the duties of a month stand: what is signed is what stood then. Refuses `month`."""
    report.sheet = sheets[report.month]
    report.sha256 = monthly.digest_of(report.sheet)
    report.kept, report.late = report.sheet["whole"]["kept"], report.sheet["whole"]["late"]
    report.waived = report.sheet["whole"]["waived"]


create(
    Report, clause=INTRODUCTION, may=prepares_reports, fields=["month"], label=_("Prepare the report"), body=_prepare,
    prepare=_sheets, series=REPORTS, icon="file-text", event="evidence.report.prepared", own=False,
)  # fmt: skip


@action(
    Report, "sign", clause=INTRODUCTION, label=_("Sign"), may=signs_reports, source=Report.State.PREPARED,
    target=Report.State.SIGNED, primary=True, icon="signature", persons_only=True, event="evidence.report.signed",
)  # fmt: skip
def sign(
    report: Report,
    by: Actor,
    *,
    remark: Annotated[str, Ask(_("Remark of the head"), multiline=True)],
) -> None:
    """The head answers for what the report says, with a remark on it; name, time and remark stand on the paper.

    The remark is asked for, so that nobody signs in one press with preparing what they have not read.
    """
    report.remark = remark


@action(
    Report, "note", clause=INTRODUCTION, label=_("Take note"), may=notes_reports, source=Report.State.SIGNED,
    target=Report.State.NOTED, primary=True, icon="eye", persons_only=True, event="evidence.report.noted",
)  # fmt: skip
def note(report: Report, by: Actor) -> None:
    """The executive has read what the head signed."""


@action(
    Report, "discard", clause=INTRODUCTION, label=_("Discard"), may=signs_reports, source=Report.State.PREPARED,
    target=Report.State.DISCARDED, icon="x", event="evidence.report.discarded",
)  # fmt: skip
def discard(report: Report, by: Actor) -> None:
    """It will not be signed; the month can be prepared again."""
