"""Callers for tests: people with sign-ins and tokens, and what they send."""

import datetime
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.records import clock
from tests.builders import unique

V1 = "/api/v1"


class Caller:
    """One who calls the API; every answer comes back parsed as `.data`."""

    def __init__(self, client: Client, **headers: str) -> None:
        self.client, self.headers = client, {"Accept-Language": "en", **headers}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        """GET a path under /api/v1."""
        return _parsed(self.client.get(_address(path), query, headers={**self.headers, **(headers or {})}))

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """POST a body as JSON."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.send(path, content, "application/json", headers)

    def send(self, path: str, content: bytes, kind: str, headers: dict[str, str] | None = None) -> Any:
        """POST raw bytes."""
        sent = {**self.headers, **(headers or {})}
        return _parsed(self.client.post(_address(path), content, content_type=kind, headers=sent))


def _address(path: str) -> str:
    return path if path.startswith("/api/") else f"{V1}/{path.strip('/')}/"


def _parsed(response: HttpResponse) -> HttpResponse:
    """What was answered, read as JSON; a file that is sent piece by piece stays what it is."""
    said = b"" if response.streaming else response.content
    response.data = json.loads(said) if said else None  # type: ignore[attr-defined]
    return response


def an_account(person: Person, **values: Any) -> Account:
    """A sign-in for a person."""
    return Account.objects.create(username=unique("a"), person=person, **values)


def a_key(person: Person, scopes: str = "read write", **values: Any) -> str:
    """The key of a fresh token of a person, who gets a sign-in when there is none."""
    if not Account.objects.filter(person=person).exists():
        an_account(person)
    given = {"name": "t", "scopes": scopes, "expires_at": clock.now() + datetime.timedelta(days=9), **values}
    key: str = act(actor_of(person), "api.token.create", None, given).record.disclosed["key"]
    return key


def a_caller(person: Person, scopes: str = "read write") -> Caller:
    """A program with a token of `person`."""
    return Caller(Client(), Authorization=f"Bearer {a_key(person, scopes)}")


def a_signed_in_caller(person: Person, *, csrf: bool = True) -> Caller:
    """A person in a browser; with `csrf` the form token is sent along."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(an_account(person), backend="allauth.account.auth_backends.AuthenticationBackend")
    if not csrf:
        return Caller(client)
    token = "x" * 32
    client.cookies["shangwu_csrf"] = token
    return Caller(client, **{"X-CSRFToken": token})
