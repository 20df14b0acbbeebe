"""A world over HTTP: one who may nearly everything, one from elsewhere who may little, and nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.roles import SEPARATE, Role
from tests.authorisation.relations import World
from tests.builders import a_department, a_person


class House:
    """The world and its visitors. trusted: every role for the whole company, and a clearance."""

    def __init__(self, *, canaries: bool = False, clearance: int = 1) -> None:
        self.world = World(canaries=canaries)
        everything = [role for role in Role if role not in SEPARATE] + [Role.ADMINISTRATOR]
        self.trusted = a_client(a_person(*everything, whole_company=True, clearance=clearance))
        self.stranger = a_client(a_person(Role.SALES, department=a_department()))
        self.nobody = Client()


@contextmanager
def for_a_module(blocker: Any, **options: Any) -> Iterator[House]:
    """One house for all tests of a module, gone at its end."""
    with blocker.unblock(), transaction.atomic():
        yield House(**options)
        transaction.set_rollback(True)
