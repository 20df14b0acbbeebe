"""The pages of tokens and webhooks: one's own, the key shown once, what was sent."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.api import tokens
from shangwu.foundation.api.models import Delivery, Subscription, Token
from shangwu.foundation.api.tests.support import a_caller, a_key, an_account
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import a_department, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> Person:
    return a_person(Role.HEAD, department=a_department())


def a_browser(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    account = Account.objects.filter(person=person).first() or an_account(person)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def shown(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()[:2000]
    text: str = response.content.decode()
    return text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_token_is_made_on_a_page_and_its_key_shown_once(head: Person, htmx: bool) -> None:
    browser = a_browser(head)
    in_a_day = (clock.now() + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    form = {"name": "週報", "scopes": "read", "expires_at": in_a_day, "form_token": "abc"}
    assert 'name="scopes"' in shown(browser.get(reverse("api.token.create")))
    headers = {"HX-Request": "true"} if htmx else {}
    response = browser.post(reverse("do.api.token.create"), form, headers=headers)
    found = re.search(r'value="(sw_[\w-]+)"', shown(response))
    assert found is not None
    token = Token.objects.get()
    assert token.digest == tokens.digest_of(found[1])
    assert response.headers["Cache-Control"] == "no-store"
    page = reverse("api.token.detail", kwargs={"public_id": token.public_id})
    for address in (page, reverse("api.token.list")):
        text = shown(browser.get(address))
        assert token.prefix in text
        assert found[1] not in text
        assert token.digest not in text
    again = browser.post(reverse("do.api.token.create"), form, headers=headers, follow=True)
    assert found[1] not in again.content.decode()
    assert Token.objects.count() == 1


def test_everybody_sees_their_own_tokens_and_when_they_were_used(head: Person) -> None:
    other = a_person(Role.SALES, department=head.department)
    mine, theirs = a_caller(head), a_key(other)
    mine.get("people/post")
    text = shown(a_browser(head).get(reverse("api.token.list")))
    assert Token.objects.get(person=head).prefix in text
    assert tokens.digest_of(theirs)[:11] not in text
    assert Token.objects.get(person=other).prefix not in text
    page = reverse("api.token.detail", kwargs={"public_id": Token.objects.get(person=head).public_id})
    assert "127.0.0.1" in shown(a_browser(head).get(page))


def test_a_webhook_shows_what_was_sent(head: Person) -> None:
    given = {"name": "w", "url": "https://public.example/hook", "listens_to": "people.department.*"}
    webhook = act(actor_of(head), "api.subscription.create", None, given).record
    a_department()
    assert Delivery.objects.filter(subscription=webhook).count() == 1
    browser = a_browser(head)
    page = reverse("api.subscription.detail", kwargs={"public_id": webhook.public_id})
    text = shown(browser.get(page)) + shown(browser.get(f"{page}?tab=deliveries"))
    assert "https://public.example/hook" in text
    assert Subscription.objects.get().salt not in text
    assert "people.department.created" in text
