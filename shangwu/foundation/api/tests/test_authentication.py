"""Who asks: signed-in persons with the form token, programs with keys that live, and nobody else."""

import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api import throttling, tokens
from shangwu.foundation.api.models import Rate, Token, TokenDeed, TokenUse
from shangwu.foundation.api.tests.made import a_customer
from shangwu.foundation.api.tests.support import Caller, a_caller, a_key, a_signed_in_caller, an_account
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = pytest.mark.django_db

PATH = "customers/customer"


@pytest.fixture
def seller() -> Person:
    return a_person(Role.SALES, department=a_department())


def with_key(key: str) -> Caller:
    return Caller(Client(), Authorization=f"Bearer {key}")


def the_token(key: str) -> Any:
    return Token.objects.get(digest=tokens.digest_of(key))


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer", "Bearer ", "Bearer x", "Bearer sw_" + "A" * 43, "Basic dXNlcjpwYXNz", "Token x", "x",
        "Bearer \x00", "Bearer é", "Bearer " + "x" * 100_000, "bearer  ",
    ],
)  # fmt: skip
def test_nobody_is_let_in(header: str) -> None:
    headers = {"Authorization": header} if header else {}
    for path in (PATH, "/api/v1/openapi.json"):
        response = Caller(Client(), **headers).get(path)
        assert (response.status_code, response.data["code"]) == (401, "unauthenticated")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert Caller(Client(), **headers).post(PATH, {"name": "x"}).status_code == 401


def test_a_key_is_shown_once_and_kept_nowhere(seller: Person) -> None:
    key = a_key(seller)
    assert len(key) == 46
    token = the_token(key)
    assert token.prefix == key[:11]
    rows = [*Token.objects.values(), *history_models[Token].objects.values(), *Entry.objects.values()]
    assert key not in str(rows)
    assert token.digest not in str(list(Entry.objects.values())), "the log holds a commitment only"
    row = with_key(key).get("api/token").data["results"][0]
    assert row["prefix"] == token.prefix
    assert not {"digest", "key", "disclosed"} & set(row)
    for query in ({"digest": token.digest}, {"digest__starts": "a"}, {"sort": "digest"}, {"fields": "digest"}):
        assert with_key(key).get("api/token", **query).status_code == 422


def test_a_key_dies_with_its_token_its_day_its_account_and_its_person(seller: Person) -> None:
    key = a_key(seller)
    assert with_key(key).get(PATH).status_code == 200
    account = Account.objects.get(person=seller)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert with_key(key).get(PATH).status_code == 401
    Account.objects.filter(pk=account.pk).update(is_active=True)
    end = the_token(key).expires_at
    former = clock.replace_source(lambda: end)
    try:
        assert with_key(key).get(PATH).status_code == 401
    finally:
        clock.replace_source(former)
    assert with_key(key).get(PATH).status_code == 200
    act(actor_of(seller), "api.token.revoke", the_token(key))
    assert with_key(key).get(PATH).status_code == 401
    again = a_key(seller)
    act(HOUSE, "people.person.leave", seller, {"left_on": clock.now().date()})
    assert with_key(again).get(PATH).status_code == 401


def test_a_right_that_is_taken_away_counts_at_the_next_request(seller: Person) -> None:
    caller, customer = a_caller(seller), a_customer(seller)
    assert caller.get(f"{PATH}/{customer.public_id}").status_code == 200
    assignment = seller.assignments.get()
    act(HOUSE, "people.roleassignment.archive", assignment)
    assert caller.get(f"{PATH}/{customer.public_id}").status_code == 404
    assert caller.get(PATH).data["results"] == []


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ("read", 200, 403),
        ("write", 403, 201),
        ("customers.customer:read", 200, 403),
        ("customers.customer:write", 403, 201),
        ("customers.customer.create", 403, 201),
        ("sales.order:read sales.order:write", 403, 403),
        ("read customers.customer.create", 200, 201),
    ],
)
def test_a_token_does_what_it_is_allowed(seller: Person, scopes: str, reads: int, writes: int) -> None:
    caller = a_caller(seller, scopes)
    customer = a_customer(seller)
    assert caller.get(PATH).status_code == reads
    assert caller.get(f"{PATH}/{customer.public_id}").status_code == reads
    assert caller.post(PATH, {"name": unique("客")}).status_code == writes


