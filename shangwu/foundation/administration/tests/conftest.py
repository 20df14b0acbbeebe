"""Fixtures of the tests that sign people in."""

from typing import Any

import pytest
from django.core.cache import cache

from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.tests.signing_in import PASSWORD
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_person, unique


@pytest.fixture
def quick_sign_ins(settings: Any) -> None:
    """A fast hasher and a cache of this test's own: the real ones are slow on purpose, or shared."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": unique()}
    settings.CACHES = settings.CACHES | {"default": own}
    cache.clear()


@pytest.fixture
def clerk(quick_sign_ins: None) -> Account:
    """The account of somebody in sales."""
    person = a_person(Role.SALES)
    act(HOUSE, "people.person.open_account", person, {"username": unique("clerk"), "password": PASSWORD})
    return Account.objects.get(person=person)
