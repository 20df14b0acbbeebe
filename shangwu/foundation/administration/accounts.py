"""What is done about somebody's account: opened, given a new password, locked, signed out, freed of lost factors.

An account is no record: who did what to it, and why, stands in the log of its person (3.4.2). Nobody does any of this
to themselves: for that there is the menu behind their name.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.foundation.access.predicates import holds
from shangwu.foundation.actions.door import Acted, Ask, Refusal, action, on
from shangwu.foundation.administration.sessions import close_all
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

administers = holds(Role.ADMINISTRATOR)

Accounts = Mapping[int | None, Account]

NEW_PASSWORD = gettext_noop(
    "%(person)s gave your account a new password. If you did not ask for it, tell the secrecy officer."
)
NO_FACTORS = gettext_noop(
    "%(person)s took away your second factors. If you did not ask for it, tell the secrecy officer."
)

PASSWORD = Ask(
    _("First password"), help=_("At least 12 characters. The person replaces it at the first sign-in."), secret=True
)


def account_of(person: Any) -> Account | None:
    """The person's account, if they have one; asked for once."""
    return getattr(person, "account", None)


def _has_one(person: Any) -> bool:
    return account_of(person) is not None


def _is_open(person: Any) -> bool:
    found = account_of(person)
    return found is not None and found.is_active


