"""The compliance report of the month before last: signed and noted. The last month's waits for the head."""

import datetime
from collections.abc import Iterable

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock

REMARK = "逾期各項已逐一確認原因。"


def make(people: Iterable[tuple[Person, Role]]) -> None:
    """Prepare, sign and note it, as the first head and the first executive would."""
    found: dict[Role, Person] = {}
    for person, role in people:
        found.setdefault(role, person)
    head, executive = actor_of(found[Role.HEAD]), actor_of(found[Role.EXECUTIVE])
    last = clock.today(head.zone).replace(day=1) - datetime.timedelta(days=1)
    month = f"{last.replace(day=1) - datetime.timedelta(days=1):%Y-%m}"
    report = act(head, "evidence.report.create", None, {"month": month}).record
    act(head, "evidence.report.sign", report, {"remark": REMARK})
    act(executive, "evidence.report.note", report)