def test_a_token_makes_no_token_and_no_webhook() -> None:
    """A stolen key must not live on in another."""
    head = a_person(Role.HEAD, Role.ADMINISTRATOR, department=a_department())
    caller = a_caller(head)
    in_a_day = (clock.now() + datetime.timedelta(days=1)).isoformat()
    body = {"name": "t", "scopes": "read", "expires_at": in_a_day}
    assert caller.post("api/token", body).status_code == 403
    body = {"name": "w", "url": "https://public.example/", "listens_to": "*"}
    assert caller.post("api/subscription", body).status_code == 403


def test_a_person_makes_a_token_over_the_api_and_sees_its_key_once(seller: Person) -> None:
    person = a_signed_in_caller(seller)
    in_a_day = (clock.now() + datetime.timedelta(days=1)).isoformat()
    body, key = {"name": "t", "scopes": "read", "expires_at": in_a_day}, {"Idempotency-Key": "k"}
    made = person.post("api/token", body, key)
    assert made.status_code == 201, made.data
    assert with_key(made.data["disclosed"]["key"]).get(PATH).status_code == 200
    again = person.post("api/token", body, key)
    assert (again.status_code, again.data.get("disclosed")) == (201, None)
    assert Token.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scopes", "admin"), ("scopes", "sales.order:delete"), ("scopes", ""), ("scopes", "read, write"),
        ("expires_at", "2020-01-01T00:00:00Z"), ("expires_at", "2999-01-01T00:00:00Z"), ("name", ""),
    ],
)  # fmt: skip
def test_a_token_that_allows_too_much_is_refused(seller: Person, name: str, value: str) -> None:
    in_a_day = clock.now() + datetime.timedelta(days=1)
    with pytest.raises(Refusal) as caught:
        act(
            actor_of(seller),
            "api.token.create",
            None,
            {"name": "t", "scopes": "read", "expires_at": in_a_day, name: value},
        )
    assert name in caught.value.fields


def test_tokens_are_their_persons_and_the_officers_to_see(seller: Person) -> None:
    key = a_key(seller)
    other = a_person(Role.SALES, department=seller.department)
    assert a_caller(other).get(f"api/token/{the_token(key).public_id}").status_code == 404
    officer = a_caller(a_person(Role.ADMINISTRATOR))
    assert officer.get(f"api/token/{the_token(key).public_id}").status_code == 200
    assert officer.post(f"api/token/{the_token(key).public_id}/revoke", {}).status_code == 200
    assert with_key(key).get(PATH).status_code == 401


def test_what_a_token_did_can_be_told_from_what_its_person_did(seller: Person) -> None:
    first, second = a_caller(seller), a_caller(seller)
    first.post(PATH, {"name": unique("客")})
    act(actor_of(seller), "customers.customer.create", None, {"name": unique("客")})
    second.post(PATH, {"name": unique("客")})
    entries = list(Entry.objects.filter(verb="customers.customer.create").order_by("pk"))
    made = [TokenDeed.objects.filter(entry_id=entry.pk).values_list("token_id", flat=True).first() for entry in entries]
    assert made[1] is None
    assert len({made[0], made[2]}) == 2


def test_the_last_use_is_noted_once_a_minute(seller: Person) -> None:
    key = a_key(seller)
    with_key(key).get(PATH)
    noted = TokenUse.objects.get(token=the_token(key)).at
    with_key(key).get(PATH)
    assert TokenUse.objects.get(token=the_token(key)).at == noted
    later = clock.now() + datetime.timedelta(minutes=2)
    former = clock.replace_source(lambda: later)
    try:
        with_key(key).get(PATH)
    finally:
        clock.replace_source(former)
    assert TokenUse.objects.get(token=the_token(key)).at == later


