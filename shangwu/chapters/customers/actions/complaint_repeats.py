"""Clause 2.5.3: a repeat reopens the cause, not the ticket."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.complaints import TAKEN_UP
from shangwu.chapters.customers.complaint_access import investigates_complaints, is_house
from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.actions.door import Acted, Ask, Refusal, Row, act_many, action, on
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Actor, Source


@action(
    Complaint, "reopen_cause", clause="2.5.3", label=_("Look at the cause anew"), may=is_house, shown=False,
    icon="refresh-alert", event="customers.complaint.cause_reopened",
)  # fmt: skip
def reopen_cause(complaint: Complaint, by: Actor) -> None:
    """2.5.3: the same kind of complaint has come back: the root of the first one was not found, or not removed. Its
    state stays; what runs anew is the term for finding the cause. Happens by itself."""
    complaint.repeat_count += 1
    if complaint.proposed_at is not None and not is_cause_open(complaint):  # type: ignore[attr-defined]
        complaint.cause_opened_at = complaint.changed_at


def is_cause_open(complaint: Any) -> bool:
    """Whether the cause of a first complaint is being looked at anew."""
    opened, settled = complaint.cause_opened_at, complaint.cause_settled_at
    return opened is not None and (settled is None or settled < opened)


@on("customers.complaint.accepted")
def reopen_causes(acted: Acted) -> None:
    """2.5.3: a complaint that was taken up as a repeat reopens the cause of the first."""
    repeats = [one for one in acted.records if one.repeats_id is not None]  # type: ignore[attr-defined]
    firsts = {one.repeats_id for one in repeats}  # type: ignore[attr-defined]
    if not firsts:
        return
    found = Complaint.objects.filter(pk__in=firsts, archived_at=None).order_by("pk")
    own = acted.by.source in (Source.IMPORT, Source.DEMO)
    when = acted.records[0].changed_at if own else None
    house = actors.system(acted.by.source if own else Source.EVENT)
    act_many(house, "customers.complaint.reopen_cause", [Row(target=one, occurred_at=when) for one in found])


@action(
    Complaint, "settle_cause", clause="2.5.3", label=_("Cause found anew"), may=investigates_complaints,
    source=TAKEN_UP, offered_when=is_cause_open, primary=True, icon="sitemap",
    event="customers.complaint.cause_settled",
)  # fmt: skip
def settle_cause(
    complaint: Complaint,
    by: Actor,
    *,
    root_cause: Annotated[str, Ask(_("D4 Root cause"), multiline=True)],
    prevention: Annotated[str, Ask(_("D7 So that it does not happen again"), multiline=True)],
) -> None:
    """2.5.3: after a repeat the root was looked for again: what it is now said to be, and what is done. Refuses
    `settled`, and `same` for what was said before."""
    if not is_cause_open(complaint):
        raise Refusal("settled", _("The cause is not being looked at anew."))
    if not root_cause.strip() or root_cause.strip() == complaint.root_cause.strip():
        said = _("The complaint came back, so this was not the root, or not all of it. Say what was missed.")
        raise Refusal("same", said, fields={"root_cause": [said]})
    complaint.root_cause, complaint.prevention = root_cause.strip()[:2000], prevention.strip()[:2000]
    complaint.cause_settled_at = complaint.changed_at
