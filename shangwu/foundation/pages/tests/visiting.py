"""Visitors for tests of pages: someone who has signed in, and a script that asks for a part of a page."""

import re
from typing import Any

from django.test import Client

from shangwu.foundation.people.models import Account, Person
from tests.builders import unique


def a_client(person: Person, language: str = "en") -> Client:
    """A browser of `person`, signed in."""
    account = Account.objects.create_user(username=unique("u"), person=person, language=language)
    client = Client()
    client.force_login(account)
    return client


def shows(html: str, figure: str) -> bool:
    """Whether a page names `figure`, in its text or in an attribute; digits within keys, tokens and codes are none."""
    return re.search(rf"(?<![\w-]){re.escape(figure)}(?![\w-])", html, re.ASCII) is not None


def part(target: str, here: str = "") -> dict[str, Any]:
    """Headers of htmx asking for the part `tag#id`, from the page `here`."""
    found = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
    return found | ({"HX-Current-URL": f"http://testserver{here}"} if here else {})
