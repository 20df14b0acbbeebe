"""Accounts are kept by an administrator, nobody's by themselves; what another has chosen is replaced (3.4.2, 3.4.3)."""

import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from shangwu.foundation.access.actors import actor_of, actor_of_account
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.models import Answer
from shangwu.foundation.administration.tests.signing_in import PASSWORD, is_in, sign_in
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.models import Draft
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account, Delegation, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, a_person, an_actor, unique

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_sign_ins"), pytest.mark.clause("3.4.2")]

GIVEN = "given by another hand"
OWN = "chosen with my own hands"
CHANGE = "/accounts/password/change/"


@pytest.fixture
def keeper() -> Actor:
    return an_actor(Role.ADMINISTRATOR, whole_company=True)


def person_of(account: Account) -> Person:
    return Person.objects.get(pk=account.person_id)


def do(by: Actor, verb: str, person: Person, reason: str = "asked by telephone", **inputs: Any) -> None:
    act(by, f"people.person.{verb}", person.fresh, inputs, reason=reason)


def refused(by: Actor, verb: str, person: Person, **inputs: Any) -> str:
    with pytest.raises(Refusal) as caught:
        do(by, verb, person, **inputs)
    return caught.value.code


def test_a_password_that_another_has_chosen_opens_nothing_but_its_change(clerk: Account, keeper: Actor) -> None:
    former = sign_in(clerk)
    assert is_in(former), "the control: a password of one's own opens everything"
    do(keeper, "reset_password", person_of(clerk), password=GIVEN)
    assert not is_in(former)
    assert not is_in(sign_in(clerk))
    client = sign_in(clerk, GIVEN)
    assert client.get("/").headers["Location"] == CHANGE
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 204
    assert client.get(CHANGE).status_code == 200
    client.post(CHANGE, {"oldpassword": GIVEN, "password1": OWN, "password2": OWN})
    assert is_in(sign_in(clerk, OWN))
    assert Entry.objects.filter(verb="people.account.change_password", person=clerk.person).count() == 1


def test_who_opens_an_account_for_another_gives_a_first_password_only(keeper: Actor) -> None:
    person = a_person(Role.SALES)
    do(keeper, "open_account", person, username=unique("new"), password=GIVEN)
    account = Account.objects.get(person=person)
    assert not is_in(sign_in(account, GIVEN))
    assert refused(keeper, "open_account", person, username=unique("twice"), password=GIVEN)


def test_the_person_is_told_and_the_log_holds_no_password(clerk: Account, keeper: Actor) -> None:
    do(keeper, "reset_password", person_of(clerk), password=GIVEN)
    told = Notice.objects.get(person=clerk.person)
    assert (told.urgent, told.params) == (True, {"person": keeper.name})
    entry = Entry.objects.get(verb="people.person.reset_password")
    assert GIVEN not in str(entry.__dict__)


def test_a_locked_account_opens_nothing_until_it_is_unlocked(clerk: Account, keeper: Actor) -> None:
    client, person = sign_in(clerk), person_of(clerk)
    do(keeper, "lock_account", person)
    assert not is_in(client)
    assert not is_in(sign_in(clerk))
    assert actor_of_account(Account.objects.get(pk=clerk.pk)) is None, "tokens ask the same"
    assert refused(keeper, "lock_account", person) == "locked"
    do(keeper, "unlock_account", person)
    assert is_in(sign_in(clerk))
    assert refused(keeper, "unlock_account", person) == "open"


def test_sign_ins_end_everywhere_and_a_new_one_is_free(clerk: Account, keeper: Actor) -> None:
    here, elsewhere = sign_in(clerk), sign_in(clerk)
    assert (is_in(here), is_in(elsewhere)) == (True, True)
    do(keeper, "end_sign_ins", person_of(clerk))
    assert (is_in(here), is_in(elsewhere)) == (False, False)
    assert is_in(sign_in(clerk))


