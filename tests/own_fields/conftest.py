"""A house that has defined own fields on customers, and the people who meet them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.foundation.actions.door import act
from shangwu.foundation.own_fields.models import OwnField
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from tests.builders import an_actor

RHYTHM = [
    {"key": "weekly", "label": "每週", "label_hans": "每周", "label_en": "Weekly"},
    {"key": "monthly", "label": "每月", "label_en": "Monthly"},
]


class Fields:
    """Defines own fields as the administrator does."""

    def __init__(self, administrator: Actor) -> None:
        self.administrator = administrator

    def add(self, key: str, kind: str = "text", **values: Any) -> OwnField:
        """One own field on customers."""
        given = {"record_type": "customers.customer", "key": key, "kind": kind, "label": f"欄位{key}"} | values
        made: OwnField = act(self.administrator, "own_fields.ownfield.create", None, given).record
        return made

    def rhythm(self, **values: Any) -> OwnField:
        """A choice with a label in every language."""
        return self.add("rhythm", "choice", label="拜訪頻率", label_en="Visit rhythm", options=RHYTHM, **values)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Refusals speak English here. The next test's database knows nothing of this one's own fields."""
    with translation.override("en"):
        yield
    own.forget()


@pytest.fixture
def fields(db: None) -> Fields:
    return Fields(an_actor(Role.ADMINISTRATOR, whole_company=True))


@pytest.fixture
def crew(db: None) -> Crew:
    return Crew()
