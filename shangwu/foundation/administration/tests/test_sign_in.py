"""Signing in: who may, for how long, and what is written down (3.4.2, 3.4.3)."""

import datetime
import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.test import Client

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.administration.command import create_administrator
from shangwu.foundation.administration.tests.signing_in import PASSWORD, is_in, sign_in
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE, a_person, unique

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_sign_ins")]


def test_a_clerk_signs_in_and_the_log_knows(clerk: Account) -> None:
    assert is_in(sign_in(clerk))
    assert Entry.objects.filter(verb="people.account.sign_in", person=clerk.person).count() == 1


def test_a_wrong_password_opens_nothing_and_is_written_down_without_it(clerk: Account) -> None:
    assert not is_in(sign_in(clerk, "wrong horse"))
    entry = Entry.objects.get(verb="people.account.refuse_sign_in")
    assert "wrong horse" not in str(entry.__dict__)


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(clerk: Account) -> None:
    for _n in range(6):
        sign_in(clerk, "wrong horse")
    assert not is_in(sign_in(clerk))


def test_nobody_signs_up() -> None:
    client = Client()
    before = Account.objects.count()
    client.post("/accounts/signup/", {"username": "me", "password1": PASSWORD})
    assert Account.objects.count() == before


@pytest.mark.parametrize(("hours", "still_in"), [(1, True), (3, False)])
def test_a_sign_in_ends_after_two_hours_without_use(clerk: Account, hours: int, still_in: bool) -> None:
    client = sign_in(clerk)
    is_in(client)
    later = clock.now() + datetime.timedelta(hours=hours)
    former = clock.replace_source(lambda: later)
    try:
        assert is_in(client) is still_in
    finally:
        clock.replace_source(former)


def test_a_sign_in_ends_after_half_a_day_however_busy(clerk: Account) -> None:
    client = sign_in(clerk)
    start = clock.now()
    former = clock.replace_source(lambda: start)
    try:
        for hour in range(1, 12):
            clock.replace_source(lambda hour=hour: start + datetime.timedelta(hours=hour))
            assert is_in(client)
        clock.replace_source(lambda: start + datetime.timedelta(hours=12, minutes=5))
        assert not is_in(client)
    finally:
        clock.replace_source(former)


def test_who_leaves_is_signed_out_at_the_next_click(clerk: Account) -> None:
    client = sign_in(clerk)
    assert is_in(client)
    act(HOUSE, "people.person.leave", Person.objects.get(pk=clerk.person_id), {"left_on": "2026-11-23"})
    assert not is_in(client)
    assert not is_in(sign_in(clerk))


def test_a_weak_first_password_is_refused_with_the_reason() -> None:
    with pytest.raises(Refusal) as said:
        act(HOUSE, "people.person.open_account", a_person(), {"username": unique(), "password": "short"})
    assert "12" in said.value.sentence


def test_the_first_administrator_is_made_by_the_command() -> None:
    create_administrator(account="root", name="管理員", email="", password=PASSWORD)
    account = Account.objects.get(username="root")
    assert is_in(sign_in(account))
    assert account.person is not None
    assert account.person.assignments.get().role == Role.ADMINISTRATOR


def test_an_address_that_tries_many_names_has_to_wait(clerk: Account) -> None:
    """Twenty wrong passwords in a minute, each for another name: from that address even the right one waits."""
    for n in range(20):
        Client(REMOTE_ADDR="203.0.113.9").post("/accounts/login/", {"login": f"nobody{n}", "password": PASSWORD})
    known = {"login": clerk.username, "password": PASSWORD}
    same, other = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="203.0.113.10")
    same.post("/accounts/login/", known)
    other.post("/accounts/login/", known)
    assert (is_in(same), is_in(other)) == (False, True)


def test_everybody_sees_their_sign_ins_and_ends_those_that_are_not_theirs(clerk: Account) -> None:
    here, elsewhere = sign_in(clerk), sign_in(clerk)
    assert (is_in(here), is_in(elsewhere)) == (True, True)
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    here.post("/accounts/sessions/")
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_one_sign_in_is_ended_by_itself_and_this_one_is_marked(clerk: Account) -> None:
    """A lost telephone is signed out; the other desk and this one stay."""
    here, desk, telephone = sign_in(clerk), sign_in(clerk), sign_in(clerk)
    assert all(is_in(one) for one in (here, desk, telephone))
    page = here.get("/accounts/sessions/").content.decode()
    others = re.findall(r'name="session" value="(\d+)"', page)
    assert (page.count('class="sw-tag is-pine"'), len(others)) == (1, 2)
    lost = UserSession.objects.get(session_key=telephone.session.session_key)
    here.post("/accounts/sessions/", {"session": str(lost.pk)})
    assert (is_in(here), is_in(desk), is_in(telephone)) == (True, True, False)


def test_nobody_ends_a_sign_in_of_another(clerk: Account) -> None:
    theirs = sign_in(clerk)
    assert is_in(theirs)
    key = UserSession.objects.get(session_key=theirs.session.session_key).pk
    stranger = a_client(a_person())
    for given in (str(key), "0", "x", "²"):
        assert stranger.post("/accounts/sessions/", {"session": given}).status_code == 302
    assert is_in(theirs)


def a_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_a_code_from_the_authenticator_is_asked_for_once_it_is_set_up(clerk: Account) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(clerk, secret)
    client = sign_in(clerk)
    assert not is_in(client), "the password alone opens nothing"
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(client)
    code = a_code(secret)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(client)
    again = sign_in(clerk)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(again), "a code is good once"


def test_without_an_authenticator_the_password_is_enough(clerk: Account) -> None:
    """The control of the test above."""
    assert is_in(sign_in(clerk))