def test_who_has_lost_their_factors_signs_in_without_them(clerk: Account, keeper: Actor) -> None:
    totp.TOTP.activate(clerk, totp.generate_totp_secret())
    assert not is_in(sign_in(clerk))
    do(keeper, "reset_factors", person_of(clerk))
    assert not Authenticator.objects.filter(user=clerk).exists()
    assert is_in(sign_in(clerk))


@pytest.mark.parametrize("verb", ["lock_account", "unlock_account", "end_sign_ins", "reset_factors"])
def test_nobody_does_it_to_themselves_or_to_one_without_an_account(keeper: Actor, verb: str) -> None:
    assert refused(keeper, verb, Person.objects.get(pk=keeper.person_id)) == "own"
    assert refused(keeper, verb, a_person()) == "account"
    assert refused(an_actor(Role.HUMAN_RESOURCES), verb, a_person()) == "forbidden"


def test_it_asks_for_the_reason_and_for_a_strong_password(clerk: Account, keeper: Actor) -> None:
    person = person_of(clerk)
    assert refused(keeper, "lock_account", person, reason="") == "invalid"
    assert refused(keeper, "reset_password", person, password="short") == "password_too_short"
    assert is_in(sign_in(clerk))


def test_the_page_of_a_person_tells_their_account_to_those_who_keep_it(clerk: Account, keeper: Actor) -> None:
    assert is_in(sign_in(clerk))
    url = reverse("people.person.detail", kwargs={"public_id": person_of(clerk).public_id})
    own = reverse("people.person.detail", kwargs={"public_id": Person.objects.get(pk=keeper.person_id).public_id})
    page = a_client(Person.objects.get(pk=keeper.person_id), "en").get(url).content.decode()
    assert clerk.username in page
    assert "127.0.0.1" in page
    assert "people.person.lock_account" in page
    assert "people.person.unlock_account" not in page
    assert "people.person.open_account" not in page
    assert clerk.username not in a_client(a_person(Role.SALES), "en").get(url).content.decode()
    assert a_client(a_person(Role.AUDITOR), "en").get(own).status_code == 200


def test_a_password_is_hidden_while_it_is_typed_and_kept_in_no_draft(keeper: Actor) -> None:
    person = a_person()
    client = a_client(Person.objects.get(pk=keeper.person_id), "en")
    form = client.get(f"/act/people.person.open_account/{person.public_id}/").content.decode()
    assert '<input type="password" name="password"' in form
    client.post(
        reverse("draft_of", kwargs={"form": "people.person.open_account", "public_id": person.public_id}),
        {"username": "newcomer", "password": GIVEN},
    )
    assert Draft.objects.get().entries == {"username": ["newcomer"]}
    again = client.post(
        f"/act/people.person.open_account/{person.public_id}/",
        {"username": "newcomer", "password": "tooshort", "form_token": unique()},
    )
    assert "newcomer" in again.content.decode()
    assert "tooshort" not in again.content.decode()


def test_what_is_kept_to_know_a_repeat_tries_no_password(keeper: Actor) -> None:
    """Whoever reads the table of answers can't try passwords on it: without the house's key no digest comes out."""
    inputs = {"username": unique("new"), "password": GIVEN}
    digests = []
    for person in (a_person(), a_person()):
        given = inputs | {"username": unique("new")}
        act(keeper, "people.person.open_account", person, given, key=unique())
        digests.append(Answer.objects.latest("created_at").digest)
    assert len(set(digests)) == 2
    key, third = unique(), a_person()
    act(keeper, "people.person.open_account", third, inputs, key=key)
    with pytest.raises(Refusal) as caught:
        act(keeper, "people.person.open_account", third, inputs | {"password": OWN}, key=key)
    assert caught.value.code == "repeat"


def test_a_new_address_holds_for_the_account_too(clerk: Account) -> None:
    act(HOUSE, "people.person.edit", person_of(clerk), {"email": "new@example.com"})
    assert Account.objects.get(pk=clerk.pk).email == "new@example.com"


