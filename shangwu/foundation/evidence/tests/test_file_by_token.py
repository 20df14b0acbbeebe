"""The file of a bundle through the API: its owner's alone, by a token that may, as on its page."""

from typing import Any

import pytest

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.evidence.tests.making import asked
from shangwu.foundation.files.storage import keep
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("1")]

BYTES = b"PK signed"


@pytest.fixture
def owner() -> Person:
    return a_person(Role.HEAD, whole_company=True)


def made(owner: Person) -> Bundle:
    """A bundle whose file is there."""
    bundle = asked(actor_of(owner))
    blob, _checked = keep([BYTES], entity=owner.entity_id or 0, most=1_000, check=lambda path: None)
    with gate.door():
        Bundle._base_manager.filter(pk=bundle.pk).update(
            kept_for=blob.entity, sha256=blob.sha256, size=blob.size, state=Bundle.State.MADE, made_at=bundle.changed_at
        )
    return Bundle._base_manager.get(pk=bundle.pk)


def address(bundle: Bundle) -> str:
    return f"/api/v1/evidence/bundle/{bundle.public_id}/file/"


def test_its_owner_is_given_the_file(owner: Person) -> None:
    bundle = made(owner)
    caller = a_caller(owner, "evidence.bundle:read")
    answer: Any = caller.client.get(address(bundle), headers=caller.headers)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == BYTES
    assert bundle.file_name in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_who_oversees_sees_that_it_was_taken_and_not_what_it_holds(owner: Person) -> None:
    bundle = made(owner)
    auditor = a_caller(a_person(Role.AUDITOR, whole_company=True))
    assert auditor.get(f"/api/v1/evidence/bundle/{bundle.public_id}/").status_code == 200
    assert auditor.get(address(bundle)).status_code == 404


def test_a_token_needs_the_scope_of_bundles(owner: Person) -> None:
    bundle = made(owner)
    refused = a_caller(owner, "sales.order:read board:read").get(address(bundle))
    assert (refused.status_code, refused.data["code"]) == (403, "forbidden")


def test_while_it_is_being_made_there_is_no_file(owner: Person) -> None:
    assert a_caller(owner).get(address(asked(actor_of(owner)))).status_code == 404
