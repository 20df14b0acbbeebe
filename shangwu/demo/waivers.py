"""Two waivers of duties: one that the head has granted, one that waits to be decided."""

from typing import Any

from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties.models import OPEN, Duty
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Source

REASONS = ("客戶廠區歲修停工，雙方約定下月恢復往來。", "承辦人上週公差在外，已請同事先行電話說明。")
DECIDED = "情形屬實，同意。"


def make(staff: Staff) -> int:
    """Holders ask that their oldest overdue duty be waived; how many did."""
    people: dict[int, Any] = {person.pk: person for person, _role in staff.people}
    sellers = [person.pk for person in staff.holders(Role.SALES)]
    found = Duty.objects.filter(OPEN, holder__in=sellers, acting__isnull=True, due_at__isnull=False)
    asked: list[Duty] = []
    for duty in found.order_by("due_at", "subject_id")[:50]:
        if duty.holder_id not in [one.holder_id for one in asked] and len(asked) < len(REASONS):
            asked.append(duty)
    for duty, reason in zip(asked, REASONS, strict=False):
        by = actor_of(people[duty.holder_id or 0], source=Source.DEMO)
        act(by, "duties.waiver.create", None, {"duty": duty.pk, "reason": reason})
    if asked:
        request = Request.objects.filter(kind="duties.waiver.granting").order_by("pk").first()
        assert request is not None
        head = actor_of(people[request.waiting[0]], source=Source.DEMO)
        act(head, "approvals.request.approve", request, {"opinion": DECIDED})
    return len(asked)
