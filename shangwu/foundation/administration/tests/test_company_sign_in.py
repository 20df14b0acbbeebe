"""Signing in by the company's own account: it opens the account of a known person, and no other way in."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from shangwu.config.company_sign_ins import company_sign_ins
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.tests.company import CLIENT, SECRET, Company
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_person, unique

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/oidc/company/login/"


@pytest.fixture
def company(settings: Any) -> Iterator[Company]:
    double = Company()
    said = {"id": "company", "name": "Company", "server": double.address, "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = company_sign_ins(json.dumps([said]))
    yield double
    double.close()


@pytest.fixture
def clerk() -> Person:
    person = a_person(Role.SALES, email=f"{unique()}@example.com".lower())
    act(HOUSE, "people.person.open_account", person, {"username": unique("clerk"), "password": "correct horse battery"})
    return person


def visitor(person: Person, **more: Any) -> dict[str, Any]:
    return {"sub": f"s-{person.pk}", "email": person.email, "email_verified": True, "name": person.name} | more


def asked(client: Client) -> str:
    """Where the company sends the browser back to, after the page's link was followed there."""
    away = client.get(LOGIN)
    assert away.status_code == 302, away.content.decode()[:300]
    return str(requests.get(away.headers["Location"], allow_redirects=False, timeout=5).headers["Location"])


def come_in(client: Client, back: str = "") -> Any:
    """The whole way through the company and back."""
    return client.get(back or asked(client), headers={"accept-language": "en"})


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_sign_in_page_offers_it_and_the_company_is_asked_with_state_nonce_and_proof(company: Company) -> None:
    client = Client()
    assert LOGIN in client.get("/accounts/login/").content.decode()
    away = client.get(f"{LOGIN}?auth_params=prompt%3Dnone&scope=everything")
    query = parse_qs(urlsplit(away.headers["Location"]).query)
    assert {"state", "nonce", "code_challenge"} <= set(query)
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}
    assert "prompt" not in query


def test_the_first_time_it_is_tied_to_the_person_whose_verified_address_it_has(company: Company, clerk: Person) -> None:
    company.visitor = visitor(clerk, email=clerk.email.upper())
    client = Client()
    assert come_in(client).status_code == 302
    assert is_in(client)
    tied = SocialAccount.objects.get(uid=f"s-{clerk.pk}")
    assert tied.user == Account.objects.get(person=clerk)
    assert Entry.objects.filter(verb="people.account.connect", person=clerk).count() == 1

    # From then on it is the company's own number that counts, whatever the address.
    company.visitor = visitor(clerk, email="elsewhere@example.com", email_verified=False)
    again = Client()
    come_in(again)
    assert is_in(again)
    assert Entry.objects.filter(verb="people.account.connect").count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}, {"email": ""},
        {"email": "nobody@example.com"},
    ],
)  # fmt: skip
def test_without_a_verified_address_that_we_know_nobody_comes_in(
    company: Company, clerk: Person, more: dict[str, Any]
) -> None:
    company.visitor = visitor(clerk, **more)
    client = Client()
    answer = come_in(client)
    assert "belongs to nobody in this house" in answer.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert Account.objects.count() == 1
    assert Entry.objects.filter(verb="people.account.refuse_sign_in").exists()


def test_an_address_that_two_persons_have_opens_neither_and_a_leaver_stays_out(company: Company, clerk: Person) -> None:
    other = a_person(Role.SALES, email=clerk.email)
    company.visitor = visitor(clerk)
    client = Client()
    come_in(client)
    assert not is_in(client)
    act(HOUSE, "people.person.leave", other, {"left_on": "2026-11-01"})
    come_in(client)
    assert is_in(client)
    act(HOUSE, "people.person.leave", clerk, {"left_on": "2026-11-01"})
    assert not is_in(client)
    come_in(client)
    assert not is_in(client)


def test_an_answer_to_another_browsers_question_opens_nothing(company: Company, clerk: Person) -> None:
    company.visitor = visitor(clerk)
    back = asked(Client())
    victim = Client()
    answer = come_in(victim, back)
    assert "did not work" in answer.content.decode()
    assert not is_in(victim)


@pytest.mark.parametrize(
    "lies", [{"nonce": "old"}, {"nonce": None}, {"aud": "another"}, {"iss": "http://evil.example"}]
)
def test_a_token_for_somebody_or_something_else_opens_nothing(
    company: Company, clerk: Person, lies: dict[str, Any]
) -> None:
    company.visitor, company.lies = visitor(clerk), lies
    client = Client()
    answer = come_in(client)
    assert answer.status_code in (200, 401)
    assert "did not work" in answer.content.decode()
    assert not is_in(client)


def test_an_answer_is_good_once(company: Company, clerk: Person) -> None:
    company.visitor = visitor(clerk)
    client = Client()
    back = asked(client)
    come_in(client, back)
    client.post("/accounts/logout/")
    come_in(client, back)
    assert not is_in(client)


def test_what_an_installation_says_wrongly_is_told_when_it_starts() -> None:
    assert company_sign_ins("") == {}
    for wrong in ("{", '[{"id": "a"}]', '["a"]', os.devnull):
        with pytest.raises(ValueError, match="SHANGWU_OIDC"):
            company_sign_ins(wrong)
