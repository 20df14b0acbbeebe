"""Forms: what is wrong stands beside its field, what was typed is kept, and a repeat has one effect."""

import pytest
from django.utils.translation import gettext, override

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.acting.following import first_state
from shangwu.foundation.pages.models import Draft
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db

CREATE = "/act/people.department.create/"


def test_a_wrong_entry_is_named_beside_its_field_and_the_rest_is_kept() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    answer = client.post(CREATE, {"code": "", "name": "商務三部", "parent": "", "form_token": unique()})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_code"' in text
    assert 'id="id_code_error"' in text
    assert 'value="商務三部"' in text


def test_the_same_refusal_comes_as_the_form_s_own_part_for_htmx() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    answer = client.post(CREATE, {"code": "", "name": "n"}, headers=part("div#sw-formed"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.lstrip().startswith('<div id="sw-formed"')
    assert "<html" not in text
    assert "HX-Retarget" not in answer.headers


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_errors_speak_the_reader_s_language(language: str) -> None:
    client = a_client(a_person(Role.ADMINISTRATOR), language)
    answer = client.post(CREATE, {"code": "", "name": "n"})
    assert answer.headers["Content-Language"] == language
    with override(language):
        assert gettext("This is needed.") in answer.content.decode()


def test_an_unknown_reference_is_refused_by_the_name_that_was_typed() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    answer = client.post(CREATE, {"code": unique(), "name": "n", "parent": "", "parent_text": "沒有這個部門"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_parent_error"' in text
    assert 'value="沒有這個部門"' in text


def test_a_reference_may_be_typed_as_its_code() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    parent, code = a_department(), unique()
    client.post(
        CREATE, {"code": code, "name": "n", "parent": "", "parent_text": parent.number or str(parent.public_id)}
    )
    assert Department.objects.get(code=code).parent_id == parent.pk


def test_the_same_form_sent_twice_makes_one_record() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    given = {"code": unique(), "name": "n", "form_token": unique()}
    first, second = client.post(CREATE, given), client.post(CREATE, given)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert Department.objects.filter(code=given["code"]).count() == 1


def test_the_same_token_with_other_entries_is_refused() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    token = unique()
    client.post(CREATE, {"code": unique(), "name": "n", "form_token": token})
    again = client.post(CREATE, {"code": unique(), "name": "m", "form_token": token})
    assert again.status_code == 409


def test_who_has_no_right_gets_neither_form_nor_effect() -> None:
    client = a_client(a_person(Role.SALES))
    before = Entry.objects.count()
    assert client.get("/people/departments/new/").status_code == 403
    assert client.post(CREATE, {"code": unique(), "name": "n"}).status_code == 403
    assert Entry.objects.count() == before


def test_htmx_is_sent_on_to_the_record() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    code = unique()
    answer = client.post(CREATE, {"code": code, "name": "n"}, headers=part("div#sw-formed", "/people/departments/new/"))
    made = Department.objects.get(code=code)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/people/departments/{made.public_id}/")


def test_an_edit_changes_what_was_sent_and_says_so_with_an_undo() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department(name="before")
    url = f"/act/people.department.edit/{department.public_id}/"
    answer = client.post(url, {"name": "after", "version": "1"}, follow=True)
    text = answer.content.decode()
    entry = Entry.objects.filter(verb="people.department.edit", record_id=department.pk).get()
    assert department.fresh.name == "after"
    assert f'action="/undo/{entry.pk}/"' in text
    client.post(f"/undo/{entry.pk}/", {"form_token": unique()})
    assert department.fresh.name == "before"


def test_a_stale_form_shows_both_versions_and_loses_neither() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department(name="base")
    act(HOUSE, "people.department.edit", department, {"name": "theirs"})
    url = f"/act/people.department.edit/{department.public_id}/"
    answer = client.post(url, {"name": "yours", "code": department.code, "version": "1"}, headers=part("div#sw-formed"))
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#sw-dialog-body")
    for wanted in ("base", 'value="theirs"', 'value="yours" checked', 'name="version" value="2"'):
        assert wanted in text
    chosen = client.post(url, {"name": "yours", "code": department.code, "version": "2"})
    assert (chosen.status_code, department.fresh.name) == (303, "yours")


def test_what_only_they_changed_is_theirs_unless_chosen_otherwise() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department(name="base")
    act(HOUSE, "people.department.edit", department, {"name": "theirs"})
    url = f"/act/people.department.edit/{department.public_id}/"
    answer = client.post(url, {"name": "base", "code": unique(), "version": "1"})
    assert answer.status_code == 409
    assert 'value="theirs" checked' in answer.content.decode()


def test_what_was_typed_is_kept_and_comes_back_until_it_is_sent() -> None:
    person = a_person(Role.ADMINISTRATOR)
    client = a_client(person)
    kept = client.post("/draft/people.department.create/", {"code": "X1", "name": "半個名字", "form_token": "t"})
    assert kept.status_code == 204
    assert 'value="半個名字"' in client.get("/people/departments/new/").content.decode()
    client.post(CREATE, {"code": unique(), "name": "半個名字"})
    assert not Draft.objects.filter(person=person).exists()
    assert 'value="半個名字"' not in client.get("/people/departments/new/").content.decode()


def test_a_draft_is_its_writer_s_alone() -> None:
    a_client(a_person(Role.ADMINISTRATOR)).post("/draft/people.department.create/", {"name": "秘密的名字"})
    other = a_client(a_person(Role.ADMINISTRATOR))
    assert "秘密的名字" not in other.get("/people/departments/new/").content.decode()


def test_a_draft_can_be_thrown_away() -> None:
    person = a_person(Role.ADMINISTRATOR)
    client = a_client(person)
    client.post("/draft/people.department.create/", {"name": "n"})
    client.post("/draft/people.department.create/", {"_discard": "1"})
    assert not Draft.objects.filter(person=person).exists()


def test_a_dialog_holds_the_form_of_an_action_with_entries() -> None:
    client = a_client(a_person(Role.HUMAN_RESOURCES))
    person = a_person()
    url = f"/act/people.person.leave/{person.public_id}/"
    answer = client.get(url, headers=part("div#sw-dialog-body"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert 'name="left_on"' in text
    assert "no longer sign in" in text
    again = client.post(url, {"left_on": "gestern"}, headers=part("div#sw-dialog-body"))
    assert again.status_code == 422
    assert 'value="gestern"' in again.content.decode()
    done = client.post(url, {"left_on": "2026-11-20"}, headers=part("div#sw-dialog-body"))
    assert done.status_code == 200
    assert person.fresh.state == "left"


def test_a_foreign_and_an_unknown_record_answer_the_same() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    for url in ("/act/people.department.edit/00000000-0000-4000-8000-000000000000/", "/act/people.no.such/"):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("version", ["", "x", "９", "99999999999999999999", "-1"])
def test_a_version_that_is_none_breaks_nothing(version: str) -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department()
    url = f"/act/people.department.edit/{department.public_id}/"
    assert client.post(url, {"name": "n", "version": version}).status_code in (303, 409)


@pytest.mark.parametrize("token", ["x" * 5000, "a\x00b", "令牌", "a b"])
def test_a_token_that_no_page_printed_has_one_effect_too(token: str) -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    given = {"code": unique(), "name": "n", "form_token": token}
    first, second = client.post(CREATE, given), client.post(CREATE, given)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_reason_that_no_page_can_show_is_refused_with_a_sentence() -> None:
    client = a_client(a_person(Role.ADMINISTRATOR))
    department = a_department(name="before")
    url = f"/act/people.department.edit/{department.public_id}/"
    answer = client.post(url, {"name": "after", "version": "1", "_reason": "a\x00b"})
    assert answer.status_code == 422
    assert "control character" in answer.content.decode()
    assert department.fresh.name == "before"


MAKING = [one for one in registry.actions.values() if one.makes]


@pytest.mark.parametrize("one", [one for one in MAKING if one.then], ids=lambda one: one.name)
def test_what_follows_a_creation_at_once_is_a_verb_of_its_first_state_that_asks_nothing(one: registry.Action) -> None:
    after = registry.get(f"{registry.record_name(one.model)}.{one.then}")
    assert after.source is None or first_state(one) in after.source
    assert not after.needs_reason
    assert not any(asked.required for asked in after.inputs)


def test_only_what_puts_forward_or_sends_follows_a_creation_at_once() -> None:
    """A promise is not kept, and a visit not reported, by the button that writes it down."""
    assert {one.then for one in MAKING} <= {"", "submit", "propose", "send"}
