"""Sign-ins of the demo: one per role, with a password that everybody may know."""

from django.contrib.auth.hashers import make_password

from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role

PASSWORD = "demo-department"


def open_accounts(people: list[tuple[Person, Role]]) -> None:
    """A sign-in for the first holder of each role; the same hash serves all, for it protects nothing."""
    password = make_password(PASSWORD)
    seen: set[Role] = set()
    made = []
    for person, role in people:
        if role not in seen:
            seen.add(role)
            made.append(Account(username=role.value.lower(), password=password, person=person, is_demo=True))
    Account.objects.bulk_create(made)


def offered() -> list[dict[str, str]]:
    """The demo's sign-ins, in the order of the roles."""
    accounts = {one.username: one for one in Account.objects.filter(is_demo=True).select_related("person")}
    return [
        {
            "role": str(role.label),
            "person": str(accounts[role.value.lower()].person),
            "account": role.value.lower(),
            "password": PASSWORD,
        }
        for role in Role
        if role.value.lower() in accounts
    ]
