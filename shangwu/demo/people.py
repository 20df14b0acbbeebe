"""The demo's legal entities, departments and forty people in all roles."""

import datetime
import random
from dataclasses import dataclass

from shangwu.demo import names
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.models import Department, Entity, Person, Post
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

ENTITIES = (
    ("TW", "岳澄精密股份有限公司", "岳澄精密", "TW", "Asia/Taipei", "TWD"),
    ("CN", "岳澄流體控制(蘇州)有限公司", "岳澄蘇州", "CN", "Asia/Shanghai", "CNY"),
    ("HK", "岳澄國際(香港)有限公司", "岳澄香港", "HK", "Asia/Hong_Kong", "HKD"),
)

DEPARTMENTS = (
    ("GM", "總經理室", None), ("BD", "商務部", "GM"), ("BD1", "業務一組", "BD"), ("BD2", "業務二組", "BD"),
    ("BD3", "國際組", "BD"), ("MK", "市場組", "BD"), ("CH", "渠道組", "BD"), ("CS", "客服組", "BD"),
    ("FN", "財務部", "GM"), ("HR", "人力資源部", "GM"), ("LG", "法務室", "GM"), ("PD", "生產部", "GM"),
    ("QA", "品管部", "GM"), ("WH", "倉儲物流部", "GM"), ("PU", "採購部", "GM"), ("EN", "技術部", "GM"),
    ("AD", "行政部", "GM"),
)  # fmt: skip

SEATS: tuple[tuple[Role, str, str | None, int], ...] = (
    (Role.EXECUTIVE, "GM", None, 1), (Role.VICE_EXECUTIVE, "GM", None, 1), (Role.HEAD, "BD", "BD", 1),
    (Role.SALES, "BD1", "BD1", 5), (Role.SALES, "BD2", "BD2", 5), (Role.SALES, "BD3", "BD3", 3),
    (Role.SALES_SUPPORT, "BD", "BD", 3), (Role.BUSINESS, "BD", "BD", 1), (Role.MARKETING, "MK", "BD", 2),
    (Role.CHANNELS, "CH", "BD", 2), (Role.SERVICE, "CS", "BD", 2), (Role.FINANCE, "FN", None, 2),
    (Role.HUMAN_RESOURCES, "HR", None, 1), (Role.LEGAL, "LG", None, 1), (Role.PLANNING, "PD", None, 1),
    (Role.QUALITY, "QA", None, 1), (Role.LOGISTICS, "WH", None, 1), (Role.PURCHASING, "PU", None, 1),
    (Role.ENGINEERING, "EN", None, 1), (Role.PROJECT_LEAD, "EN", None, 1), (Role.SECRETARY, "AD", None, 1),
    (Role.ARCHIVIST, "AD", None, 1), (Role.SECRECY_OFFICER, "AD", None, 1), (Role.ADMINISTRATOR, "AD", None, 1),
    (Role.AUDITOR, "FN", None, 1),
)  # fmt: skip
"""Role, own department, department whose subtree the role reaches (None: the whole company), how many."""

POSTS = {
    Role.SALES: ("BD", "業務專員"), Role.CHANNELS: ("CH", "渠道專員"), Role.SERVICE: ("CS", "客服專員"),
    Role.MARKETING: ("MK", "市場專員"),
}  # fmt: skip
"""The post of those who have a role, and its department: posts whose holders have targets."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works in the demo."""

    entity: Entity
    departments: dict[str, Department]
    people: list[tuple[Person, Role]]

    def holders(self, role: Role) -> list[Person]:
        """Everyone who holds a role."""
        return [person for person, held in self.people if held is role]


def make(by: Actor, chance: random.Random, began: datetime.datetime) -> Staff:
    """Found the company as it stood at `began`."""
    entities = {}
    for code, name, short, jurisdiction, zone, currency in ENTITIES:
        given = {
            "code": code, "name": name, "short_name": short, "jurisdiction": jurisdiction, "zone": zone,
            "currency": currency,
        }  # fmt: skip
        entities[code] = act(by, "people.entity.create", None, given, occurred_at=began).record
    departments: dict[str, Department] = {}
    for code, name, parent in DEPARTMENTS:
        place = {"code": code, "name": name, "parent": departments[parent] if parent else None}
        departments[code] = act(by, "people.department.create", None, place, occurred_at=began).record
    posts = _posts(by, began, departments)
    people = _take_on(by, chance, began, entities["TW"], departments, posts)
    _give_roles(by, began, departments, people)
    return Staff(entities["TW"], departments, [(person, role) for person, role, _reach in people])


def _posts(by: Actor, began: datetime.datetime, departments: dict[str, Department]) -> dict[Role, Post]:
    rows = [
        Row({"name": name, "department": departments[code]}, occurred_at=began) for code, name in POSTS.values()
    ]  # fmt: skip
    made = act_many(by, "people.post.create", rows, whole=True).done
    return {role: one.record for role, one in zip(POSTS, made, strict=True)}


def _take_on(
    by: Actor,
    chance: random.Random,
    began: datetime.datetime,
    entity: Entity,
    departments: dict[str, Department],
    posts: dict[Role, Post],
) -> list[tuple[Person, Role, str | None]]:
    found: list[tuple[Person, Role, str | None]] = []
    taken: set[str] = set()
    superior: dict[str, Person] = {}
    for role, code, reach, count in SEATS:
        for _seat in range(count):
            name = names.person(chance)
            while name in taken:
                name = names.person(chance)
            taken.add(name)
            given = {
                "name": name, "staff_number": f"Y{len(found) + 1:03d}", "entity": entity,
                "department": departments[code], "post": posts.get(role),
                "superior": superior.get(code) or superior.get("GM"),
                "email": f"y{len(found) + 1:03d}@demo.invalid", "joined_on": began.date(),
                "confidentiality_signed_on": began.date(),
            }  # fmt: skip
            person = act(by, "people.person.join", None, given, occurred_at=began).record
            given = {"clearance": _clearance(role)}
            person = act(by, "people.person.set_clearance", person, given, reason=code, occurred_at=began).record
            found.append((person, role, reach))
            if role is Role.EXECUTIVE:
                superior["GM"] = person
            if role is Role.HEAD:
                superior |= dict.fromkeys(("BD", "BD1", "BD2", "BD3", "MK", "CH", "CS"), person)
    return found


def _clearance(role: Role) -> int:
    if role in (Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.SECRECY_OFFICER):
        return 3
    return 2 if role in (Role.HEAD, Role.FINANCE, Role.LEGAL, Role.HUMAN_RESOURCES, Role.AUDITOR) else 1


def _give_roles(
    by: Actor,
    began: datetime.datetime,
    departments: dict[str, Department],
    people: list[tuple[Person, Role, str | None]],
) -> None:
    rows = [
        Row(
            {
                "person": person,
                "role": role,
                "reaches": departments[reach] if reach else None,
                "starts_on": began.date(),
            },
            occurred_at=began,
        )
        for person, role, reach in people
    ]
    act_many(by, "people.roleassignment.create", rows, whole=True)