@pytest.mark.clause("3.4.3")
def test_roles_and_delegations_end_with_the_last_day(clerk: Account) -> None:
    person, deputy, boss = person_of(clerk), a_person(Role.SALES_SUPPORT), a_person(Role.HEAD)
    days = {"starts_on": datetime.date(2026, 1, 1), "ends_on": datetime.date(2030, 1, 1)}
    act(HOUSE, "people.delegation.create", None, {"absent": person, "deputy": deputy, **days})
    act(HOUSE, "people.delegation.create", None, {"absent": boss, "deputy": person, **days})
    assert actor_of(deputy).holds(Role.SALES), "the control: who stands in has the rights until then"
    act(HOUSE, "people.person.leave", person, {"left_on": "2026-01-31"})
    last = datetime.date(2026, 1, 31)
    assert {one.ends_on for one in RoleAssignment.objects.filter(person=person)} == {last}
    assert {one.ends_on for one in Delegation.objects.all()} == {last}
    assert not actor_of(deputy).holds(Role.SALES)


@pytest.mark.clause("3.4.3")
def test_leaving_takes_effect_at_once_and_so_is_recorded_on_the_last_day_or_later() -> None:
    tomorrow = clock.today(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(days=1)
    with pytest.raises(Refusal) as caught:
        act(HOUSE, "people.person.leave", a_person(), {"left_on": tomorrow})
    assert (caught.value.code, list(caught.value.fields)) == ("invalid", ["left_on"])


@pytest.mark.clause("3.4.3")
def test_a_mistaken_leaving_is_taken_back_and_the_account_waits_for_its_keeper(clerk: Account, keeper: Actor) -> None:
    person = person_of(clerk)
    act(HOUSE, "people.person.leave", person, {"left_on": "2026-01-31"})
    assert refused(keeper, "unlock_account", person) == "left"
    act(HOUSE, "people.person.rejoin", person.fresh)
    back = person.fresh
    assert (back.state, back.left_on) == (Person.State.ACTIVE, None)
    assert back.confidentiality_signed_on == person.confidentiality_signed_on
    assert not is_in(sign_in(clerk))
    do(keeper, "unlock_account", back)
    assert is_in(sign_in(clerk))
    assert refused(HOUSE, "rejoin", back) == "at_work"


@pytest.mark.clause("3.4.3")
def test_who_is_taken_on_again_signs_the_agreement_anew(clerk: Account) -> None:
    person = act(HOUSE, "people.person.leave", person_of(clerk), {"left_on": "2026-01-31"}).record
    assert refused(HOUSE, "rejoin", person, joined_on="2026-01-31") == "invalid"
    back = act(HOUSE, "people.person.rejoin", person.fresh, {"joined_on": "2026-03-02"}).record
    assert (back.joined_on, back.confidentiality_signed_on) == (datetime.date(2026, 3, 2), None)
    assert not actor_of(back).grants, "roles are given anew"


def test_a_staff_number_opens_the_account_as_the_user_name_does(clerk: Account) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": person_of(clerk).staff_number, "password": PASSWORD})
    assert is_in(client)
    other = Client()
    other.post("/accounts/login/", {"login": unique("S"), "password": PASSWORD})
    assert not is_in(other)


def test_a_user_name_is_never_taken_for_anothers_staff_number(clerk: Account) -> None:
    """Whoever may choose a user name can't take the place of one whose staff number it is, nor the other way round."""
    other = a_person(staff_number=clerk.username)
    act(HOUSE, "people.person.open_account", other, {"username": unique("other"), "password": OWN})
    client = Client()
    client.post("/accounts/login/", {"login": clerk.username, "password": OWN})
    assert not is_in(client)
    assert is_in(sign_in(clerk))


def test_without_a_name_of_its_own_an_account_has_the_staff_number() -> None:
    person, nameless = a_person(), a_person(staff_number="")
    act(HOUSE, "people.person.open_account", person, {"password": PASSWORD})
    assert Account.objects.get(person=person).username == person.staff_number
    assert refused(HOUSE, "open_account", nameless, password=PASSWORD) == "invalid"
