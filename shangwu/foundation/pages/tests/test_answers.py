"""What a page answers when it refuses or breaks, to people and to the script: never an inside detail, never a 500 for
what is merely refused."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from shangwu.foundation.pages import my_day
from shangwu.foundation.pages.middleware import reader
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.refusals import Refusal, missing
from tests.builders import a_person

pytestmark = pytest.mark.django_db

FRAGMENT = part("section#sw-list")


def operational(state: str | None) -> OperationalError:
    error = OperationalError("inside detail")
    cause = psycopg.OperationalError("inside detail")
    error.__cause__ = psycopg.errors.lookup(state)("inside detail") if state else cause
    return error


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let My day raise what the test wants."""

    def arrange(exception: Exception) -> Client:
        def raising() -> list[Any]:
            raise exception

        monkeypatch.setattr(my_day.panels, "cards", raising)
        client = a_client(a_person(Role.SALES))
        client.raise_request_exception = False
        return client

    return arrange


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (missing(), 404),
        (Refusal("forbidden", "Ask the head."), 403),
        (Refusal("credit", "Beyond the credit limit."), 422),
        (Refusal("stale", "Reload."), 409),
        (Refusal("busy", "Try again."), 503),
        (ValidationError("Too long.", code="long"), 422),
        (operational(None), 503),
        (operational("53100"), 503),
        (operational("55P03"), 503),
        (operational("57P01"), 503),
        (InterfaceError("inside detail"), 503),
        (operational("42P01"), 500),
        (IntegrityError("inside detail"), 500),
        (RuntimeError("inside detail"), 500),
        (gate.UnscopedRead("inside detail"), 500),
    ],
)
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_each_exception_has_its_status_and_tells_no_detail(
    breaking: Any, exception: Exception, status: int, headers: dict[str, str]
) -> None:
    answer = breaking(exception).get("/", headers=headers)
    assert answer.status_code == status
    assert "inside detail" not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (status == 503)
    if headers:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#sw-refusal", "innerHTML")
        assert 'role="alert"' in answer.content.decode()
    else:
        assert "<html" in answer.content.decode()


def test_a_refusal_says_its_sentence(breaking: Any) -> None:
    answer = breaking(Refusal("credit", "%(name)s is <b>beyond</b> its limit.", {"name": "晉洋"})).get("/")
    assert "晉洋 is &lt;b&gt;beyond&lt;/b&gt; its limit." in answer.content.decode()


def test_the_database_away_before_the_view_is_503_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    def away(_self: SessionStore) -> Any:
        raise operational(None)

    client = a_client(a_person(Role.SALES))
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "load", away)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")


def test_unknown_addresses_are_404_for_everybody() -> None:
    for client in (Client(), a_client(a_person())):
        assert client.get("/nothing/here/").status_code == 404
        assert client.get("/nothing/here/", headers=FRAGMENT).headers["HX-Retarget"] == "#sw-refusal"


@pytest.mark.parametrize("method", ["put", "delete", "patch", "post"])
def test_a_wrong_method_is_405(method: str) -> None:
    assert getattr(a_client(a_person(Role.SALES)), method)("/").status_code == 405


def test_a_post_without_its_csrf_token_is_refused_with_a_way_back() -> None:
    person = a_person(Role.SALES)
    account = a_client(person).session["_auth_user_id"]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person.account)
    assert account
    assert strict.post("/language/", {"language": "en"}).status_code == 403
    assert strict.post("/language/", {"language": "en"}, headers=FRAGMENT).headers["HX-Retarget"] == "#sw-refusal"


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_the_page_speaks_the_accounts_language(language: str) -> None:
    answer = a_client(a_person(Role.SALES), language).get("/")
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(("target", "location"), [("/chapter/2.6/", "/chapter/2.6/"), ("//evil.example/", "/")])
def test_the_language_is_kept_and_the_way_back_stays_in_the_house(target: str, location: str) -> None:
    person = a_person(Role.SALES)
    client = a_client(person, "zh-hant")
    answer = client.post("/language/", {"language": "en", "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    person.account.refresh_from_db()
    assert person.account.language == "en"
    client.post("/language/", {"language": "xx"})
    person.account.refresh_from_db()
    assert person.account.language == "en"


def test_a_streamed_answer_reads_through_the_gate_as_well() -> None:
    def lines() -> Iterator[str]:
        yield "first"
        yield str(Person.objects.count())

    response = reader(lambda request: StreamingHttpResponse(lines()))(RequestFactory().get("/"))
    assert isinstance(response, StreamingHttpResponse)
    with pytest.raises(gate.UnscopedRead):
        list(response.streaming_content)
    assert not gate.is_gated()


def test_an_account_without_a_person_opens_no_page() -> None:
    from shangwu.foundation.people.models import Account

    client = Client()
    client.force_login(Account.objects.create_user(username="nobody"))
    assert client.get("/").status_code == 403
