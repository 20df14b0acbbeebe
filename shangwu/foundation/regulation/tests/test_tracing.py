"""From a clause to what keeps it: what is not built yet is said, and nothing is named that is not there."""

import json

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.cli import clauses
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.pages import registry
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CHAPTERS, CLAUSES, INTRODUCTION, TITLES
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.regulation.marks import marked_tests, marks_of
from shangwu.foundation.regulation.texts import LANGUAGES, clause_text, wording
from shangwu.foundation.regulation.tracing import KINDS, is_connected, thread, trace
from tests.builders import a_person


def test_whatever_names_a_clause_names_one_that_exists() -> None:
    chapters = {chapter.code for chapter in CHAPTERS}
    assert {one.clause for one in actions.values()} <= set(TITLES)
    assert {one.clause for one in measures.values()} <= set(TITLES)
    assert {one.list.clause for one in registry.record_pages.values() if one.list} <= set(TITLES)
    assert {route.clause for route in registry.plain_routes() if route.clause} <= set(TITLES) | chapters
    assert {one.clause for one in parameters.values()} <= set(TITLES)
    assert {one.clause for one in rules.values()} - {"1"} <= set(CLAUSES)
    assert {one.clause for one in kinds.values()} <= set(TITLES)
    assert set(marked_tests()) <= set(TITLES)


def test_every_connected_clause_has_a_test_that_holds_the_program_to_it() -> None:
    assert [code for code in CLAUSES if is_connected(code) and not marked_tests().get(code)] == []


def test_every_address_and_text_that_a_clause_leads_to_is_there() -> None:
    """Pages answer, blanks of the text are parameters, duties name verbs that exist: else this fails."""
    for code in TITLES:
        found = trace(code)
        assert all(reverse(one.name) == one.detail for one in found["pages"])
        for language in LANGUAGES:
            assert wording(code, language).blanks <= set(parameters)
    for rule in rules.values():
        assert {rule.does, rule.blocks} - {""} <= set(actions)


def test_everything_registered_is_found_under_its_clause() -> None:
    traced = {kind: {one.name for code in TITLES for one in trace(code)[kind]} for kind in KINDS}
    assert traced["actions"] == set(actions)
    assert traced["measures"] == set(measures)
    assert traced["parameters"] == set(parameters)


def test_orders_are_connected_and_meetings_are_not_yet() -> None:
    found = trace("2.6.1")
    assert "sales.order.confirm" in {one.name for one in found["actions"]}
    assert "sales.order" in {one.name for one in found["records"]}
    assert "order.std" in {one.name for one in found["parameters"]}
    assert "sales.order.list" in {one.name for one in found["pages"]}
    assert any(one.name.endswith("test_orders.py::" + one.name.rpartition("::")[2]) for one in found["tests"])
    assert is_connected("2.6.1")
    assert not is_connected("3.2.1")


def test_what_other_rooms_file_under_a_clause_does_not_connect_it() -> None:
    assert trace("3.4.2")["actions"]
    assert not is_connected("3.4.2")


def test_parameters_and_text_alone_do_not_connect_a_clause() -> None:
    assert trace("3.2.1")["parameters"]
    assert clause_text("3.2.1", "en")
    assert not trace("3.2.1")["actions"]
    assert not is_connected("3.2.1")


def test_a_kind_has_one_thread_and_no_other_kind_has_any() -> None:
    for kind in ("actions", "wishes"):
        with pytest.raises(ValueError, match=kind):
            thread(kind)


SAMPLE = """
pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]
@pytest.mark.clause("2.6.2", "2.6.1")
def test_a(): ...
def test_b(): ...
def helper(): ...
"""


def test_marks_are_read_from_module_and_function_once_each() -> None:
    assert list(marks_of(SAMPLE)) == [("2.6.1", "test_a"), ("2.6.2", "test_a"), ("2.6.1", "test_b")]
    assert list(marks_of("def test_c(): ...")) == []


@pytest.mark.django_db
def test_the_contents_name_every_clause_and_say_what_is_not_connected() -> None:
    answer = client_of(Crew().sales).get("/regulation/")
    shown = text_of(answer)
    assert answer.status_code == 200
    assert all(f"/clause/{code}/" in shown for code in CLAUSES)
    assert shown.count("not yet connected</span>") == sum(not is_connected(code) for code in CLAUSES)


@pytest.mark.django_db
def test_a_chapter_is_a_document_with_its_values() -> None:
    shown = text_of(client_of(Crew().sales).get("/chapter/3.3/"))
    assert "10 working days" in shown
    assert shown.count("<article") == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("en", "10 working days"), ("zh-hant", "10 個工作日"), ("zh-hans", "10 个工作日")]
)
def test_the_side_panel_shows_the_text_with_live_values(language: str, words: str) -> None:
    client = a_client(a_person(Role.SALES), language)
    panel = text_of(client.get("/clause/3.3.4/", headers=part("aside#sw-panel")))
    assert f">{words}<" in panel
    assert 'class="sw-parameter"' in panel


@pytest.mark.django_db
def test_a_clause_tells_what_keeps_it_and_the_introduction_opens() -> None:
    client = client_of(Crew().sales)
    shown = text_of(client.get("/clause/2.6.1/"))
    assert "sales.order.confirm" in shown
    assert "This clause is not yet connected" in text_of(client.get("/clause/3.2.1/"))
    assert client.get(f"/clause/{INTRODUCTION}/").status_code == 200


@pytest.mark.django_db
def test_the_regulation_is_for_those_who_have_signed_in() -> None:
    assert Client().get("/regulation/").status_code == 302


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs in this process, whose database is open already."""

    class Opened:
        def __init__(self, var: str | None) -> None: ...

        def opened(self) -> "Opened":
            return self

        def __enter__(self) -> None: ...

        def __exit__(self, *failure: object) -> None: ...

    monkeypatch.setattr(clauses, "Installation", Opened)


@pytest.mark.usefixtures("_here")
def test_the_command_prints_text_and_threads() -> None:
    shown = CliRunner().invoke(clauses.command, ["3.3.4"])
    assert shown.exit_code == 0
    assert "at most 10 working days" in shown.output
    assert "3.3.4.2" in shown.output
    assert "records: not yet connected" in shown.output
    assert "sales.order.list" in CliRunner().invoke(clauses.command, ["2.6.1"]).output
    listed = CliRunner().invoke(clauses.command, [])
    assert len(listed.output.splitlines()) == 1 + len(TITLES)


@pytest.mark.usefixtures("_here")
def test_the_command_answers_programs() -> None:
    answer = CliRunner().invoke(clauses.command, ["2.6.1", "--json", "--language", "zh-hant"])
    told = json.loads(answer.output)
    assert told["title"] == "銷售訂單處理"
    assert {"order.std", "discount.sales"} <= {one["name"] for one in told["parameters"]}


@pytest.mark.usefixtures("_here")
def test_the_command_knows_no_other_clause() -> None:
    assert CliRunner().invoke(clauses.command, ["9.9.9"]).exit_code == 1
