"""A chat robot as an example. It is off, and its address leads to no group: the demo speaks to nobody outside."""

import datetime

from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source


def make(by: Actor, staff: Staff, began: datetime.datetime) -> None:
    """One robot of the business department, made by the administrator and suspended at once."""
    keeper = staff.holders(Role.ADMINISTRATOR)[0]
    given = {
        "name": "商務部釘釘群", "platform": "dingtalk", "department": staff.departments["BD"],
        "address": "https://oapi.dingtalk.com/robot/send?access_token=demo", "secret": "SECdemo",
    }  # fmt: skip
    robot = act(actor_of(keeper, source=Source.DEMO), "notices.robot.create", None, given, occurred_at=began).record
    act(by, "notices.robot.suspend", robot, reason="demo", occurred_at=began)
