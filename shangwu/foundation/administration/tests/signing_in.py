"""Signing in, for tests: by name and password, as a browser does."""

from django.test import Client

from shangwu.foundation.people.models import Account

PASSWORD = "correct horse battery"


def sign_in(account: Account, password: str = PASSWORD) -> Client:
    """A browser that has sent the form of the sign-in page."""
    client = Client()
    client.post("/accounts/login/", {"login": account.username, "password": password})
    return client


def is_in(client: Client) -> bool:
    """Whether My day opens."""
    return client.get("/").status_code == 200