def _accounts(persons: Sequence[Person], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Accounts:
    found = Account.objects.filter(person__in=[one.pk for one in persons])
    return {one.person_id: one for one in found}


def _require(person: Person, by: Actor, accounts: Accounts) -> Account:
    """The account that something is done about. Refuses `own`, and `account` where there is none."""
    if person.pk == by.person_id:
        raise Refusal(
            "own", _("Nobody does this to their own account. Use the menu behind your name, or ask a colleague.")
        )
    if person.pk not in accounts:
        raise Refusal("account", _("This person has no account. Open one first."))
    return accounts[person.pk]


@action(
    Person, "open_account", clause="3.4.2", label=_("Open an account"), may=administers, icon="key",
    offered_when=lambda person: person.state == Person.State.ACTIVE and not _has_one(person),
)  # fmt: skip
def open_account(
    person: Person,
    by: Actor,
    *,
    username: Annotated[str, Ask(_("User name"), help=_("Empty: the staff number."), most=60)] = "",
    password: Annotated[str, PASSWORD],
) -> list[Account]:
    """Let a person sign in (3.4.2); a password that another has chosen is replaced at the first sign-in.

    Refuses `left`, and `invalid` without a name; one in use and a second account are refused by the database.
    """
    if person.state == Person.State.LEFT:
        raise Refusal("left", _("This person has left and gets no account."))
    name = username or person.staff_number
    if not name:
        said = _("This person has no staff number. Give a user name.")
        raise Refusal("invalid", said, fields={"username": [said]})
    validate_password(password)
    return [
        Account(
            username=name, email=person.email, person=person, password=make_password(password),
            must_change_password=not by.is_system,
        )
    ]  # fmt: skip


@action(
    Person, "reset_password", clause="3.4.2", label=_("Give a new password"), may=administers, icon="key",
    prepare=_accounts, needs_reason=True, persons_only=True, event="people.person.password_reset",
    offered_when=_is_open,
    danger=_("The former password opens nothing any more, and all sign-ins end."),
)  # fmt: skip
def reset_password(person: Person, by: Actor, accounts: Accounts, *, password: Annotated[str, PASSWORD]) -> None:
    """A new password for who has forgotten theirs (3.4.2); they replace it at the next sign-in.

    Refuses `own`, `account`, and a password that is too weak.
    """
    _require(person, by, accounts)
    validate_password(password)


@action(
    Person, "lock_account", clause="3.4.2", label=_("Lock the account"), may=administers, icon="lock",
    prepare=_accounts, needs_reason=True, event="people.person.account_locked", offered_when=_is_open,
    danger=_("The person is signed out everywhere, and their tokens stop working, until the account is unlocked."),
)  # fmt: skip
def lock_account(person: Person, by: Actor, accounts: Accounts) -> None:
    """Let nobody sign in by this account for now (3.4.2). Refuses `own`, `account`, and `locked`."""
    if not _require(person, by, accounts).is_active:
        raise Refusal("locked", _("This account is locked already."))


@action(
    Person, "unlock_account", clause="3.4.2", label=_("Unlock the account"), may=administers, icon="lock-open",
    prepare=_accounts, needs_reason=True, persons_only=True, event="people.person.account_unlocked",
    offered_when=lambda person: person.state == Person.State.ACTIVE and _has_one(person) and not _is_open(person),
)  # fmt: skip
def unlock_account(person: Person, by: Actor, accounts: Accounts) -> None:
    """Let the person sign in again (3.4.2). Refuses `own`, `account`, `left`, and `open`."""
    account = _require(person, by, accounts)
    if person.state == Person.State.LEFT:
        raise Refusal("left", _("This person has left. Take them on again first."))
    if account.is_active:
        raise Refusal("open", _("This account is not locked."))


@action(
    Person, "end_sign_ins", clause="3.4.2", label=_("Sign out everywhere"), may=administers, icon="logout",
    prepare=_accounts, event="people.person.sign_ins_ended", offered_when=_is_open,
    danger=_("What the person has not saved is lost. They can sign in again at once."),
)  # fmt: skip
def end_sign_ins(person: Person, by: Actor, accounts: Accounts) -> None:
    """End all sign-ins of a person, of a lost telephone for instance (3.4.2). Refuses `own` and `account`."""
    _require(person, by, accounts)


@action(
    Person, "reset_factors", clause="3.4.2", label=_("Take away the second factors"), may=administers,
    icon="shield", prepare=_accounts, needs_reason=True, persons_only=True, event="people.person.factors_reset",
    offered_when=_is_open,
    danger=_("Authenticator, passkeys and recovery codes are forgotten, and all sign-ins end. The password is enough."),
)  # fmt: skip
def reset_factors(person: Person, by: Actor, accounts: Accounts) -> None:
    """Forget the second factors of who has lost theirs (3.4.2). Refuses `own` and `account`."""
    _require(person, by, accounts)


@on("people.person.password_reset")
def _take_the_password(acted: Acted) -> None:
    for account, given in _each(acted):
        account.password, account.must_change_password = make_password(given["password"]), True
        account.save(update_fields=["password", "must_change_password"])
        close_all(account)
    _tell(acted, NEW_PASSWORD)


@on("people.person.account_locked")
def _lock(acted: Acted) -> None:
    for account, _given in _each(acted):
        Account.objects.filter(pk=account.pk).update(is_active=False)
        close_all(account)


@on("people.person.account_unlocked")
def _unlock(acted: Acted) -> None:
    Account.objects.filter(person__in=[one.pk for one in acted.records]).update(is_active=True)


@on("people.person.sign_ins_ended")
def _sign_out(acted: Acted) -> None:
    for account, _given in _each(acted):
        close_all(account)


@on("people.person.factors_reset")
def _forget_factors(acted: Acted) -> None:
    for account, _given in _each(acted):
        Authenticator.objects.filter(user=account).delete()
        close_all(account)
    _tell(acted, NO_FACTORS)


def _each(acted: Acted) -> list[tuple[Account, Mapping[str, Any]]]:
    """The accounts of the persons acted on, each with what was entered."""
    given: dict[int | None, Mapping[str, Any]] = {
        record.pk: inputs for record, inputs in zip(acted.records, acted.inputs, strict=True)
    }
    return [(one, given[one.person_id]) for one in Account.objects.filter(person__in=list(given))]


def _tell(acted: Acted, said: str) -> None:
    for person in acted.records:
        notify([person.pk], said, {"person": acted.by.name}, about=person, urgent=True)


@on("people.person.edited")
@on("people.person.undoed")
def _follow_the_address(acted: Acted) -> None:
    """Mail about the account, such as a link for a forgotten password, goes where human resources say."""
    for person, changed in zip(acted.records, acted.changes, strict=True):
        if "email" in changed:
            assert isinstance(person, Person)
            Account.objects.filter(person=person).update(email=person.email)
