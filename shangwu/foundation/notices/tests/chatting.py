"""Robots and readers for the tests of chats."""

from typing import Any

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Choice, Kind, Manner
from shangwu.foundation.notices.tests.platforms import Group
from tests.builders import a_person, an_entity


def a_robot(keeper: Any, group: Group, **values: Any) -> Any:
    given = {
        "name": "商務部群", "platform": group.platform, "address": group.address, "secret": group.secret,
        "keyword": group.keyword, **values,
    }  # fmt: skip
    return act(actor_of(keeper), "notices.robot.create", None, given).record


def a_reader(platform: str, **values: Any) -> Any:
    person = a_person(entity=an_entity(), **values)
    for kind in Kind:
        Choice.objects.create(person=person, kind=kind, channel=platform, wanted=True)
    Manner.objects.create(person=person, **{platform: f"user-{person.pk}"})
    return person
