"""What follows from a report's course: proposals begin and fall away with it, receivers are told, drafts are made."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from shangwu.chapters.analytics.closing.figures import locked_months
from shangwu.chapters.analytics.reports import spans, writer
from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport
from shangwu.foundation.access.holders import holders_of
from shangwu.foundation.actions.door import Acted, Refusal, Row, act, act_many, on
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Department, Entity, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.refusals import missing

SENT = _("A sales report was sent to you, to be read and confirmed: %(title)s")
YOURS = _("A proposal of a sales report is yours to carry out: %(title)s")
NOT_DONE = _("A proposal of a sales report came back, it is not done yet: %(title)s")
TO_CONFIRM = _("A proposal of a sales report is done, and waits for your confirmation: %(title)s")
REWORD = "analytics.reword_finding"


@on("analytics.salesreport.issued")
def begin_proposals(acted: Acted) -> None:
    """2.7.2: what the report proposes has to be done from now on; what hangs on a rejected finding falls away."""
    found = list(
        Proposal.objects.filter(
            report__in=[one.pk for one in acted.records], state=Proposal.State.DRAFT, archived_at=None
        ).select_related("finding")
    )
    stands = [one for one in found if one.finding.state == ReportFinding.State.ACCEPTED]
    _move("begin", stands, acted)
    _move("drop", [one for one in found if one not in stands], acted, gettext("Its finding was rejected."))
    if acted.by.source is not Source.DEMO:
        for one in stands:
            notify([one.owner_id], YOURS, {"title": str(one)}, about=one, kind=Kind.ISSUED)


@on("analytics.salesreport.withdrawn")
def drop_proposals(acted: Acted) -> None:
    """2.7.2: a report that no longer counts asks nobody for anything."""
    open_ones = Proposal.objects.filter(
        report__in=[one.pk for one in acted.records], state__in=[Proposal.State.DRAFT, Proposal.State.OPEN]
    )
    _move("drop", list(open_ones), acted, gettext("The report was withdrawn."))


def _move(verb: str, found: list[Proposal], acted: Acted, reason: str = "") -> None:
    source = Source.DEMO if acted.by.source is Source.DEMO else Source.EVENT
    at = acted.records[0].changed_at if source is Source.DEMO else None
    if found:
        rows = [Row({}, one, occurred_at=at) for one in sorted(found, key=lambda one: one.pk)]
        act_many(system(source), f"analytics.proposal.{verb}", rows, reason=reason, whole=True)


@on("analytics.proposal.assigned")
@on("analytics.proposal.sent_back")
def tell_owners(acted: Acted) -> None:
    """2.7.2: who answers for an open proposal hears that it is theirs now, or that it is not done yet."""
    said = YOURS if acted.action.verb == "assign" else NOT_DONE
    for one in _standing(acted, Proposal.State.OPEN):
        if one.owner_id != acted.by.person_id:
            notify([one.owner_id], said, {"title": str(one)}, about=one, kind=Kind.ISSUED)


@on("analytics.proposal.finished")
def tell_heads(acted: Acted) -> None:
    """2.7.2: the head hears what waits for confirmation; not who has done it."""
    for one in _standing(acted, Proposal.State.DONE):
        found = holders_of([Role.HEAD], one.department_id, one.changed_at.astimezone(acted.by.zone).date())
        told = [each for each in found if each not in (one.owner_id, acted.by.person_id)]
        notify(told, TO_CONFIRM, {"title": str(one)}, about=one)


def _standing(acted: Acted, state: str) -> Iterator[Proposal]:
    """The proposals that stand so now; those of the demo are nobody's news."""
    if acted.by.source is not Source.DEMO:
        yield from (one for one in acted.records if isinstance(one, Proposal) and one.state == state)


@on("analytics.salesreport.sent")
def tell_receivers(acted: Acted) -> None:
    """2.7.2: each receiver is told inside and by mail, and confirms; the sender sees who has."""
    for report, given in zip(acted.records, acted.inputs, strict=True):
        people = [one.pk for one in given["receivers"]]
        notify(people, SENT, {"title": str(report)}, about=report, must_read_by=acted.by.person_id)


@on("analytics.reportfinding.rewording_asked")
def ask_writer(acted: Acted) -> None:
    """2.7.2: the model is asked by a job: nobody waits for it with a record locked."""
    for one in acted.records:
        start(acted.by, REWORD, {"public_id": str(one.public_id)}, title=str(one), once=str(one.public_id))


@job(REWORD, title=gettext_lazy("Wording of a finding"))
def reword(running: Running, *, public_id: str) -> None:
    """Ask the model and put its wording on the finding; where it fails or makes numbers up, the sentence stays."""
    finding = ReportFinding.objects.visible_to(running.by).filter(public_id=public_id).first()
    report = SalesReport.objects.visible_to(running.by).filter(pk=finding.report_id if finding else 0).first()
    if finding is None or report is None:
        raise missing()
    finding.report = report
    act(running.by, "analytics.reportfinding.edit", finding, {"wording": writer.reworded(finding, running.by)})


@every("40 1 * * *", "analytics.draft_sales_reports")
def draft_reports() -> int:
    """Draft the report of each period whose last month was locked newest, where it is missing; how many."""
    made = 0
    with gate.free_reading():
        wanted = list(_wanted())
    for entity, department, cadence, first in wanted:
        by = replace(system(Source.JOB), entity_id=entity.pk, department_id=department.pk, currency=entity.currency)
        row = Row({"cadence": cadence, "starts_on": first, "department": department, "secrecy": 1})
        try:
            made += len(act_many(by, "analytics.salesreport.create", [row]).done)
        except Refusal as refusal:
            if refusal.code != "duplicate":
                raise
            # Somebody, or another worker, has drafted it since it was looked for; the others are still wanted.
    return made


def _wanted() -> Iterator[tuple[Entity, Department, str, object]]:
    """The reports that could be drafted today and aren't there, for each department that has a business officer."""
    for entity in Entity.objects.filter(archived_at=None).order_by("pk"):
        months = locked_months(entity)
        seats = RoleAssignment.objects.filter(
            role=Role.BUSINESS, archived_at=None, person__entity=entity, reaches__isnull=False
        )
        today = clock.today(ZoneInfo(entity.zone))
        reaching = seats.filter(starts_on__lte=today).values_list("reaches_id", flat=True)
        departments = list(Department.objects.filter(pk__in=set(reaching), archived_at=None).order_by("pk"))
        for cadence, count in spans.MONTHS.items():
            if not months or months[-1] != spans.months_on(spans.first_of(cadence, months[-1]), count - 1):
                continue
            first = spans.first_of(cadence, months[-1])
            if not {spans.months_on(first, place) for place in range(count)} <= set(months):
                continue
            there = SalesReport.objects.filter(entity=entity, cadence=cadence, starts_on=first)
            known = set(there.exclude(state=SalesReport.State.WITHDRAWN).values_list("department_id", flat=True))
            yield from ((entity, one, cadence, first) for one in departments if one.pk not in known)