def test_a_person_signed_in_reads_and_acts_with_the_form_token(seller: Person) -> None:
    caller = a_signed_in_caller(seller)
    assert caller.get(PATH).status_code == 200
    assert caller.post(PATH, {"name": unique("客")}).status_code == 201


def test_a_page_elsewhere_can_not_act_for_a_person(seller: Person) -> None:
    caller = a_signed_in_caller(seller, csrf=False)
    assert caller.get(PATH).status_code == 200
    refused = caller.post(PATH, {"name": "x"})
    assert (refused.status_code, refused.data["code"]) == (403, "csrf")
    foreign = a_signed_in_caller(a_person(Role.SALES, department=a_department()))
    assert foreign.post(PATH, {"name": "x"}, {"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_bad_key_does_not_fall_back_to_the_sign_in(seller: Person) -> None:
    caller = a_signed_in_caller(seller)
    assert caller.get(PATH, {"Authorization": "Bearer x"}).status_code == 401


def test_an_account_without_a_person_is_nobody() -> None:
    client = Client()
    account = Account.objects.create(username=unique("a"))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert Caller(client).get(PATH).status_code == 401


@pytest.fixture
def at_a_fixed_moment() -> Any:
    moment = datetime.datetime(2026, 11, 23, 9, 30, 12, tzinfo=datetime.UTC)
    former = clock.replace_source(lambda: moment)
    yield moment
    clock.replace_source(former)


def test_who_asks_too_often_is_told_to_wait(seller: Person, settings: Settings, at_a_fixed_moment: Any) -> None:
    first, second = a_caller(seller), a_caller(seller)
    settings.API_LIMITS = (3, 100, 100)
    assert [first.get(PATH).status_code for _time in range(5)] == [200, 200, 200, 429, 429]
    refused = first.get(PATH)
    assert (refused.data["code"], refused.headers["Retry-After"]) == ("throttled", "48")
    assert second.get(PATH).status_code == 200, "another token pays for the first"
    later = at_a_fixed_moment + datetime.timedelta(seconds=48)
    clock.replace_source(lambda: later)
    assert first.get(PATH).status_code == 200


def test_one_address_has_its_limit_whatever_tokens_it_uses(
    seller: Person, settings: Settings, at_a_fixed_moment: Any
) -> None:
    callers = [a_caller(seller) for _one in range(3)]
    settings.API_LIMITS = (100, 2, 100)
    assert [caller.get(PATH).status_code for caller in callers] == [200, 200, 429]


def test_strangers_have_their_own_limit(seller: Person, settings: Settings, at_a_fixed_moment: Any) -> None:
    known = a_caller(seller)
    settings.API_LIMITS = (100, 100, 2)
    stranger = with_key("sw_wrong")
    assert [stranger.get(PATH).status_code for _time in range(4)] == [401, 401, 429, 429]
    assert known.get(PATH).status_code == 200, "a stranger shuts others out"


def test_an_address_of_the_new_internet_counts_by_its_network() -> None:
    assert throttling._place("2001:db8:1:2:3::4") == throttling._place("2001:db8:1:2:ffff::1")
    assert throttling._place("2001:db8:1:2::1") != throttling._place("2001:db8:1:3::1")
    assert throttling._place("192.0.2.1") != throttling._place("192.0.2.2")


def test_counters_of_the_past_are_cleared(seller: Person) -> None:
    a_caller(seller).get(PATH)
    Rate.objects.create(key="old", minute=1, count=9)
    throttling.clear()
    assert not Rate.objects.filter(key="old").exists()
    assert Rate.objects.exists()


def test_an_account_is_not_needed_twice(seller: Person) -> None:
    account = an_account(seller)
    a_key(seller)
    assert list(Account.objects.filter(person=seller)) == [account]
