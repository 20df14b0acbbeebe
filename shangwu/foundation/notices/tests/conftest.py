"""A clock that tests move, the mail server, and people to tell things."""

import datetime
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django.fixtures import Settings

from shangwu.foundation.notices.tests.platforms import a_group
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import a_person, an_entity

TAIPEI = ZoneInfo("Asia/Taipei")


class Time:
    """A clock that a test moves: `time.go("2026-11-23 09:00")`, in Taipei unless said otherwise."""

    def __init__(self, text: str) -> None:
        self.go(text)

    def __call__(self) -> datetime.datetime:
        return self.now

    def go(self, text: str, zone: str = "Asia/Taipei") -> None:
        local = datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        self.now = local.astimezone(datetime.UTC)


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time("2026-11-23 08:00")  # a Monday
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    with a_post_office(settings) as found:
        yield found


@pytest.fixture
def open_group(settings: Settings) -> Iterator[Any]:
    """Opens groups on loopback: `open_group("dingtalk", secret="SECdemo")`."""
    settings.OUTGOING_LOOPBACK = True
    with ExitStack() as stack:
        yield lambda platform, **guards: stack.enter_context(a_group(platform, **guards))


@pytest.fixture
def keeper() -> Any:
    """The administrator, who keeps the robots."""
    return a_person(Role.ADMINISTRATOR, entity=an_entity())
