"""Clause 2.5.3: finding the root and doing something about it (8D, D4 to D7)."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.complaints import TAKEN_UP, UNDER_WAY
from shangwu.chapters.customers.complaint_access import (
    handles_complaints,
    investigates_complaints,
    is_on_team,
    works_on,
)
from shangwu.chapters.customers.models import Complaint, Remedy
from shangwu.foundation.actions.door import Ask, Refusal, action, edit
from shangwu.foundation.records.actors import Actor

State = Complaint.State
MOST_WHYS = 7


def find_root(complaint: Complaint, by: Actor) -> None:
    """2.5.3: what may have led there, by branch; why it was so, asked again and again; and the root. Refuses `whys`."""
    if len(complaint.whys.all()) > MOST_WHYS:
        said = _("Seven whys at most: join those that say the same.")
        raise Refusal("whys", said, fields={"whys": [said]})


edit(
    Complaint, clause="2.5.3", verb="analyse", label=_("D4 Find the root"), may=investigates_complaints,
    fields=["root_cause"], parts={"whys": ["text"], "causes": ["branch", "text", "is_root"]}, source=UNDER_WAY,
    body=find_root, icon="sitemap", bulk=False, undo=False, event="customers.complaint.analysed",
)  # fmt: skip


def plan_measures(complaint: Complaint, by: Actor) -> None:
    """2.5.3: who does what until when. Whoever does something is on the team, and so sees the complaint."""
    doers = {one.person_id for one in complaint.remedies.all()}
    complaint.team = sorted({*complaint.team, *doers})


edit(
    Complaint, clause="2.5.3", verb="plan", label=_("D5-D7 Plan measures"), may=investigates_complaints,
    fields=["prevention"], parts={"remedies": ["kind", "what", "person", "due_on"]},
    source=[State.ACCEPTED, State.INVESTIGATING], body=plan_measures, icon="list-check", bulk=False, undo=False,
    event="customers.complaint.planned",
)  # fmt: skip


def _measure(complaint: Complaint, position: int) -> Remedy:
    """The measure of that number. Raises Refusal("measure")."""
    found = next((one for one in complaint.remedies.all() if one.position == position), None)
    if found is None:
        said = _("There is no measure of this number. Look at the list of measures.")
        raise Refusal("measure", said, fields={"measure": [said]})
    return found


@action(
    Complaint, "report_done", clause="2.5.3", label=_("Measure done"), may=works_on, source=TAKEN_UP,
    asks=is_on_team | handles_complaints, locks=["remedies"], icon="check", event="customers.complaint.measure_done",
)  # fmt: skip
def report_done(complaint: Complaint, by: Actor, *, measure: Annotated[int, Ask(_("Number of the measure"))]) -> None:
    """2.5.3: who was to do something says that it is done; service may say so for them. Refuses `measure`, `forbidden`,
    `done`."""
    found = _measure(complaint, measure)
    if found.person_id != by.person_id and not handles_complaints(by, complaint):
        raise Refusal("forbidden", _("Only who was to do it says that it is done, or customer service."))
    if found.done_at is not None:
        raise Refusal("done", _("It is done already."))
    found.done_at = complaint.changed_at


@action(
    Complaint, "verify", clause="2.5.3", label=_("Verify a measure"), may=investigates_complaints, source=TAKEN_UP,
    locks=["remedies"], icon="rosette-discount-check", event="customers.complaint.measure_verified",
)  # fmt: skip
def verify(
    complaint: Complaint,
    by: Actor,
    *,
    measure: Annotated[int, Ask(_("Number of the measure"))],
    finding: Annotated[str, Ask(_("What the verification showed"))],
    helped: Annotated[bool, Ask(_("It has helped"))] = True,
) -> None:
    """2.5.3: another than who did it looks whether a measure helped; one that did not is open again. Refuses `measure`,
    `not_done`, `own`, `invalid`."""
    found = _measure(complaint, measure)
    if found.done_at is None:
        raise Refusal("not_done", _("It is not done yet."))
    if found.person_id == by.person_id:
        raise Refusal("own", _("You did it yourself. Let another look whether it helped."))
    if not finding.strip():
        said = _("Say what you saw.")
        raise Refusal("invalid", said, fields={"finding": [said]})
    found.finding = finding.strip()[:300]
    if helped:
        found.verified_at, found.verified_by_id = complaint.changed_at, by.person_id
    else:
        found.done_at = found.verified_at = found.verified_by_id = None
